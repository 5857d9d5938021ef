"""The card "Trace": the ops of the step on show, where the step stands, and one op up close.

The values are those of one sample of the batch, which the user picks here.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.training.snapshot import Snapshot
from gui.numbers import format_count
from gui.panels.arrow_button import ArrowButton
from gui.panels.description import Description
from gui.panels.trace_detail import TraceDetail
from gui.panels.trace_list import TraceList
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.card import Card

# In a lower panel the list needs all the room.
LOWEST_WITH_DETAIL = 480


class TracePanel(QWidget):
    """A step, op by op.

    Signals:
        sample_requested: the place in the batch of the sample whose values to show.
    """

    sample_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty card."""
        super().__init__(parent)
        self._latest: Snapshot | None = None
        self._shown: Snapshot | None = None
        self._place = -1
        self._card = Card("Trace")
        self._sample = with_role(QLabel(), "facts")
        self._before = ArrowButton("‹", "Sample before")
        self._after = ArrowButton("›", "Next sample")
        self.list = TraceList()
        self.detail = TraceDetail()
        self._sample_row = QHBoxLayout()
        self._sample_row.addWidget(self._sample, 1)
        self._sample_row.addWidget(self._before)
        self._sample_row.addWidget(self._after)
        self._card.body.addLayout(self._sample_row)
        self._card.body.addWidget(self.list, 1)
        self._card.body.addWidget(self.detail)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._card)
        self._description = Description(self.detail)
        self._before.clicked.connect(self._on_before)
        self._after.clicked.connect(self._on_after)
        self.list.op_selected.connect(self._on_op_selected)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show ``new``, at once or when the panel is next visible."""
        self._latest = new
        if self.isVisible():
            self._update()

    def facts(self) -> str:
        """Return the words beside the title."""
        return _facts(self._shown) if self._shown else ""

    def sample(self) -> str:
        """Return which sample's values are shown."""
        return self._sample.text()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while the panel was hidden."""
        super().showEvent(event)
        self._update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the list where there is little."""
        super().resizeEvent(event)
        self.detail.setVisible(self.height() >= scaled(LOWEST_WITH_DETAIL))

    def _update(self) -> None:
        new, old = self._latest, self._shown
        if new is None or (old is not None and old.trace is new.trace):
            return
        self._shown = new
        self._card.set_facts(_facts(new))
        trace = new.trace
        count = len(trace.rows)
        row = format_count(int(trace.rows[trace.sample]))
        words = f"values of row {row}, sample {trace.sample + 1} of {count} in the batch"
        if words != self._sample.text():
            self._sample.setText(words)
        self._before.setEnabled(trace.sample > 0)
        self._after.setEnabled(trace.sample + 1 < count)
        self.list.show_snapshot(new)
        self.detail.show_op(new, self._place)
        self._description.refresh(new, lambda _: self.detail.in_words())

    @Slot(int)
    def _on_op_selected(self, place: int) -> None:
        self._place = place
        if self._shown is not None:
            self.detail.show_op(self._shown, place)
            self.detail.setAccessibleDescription(self.detail.in_words())

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
    def _restyle(self) -> None:
        self._sample_row.setContentsMargins(scaled(12), 0, scaled(8), scaled(2))
        self._sample_row.setSpacing(0)


def _facts(snapshot: Snapshot) -> str:
    trace = snapshot.trace
    step = f"step {format_count(trace.step)}"
    if trace.completed:
        return f"{step} · finished, {len(trace.ops)} ops"
    if trace.position == 0:
        return f"{step} · {len(trace.ops)} ops to come"
    return f"op {trace.position} of {len(trace.ops)} · {step}"
