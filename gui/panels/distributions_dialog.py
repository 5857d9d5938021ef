"""The window of weights and gradients over the run: how their distributions have moved.

It stays open beside the main window and shows what it is given; it does not know who asks for it
or when.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from core.training.distributions import Distributions, Recorded
from gui.distributions.axes import Scale
from gui.distributions.chart import DistributionChart, Place
from gui.distributions.table import DistributionTable
from gui.distributions.words import EMPTY, ENTRIES, facts, headline, moment_words, place_words
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.paragraph import Paragraph
from gui.widgets.segmented_control import SegmentedControl

SIZE_PIXELS, SMALLEST_PIXELS = (940, 640), (860, 520)
EDGE_PIXELS = 16
SHOWN = {"weights": "Weights", "gradients": "Gradients"}
SCALES = {"value": "Values", "size": "Sizes, log"}
VIEWS = {"chart": "Chart", "table": "Table"}
# Signs tell something of weights; of gradients it is the decades.
USUAL_SCALE: dict[Recorded, Scale] = {"weights": "value", "gradients": "size"}
SIZE_WORDS = "size; zeros have none. All layers share one axis."
VALUE_WORDS = "value. Every layer has an axis of its own."
HINT = "Point at a moment"


class DistributionsDialog(QDialog):
    """One sentence on top, below it the chart with the numbers of a moment, or the table.

    Attributes:
        sentence: what one sees.
        chart: a strip a layer.
        table: the same as text.
        quantities, scales, views: what is shown, on which axis, and how.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Weights over time")
        self._found: Distributions | None = None
        self._scales = dict(USUAL_SCALE)
        self.sentence = Paragraph("headline", EMPTY["weights"])
        self.quantities = SegmentedControl(SHOWN, name="Over time")
        self.scales = SegmentedControl(SCALES, name="Axis")
        self.views = SegmentedControl(VIEWS, name="Shown as")
        self._facts = with_role(QLabel(), "facts")
        self.chart = DistributionChart()
        self.table = DistributionTable()
        self._place = with_role(QLabel(HINT), "emphasis")
        self._moment = with_role(QLabel(), "facts")
        self._caption = Paragraph("caption")
        self._pages = QStackedWidget()
        self._build()
        self.quantities.selected.connect(self._on_quantity)
        self.scales.selected.connect(self._on_scale)
        self.views.selected.connect(self._on_view)
        self.chart.pointed.connect(self._on_place)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.resize(self.sizeHint())

    @property
    def quantity(self) -> Recorded:
        """Return which of the two is shown."""
        return cast("Recorded", self.quantities.selected_key())

    def show_found(self, found: Distributions) -> None:
        """Show ``found``."""
        self._found = found
        self._show()

    def found(self) -> Distributions | None:
        """Return what is shown."""
        return self._found

    def sizeHint(self) -> QSize:
        """Return the size at which it opens."""
        return QSize(*map(scaled, SIZE_PIXELS))

    def readout(self) -> str:
        """Return what is said of the moment that is pointed at."""
        return f"{self._place.text()}: {self._moment.text()}" if self._moment.text() else HINT

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.sentence)
        self._bar = QHBoxLayout()
        self._bar.addWidget(self.quantities)
        self._bar.addWidget(self.scales)
        self._bar.addWidget(self._facts)
        self._bar.addStretch(1)
        self._bar.addWidget(self.views)
        self._column.addLayout(self._bar)
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.addWidget(self.chart, 1)
        self._line = QHBoxLayout()
        self._line.addWidget(self._place)
        self._line.addWidget(self._moment, 1)
        self._page.addLayout(self._line)
        self._pages.addWidget(page)
        self._pages.addWidget(self.table)
        self._column.addWidget(self._pages, 1)
        self._column.addWidget(self._caption)

    def _show(self) -> None:
        found, quantity = self._found, self.quantity
        scale = self._scales[quantity]
        self.scales.set_selected(scale)
        entries = ENTRIES[quantity]
        self._caption.set_words(
            f"The stronger the colour, the more of the layer's {entries} have that "
            + (SIZE_WORDS if scale == "size" else VALUE_WORDS)
        )
        if found is None:
            return
        self.sentence.set_words(headline(found, quantity))
        self._facts.setText(facts(found))
        self.chart.show_found(found, quantity, scale)
        self.table.show_found(found, quantity)
        self._on_place(self.chart.place())

    @Slot(str)
    def _on_quantity(self, _: str) -> None:
        self._show()

    @Slot(str)
    def _on_scale(self, key: str) -> None:
        self._scales[self.quantity] = cast("Scale", key)
        self._show()

    @Slot(str)
    def _on_view(self, key: str) -> None:
        self._pages.setCurrentIndex(list(VIEWS).index(key))
        self.scales.setEnabled(key == "chart")
        self._caption.setVisible(key == "chart")

    @Slot(object)
    def _on_place(self, place: Place | None) -> None:
        found, quantity = self._found, self.quantity
        if found is None or place is None:
            self._place.setText(HINT)
            self._moment.setText("")
            return
        self._place.setText(place_words(found, place.layer, place.column))
        are_sizes = self._scales[quantity] == "size"
        words = moment_words(found, quantity, place.layer, place.column, place.value, are_sizes)
        self._moment.setText(words)

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, scaled(12))
        self._column.setSpacing(scaled(10))
        self._bar.setSpacing(scaled(12))
        self._line.setSpacing(scaled(12))
        self._page.setSpacing(scaled(6))
        self.setMinimumSize(*map(scaled, SMALLEST_PIXELS))
