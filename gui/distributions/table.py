"""Distributions as a table: the moments of every layer in numbers, to be read and copied."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QHeaderView, QWidget

from core.training.distributions import Distributions, Recorded
from gui.diagram.names import layer_name
from gui.distributions.words import HEADS, cells, known_columns
from gui.help.gestures import how_to
from gui.numbers import format_count
from gui.theme import scaled, themes
from gui.widgets.reading_table import CopiedTable
from gui.widgets.text_rows import Index, TextRows

HEADERS = ("layer", "step", *HEADS)
ROW_PIXELS = 24
COLUMN_PIXELS = (84, 84, *(84,) * len(HEADS))


class DistributionModel(TextRows):
    """A row a moment, those of layer 1 first, the latest of each layer on top."""

    def __init__(self) -> None:
        """Hold no rows."""
        super().__init__(HEADERS, text_columns=1)
        self._found: Distributions | None = None
        self._quantity: Recorded = "weights"
        self._places: list[tuple[int, int]] = []

    def show_found(self, found: Distributions, quantity: Recorded) -> None:
        """Hold the numbers of ``quantity``."""
        self.beginResetModel()
        self._found, self._quantity = found, quantity
        columns = known_columns(found, quantity).tolist()[::-1]
        layers = range(1, len(found.sizes) + 1)
        self._places = [(layer, column) for layer in layers for column in columns]
        self.endResetModel()

    def row(self, number: int) -> tuple[str, ...]:
        """Return the texts of a moment of a layer."""
        assert self._found is not None
        layer, column = self._places[number]
        name = layer_name(layer, len(self._found.sizes))
        step = format_count(self._found.steps[column])
        return name, step, *cells(self._found, self._quantity, layer, column)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._places)


class DistributionTable(CopiedTable):
    """The table; the usual key copies all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no rows."""
        self._model = DistributionModel()
        super().__init__(self._model.as_text, parent)
        self.setModel(self._model)
        self.setAccessibleName("Distributions by layer and step")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_found(self, found: Distributions, quantity: Recorded) -> None:
        """Show the numbers of ``quantity``; what is scrolled to stays in place."""
        place = self.verticalScrollBar().value()
        self._model.show_found(found, quantity)
        self.verticalScrollBar().setValue(place)

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(scaled(ROW_PIXELS))
        self.horizontalHeader().setMinimumSectionSize(scaled(min(COLUMN_PIXELS)))
        self.setMinimumWidth(sum(map(scaled, COLUMN_PIXELS)) + scaled(16))
