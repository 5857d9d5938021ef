"""The time that a run has spent training: wall time on the thread that trains, pauses left out.

It is measured, so it is no function of the seed; nothing but pictures may depend on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from core.training.trainer import Trainer

P = ParamSpec("P")
R = TypeVar("R")


class Stopwatch:
    """Adds up the spans between ``start`` and ``stop``."""

    def __init__(self) -> None:
        """Stand still at 0."""
        self._before = 0.0
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """Return the seconds so far."""
        return self._before + (0.0 if self._since is None else perf_counter() - self._since)

    @property
    def is_running(self) -> bool:
        """Return whether a span has been started."""
        return self._since is not None

    def start(self) -> None:
        """Begin a span."""
        self._since = perf_counter()

    def stop(self) -> None:
        """End the span."""
        self._before, self._since = self.seconds, None

    def set(self, seconds: float) -> None:
        """Go on from ``seconds``, running or not."""
        self._before = seconds
        if self._since is not None:
            self._since = perf_counter()


def timed(
    advance: Callable[Concatenate[Trainer, P], R],
) -> Callable[Concatenate[Trainer, P], R]:
    """Count the time that ``advance`` takes as time of the trainer's run."""

    @wraps(advance)
    def advance_timed(trainer: Trainer, /, *args: P.args, **kwargs: P.kwargs) -> R:
        stopwatch = trainer.log.stopwatch
        if stopwatch.is_running:
            return advance(trainer, *args, **kwargs)
        stopwatch.start()
        try:
            return advance(trainer, *args, **kwargs)
        finally:
            stopwatch.stop()

    return advance_timed
