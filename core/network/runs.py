"""What an operation does: a function without arguments, bound to its arrays.

Most are one call of NumPy with the arrays bound to it. Where it takes several, ``InTurn`` keeps
them apart, so that a step at full speed makes them directly, with no function around them. A
``Sweep`` goes over long vectors stretch by stretch, and a step at full speed does with each stretch
all that is to be done with it while it is in the cache.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# So much of every vector that is at work stays in a processor's second cache.
STRETCH_BYTES = 2**17

Run = Callable[[], object]


class InTurn:
    """Runs ``parts`` one after the other; parts that are such sequences themselves are opened."""

    def __init__(self, *parts: Run) -> None:
        """Take the parts in order."""
        self.parts: tuple[Run, ...] = tuple(p for part in parts for p in parts_of(part))

    def __call__(self) -> None:
        """Run all parts."""
        for part in self.parts:
            part()


class Sweep(InTurn):
    """Runs the same on every stretch of some vectors, entry by entry.

    What is done with one stretch depends on no other, so sweeps that follow one another may be
    done stretch by stretch, to the same bits.
    """

    def __init__(self, *stretches: Run) -> None:
        """Take what is done with each stretch, in order."""
        super().__init__(*stretches)
        self.stretches = stretches


class Mend:
    """Runs ``mend`` where a number that has just been computed is not finite."""

    def __init__(self, read: Callable[[], float], mend: Run) -> None:
        """Take what reads the number, and what is to be done then."""
        self.read = read
        self.mend = mend

    def __call__(self) -> None:
        """Read and, where need be, mend."""
        number = self.read()
        if number - number != 0.0:
            self.mend()


def stretches_of(size: int, dtype: np.dtype[np.floating]) -> list[slice]:
    """Return the parts of a vector (``size``,) that a sweep goes over one after the other."""
    length = STRETCH_BYTES // dtype.itemsize
    return [slice(start, min(start + length, size)) for start in range(0, size, length)]


def parts_of(run: Run) -> tuple[Run, ...]:
    """Return what ``run`` does, call by call."""
    return run.parts if isinstance(run, InTurn) else (run,)
