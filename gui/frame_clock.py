"""The pace of the window: frames, and the slices between them in which training goes on.

A frame collects the latest snapshot and shows it; Qt paints; when Qt is about to wait for events
the worker is granted the time until shortly before the next frame. So painting and training take
turns and neither starves the other. The interval follows the cost of a frame, so that training
keeps at least half of the time. While nothing happens the clock stands still.
"""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer, Signal, Slot

from core import Snapshot
from core.training.snapshot import Part
from gui.session import Session

FRAME_SECONDS = 1 / 60
LONGEST_FRAME_SECONDS = 1 / 10
# The slice ends this long before the next frame, so that the frame begins on time.
MARGIN_SECONDS = 0.001
# How often the costly parts of a snapshot are made anew while training runs.
PART_SECONDS = {
    Part.HISTOGRAMS: 1 / 15,
    Part.PROBE: 1 / 15,
    Part.MAPS: 1 / 10,
    Part.CURVES: 1 / 10,
    Part.TRACE: 1 / 10,
    Part.PREDICTIONS: 1 / 5,
}
POLLING_LOOP_MS = 8
COST_MEMORY = 0.8
RATE_MEMORY = 0.9


class FrameClock(QObject):
    """Ticks frames of one session.

    Attributes:
        frame_seconds: the shortest interval between two frames.
        frames_per_second: as measured lately; 0 while the clock stands still.

    Signals:
        frame: a new snapshot is to be shown.
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
        self._cost = 0.0
        self._interval = FRAME_SECONDS
        self._made: dict[Part, float] = {}
        self._owes_grant = False
        self._is_stopped = False
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        dispatcher.aboutToBlock.connect(self._after_painting)
        session.awaited.connect(self.wake)
        self.wake()

    @Slot()
    def wake(self) -> None:
        """Begin to tick if the clock stands still."""
        if not self._timer.isActive() and not self._owes_grant:
            self._timer.start(0)

    def stop(self) -> None:
        """Stand still for good; may be called again."""
        if self._is_stopped:
            return
        self._is_stopped = True
        self._session.awaited.disconnect(self.wake)
        self._timer.stop()
        self._owes_grant = False
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.aboutToBlock.disconnect(self._after_painting)

    @Slot()
    def tick(self) -> None:
        """Show the latest snapshot, if it is a new one; the worker is granted time afterwards."""
        if self._owes_grant:
            self._after_painting()
            return
        now = perf_counter()
        snapshot: Snapshot | None = self._session.collect()
        self._measure(now, snapshot)
        self._began = now
        if snapshot is not None:
            self.frame.emit(snapshot)
        if self._session.is_idle():
            self.frames_per_second = 0.0
            return
        self._owes_grant = True
        # An event loop that polls never says that it is about to wait.
        self._timer.start(POLLING_LOOP_MS)

    @Slot()
    def _after_painting(self) -> None:
        """Grant the worker what is left of the frame; Qt has painted and is about to wait."""
        if not self._owes_grant:
            return
        self._owes_grant = False
        now = perf_counter()
        self._cost = COST_MEMORY * self._cost + (1 - COST_MEMORY) * (now - self._began)
        self._interval = min(max(self.frame_seconds, 2 * self._cost), LONGEST_FRAME_SECONDS)
        due = max(self._began + self._interval, now + self._interval / 4)
        self._session.grant(due - MARGIN_SECONDS, self._due_parts(now))
        self._timer.start(max(0, round(1000 * (due - now))))

    def _due_parts(self, now: float) -> Part:
        parts = Part(0)
        for part, seconds in PART_SECONDS.items():
            if now - self._made.get(part, 0.0) >= seconds:
                parts |= part
                self._made[part] = now
        return parts

    def _measure(self, now: float, snapshot: Snapshot | None) -> None:
        if snapshot is None or snapshot.state != "running":
            self.frames_per_second = 0.0
            return
        rate = 1 / max(now - self._began, self.frame_seconds)
        known = self.frames_per_second or rate
        self.frames_per_second = RATE_MEMORY * known + (1 - RATE_MEMORY) * rate
