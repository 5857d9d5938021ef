"""Claims about long curves, what they are drawn over, and the smooth lines over them."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Trainer
from core.training.abscissa import ABSCISSAS, offered, positions, steps_at
from core.training.log import RunLog
from core.training.series import Series
from core.training.smoothing import Smoothing, smooth
from core.training.travel import go_to
from tests.core.experiments import Array, small_trainer

TEN_MILLION = 10**7
MEMORY = 50 * 2**20

ORACLES = {
    "mean": lambda values: values.mean(axis=1),
    "lowest": lambda values: values.min(axis=1),
    "highest": lambda values: values.max(axis=1),
    "latest": lambda values: values[:, -1],
}


def after(steps: int, trainer: Trainer | None = None) -> Trainer:
    trainer = trainer or small_trainer()
    trainer.advance_steps(steps)
    return trainer


# ---------------------------------------------------------------------- long runs


@pytest.mark.parametrize("rule", ORACLES)
@pytest.mark.parametrize("piece", [1, 3, 256])
@pytest.mark.parametrize("count", [7, 100, 1023, 4100])
def test_every_row_of_a_series_is_what_its_rule_makes_of_its_share(
    rule: str, piece: int, count: int
) -> None:
    values = np.random.default_rng(count).normal(size=count)
    series = Series(capacity=16, rule=rule)
    for start in range(0, count, piece):
        series.extend(start + 1, values[start : start + piece])
    stride = series.stride
    whole = count // stride
    shares = values[: whole * stride].reshape(whole, stride)
    np.testing.assert_allclose(series.values()[:, 0], ORACLES[rule](shares), rtol=1e-12)
    np.testing.assert_array_equal(series.steps(), stride * np.arange(1, whole + 1))


def test_ten_million_steps_take_little_memory_and_lose_no_spike() -> None:
    spikes = {1: 7.0, 4_321_987: 90.0, 9_000_001: -3.0}
    series = {rule: Series(rule=rule) for rule in ("mean", "lowest", "highest")}
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for start in range(0, TEN_MILLION, 2**17):
            losses = np.full(min(2**17, TEN_MILLION - start), 0.5)
            for step, spike in spikes.items():
                if start < step <= start + len(losses):
                    losses[step - start - 1] = spike
            for each in series.values():
                each.extend(start + 1, losses)
        assert tracemalloc.get_traced_memory()[0] - before < MEMORY / 10
    finally:
        tracemalloc.stop()
    steps, stride = series["mean"].steps(), series["mean"].stride
    assert len(steps) <= 2048
    assert steps[-1] > TEN_MILLION - stride
    for step, spike in spikes.items():
        row = np.searchsorted(steps, step)
        side = "highest" if spike > 0.5 else "lowest"
        assert series[side].values()[row, 0] == spike
        assert series["mean"].values()[row, 0] == pytest.approx(0.5 + (spike - 0.5) / stride)
    assert series["lowest"].values().max() == series["highest"].values().min() == 0.5


def test_a_log_of_half_a_million_losses_keeps_its_size_and_its_spikes() -> None:
    log = RunLog(layers=3, guessing=0.7)
    size = log.byte_count
    for step in range(1, 500_001):
        log.add_loss(step, 8.0 if step == 123_456 else 0.25)
    curves = log.curves()
    assert log.byte_count == size < MEMORY / 100
    assert len(curves.batch_steps) == len(curves.batch_lowest) == len(curves.batch_highest)
    row = np.searchsorted(curves.batch_steps, 123_456)
    assert np.flatnonzero(curves.batch_highest == 8.0).tolist() == [row]
    assert (curves.batch_lowest == 0.25).all()


def test_short_runs_have_no_spread_between_neighbours() -> None:
    curves = after(20).snapshot().curves
    np.testing.assert_array_equal(curves.batch_lowest, curves.batch_loss)
    np.testing.assert_array_equal(curves.batch_highest, curves.batch_loss)


# ---------------------------------------------------------------------- abscissas


def test_steps_become_epochs_by_the_number_of_batches() -> None:
    curves = after(23).snapshot().curves
    found = positions(curves, "epoch", curves.batch_steps)
    # 30 rows in batches of 8, 8, 8 and 6: within an epoch a step is a quarter of it.
    assert found[[3, 7, 19]].tolist() == [1.0, 2.0, 5.0]
    np.testing.assert_allclose(found, np.arange(1, 24) / 4, atol=0.06)
    assert found[-1] == 5.8


def test_epochs_go_on_from_where_the_batch_size_was_changed() -> None:
    trainer = after(8)
    trainer.change({"training.batch_size": 15})
    after(4, trainer)
    curves = trainer.snapshot().curves
    assert positions(curves, "epoch", np.array([4.0, 8.0, 10.0, 12.0])).tolist() == [1, 2, 3, 4]


def test_the_seconds_of_a_run_rise_while_it_trains_and_stand_still_while_it_rests() -> None:
    trainer = after(40)
    curves = trainer.snapshot().curves
    assert curves.seconds[0] == curves.place_steps[0] == 0
    assert curves.place_steps[-1] == 40
    assert (np.diff(curves.seconds) >= 0).all()
    assert curves.seconds[-1] > 0
    trainer.evaluate("train")
    trainer.snapshot()
    assert trainer.snapshot().curves.seconds[-1] == curves.seconds[-1]
    assert after(1, trainer).snapshot().curves.seconds[-1] > curves.seconds[-1]


def test_going_back_takes_the_time_back_with_it() -> None:
    trainer = after(64)
    at_64 = trainer.snapshot().curves.seconds[-1]
    after(500, trainer)
    late = trainer.snapshot().curves.seconds[-1]
    go_to(trainer, 65, 0)
    curves = trainer.snapshot().curves
    assert at_64 <= curves.seconds[-1] < late
    assert curves.place_steps[-1] == 65
    assert (np.diff(curves.place_steps) >= 0).all()


def test_another_run_has_a_time_of_its_own_and_undo_brings_the_former_one_back() -> None:
    trainer = after(100)
    before = trainer.snapshot().curves.seconds[-1]
    trainer.reset()
    assert trainer.snapshot().curves.seconds[-1] == 0
    trainer.undo()
    assert trainer.snapshot().curves.seconds[-1] == before


@pytest.mark.parametrize("pace", ["advance_op", "advance_step", "advance_epoch"])
def test_time_counts_at_every_pace(pace: str) -> None:
    trainer = small_trainer()
    getattr(trainer, pace)()
    assert trainer.log.stopwatch.seconds > 0
    assert not trainer.log.stopwatch.is_running


def test_what_a_run_does_not_record_is_not_offered() -> None:
    curves = after(8).snapshot().curves
    assert {"step", "epoch", "seconds"} <= set(offered(curves)) <= set(ABSCISSAS)
    known = {"step", "epoch", "seconds"} | {n for n in ABSCISSAS if hasattr(curves, n)}
    assert set(offered(curves)) == known


@pytest.mark.parametrize("key", ["step", "epoch", "seconds"])
def test_positions_and_steps_are_each_others_inverse_also_beyond_the_last_step(key: str) -> None:
    curves = after(40).snapshot().curves
    steps = np.array([0.0, 3.0, 17.5, 40.0, 60.0])
    found = positions(curves, key, steps)
    assert (np.diff(found) > 0).all()
    np.testing.assert_allclose(steps_at(curves, key, found), steps, rtol=1e-9, atol=1e-9)


# ---------------------------------------------------------------------- smoothing

VALUES = st.lists(st.floats(-100, 100), min_size=1, max_size=40).map(np.array)


@settings(max_examples=60)
@given(values=VALUES, window=st.integers(1, 30))
def test_the_exponential_mean_is_the_weighted_mean_of_all_values_so_far(
    values: Array, window: int
) -> None:
    found = smooth(values, Smoothing("exponential", window))
    keep = (window - 1) / (window + 1)
    for index in range(len(values)):
        weights = keep ** np.arange(index, -1.0, -1.0)
        assert found[index] == pytest.approx(np.average(values[: index + 1], weights=weights))


@settings(max_examples=60)
@given(values=VALUES, reach=st.integers(0, 15))
def test_the_running_median_is_that_of_the_values_around(values: Array, reach: int) -> None:
    found = smooth(values, Smoothing("median", 2 * reach + 1))
    expected = [np.median(values[max(0, i - reach) : i + reach + 1]) for i in range(len(values))]
    np.testing.assert_array_equal(found, expected)


def test_a_lone_spike_does_not_move_the_median() -> None:
    values = np.full(50, 0.5)
    values[20] = 1e6
    assert (smooth(values, Smoothing("median", 5)) == 0.5).all()


def test_smoothing_leaves_a_constant_as_it_is_and_off_leaves_everything() -> None:
    values = np.full(30, 0.3)
    for kind in ("off", "exponential", "median"):
        np.testing.assert_allclose(smooth(values, Smoothing(kind, 9)), values, rtol=1e-12)
    assert smooth(values, Smoothing()) is values
    assert len(smooth(np.empty(0), Smoothing("median", 9))) == 0
    assert len(smooth(np.empty(0), Smoothing("exponential", 9))) == 0
