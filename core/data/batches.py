"""Which rows a step sees: the batches of an epoch, laid out for the training loop.

Batches are feature-major, (D, B) and C-contiguous, the targets right before the inputs, so that a
step takes in both with one copy. They are views of one buffer that is filled anew for every epoch:
one gather and one transposing copy, whatever the number of batches. The order of an epoch is a
function of seed and epoch alone, so that a replay sees the same batches.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.data.arrays import FloatArray, IndexArray
from core.random_streams import random_stream

BatchArray = NDArray[Any]
CACHED_BYTES = 2**18


class Batch(NamedTuple):
    """One step's share of an epoch; valid until the next ``prepare``.

    Attributes:
        columns: (C, B) one column a sample, its targets and below them its inputs; on top 1 - 2 y
            of every target where that is asked for.
        x: (D, B) inputs, a view of ``columns``.
        y: (K, B) targets, a view of ``columns``.
        rows: (B,) indices of these samples among the training rows.
    """

    columns: BatchArray
    x: BatchArray
    y: BatchArray
    rows: IndexArray


class EpochBatches:
    """All batches of one epoch at a time, for one batch size.

    Every row comes exactly once an epoch; the last batch is smaller where the size does not divide
    the number of rows. A new batch size takes a new object, which ``prepare`` can start from the
    row where the old one stopped.
    """

    def __init__(
        self,
        inputs: FloatArray,
        targets: FloatArray,
        dtype: DTypeLike,
        batch_size: int,
        seed: int,
        shuffle: bool,
        signed: bool = False,
    ) -> None:
        """Allocate all buffers for ``inputs`` (N, D) and ``targets`` (N, K), kept as ``dtype``.

        ``signed``: columns begin with 1 - 2 y of every target.
        """
        self.row_count = len(inputs)
        self.batch_size = min(batch_size, self.row_count)
        self._seed = seed
        self._shuffle = shuffle
        self._rows = np.arange(self.row_count)
        above = [1 - 2 * targets, targets] if signed else [targets]
        self._inputs_from = len(above) * targets.shape[1]
        self._targets_from = self._inputs_from - targets.shape[1]
        self._gatherer = _Gatherer(np.hstack([*above, inputs]), dtype, self.batch_size)
        self._start_row = 0
        # Without shuffling every epoch has the same batches.
        self._is_filled = False
        self._batches = self._make_views()

    def permutation(self, epoch: int) -> IndexArray:
        """Return the order (N,) of the rows in ``epoch``, a function of seed and epoch only."""
        if not self._shuffle:
            return np.arange(self.row_count)
        return random_stream(self._seed, "permutation", epoch).permutation(self.row_count)

    def prepare(self, epoch: int, start_row: int = 0) -> None:
        """Fill the buffers with the rows of ``epoch`` from position ``start_row`` of its order on.

        Raises:
            ValueError: no row is left from there.
        """
        if not 0 <= start_row < self.row_count:
            raise ValueError(f"start_row must be in 0..{self.row_count - 1}, got {start_row}")
        if start_row != self._start_row:
            self._start_row = start_row
            self._batches = self._make_views()
            self._is_filled = False
        if not self._shuffle and self._is_filled:
            return
        self._is_filled = True
        rows = self._rows[: self.row_count - start_row]
        rows[:] = self.permutation(epoch)[start_row:]
        self._gatherer.gather(rows)

    def batches(self) -> list[Batch]:
        """Return the prepared batches in order; their arrays are filled anew by ``prepare``."""
        return self._batches

    def single(self, row: int) -> Batch:
        """Return a batch of one row of the data.

        Raises:
            ValueError: there is no such row.
        """
        if not 0 <= row < self.row_count:
            raise ValueError(f"row must be in 0..{self.row_count - 1}, got {row}")
        return self._batch(self._gatherer.column(row), np.array([row], np.intp))

    def _make_views(self) -> list[Batch]:
        left = self.row_count - self._start_row
        starts = range(0, left, self.batch_size)
        row_views = [self._rows[s : min(s + self.batch_size, left)] for s in starts]
        pairs = zip(self._gatherer.views(left), row_views, strict=True)
        return [self._batch(columns, rows) for columns, rows in pairs]

    def _batch(self, columns: BatchArray, rows: IndexArray) -> Batch:
        first, behind = self._targets_from, self._inputs_from
        return Batch(columns, columns[behind:], columns[first:behind], rows)


class _Gatherer:
    """Copies chosen rows of one matrix (N, C) into feature-major batches of B columns.

    ``_buffer`` holds the full batches one after the other, (C, B) each, then the partial one. Of
    wide data a few batches are gathered at a time: what is gathered is still in the cache when it
    is transposed.
    """

    def __init__(self, source: FloatArray, dtype: DTypeLike, batch_size: int) -> None:
        self._source = np.ascontiguousarray(source, dtype=dtype)
        self._buffer = np.empty(self._source.size, dtype=dtype)
        self._batch_size = batch_size
        batch_bytes = self._source[:batch_size].nbytes
        self._at_once = max(1, CACHED_BYTES // max(1, batch_bytes))
        self._gathered = np.empty_like(self._source[: self._at_once * batch_size])

    def gather(self, rows: IndexArray) -> None:
        full, tail = self._parts(len(rows))
        count, columns, size = full.shape
        for first in range(0, count, self._at_once):
            batches = full[first : first + self._at_once]
            taken = self._take(rows[first * size : (first + len(batches)) * size])
            batches[:] = taken.reshape(-1, size, columns).transpose(0, 2, 1)
        tail[:] = self._take(rows[count * size :]).T

    def _take(self, rows: IndexArray) -> BatchArray:
        gathered = self._gathered[: len(rows)]
        # mode "clip" writes straight into ``out``; "raise" would go through a temporary copy.
        np.take(self._source, rows, axis=0, out=gathered, mode="clip")
        return gathered

    def column(self, row: int) -> BatchArray:
        """Return a copy (C, 1) of one row."""
        column: BatchArray = self._source[row][:, None].copy()
        return column

    def views(self, row_count: int) -> list[BatchArray]:
        full, tail = self._parts(row_count)
        return [*full, tail] if tail.size else list(full)

    def _parts(self, row_count: int) -> tuple[BatchArray, BatchArray]:
        """Return views of the full batches (count, C, B) and of the partial one (C, rest)."""
        columns, size = self._source.shape[1], self._batch_size
        count, rest = divmod(row_count, size)
        end = count * size * columns
        full = self._buffer[:end].reshape(count, columns, size)
        return full, self._buffer[end : end + rest * columns].reshape(columns, rest)
