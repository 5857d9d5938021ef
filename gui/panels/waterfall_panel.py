"""The card "Why this gradient": how the gradient of the chosen parameter has come about.

The factors are worked out in core; the card decides which parameter and which op are looked at.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel

from core.explain.reference import Reference
from core.explain.waterfall import gradient_waterfall, has_parameter
from core.explain.waterfall_steps import Waterfall
from core.training.snapshot import Snapshot
from gui.snapshot_card import SnapshotCard
from gui.stylesheet import with_role
from gui.waterfall.chart import WaterfallChart
from gui.waterfall.words import fold_words, in_words, name_of, result_words

FIRST_PARAMETER = Reference("W1", (0, 0))


class WaterfallPanel(SnapshotCard):
    """The waterfall of one weight or bias.

    Attributes:
        chart: the painted factors.

    Signals:
        value_pointed: the Reference of the factor that is pointed at, or None.
    """

    value_pointed = Signal(object)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Why this gradient")
        self._parameter = FIRST_PARAMETER
        self._place: int | None = None
        self._hidden: frozenset[str] = frozenset()
        self._found: Waterfall | None = None
        self._result = with_role(QLabel(), "facts")
        self.add_control(self._result)
        self.chart = WaterfallChart()
        self.body.addWidget(self.chart, 1)
        self.chart.value_pointed.connect(self.value_pointed)

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the factors in ``new``."""
        if old is not None and old.trace.position != new.trace.position:
            self._place = None
        if not has_parameter(new.layout, self._parameter):
            self._parameter = FIRST_PARAMETER
        self._show()

    def select_parameter(self, reference: Reference) -> None:
        """Explain another weight or bias."""
        if reference != self._parameter:
            self._parameter = reference
            self._show_anew()

    def show_op(self, place: int) -> None:
        """Light the factors that the op at ``place`` brings; -1: none."""
        self._place = place
        self._show_anew()

    def point_at(self, reference: Reference | None) -> None:
        """Light up what another view points at."""
        self.chart.point_at(reference)

    def set_hidden(self, names: frozenset[str]) -> None:
        """Show the values called so as unknown although they exist."""
        if names != self._hidden:
            self._hidden = names
            self._show_anew()

    def result(self) -> str:
        """Return what the head says the factors come to."""
        return self._result.text()

    def waterfall(self) -> Waterfall | None:
        """Return the factors on show, or None before the first snapshot."""
        return self._found

    def describe(self, shown: Snapshot) -> str:
        """Return all factors and what they come to."""
        return "" if self._found is None else in_words(self._found)

    def _show(self) -> None:
        shown = self._shown
        if shown is None or not has_parameter(shown.layout, self._parameter):
            return
        found = self._found = gradient_waterfall(shown, self._parameter, self._hidden)
        self.set_facts(name_of(found.parameter))
        self._result.setText(result_words(found))
        self.setToolTip(fold_words(found))
        place = shown.trace.position - 1 if self._place is None else self._place
        self.chart.show_waterfall(found, place)

    def _show_anew(self) -> None:
        self._show()
        if self._shown is not None:
            self.setAccessibleDescription(self.describe(self._shown))
