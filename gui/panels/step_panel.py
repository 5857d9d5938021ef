"""The card "Stage": one training step with every number in its place, and the tape of its ops.

The stage shows what the snapshot holds; going to another op, another sample or one sample alone is
asked for by signals.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from core.explain.reference import Reference
from core.training.snapshot import Snapshot
from gui.numbers import format_count
from gui.snapshot_card import SnapshotCard
from gui.stages.act import Act
from gui.stages.canvas import StageCanvas
from gui.stages.frame import facts_of
from gui.stages.tape import OpTape
from gui.stages.words import in_words
from gui.theme import scaled
from gui.widgets.combo_box import ComboBox

# More samples are chosen in the trace or by the keys.
MOST_LISTED = 1000


class StepPanel(SnapshotCard):
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
        self._sample = ComboBox({}, name="Sample")
        self._sample.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._sample.setToolTip("The sample whose numbers are shown (Page Up, Page Down)")
        self._alone = QCheckBox("This sample alone")
        self._alone.setToolTip("Let this step see one sample only; Back undoes it")
        self._animate = QCheckBox("Animate")
        self._animate.setToolTip("Let numbers travel along the edges")
        self._animate.setChecked(True)
        for control in (self._sample, self._alone, self._animate):
            self.add_control(control)
        self.canvas = StageCanvas(self)
        self.tape = OpTape(self)
        self.body.addWidget(self.canvas, 1)
        self.body.addWidget(self.tape)
        self.canvas.value_pointed.connect(self.value_pointed)
        self.canvas.parameter_selected.connect(self.parameter_selected)
        self.tape.op_requested.connect(self.op_requested)
        self._sample.activated.connect(self.sample_requested)
        self._alone.clicked.connect(self.alone_requested)
        self._animate.toggled.connect(self.canvas.set_animated)
        for key, slot in (("PgUp", self._go_before), ("PgDown", self._go_after)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(slot)

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the step in ``new``."""
        if old is not None and old.trace.position != new.trace.position:
            self._place = None
        self.set_facts(facts_of(new))
        self._list_samples(new)
        self._show()

    def show_op(self, place: int) -> None:
        """Light the op at ``place``; -1: none."""
        self._place = place
        self._show()

    def select_parameter(self, reference: Reference) -> None:
        """Mark a weight or bias."""
        self.canvas.choose(reference)

    def point_at(self, reference: Reference | None) -> None:
        """Light up what another view points at."""
        self.canvas.point_at(reference)

    def set_hidden(self, names: frozenset[str]) -> None:
        """Show the values called so as unknown although they exist."""
        self._hidden = names
        self._show()

    def set_alone(self, is_alone: bool) -> None:
        """Show whether the step sees one sample only."""
        with QSignalBlocker(self._alone):
            self._alone.setChecked(is_alone)

    def set_animated(self, is_animated: bool) -> None:
        """Switch the animation."""
        self._animate.setChecked(is_animated)

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

    def _list_samples(self, snapshot: Snapshot) -> None:
        trace = snapshot.trace
        count = len(trace.rows)
        with QSignalBlocker(self._sample):
            words = [
                f"{place + 1} of {count} · row {format_count(int(row) + 1)}"
                for place, row in enumerate(trace.rows[:MOST_LISTED].tolist())
            ]
            if trace.sample >= MOST_LISTED:
                words.append(f"{format_count(trace.sample + 1)} of {format_count(count)}")
            if words != [self._sample.itemText(i) for i in range(self._sample.count())]:
                self._sample.clear()
                self._sample.addItems(words)
                width = max(map(self._sample.fontMetrics().horizontalAdvance, words[-1:]))
                self._sample.setFixedWidth(width + scaled(44))
            self._sample.setCurrentIndex(min(trace.sample, len(words) - 1))
        self._alone.setVisible(count > 1 or snapshot.alone is not None)

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
