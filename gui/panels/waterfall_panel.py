"""The card "Why this gradient": how the gradient of the chosen parameter has come about.

Above the factors of the share of the sample in view, beneath them the shares of all samples. Both
are worked out in core; the card decides which parameter and which op are looked at.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel

from core.explain.notation import split_name
from core.explain.other_sources import needs_backpropagation
from core.explain.parameter_order import is_parameter
from core.explain.reference import Reference
from core.explain.waterfall import gradient_waterfall
from core.explain.waterfall_reason import Reason, longest_fall
from core.explain.waterfall_steps import MOST_STEPS, Waterfall
from core.network.parameters import Floats
from core.training.shares import ParameterPlace
from core.training.snapshot import Snapshot
from gui.snapshot_card import SnapshotCard
from gui.stylesheet import with_role
from gui.theme import scaled
from gui.waterfall.chart import WaterfallChart
from gui.waterfall.strip import SampleStrip
from gui.waterfall.words import fold_words, in_words, name_of, result_words

FIRST_PARAMETER = Reference("W1", (0, 0))
# Of a low card fewer rows can be read: one more for so many pixels.
NOTE_MARGINS = (12, 4, 12, 12)
FEWEST_STEPS, LOWEST_FOR_MORE, PIXELS_PER_ROW = 7, 248, 16


class WaterfallPanel(SnapshotCard):
    """The waterfall of one weight or bias.

    Attributes:
        chart: the painted factors.
        note: why there are none, in their place.
        strip: the shares of all samples; hidden where there is one.

    Signals:
        value_pointed: the Reference of the factor that is pointed at, or None.
        sample_requested: the place in the batch of the sample that the user chose.
    """

    value_pointed = Signal(object)
    sample_requested = Signal(int)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Why this gradient")
        self._parameter = FIRST_PARAMETER
        self._place: int | None = None
        self._hidden: frozenset[str] = frozenset()
        self._found: Waterfall | None = None
        self._reason: Reason | None = None
        self._most = MOST_STEPS
        self._result = with_role(QLabel(), "facts")
        self.add_control(self._result)
        self.chart = WaterfallChart()
        self.body.addWidget(self.chart, 1)
        self.note = with_role(QLabel(), "facts")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setContentsMargins(*map(scaled, NOTE_MARGINS))
        self.note.hide()
        self.body.addWidget(self.note, 1)
        self.strip = SampleStrip()
        self.strip.hide()
        self.body.addWidget(self.strip)
        self.chart.value_pointed.connect(self.value_pointed)
        self.strip.sample_requested.connect(self.sample_requested)

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the factors in ``new``."""
        if old is not None and old.trace.position != new.trace.position:
            self._place = None
        if not is_parameter(new.layout, self._parameter):
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
        if self._found is None:
            return self.note.text()
        return in_words(self._found, self._reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many factors as can be read."""
        super().resizeEvent(event)
        if self._found is not None and self._most_steps() != self._most:
            self._show_anew()
        self._share_height()

    def _share_height(self) -> None:
        """Give the strip what the factors have no use for."""
        room = self.height() - self.header.height() - 2 * self.frameWidth()
        self.strip.take_height(room - self.chart.tallest())

    def _most_steps(self) -> int:
        """Return how many rows have room; where the strip is there, they have less of it."""
        if self._shown is None or len(self._shown.trace.rows) == 1:
            return MOST_STEPS
        more = (self.height() - scaled(LOWEST_FOR_MORE)) // scaled(PIXELS_PER_ROW)
        return min(MOST_STEPS, FEWEST_STEPS + max(0, more))

    def _shares(self, shown: Snapshot) -> Floats | None:
        """Return the samples' shares in the gradient on show; None where they are not known."""
        shares, parameter = shown.trace.shares, self._parameter
        is_known = self._found is not None and self._found.gradient is not None
        if shares is None or not is_known or shares.place != place_of(parameter):
            return None
        # A share gives away the error and the activation that make it.
        n = shares.place.layer
        telling = {f"{kind}{n}" for kind in ("dz", "ds", "da", "dh", "zhat")}
        telling |= {f"{kind}{n - 1}" for kind in ("a", "h", "r")} | {"x"}
        if self._hidden & telling:
            return None
        return shares.values

    def _show(self) -> None:
        shown = self._shown
        if shown is None or not is_parameter(shown.layout, self._parameter):
            return
        reason = needs_backpropagation(shown.trace.training, "A waterfall")
        self.note.setText(reason)
        self.note.setVisible(bool(reason))
        self.chart.setVisible(not reason)
        if reason:
            self._show_nothing()
            return
        self._most = self._most_steps()
        found = gradient_waterfall(shown, self._parameter, self._hidden, self._most)
        self._found, self._reason = found, longest_fall(found, shown.spec.network.layers)
        self.set_facts(name_of(found.parameter))
        self._result.setText(result_words(found))
        self.setToolTip(fold_words(found))
        place = shown.trace.position - 1 if self._place is None else self._place
        self.chart.show_waterfall(found, place, self._reason)
        self.strip.setVisible(found.batch_size > 1)
        self._share_height()
        self.strip.show_shares(found, shown.trace, self._shares(shown))

    def _show_nothing(self) -> None:
        self._found = self._reason = None
        self.set_facts("")
        self._result.clear()
        self.setToolTip("")
        self.strip.hide()

    def _show_anew(self) -> None:
        self._show()
        if self._shown is not None:
            self.setAccessibleDescription(self.describe(self._shown))


def place_of(parameter: Reference) -> ParameterPlace:
    """Return where in the network a parameter is."""
    unit, source = (*parameter.index, None)[:2]
    kind, layer = split_name(parameter.name)
    assert unit is not None
    return ParameterPlace(int(layer), unit, source, "b" if kind == "W" else kind)
