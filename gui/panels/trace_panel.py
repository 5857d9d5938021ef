"""The card "Trace": the ops of the step on show, where the step stands, and one op up close.

The values are those of one sample of the batch, which the user picks here. Who wants to predict
first sees what an op has written only after a guess.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel

from core.explain.mistakes import hidden_names, question_about
from core.explain.other_sources import needs_backpropagation
from core.explain.reference import Reference
from core.training.snapshot import Snapshot, Trace
from gui.numbers import format_count
from gui.snapshot_card import SnapshotCard
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.trace.detail import TraceDetail
from gui.trace.guess_row import GuessRow
from gui.trace.op_list import TraceList
from gui.trace.op_rows import ROW
from gui.widgets.arrow_button import ArrowButton
from gui.widgets.check_box import CheckBox

# In a lower panel the list needs all the room.
LOWEST_WITH_DETAIL = 480
# Margins and arrows beside the line about the sample.
SAMPLE_BESIDE = 12 + 8 + 2 * 24 + 4
DETAIL_SHARE = 0.60
# What an op of a small network takes, at most; the list gets the rest.
SMALL_DETAIL = 384
SMALL_WIDTH = 3
FEWEST_ROWS = 4


class TracePanel(SnapshotCard):
    """A step, op by op.

    Signals:
        sample_requested: the place in the batch of the sample whose values to show.
        op_selected: the place of the op in view, -1 for none; by the user or by the step.
        op_activated: the place of the op that the user wants to go to.
        value_pointed: the Reference that the pointer rests on, or None.
        hidden_changed: the names of the values that other views are to hide, a frozenset.
    """

    sample_requested = Signal(int)
    op_selected = Signal(int)
    op_activated = Signal(int)
    value_pointed = Signal(object)
    hidden_changed = Signal(frozenset)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Trace")
        self._place = -1
        self._hidden: frozenset[str] = frozenset()
        self._sample = with_role(QLabel(), "facts")
        self._before = ArrowButton("‹", "Sample before")
        self._after = ArrowButton("›", "Next sample")
        self.predict = CheckBox("Predict first")
        self.predict.setAccessibleName("Predict first")
        self.predict.setToolTip("Hide what an operation writes until you have said what it is")
        self.list = TraceList()
        self.detail = TraceDetail()
        self.guess = GuessRow()
        self.guess.hide()
        self._sample_row = QHBoxLayout()
        self._sample_row.addWidget(self._sample, 1)
        self._sample_row.addWidget(self._before)
        self._sample_row.addWidget(self._after)
        self.add_control(self.predict)
        self.body.addLayout(self._sample_row)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.detail)
        self.body.addWidget(self.guess)
        self._before.clicked.connect(self._on_before)
        self._after.clicked.connect(self._on_after)
        self.predict.toggled.connect(self._on_predict_toggled)
        self.guess.answered.connect(self._on_answered)
        self.list.op_selected.connect(self._on_op_selected)
        self.list.op_activated.connect(self.op_activated)
        self.detail.value_pointed.connect(self.value_pointed)
        themes.changed.connect(self._place_sample_row)
        self._place_sample_row()

    @property
    def hidden(self) -> frozenset[str]:
        """Return the names of the values that are to be guessed first."""
        return self._hidden

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the trace in ``new`` where it is another one."""
        trace = new.trace
        if old is not None and old.trace is trace:
            return
        self._write_sample(new)
        self._before.setEnabled(trace.sample > 0)
        self._after.setEnabled(trace.sample + 1 < len(trace.rows))
        self._fit_detail()
        self._ask_about(None if old is None else old.trace, new)
        self.list.show_snapshot(new)
        if trace.completed and self._hidden:
            # The list has folded; the question is still about the last op.
            self._place = len(trace.ops) - 1
        self.detail.show_op(new, self._place, self._hidden)

    def describe(self, shown: Snapshot) -> str:
        """Return where the step stands, and what the op in view wrote and read."""
        return f"{_facts(shown)}; {_sample_in_words(shown)}. {self.detail.in_words()}"

    def show_op(self, place: int) -> None:
        """Select the op at ``place``, whatever has run since."""
        self.list.select_op(place)

    def select_parameter(self, parameter: Reference) -> None:
        """Let ``parameter`` (W or b with its index) stand for all in the ops of the update."""
        self.detail.select_parameter(parameter)

    @Slot(object)
    def point_at(self, reference: Reference | None) -> None:
        """Let what another view points at stand out; None: nothing."""
        self.detail.point_at(reference)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the list where there is little."""
        super().resizeEvent(event)
        self._fit_detail()
        if self._shown is not None:
            self._write_sample(self._shown)

    def _write_sample(self, shown: Snapshot) -> None:
        words = _sample_in_words(shown)
        room = self.width() - scaled(SAMPLE_BESIDE)
        if self._sample.fontMetrics().horizontalAdvance(words) > room:
            words = words.removesuffix(" in the batch")
        if words != self._sample.text():
            self._sample.setText(words)

    def _fit_detail(self) -> None:
        """Give the detail its share; the list gets whole rows, so that none is cut."""
        self.detail.setVisible(self.height() >= scaled(LOWEST_WITH_DETAIL))
        height = round(self.height() * DETAIL_SHARE)
        if self._shown is not None and _is_small(self._shown):
            height = min(height, scaled(SMALL_DETAIL))
        others = self.header.height() + self._sample_row.sizeHint().height() + 2 * self.lineWidth()
        if self.predict.isChecked():
            others += self.guess.height()
        rows = max(FEWEST_ROWS, (self.height() - others - height) // scaled(ROW))
        self.detail.setFixedHeight(max(0, self.height() - others - rows * scaled(ROW)))

    # ------------------------------------------------------------------ predicting first

    def _ask_about(self, old: Trace | None, new: Snapshot) -> None:
        """Hide what the op that has just run wrote and ask for it, where that is wanted."""
        if not self.predict.isChecked() or old is None or new.state == "running":
            self._hide_values(frozenset())
            return
        if _is_same_moment(old, new.trace):
            return
        place = new.trace.position - 1
        question = question_about(new, place) if _is_next_moment(old, new.trace) else None
        if question is None:
            self.guess.clear()
            if new.trace.position and new.trace.ops[new.trace.position - 1].name == "gradient":
                self.guess.say(needs_backpropagation(new.trace.training, "A question about this"))
            self._hide_values(frozenset())
        else:
            self.guess.ask(question)
            self.guess.focus_field()
            self._hide_values(hidden_names(new, place))

    def _hide_values(self, names: frozenset[str]) -> None:
        if names != self._hidden:
            self._hidden = names
            self.list.rows.set_hidden(names)
            if self._shown is not None:
                self.detail.show_op(self._shown, self._place, names)
            self.hidden_changed.emit(names)

    @Slot(bool)
    def _on_predict_toggled(self, checked: bool) -> None:
        self.guess.clear()
        self.guess.setVisible(checked)
        self._fit_detail()
        if not checked:
            self._hide_values(frozenset())

    @Slot()
    def _on_answered(self) -> None:
        self._hide_values(frozenset())

    # ------------------------------------------------------------------ choosing

    @Slot(int)
    def _on_op_selected(self, place: int) -> None:
        self._place = place
        if self._shown is not None:
            self.detail.show_op(self._shown, place, self._hidden)
        self.op_selected.emit(place)

    @Slot()
    def _on_before(self) -> None:
        self._request(-1)

    @Slot()
    def _on_after(self) -> None:
        self._request(1)

    def _request(self, by: int) -> None:
        if self._shown is not None:
            self.sample_requested.emit(self._shown.trace.sample + by)

    @Slot()
    def _place_sample_row(self) -> None:
        self._sample_row.setContentsMargins(scaled(12), 0, scaled(8), scaled(2))
        self._sample_row.setSpacing(0)


def _is_small(snapshot: Snapshot) -> bool:
    return len(snapshot.trace.rows) == 1 and max(snapshot.layout.widths) <= SMALL_WIDTH


def _is_same_moment(old: Trace, new: Trace) -> bool:
    return (old.step, old.position) == (new.step, new.position) and old.ops == new.ops


def _is_next_moment(old: Trace, new: Trace) -> bool:
    """Return whether exactly one op has run since."""
    if old.ops != new.ops:
        return False
    if old.completed:
        return new.step == old.step + 1 and new.position == 1
    return new.step == old.step and new.position == old.position + 1


def _facts(snapshot: Snapshot) -> str:
    trace = snapshot.trace
    if trace.completed:
        return f"last step · all {len(trace.ops)} ops done"
    step = f"step {format_count(trace.step)}"
    if trace.position == 0:
        return f"{step} · {len(trace.ops)} ops to come"
    return f"op {trace.position} of {len(trace.ops)} · {step}"


def _sample_in_words(snapshot: Snapshot) -> str:
    trace = snapshot.trace
    row = format_count(int(trace.rows[trace.sample]) + 1)
    step = "last step" if trace.completed else f"step {format_count(trace.step)}"
    return f"{step} · row {row}, sample {trace.sample + 1} of {len(trace.rows)} in the batch"
