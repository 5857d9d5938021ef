"""How many steps to do before looking up: long chunks cost less, short ones end on time."""

from __future__ import annotations

# Deadline and queue of commands are read about this often.
CHUNK_SECONDS = 0.002
MOST_STEPS = 4096


class Chunks:
    """Learns how long steps take, and cuts a slice of time into chunks of them."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.restart()

    def restart(self) -> None:
        """Expect that a step may take a thousand times as long from here on."""
        self._most = 1
        self._step_seconds = 0.0

    def count(self, left: float) -> int:
        """Return how many steps to do now, where ``left`` seconds are left; at least one."""
        seconds = min(CHUNK_SECONDS, left)
        if self._most * self._step_seconds <= seconds:
            return self._most
        return max(1, int(seconds / self._step_seconds))

    def done(self, count: int, seconds: float) -> None:
        """Note that ``count`` steps took ``seconds``; chunks grow step by step."""
        self._step_seconds = seconds / count
        if count == self._most:
            self._most = min(2 * self._most, MOST_STEPS)
