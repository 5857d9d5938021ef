"""Claims about batches: every row once an epoch, the right order, the layout, no allocation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import EpochBatches
from core.data.arrays import FloatArray
from core.data.batches import CACHED_BYTES


def rows_of(count: int, columns: int = 3) -> tuple[FloatArray, FloatArray]:
    """Return inputs and targets in which every number says its row and column."""
    inputs = np.arange(count, dtype=np.float64)[:, None] * 10 + np.arange(columns)
    return inputs, -inputs[:, :2]


def make(count: int, batch_size: int, seed: int = 0, shuffle: bool = True) -> EpochBatches:
    inputs, targets = rows_of(count)
    return EpochBatches(inputs, targets, "float64", batch_size, seed, shuffle)


def order(batches: EpochBatches) -> list[int]:
    return [int(row) for batch in batches.batches() for row in batch.rows]


@settings(max_examples=80, deadline=None)
@given(
    count=st.integers(1, 40),
    batch_size=st.integers(1, 50),
    epoch=st.integers(0, 10**6),
    shuffle=st.booleans(),
)
def test_every_row_comes_exactly_once_an_epoch_with_its_own_numbers(
    count: int, batch_size: int, epoch: int, shuffle: bool
) -> None:
    inputs, targets = rows_of(count)
    batches = EpochBatches(inputs, targets, "float64", batch_size, 1, shuffle)
    batches.prepare(epoch)
    assert sorted(order(batches)) == list(range(count))
    sizes = [len(batch.rows) for batch in batches.batches()]
    size = min(batch_size, count)
    assert sizes == [size] * (count // size) + [count % size] * (count % size > 0)
    for batch in batches.batches():
        np.testing.assert_array_equal(batch.x, inputs[batch.rows].T)
        np.testing.assert_array_equal(batch.y, targets[batch.rows].T)
        assert batch.x.flags.c_contiguous
        assert batch.y.flags.c_contiguous


def test_signed_columns_begin_with_one_less_twice_the_target() -> None:
    inputs, _ = rows_of(11)
    targets = np.eye(3)[np.arange(11) % 3][:, :2]
    batches = EpochBatches(inputs, targets, "float64", 4, 1, True, signed=True)
    batches.prepare(0)
    for batch in [*batches.batches(), batches.single(5)]:
        np.testing.assert_array_equal(batch.x, inputs[batch.rows].T)
        np.testing.assert_array_equal(batch.y, targets[batch.rows].T)
        np.testing.assert_array_equal(batch.columns[:2], 1 - 2 * batch.y)
        assert batch.columns[2:4].base is batch.y.base


def test_the_order_is_a_function_of_seed_and_epoch_only() -> None:
    straight, jumping = make(50, 7, seed=4), make(50, 16, seed=4)
    for epoch in range(3):
        straight.prepare(epoch)
    jumping.prepare(2)
    assert order(straight) == order(jumping) == straight.permutation(2).tolist()
    assert straight.permutation(2).tolist() != straight.permutation(1).tolist()
    assert straight.permutation(2).tolist() != make(50, 7, seed=5).permutation(2).tolist()


def test_without_shuffling_rows_keep_their_order() -> None:
    batches = make(10, 4, shuffle=False)
    batches.prepare(3)
    assert order(batches) == list(range(10))


@pytest.mark.parametrize("start_row", [1, 8, 12, 19])
def test_a_new_batch_size_in_mid_epoch_goes_on_with_the_rows_left(start_row: int) -> None:
    before, after = make(20, 4), make(20, 6)
    before.prepare(5)
    after.prepare(5, start_row)
    assert order(after) == order(before)[start_row:]
    inputs, _ = rows_of(20)
    for batch in after.batches():
        np.testing.assert_array_equal(batch.x, inputs[batch.rows].T)
    after.prepare(6)
    assert sorted(order(after)) == list(range(20))


@pytest.mark.parametrize("start_row", [-1, 20, 21])
def test_an_epoch_cannot_start_where_no_row_is_left(start_row: int) -> None:
    with pytest.raises(ValueError, match="start_row"):
        make(20, 4).prepare(0, start_row)


def test_preparing_fills_the_same_arrays_anew() -> None:
    batches = make(25, 10)
    batches.prepare(0)
    first = list(batches.batches())
    batches.prepare(1)
    for old, new in zip(first, batches.batches(), strict=True):
        assert old.x is new.x
        assert old.y is new.y
        assert old.rows is new.rows


def test_full_batches_lie_one_after_the_other_in_one_buffer() -> None:
    batches = make(23, 5)
    batches.prepare(0)
    full = batches.batches()[:4]
    addresses = [batch.columns.ctypes.data for batch in full]
    assert np.diff(addresses).tolist() == [full[0].columns.nbytes] * 3


def test_the_columns_of_a_batch_are_its_targets_and_below_them_its_inputs() -> None:
    batches = make(11, 4)
    batches.prepare(0)
    for batch in (*batches.batches(), batches.single(5)):
        np.testing.assert_array_equal(batch.columns, np.vstack([batch.y, batch.x]))
        assert np.shares_memory(batch.columns, batch.x)
        assert np.shares_memory(batch.columns, batch.y)


def test_batches_have_the_type_asked_for() -> None:
    inputs, targets = rows_of(9)
    batches = EpochBatches(inputs, targets, "float32", 4, 0, True)
    batches.prepare(0)
    assert {(b.x.dtype, b.y.dtype) for b in batches.batches()} == {
        (np.dtype("float32"), np.dtype("float32"))
    }


def test_wide_rows_that_are_gathered_a_few_batches_at_a_time_keep_their_numbers() -> None:
    inputs, targets = rows_of(70, columns=3000)
    batches = EpochBatches(inputs, targets, "float64", 8, 0, True)
    assert inputs[: 2 * 8].nbytes > CACHED_BYTES
    for epoch, start in ((0, 0), (1, 0), (2, 13)):
        batches.prepare(epoch, start)
        assert order(batches) == batches.permutation(epoch)[start:].tolist()
        for batch in batches.batches():
            np.testing.assert_array_equal(batch.x, inputs[batch.rows].T)
            np.testing.assert_array_equal(batch.y, targets[batch.rows].T)
