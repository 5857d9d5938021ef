"""The window of the signal corridor: how large signals are in every layer, both ways.

It stays open beside the main window and shows the corridors it is given; it does not know who
measures them or when.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from core.diagnosis.corridor import Corridor
from core.explain.signal_corridor import Rows
from gui.corridor.chart import CorridorChart
from gui.corridor.readout import Readout
from gui.corridor.table import CorridorTable
from gui.corridor.words import EMPTY, FORMULAS, headline, rows_words
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.paragraph import Paragraph
from gui.widgets.segmented_control import SegmentedControl

SIZE_PIXELS, SMALLEST_PIXELS = (900, 640), (840, 580)
EDGE_PIXELS = 16
ROWS = {"training": "Training rows", "batch": "Batch at hand"}
VIEWS = {"chart": "Chart", "table": "Table"}


class CorridorDialog(QDialog):
    """One sentence on top, below it the chart with the numbers of a layer, or the table.

    Attributes:
        sentence: what one sees.
        chart, readout: the corridor, and the numbers of the layer that is pointed at.
        table: the same as text.
        rows, views: what is sent through the network, and how it is shown.

    Signals:
        rows_changed: the user wants the signals of other rows.
    """

    rows_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no signals yet; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Signal corridor")
        self._corridor: Corridor | None = None
        self.sentence = Paragraph("headline", EMPTY)
        self.rows = SegmentedControl(ROWS, name="Rows")
        self.views = SegmentedControl(VIEWS, name="View")
        self._facts = with_role(QLabel(), "facts")
        self.chart = CorridorChart()
        self.readout = Readout()
        self.table = CorridorTable()
        self._formulas = Paragraph("caption", FORMULAS)
        self._pages = QStackedWidget()
        self._build()
        self.rows.selected.connect(self._on_rows)
        self.views.selected.connect(self._on_view)
        self.chart.layer_pointed.connect(self._on_layer)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.resize(self.sizeHint())

    def show_corridor(self, corridor: Corridor) -> None:
        """Show ``corridor``."""
        self._corridor = corridor
        self.sentence.set_words(headline(corridor))
        self._facts.setText(rows_words(corridor))
        self._formulas.set_words("" if corridor.theory is None else FORMULAS)
        self.chart.show_corridor(corridor)
        self.table.show_corridor(corridor)
        self.readout.show_layer(corridor, self.chart.pointed_layer())

    def corridor(self) -> Corridor | None:
        """Return what is shown."""
        return self._corridor

    def chosen_rows(self) -> Rows:
        """Return which rows the user wants to be sent through the network."""
        return "batch" if self.rows.selected_key() == "batch" else "training"

    def sizeHint(self) -> QSize:
        """Return the size at which it opens."""
        return QSize(*map(scaled, SIZE_PIXELS))

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.sentence)
        self._bar = QHBoxLayout()
        self._bar.addWidget(self.rows)
        self._bar.addWidget(self._facts)
        self._bar.addStretch(1)
        self._bar.addWidget(self.views)
        self._column.addLayout(self._bar)
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.addWidget(self.chart, 1)
        self._page.addWidget(self.readout)
        self._pages.addWidget(page)
        self._pages.addWidget(self.table)
        self._column.addWidget(self._pages, 1)
        self._column.addWidget(self._formulas)

    @Slot(str)
    def _on_rows(self, _: str) -> None:
        self.rows_changed.emit()

    @Slot(str)
    def _on_view(self, key: str) -> None:
        self._pages.setCurrentIndex(list(VIEWS).index(key))

    @Slot(object)
    def _on_layer(self, layer: int | None) -> None:
        self.readout.show_layer(self._corridor, layer)

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, scaled(12))
        self._column.setSpacing(scaled(10))
        self._bar.setSpacing(scaled(12))
        self._page.setSpacing(scaled(6))
        self.setMinimumSize(*map(scaled, SMALLEST_PIXELS))
