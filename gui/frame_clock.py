"""The pace of the window: frames, and the slices between them in which training goes on.

A frame collects the latest snapshot, shows it and paints it; then the worker is granted the time
until the next frame. So painting and training take turns and neither starves the other. A frame
that cost much is followed by as long a slice, so that training keeps at least half of the time.
While nothing happens the clock stands still.
"""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core import Snapshot
from core.training.snapshot import Part
from gui.session import Session

FRAME_SECONDS = 1 / 60
LONGEST_FRAME_SECONDS = 1 / 10
# The slice ends when the next frame is due, which waits this long for the snapshot of that moment.
PATIENCE_SECONDS = 0.003
# How often the costly parts of a snapshot are made anew while training runs. Losses and scores are
# not among them: until it pauses, those of the log are shown.
PART_SECONDS = {
    Part.HISTOGRAMS: 1 / 10,
    Part.PROBE: 1 / 15,
    Part.MAPS: 1 / 10,
    Part.CURVES: 1 / 10,
    Part.TRACE: 1 / 10,
    Part.PREDICTIONS: 1 / 5,
}
RETRY_MS = 2
LATENESS_SECONDS = 0.1
RATE_MEMORY = 0.9


class FrameClock(QObject):
    """Ticks frames of one session.

    Attributes:
        frame_seconds: the shortest interval between two frames.
        frames_per_second: as measured lately; 0 while the clock stands still.

    Signals:
        frame: a new snapshot is to be shown and painted before the slot returns.
    """

    frame = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        """Tick for ``session`` whenever it awaits something."""
        super().__init__(parent)
        self.frame_seconds = FRAME_SECONDS
        self.frames_per_second = 0.0
        self._session = session
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)
        self._began = 0.0
        self._granted_until = 0.0
        self._made: dict[Part, float] = {}
        self._is_stopped = False
        session.awaited.connect(self.wake)
        self.wake()

    @Slot()
    def wake(self) -> None:
        """Begin to tick if the clock stands still."""
        if not self._timer.isActive():
            self._timer.start(0)

    def stop(self) -> None:
        """Stand still for good; may be called again."""
        if self._is_stopped:
            return
        self._is_stopped = True
        self._session.awaited.disconnect(self.wake)
        self._timer.stop()

    @Slot()
    def tick(self) -> None:
        """Show the latest snapshot, if it is a new one, and grant the worker a slice."""
        began = perf_counter()
        snapshot: Snapshot | None = self._session.collect(PATIENCE_SECONDS)
        if snapshot is not None:
            self._measure(began, snapshot)
            self._began = began
            self.frame.emit(snapshot)
        if self._is_stopped:
            return
        if self._session.is_idle():
            self.frames_per_second = 0.0
            return
        if snapshot is None and began < self._granted_until + LATENESS_SECONDS:
            # The worker is late: look again soon instead of losing a whole frame.
            self._timer.start(RETRY_MS)
            return
        now = perf_counter()
        interval = min(max(self.frame_seconds, 2 * (now - began)), LONGEST_FRAME_SECONDS)
        due = max(began + interval, now + interval / 4)
        self._granted_until = due
        self._session.grant(due, self._due_parts(now))
        # Of whole milliseconds the last one is waited for where the snapshot is.
        self._timer.start(max(0, int(1000 * (due - now))))

    def _due_parts(self, now: float) -> Part:
        parts = Part(0)
        for part, seconds in PART_SECONDS.items():
            if now - self._made.get(part, 0.0) >= seconds:
                parts |= part
                self._made[part] = now
        return parts

    def _measure(self, now: float, snapshot: Snapshot) -> None:
        if snapshot.state != "running":
            self.frames_per_second = 0.0
            return
        rate = 1 / max(now - self._began, self.frame_seconds)
        known = self.frames_per_second or rate
        self.frames_per_second = RATE_MEMORY * known + (1 - RATE_MEMORY) * rate
