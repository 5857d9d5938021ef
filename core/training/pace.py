"""The pace of a run: how many steps are due, and how many were done in the last second."""

from __future__ import annotations

import sys
from collections import deque

MEASURED_SECONDS = 1.0
# After a pause of the machine a paced run does not catch up more than this.
LARGEST_BACKLOG_SECONDS = 0.1


class Pace:
    """Limits a run to a rate of steps a second, or not at all, and measures the rate it has."""

    def __init__(self) -> None:
        """Begin without a limit."""
        self._rate: float | None = None
        self._next_due = 0.0
        self._history: deque[tuple[float, int]] = deque()

    def set_rate(self, rate: float | None, now: float) -> None:
        """Limit to ``rate`` steps a second; None is flat out."""
        self._rate = rate
        self._next_due = now

    def start(self, now: float) -> None:
        """Begin a run: the first step is due at once."""
        self._next_due = now
        self._history.clear()

    def due(self, now: float) -> int:
        """Return how many steps may be done now."""
        if self._rate is None:
            return sys.maxsize
        if now < self._next_due:
            return 0
        self._next_due = max(self._next_due, now - max(LARGEST_BACKLOG_SECONDS, 1 / self._rate))
        return int((now - self._next_due) * self._rate) + 1

    def seconds_until_due(self, now: float) -> float | None:
        """Return how long until a step is due, or None without a limit."""
        return None if self._rate is None else max(0.0, self._next_due - now)

    def done(self, steps: int) -> None:
        """Count ``steps`` as done."""
        if self._rate is not None:
            self._next_due += steps / self._rate

    def measure(self, step: int, now: float) -> float:
        """Return the steps a second over the last second, given the step count of now."""
        history = self._history
        if history and step < history[-1][1]:
            history.clear()
        history.append((now, step))
        while now - history[0][0] > MEASURED_SECONDS and len(history) > 2:
            history.popleft()
        began, first = history[0]
        return (step - first) / (now - began) if now > began else 0.0
