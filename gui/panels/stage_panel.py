"""The card "Stage": one training step with every number in its place, and the tape of its ops.

The stage shows what the snapshot holds; going to another op, another sample or one sample alone is
asked for by signals.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut

from core.explain.reference import Reference
from core.training.snapshot import Snapshot
from gui.motion import is_motion_wanted, motions
from gui.snapshot_card import SnapshotCard
from gui.stage.act import Act
from gui.stage.canvas import StageCanvas
from gui.stage.frame import facts_of
from gui.stage.sample_box import SampleBox
from gui.stage.tape import OpTape
from gui.stage.words import in_words
from gui.theme import scaled
from gui.widgets.check_box import CheckBox


class StagePanel(SnapshotCard):
    """The stage.

    Attributes:
        canvas, tape: its parts.

    Signals:
        value_pointed: the Reference that is pointed at, or None.
        parameter_selected: the Reference of a weight or bias.
        sample_requested: the place in the batch of the sample to show.
        alone_requested: whether the step is to see this sample alone.
        op_requested: the place of the op to go to.
    """

    value_pointed = Signal(object)
    parameter_selected = Signal(object)
    sample_requested = Signal(int)
    alone_requested = Signal(bool)
    op_requested = Signal(int)

    def __init__(self) -> None:
        """Make an empty stage."""
        super().__init__("Stage")
        self._place: int | None = None
        self._hidden: frozenset[str] = frozenset()
        self._sample = SampleBox()
        self._alone = CheckBox("This sample alone")
        self._alone.setToolTip("Let this step see one sample only; Back undoes it")
        self.animate = CheckBox("Animate")
        self.animate.setChecked(True)
        for control in (self._sample, self._alone, self.animate):
            self.add_control(control)
        self.canvas = StageCanvas(self)
        self.tape = OpTape(self)
        self.body.addWidget(self.canvas, 1)
        self.body.addWidget(self.tape)
        self.canvas.value_pointed.connect(self.value_pointed)
        self.canvas.parameter_selected.connect(self.parameter_selected)
        self.tape.op_requested.connect(self.op_requested)
        self._sample.sample_chosen.connect(self.sample_requested)
        self._alone.clicked.connect(self.alone_requested)
        self.animate.toggled.connect(self.canvas.set_animated)
        motions.changed.connect(self._offer_motion)
        self._offer_motion()
        for key, slot in (("PgUp", self._go_before), ("PgDown", self._go_after)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(slot)

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the step in ``new``."""
        if old is not None and _place_of(old) != _place_of(new):
            self._place = None
        trace = new.trace
        self._sample.show_samples(trace.rows, trace.sample)
        self._alone.setVisible(len(trace.rows) > 1 or new.alone is not None)
        self._fit_facts(new)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say in the header what there is room for."""
        super().resizeEvent(event)
        if self._shown is not None:
            self._fit_facts(self._shown)

    def _fit_facts(self, shown: Snapshot) -> None:
        controls = [self._sample, self.animate]
        controls += [] if self._alone.isHidden() else [self._alone]
        room = self.width() - scaled(12 + 8) - self._title.sizeHint().width()
        widths = [max(part.sizeHint().width(), part.minimumWidth()) for part in controls]
        room -= sum(widths) + (len(widths) + 2) * scaled(8)
        measure = self._facts.fontMetrics().horizontalAdvance
        self.set_facts(next((words for words in facts_of(shown) if measure(words) <= room), ""))

    def show_op(self, place: int) -> None:
        """Light the op at ``place``; -1: none."""
        self._place = place
        self._show_again()

    def select_parameter(self, reference: Reference) -> None:
        """Mark a weight or bias."""
        self.canvas.choose(reference)

    def point_at(self, reference: Reference | None) -> None:
        """Light up what another view points at."""
        self.canvas.point_at(reference)

    def set_hidden(self, names: frozenset[str]) -> None:
        """Show the values called so as unknown although they exist."""
        self._hidden = names
        self._show_again()

    def set_alone(self, is_alone: bool) -> None:
        """Show whether the step sees one sample only."""
        with QSignalBlocker(self._alone):
            self._alone.setChecked(is_alone)

    def set_animated(self, is_animated: bool) -> None:
        """Switch the animation."""
        self.animate.setChecked(is_animated)

    @Slot()
    def _offer_motion(self) -> None:
        """Offer to animate where things move at all."""
        is_wanted = is_motion_wanted()
        self.animate.setEnabled(is_wanted)
        off = "Off, since motion is reduced: Edit > Preferences"
        self.animate.setToolTip("Let numbers travel along the edges" if is_wanted else off)

    def in_words(self) -> str:
        """Return every number on the stage by name."""
        act = self._act()
        return "" if act is None else in_words(self.canvas.plan(), act)

    def describe(self, shown: Snapshot) -> str:
        """Return which op is lit and every number."""
        act = Act(shown, self._lit(shown), self._hidden)
        op = "" if act.op is None else f"Op {act.place + 1}: {act.op.formula}. "
        return op + in_words(self.canvas.plan(), act)

    def _lit(self, snapshot: Snapshot) -> int:
        if self._place is not None:
            return self._place
        return snapshot.trace.position - 1

    def _act(self) -> Act | None:
        shown = self._shown
        return None if shown is None else Act(shown, self._lit(shown), self._hidden)

    def _show(self) -> None:
        act = self._act()
        if act is not None:
            self.canvas.show_act(act)
            self.tape.show_snapshot(act.snapshot, act.place)

    def _show_again(self) -> None:
        """Show the same snapshot in another light."""
        self._show()
        if self._shown is not None:
            self.setAccessibleDescription(self.describe(self._shown))

    @Slot()
    def _go_before(self) -> None:
        self._go(-1)

    @Slot()
    def _go_after(self) -> None:
        self._go(1)

    def _go(self, by: int) -> None:
        if self._shown is not None:
            trace = self._shown.trace
            place = trace.sample + by
            if 0 <= place < len(trace.rows):
                self.sample_requested.emit(place)


def _place_of(snapshot: Snapshot) -> tuple[int, int, int]:
    """Return where the run is: another op lit by hand is forgotten when it goes on."""
    trace = snapshot.trace
    return snapshot.structure, trace.step, trace.position
