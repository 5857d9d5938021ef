"""Whose turn it is to be painted anew while training runs.

To paint all edges and maps of a deep network takes longer than a frame, and while training runs all
of them change with every snapshot. So they take turns: a frame paints those anew that have waited
longest, as many as its time allows, and shows the others as they were. Once the run pauses nothing
waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Generic, TypeVar

SECONDS_A_FRAME = 0.002
T = TypeVar("T")


class Turns(Generic[T]):
    """The order in which the parts of one picture are painted anew."""

    def __init__(self) -> None:
        """Begin with nothing painted."""
        self._painted: dict[int, int] = {}
        self._count = 0

    def due(self, outdated: Sequence[T], *, running: bool) -> Iterator[T]:
        """Yield the ``outdated`` parts to paint in this frame: one at least, all in a pause."""
        deadline = perf_counter() + SECONDS_A_FRAME
        for part in sorted(outdated, key=lambda part: self._painted.get(id(part), 0)):
            self._count += 1
            self._painted[id(part)] = self._count
            yield part
            if running and perf_counter() > deadline:
                return
