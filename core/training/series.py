"""A series of numbers over steps that stays bounded however long a run is.

Neighbouring points are joined in pairs whenever the buffer is full, so a run of ten million steps
costs as much memory as one of two thousand and its curve keeps its shape. What becomes of two
neighbours is the series' rule: their mean, the lower, the higher, or the later one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training.frozen import frozen

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """How several numbers become one.

    Attributes:
        join: of what was gathered so far and the next numbers, what is gathered then.
        whole: of (rows, n) equal shares along the last axis, what is gathered (rows,).
        is_sum: whether what is gathered is divided by how many numbers it holds.
    """

    join: Callable[[Array, Array], Array]
    whole: Callable[[Array], Array]
    is_sum: bool = False


RULES = {
    "mean": Rule(np.add, lambda shares: np.add.reduce(shares, axis=-1), is_sum=True),
    "lowest": Rule(np.minimum, lambda shares: np.minimum.reduce(shares, axis=-1)),
    "highest": Rule(np.maximum, lambda shares: np.maximum.reduce(shares, axis=-1)),
    "latest": Rule(lambda _, later: later, lambda shares: shares[..., -1]),
}


class Series:
    """Rows of numbers by step, each standing for ``stride`` neighbours.

    Attributes:
        stride: how many additions one stored row stands for.
    """

    def __init__(self, width: int = 1, capacity: int = 2048, rule: str = "mean") -> None:
        """Allocate ``capacity`` rows (even) of ``width`` numbers; ``rule`` is one of RULES."""
        self._steps = np.zeros(capacity)
        self._values = np.zeros((capacity, width))
        self._rule = RULES[rule]
        self._gathered = np.zeros(width)
        self._pending = 0
        self.stride = 1
        self._count = 0

    def __len__(self) -> int:
        """Return the number of stored rows."""
        return self._count

    @property
    def byte_count(self) -> int:
        """Return how much memory the rows take, stored or not."""
        return self._steps.nbytes + self._values.nbytes

    def add(self, step: int, row: Sequence[float] | Array) -> None:
        """Add the numbers of ``step``, which is not less than the last one added."""
        self._gather(step, np.array(row, np.float64), 1)

    def extend(self, first_step: int, numbers: Sequence[float] | Array) -> None:
        """Add one number a step from ``first_step`` on; for a series of width 1."""
        values = np.asarray(numbers, np.float64)
        done = 0
        while done < len(values):
            rows = min((len(values) - done) // self.stride, len(self._steps) - self._count)
            if self._pending or rows == 0:
                taken = values[done : done + self.stride - self._pending]
                done += taken.size
                self._gather(first_step + done - 1, self._rule.whole(taken[None]), taken.size)
                continue
            taken = values[done : done + rows * self.stride].reshape(rows, self.stride)
            stored = slice(self._count, self._count + rows)
            self._values[stored, 0] = self._of(self._rule.whole(taken), self.stride)
            done += taken.size
            last = first_step + done - 1
            self._steps[stored] = range(last - (rows - 1) * self.stride, last + 1, self.stride)
            self._count += rows

    def _gather(self, step: int, numbers: Array, count: int) -> None:
        """Add what ``count`` additions up to that of ``step`` come to; they fit into the row."""
        self._gathered = self._rule.join(self._gathered, numbers) if self._pending else numbers
        self._pending += count
        if self._pending < self.stride:
            return
        if self._count == len(self._steps):
            # What is pending is now only half a row; it waits for the other half.
            self._halve()
            return
        self._steps[self._count] = step
        self._values[self._count] = self._of(self._gathered, self._pending)
        self._count += 1
        self._pending = 0

    def _of(self, gathered: Array, count: int) -> Array:
        return gathered / count if self._rule.is_sum else gathered

    def _halve(self) -> None:
        half = len(self._steps) // 2
        self._steps[:half] = self._steps[1::2]
        joined = self._rule.join(self._values[0::2], self._values[1::2])
        self._values[:half] = self._of(joined, 2)
        self._count = half
        self.stride *= 2

    def truncate(self, step: int) -> None:
        """Forget everything after ``step``."""
        self._count = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        self._pending = 0

    def steps(self) -> Array:
        """Return a read-only copy (n,) of the last step that each row stands for."""
        return frozen(self._steps[: self._count])

    def values(self) -> Array:
        """Return a read-only copy (n, width) of the rows."""
        return frozen(self._values[: self._count])
