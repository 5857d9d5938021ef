"""A series of numbers over steps that stays bounded however long a run is.

Neighbouring points are averaged in pairs whenever the buffer is full, so a run of ten million steps
costs as much memory as one of two thousand and its curve keeps its shape.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.training.frozen import frozen


class Series:
    """Rows of numbers by step, averaged over ``stride`` neighbours.

    Attributes:
        stride: how many additions one stored row stands for.
    """

    def __init__(self, width: int = 1, capacity: int = 2048) -> None:
        """Allocate ``capacity`` rows (even) of ``width`` numbers."""
        self._steps = np.zeros(capacity)
        self._values = np.zeros((capacity, width))
        self._sum = np.zeros(width)
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

    def add(self, step: int, row: Sequence[float] | NDArray[np.float64]) -> None:
        """Add the numbers of ``step``, which is not less than the last one added."""
        self._sum += row
        self._pending += 1
        if self._pending < self.stride:
            return
        if self._count == len(self._steps):
            # What is pending is now only half a row; it waits for the other half.
            self._halve()
            return
        self._steps[self._count] = step
        self._values[self._count] = self._sum / self._pending
        self._count += 1
        self._sum[:] = 0.0
        self._pending = 0

    def extend(self, first_step: int, numbers: Sequence[float]) -> None:
        """Add one number a step from ``first_step`` on; for a series of width 1."""
        values = np.asarray(numbers, np.float64)
        done = 0
        while done < len(values):
            rows = min((len(values) - done) // self.stride, len(self._steps) - self._count)
            if self._pending or rows == 0:
                self.add(first_step + done, (values[done],))
                done += 1
                continue
            taken = values[done : done + rows * self.stride].reshape(rows, self.stride)
            stored = slice(self._count, self._count + rows)
            self._values[stored, 0] = taken.mean(axis=1)
            done += taken.size
            last = first_step + done - 1
            self._steps[stored] = range(last - (rows - 1) * self.stride, last + 1, self.stride)
            self._count += rows

    def _halve(self) -> None:
        half = len(self._steps) // 2
        self._steps[:half] = self._steps[1::2]
        self._values[:half] = (self._values[0::2] + self._values[1::2]) / 2
        self._count = half
        self.stride *= 2

    def truncate(self, step: int) -> None:
        """Forget everything after ``step``."""
        self._count = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        self._sum[:] = 0.0
        self._pending = 0

    def steps(self) -> NDArray[np.float64]:
        """Return a read-only copy (n,) of the last step that each row stands for."""
        return frozen(self._steps[: self._count])

    def values(self) -> NDArray[np.float64]:
        """Return a read-only copy (n, width) of the rows."""
        return frozen(self._values[: self._count])
