"""Slow motion: one op after the other, each for as long as its sentence takes to read.

It asks for ops and waits for what the snapshots say; the run stays paused all the while.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.training.snapshot import Snapshot

# To look from the list to the stage; then letters a second, read at leisure.
LOOKING_SECONDS = 1.2
LETTERS_PER_SECOND = 30.0


class SlowMotion(QObject):
    """Plays ops.

    Signals:
        op_due: the next op is to be run.
        changed: whether it is on.
    """

    op_due = Signal()
    changed = Signal(bool)

    def __init__(self, sentence: Callable[[], str], parent: QObject | None = None) -> None:
        """Stand still; ``sentence`` returns what there is to read of the op on show."""
        super().__init__(parent)
        self._sentence = sentence
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.op_due)
        self._place: tuple[int, int] | None = None
        self.is_on = False

    def set_on(self, is_on: bool) -> None:
        """Begin with the next op at once, or stop."""
        if is_on == self.is_on:
            return
        self.is_on = is_on
        self._place = None
        self._timer.stop()
        if is_on:
            self._timer.start(0)
        self.changed.emit(is_on)

    @Slot()
    def stop(self) -> None:
        """Stop, if it is on."""
        self.set_on(False)

    def follow(self, snapshot: Snapshot) -> None:
        """Let the op that ``snapshot`` has come to be read; stop where the run cannot go on."""
        if not self.is_on:
            return
        if snapshot.state != "paused" or snapshot.halted is not None:
            self.stop()
            return
        place = snapshot.step, snapshot.trace.position
        if place != self._place:
            self._place = place
            self._timer.start(round(1000 * reading_seconds(self._sentence())))


def reading_seconds(sentence: str) -> float:
    """Return how long an op with this sentence stays on show."""
    return LOOKING_SECONDS + len(sentence) / LETTERS_PER_SECOND
