"""The corridor as a table: the same numbers as in the chart, to be read, copied and read aloud."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QHeaderView, QWidget

from core.diagnosis.corridor import Corridor
from gui.corridor.words import COLUMNS, backward_cells, forward_cells
from gui.diagram.names import layer_name
from gui.help.gestures import how_to
from gui.theme import scaled, themes
from gui.widgets.reading_table import CopiedTable
from gui.widgets.text_rows import Index, TextRows

HEADERS = ("layer", "signal", *COLUMNS)
TEXT_COLUMNS = 2
ROW_PIXELS = 24
COLUMN_PIXELS = (84, 80, *(62,) * len(COLUMNS))


class CorridorModel(TextRows):
    """Forward the inputs and all layers, then backward from the output to layer 1."""

    def __init__(self) -> None:
        """Hold no rows."""
        super().__init__(HEADERS, TEXT_COLUMNS)
        self._rows: list[tuple[str, ...]] = []

    def show_corridor(self, corridor: Corridor) -> None:
        """Hold the numbers of ``corridor``."""
        count = corridor.layer_count
        rows = [
            (layer_name(layer, count), "forward", *forward_cells(corridor, layer))
            for layer in range(count + 1)
        ]
        rows += [
            (layer_name(layer, count), "backward", *backward_cells(corridor, layer))
            for layer in range(count, 0, -1)
        ]
        is_same_shape = len(rows) == len(self._rows)
        if not is_same_shape:
            self.beginResetModel()
        self._rows = rows
        if is_same_shape:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADERS) - 1))
        else:
            self.endResetModel()

    def row(self, number: int) -> tuple[str, ...]:
        """Return the texts of a layer, one way."""
        return self._rows[number]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)


class CorridorTable(CopiedTable):
    """The table; the usual key copies all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no rows."""
        self._model = CorridorModel()
        super().__init__(self._model.as_text, parent)
        self.setModel(self._model)
        self.setAccessibleName("Signals by layer")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_corridor(self, corridor: Corridor) -> None:
        """Show the numbers of ``corridor``."""
        self._model.show_corridor(corridor)

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(scaled(ROW_PIXELS))
        self.horizontalHeader().setMinimumSectionSize(scaled(min(COLUMN_PIXELS)))
        self.setMinimumWidth(sum(map(scaled, COLUMN_PIXELS)) + scaled(16))
