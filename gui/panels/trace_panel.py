"""The card "Trace": the ops of the step on show, where the step stands, and one op up close.

The values are those of one sample of the batch, which the user picks here.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel

from core.training.snapshot import Snapshot
from gui.numbers import format_count
from gui.snapshot_card import SnapshotCard
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.trace.detail import TraceDetail
from gui.trace.op_list import TraceList
from gui.widgets.arrow_button import ArrowButton

# In a lower panel the list needs all the room.
LOWEST_WITH_DETAIL = 480


class TracePanel(SnapshotCard):
    """A step, op by op.

    Signals:
        sample_requested: the place in the batch of the sample whose values to show.
    """

    sample_requested = Signal(int)

    def __init__(self) -> None:
        """Make an empty card."""
        super().__init__("Trace")
        self._place = -1
        self._sample = with_role(QLabel(), "facts")
        self._before = ArrowButton("‹", "Sample before")
        self._after = ArrowButton("›", "Next sample")
        self.list = TraceList()
        self.detail = TraceDetail()
        self._sample_row = QHBoxLayout()
        self._sample_row.addWidget(self._sample, 1)
        self._sample_row.addWidget(self._before)
        self._sample_row.addWidget(self._after)
        self.body.addLayout(self._sample_row)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.detail)
        self._before.clicked.connect(self._on_before)
        self._after.clicked.connect(self._on_after)
        self.list.op_selected.connect(self._on_op_selected)
        themes.changed.connect(self._place_sample_row)
        self._place_sample_row()

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the trace in ``new`` where it is another one."""
        trace = new.trace
        if old is not None and old.trace is trace:
            return
        self.set_facts(_facts(new))
        words = _sample_in_words(new)
        if words != self._sample.text():
            self._sample.setText(words)
        self._before.setEnabled(trace.sample > 0)
        self._after.setEnabled(trace.sample + 1 < len(trace.rows))
        self.list.show_snapshot(new)
        self.detail.show_op(new, self._place)

    def describe(self, shown: Snapshot) -> str:
        """Return where the step stands, and what the op in view wrote and read."""
        return f"{_facts(shown)}; {_sample_in_words(shown)}. {self.detail.in_words()}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the list where there is little."""
        super().resizeEvent(event)
        self.detail.setVisible(self.height() >= scaled(LOWEST_WITH_DETAIL))

    @Slot(int)
    def _on_op_selected(self, place: int) -> None:
        self._place = place
        if self._shown is not None:
            self.detail.show_op(self._shown, place)

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
    return f"training row {row}, sample {trace.sample + 1} of {len(trace.rows)} in the batch"
