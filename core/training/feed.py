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
        columns: the batch of the step at hand, (n[L] + n[0], B): targets and below them inputs.
        x, y, rows: its inputs (n[0], B), its targets (n[L], B) and the row numbers (B,).
        last_rows: the row numbers of the last finished step.
        batch_size: B, less than planned in an epoch's last step.
        alone: the only training row that the step at hand sees, or None for its whole batch.
    """

    columns: Floats
    x: Floats
    y: Floats
    rows: NDArray[np.intp]
    last_rows: NDArray[np.intp]
    alone: int | None

    def __init__(self, batches: EpochBatches) -> None:
        """Stand at the first row of the first epoch."""
        self._source = batches
        self.seek(0, 0)
        self.last_rows = self.rows

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
            self.alone = row
            self._take(self._source.single(row))

    @property
    def row_count(self) -> int:
        """Return the number of training rows."""
        return self._source.row_count

    def advance(self) -> bool:
        """Go on to the next batch; return whether an epoch has ended."""
        self._index += 1
        ended = self._index == len(self._batches)
        self.last_rows = self.rows
        if ended:
            # The next epoch's rows go into the same buffer.
            self.last_rows = self.rows.copy()
            self.epoch += 1
            self._start_row = 0
            self._open()
        else:
            # As in _begin, without the calls: this is done after every step.
            self.alone = None
            self.columns, self.x, self.y, self.rows = self._batches[self._index]
            self.batch_size = len(self.rows)
        return ended

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
        self.alone = None
        self._take(self._batches[self._index])

    def _take(self, batch: Batch) -> None:
        self.columns, self.x, self.y, self.rows = batch
        self.batch_size = len(self.rows)
