"""The numbers of the layer that is pointed at: a small table of two rows beneath the chart."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.diagnosis.corridor import Corridor
from gui.corridor.words import COLUMNS, UNKNOWN, backward_cells, forward_cells, layer_in_words
from gui.diagram.names import layer_name
from gui.stylesheet import with_role
from gui.theme import scaled, themes

HINT = "Point at a layer"
ROWS = ("forward", "backward")
COLUMN_PIXELS, NAME_PIXELS = 62, 104


class Readout(QWidget):
    """Columns as in ``COLUMNS``; dashes while no layer is pointed at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Point at nothing."""
        super().__init__(parent)
        self.name = with_role(QLabel(HINT), "emphasis")
        self._grid = QGridLayout(self)
        self._grid.addWidget(self.name, 0, 0)
        side = Qt.AlignmentFlag.AlignRight
        for column, head in enumerate(COLUMNS, start=1):
            self._grid.addWidget(with_role(QLabel(head), "caption"), 0, column, side)
        self.cells: list[list[QLabel]] = []
        for row, words in enumerate(ROWS, start=1):
            self._grid.addWidget(with_role(QLabel(words), "facts"), row, 0)
            labels = [QLabel(UNKNOWN) for _ in COLUMNS]
            for column, label in enumerate(labels, start=1):
                label.setAlignment(side)
                self._grid.addWidget(label, row, column)
            self.cells.append(labels)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_layer(self, corridor: Corridor | None, layer: int | None) -> None:
        """Show the numbers of ``layer`` (0: the inputs)."""
        if corridor is None or layer is None:
            self.name.setText(HINT)
            rows = ((UNKNOWN,) * len(COLUMNS),) * 2
            self.setAccessibleName(HINT)
        else:
            self.name.setText(layer_name(layer, corridor.layer_count))
            rows = (forward_cells(corridor, layer), backward_cells(corridor, layer))
            self.setAccessibleName(layer_in_words(corridor, layer))
        for labels, texts in zip(self.cells, rows, strict=True):
            for label, text in zip(labels, texts, strict=True):
                label.setText(text)

    @Slot()
    def _restyle(self) -> None:
        self._grid.setContentsMargins(0, 0, scaled(4), 0)
        self._grid.setHorizontalSpacing(scaled(6))
        self._grid.setVerticalSpacing(scaled(2))
        self._grid.setColumnMinimumWidth(0, scaled(NAME_PIXELS))
        for column in range(1, len(COLUMNS) + 1):
            self._grid.setColumnMinimumWidth(column, scaled(COLUMN_PIXELS))
            self._grid.setColumnStretch(column, 1)
