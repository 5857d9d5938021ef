"""Which rows a step sees: the batches of the running epoch and the place in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data import Batch, EpochBatches
from core.errors import UserError
from core.network.parameters import Floats


class Feed:
    """Hands out the batches of one epoch after the other.

    Attributes:
        epoch: finished epochs.
        batch: that of the step at hand.
        last_rows: the row numbers of the last finished step.
        alone: the only training row that the step at hand sees, or None for its whole batch.
    """

    batch: Batch
    last_rows: NDArray[np.intp]
    alone: int | None

    def __init__(self, batches: EpochBatches) -> None:
        """Stand at the first row of the first epoch."""
        self._source = batches
        self.seek(0, 0)
        self.last_rows = self.rows

    @property
    def x(self) -> Floats:
        """Return the inputs (n[0], B) of the step at hand."""
        return self.batch.x

    @property
    def y(self) -> Floats:
        """Return the targets (n[L], B) of the step at hand."""
        return self.batch.y

    @property
    def rows(self) -> NDArray[np.intp]:
        """Return the row numbers (B,) of the step at hand."""
        return self.batch.rows

    @property
    def batch_size(self) -> int:
        """Return B, less than planned in an epoch's last step."""
        return len(self.batch.rows)

    def seek(self, epoch: int, row: int) -> None:
        """Go to a place; the batches from there on are those that a straight run would see."""
        self.epoch = epoch
        self._start_row = row
        self._open()

    def isolate(self, row: int | None) -> None:
        """Let the step at hand see one training row alone; None: its whole batch again.

        Raises:
            UserError: there is no such row.
        """
        if row is not None and not 0 <= row < self._source.row_count:
            raise UserError(f"There is no training row {row + 1}; there are {self.row_count}.")
        self._begin()
        if row is not None:
            self.batch, self.alone = self._source.single(row), row

    @property
    def row_count(self) -> int:
        """Return the number of training rows."""
        return self._source.row_count

    def advance(self) -> bool:
        """Go on to the next batch; return whether an epoch has ended."""
        self._index += 1
        self.last_rows = self.batch.rows
        if self._index < len(self._batches):
            self.batch, self.alone = self._batches[self._index], None
            return False
        # The next epoch's rows go into the same buffer.
        self.last_rows = self.last_rows.copy()
        self.epoch += 1
        self._start_row = 0
        self._open()
        return True

    @property
    def row(self) -> int:
        """Return how many rows of this epoch finished steps have used."""
        return self._start_row + self._index * self._source.batch_size

    @property
    def steps_per_epoch(self) -> int:
        """Return the number of batches in a whole epoch."""
        return -(-self._source.row_count // self._source.batch_size)

    @property
    def progress(self) -> float:
        """Return the finished share of this epoch, 0 to 1."""
        return self.row / self._source.row_count

    def _open(self) -> None:
        self._source.prepare(self.epoch, self._start_row)
        self._batches = self._source.batches()
        self._index = 0
        self._begin()

    def _begin(self) -> None:
        self.batch, self.alone = self._batches[self._index], None
