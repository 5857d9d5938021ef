"""Weights and gradients over the run: true quantiles, bounded memory, a function of the steps."""

from __future__ import annotations

import numpy as np
import pytest

from core import ExperimentSpec, Trainer
from core.network.parameters import ParameterLayout
from core.presets import load_preset
from core.training.distributions import (
    COLUMN_LIMIT,
    FIRST_INTERVAL,
    SHARES,
    DistributionLog,
    Distributions,
    LayerColumns,
)

RNG = np.random.default_rng(5)


def columns_of(trainer: Trainer) -> Distributions:
    return trainer.log.distributions.until_now(trainer.step, trainer.network.layout)


def quantiles(values: np.ndarray) -> np.ndarray:
    return np.quantile(values, SHARES, method="inverted_cdf")


def test_every_column_holds_the_quantiles_of_that_step() -> None:
    trainer, other = Trainer(load_preset("spiral")), Trainer(load_preset("spiral"))
    trainer.advance_steps(400)
    found = columns_of(trainer)
    assert found.steps.tolist() == [*range(0, 257, 16), 320, 384]
    for column, step in enumerate(found.steps.tolist()):
        other.advance_steps(int(step) - other.step)
        for layer, part in enumerate(other.network.layout.segments):
            weights, gradient = other.network.params.data[part], other.network.grads.data[part]
            np.testing.assert_array_equal(
                found.quantiles["weights"][column, layer], quantiles(weights)
            )
            wanted = quantiles(gradient) if step else np.full(len(SHARES), np.nan)
            np.testing.assert_array_equal(found.quantiles["gradients"][column, layer], wanted)


def test_op_by_op_and_full_speed_leave_the_same_columns() -> None:
    fast, slow = Trainer(load_preset("xor")), Trainer(load_preset("xor"))
    fast.advance_steps(64)
    while slow.step < 64:
        slow.advance_op()
    for name, columns in columns_of(fast).quantiles.items():
        np.testing.assert_array_equal(columns, columns_of(slow).quantiles[name])


def test_ten_million_steps_are_bounded_and_evenly_spread() -> None:
    layout = ParameterLayout((2, 3, 1))
    log, short = DistributionLog(), DistributionLog()
    vector = np.zeros(layout.size)
    kept: dict[int, float] = {}
    last = 10_000_000
    # Every multiple of a large interval is one of a small one: the others can be left out.
    for step in range(0, last, 32_768):
        vector[:] = kept[step] = np.sin(step)
        log.add(step, vector, vector, layout)
    for step in range(0, FIRST_INTERVAL * COLUMN_LIMIT, FIRST_INTERVAL):
        short.add(step, vector, vector, layout)
    assert log.byte_count == short.byte_count
    found = log.until_now(last, layout)
    assert len(found.steps) <= COLUMN_LIMIT
    np.testing.assert_array_equal(np.diff(found.steps, n=2), 0)
    assert last - found.steps[-1] <= 2 * last / COLUMN_LIMIT * 2
    values = found.quantiles["weights"][:, 0, 0]
    np.testing.assert_array_equal(values, [kept[int(step)] for step in found.steps])


def test_which_steps_are_kept_follows_from_the_steps_alone() -> None:
    layout = ParameterLayout((2, 1))
    log, vector = DistributionLog(), np.zeros(layout.size)
    for step in range(0, FIRST_INTERVAL * COLUMN_LIMIT + 16, 16):
        log.add(step, vector, vector, layout)
    steps = log.until_now(10**6, layout).steps
    np.testing.assert_array_equal(np.diff(steps), 2 * FIRST_INTERVAL)
    assert steps[-1] == FIRST_INTERVAL * COLUMN_LIMIT
    assert len(steps) == COLUMN_LIMIT // 2 + 1


def test_going_back_forgets_what_came_later_and_comes_to_the_same_columns() -> None:
    trainer = Trainer(load_preset("moons"))
    trainer.advance_steps(70)
    frame = trainer.keyframe()
    trainer.advance_steps(130)
    straight = columns_of(trainer)
    trainer.restore(frame)
    assert columns_of(trainer).steps.tolist() == [0, 16, 32, 48, 64]
    trainer.advance_steps(130)
    again = columns_of(trainer)
    np.testing.assert_array_equal(again.steps, straight.steps)
    for name, columns in straight.quantiles.items():
        np.testing.assert_array_equal(again.quantiles[name], columns)


def test_a_run_that_goes_far_back_is_recorded_as_finely_as_a_new_one() -> None:
    layout = ParameterLayout((2, 1))
    log, vector = DistributionLog(), np.zeros(layout.size)
    for step in range(0, 40_000, 16):
        log.add(step, vector, vector, layout)
    assert log.interval == 512
    log.truncate(500)
    assert log.interval == FIRST_INTERVAL
    for step in range(512, 1_025, 16):
        log.add(step, vector, vector, layout)
    assert log.until_now(1_024, layout).steps[:4].tolist() == [0, 512, 576, 640]


def test_other_layers_begin_anew_and_undo_at_once_brings_the_columns_back() -> None:
    trainer = Trainer(load_preset("xor"))
    trainer.advance_steps(64)
    spec = trainer.spec.to_dict()
    spec["network"]["layers"].insert(0, {"units": 5, "activation": "tanh"})
    trainer.adopt(ExperimentSpec.from_dict(spec))
    assert len(columns_of(trainer).steps) == 0
    trainer.undo()
    assert columns_of(trainer).steps.tolist() == [0, 16, 32, 48, 64]
    trainer.redo()
    trainer.advance_steps(16)
    found = columns_of(trainer)
    assert found.steps.tolist() == [80]
    assert found.quantiles["weights"].shape[1] == trainer.network.layout.layer_count


def test_a_large_layer_is_known_by_an_even_sample() -> None:
    layout = ParameterLayout((784, 100, 10))
    vector, log = RNG.normal(size=layout.size), DistributionLog()
    log.add(0, vector, vector, layout)
    found = log.until_now(0, layout)
    assert found.sizes.tolist() == [78_500, 1_010]
    wanted = np.quantile(vector[layout.segment(1)], [0.25, 0.5, 0.75])
    np.testing.assert_allclose(found.quantiles["weights"][0, 0, [16, 32, 48]], wanted, atol=0.15)


@pytest.mark.parametrize("size", [3, 9, 64])
def test_of_a_small_layer_every_entry_is_known(size: int) -> None:
    values = RNG.normal(size=size)
    layer = recorded(values)
    np.testing.assert_array_equal(layer.values[0], np.sort(values))
    edges = np.linspace(-5, 5, 21)
    wanted = np.histogram(values, edges)[0] / size
    np.testing.assert_allclose(layer.shares_between(edges)[0], wanted, atol=1e-12)
    np.testing.assert_array_equal(layer.sizes().values[0], np.sort(np.abs(values)))
    for share in (0, 0.05, 0.25, 0.5, 1):
        wanted = np.quantile(values, share, method="inverted_cdf")
        assert layer.quantile(share)[0] == wanted


@pytest.mark.parametrize("size", [65, 250])
def test_of_a_larger_layer_shares_are_known_to_a_64th(size: int) -> None:
    values = RNG.normal(size=size)
    layer = recorded(values)
    edges = np.linspace(-5, 5, 21)
    shares = layer.shares_between(edges)[0]
    assert shares.sum() == pytest.approx(1.0)
    wanted = np.histogram(values, edges)[0] / size
    np.testing.assert_allclose(shares, wanted, atol=1.5 / 64)
    below = layer.shares_below(np.array([0.4]))[0, 0]
    assert below == pytest.approx((values < 0.4).mean(), abs=1 / 64)
    ranks = np.searchsorted(np.sort(np.abs(values)), layer.sizes().values[0]) / size
    np.testing.assert_allclose(ranks, SHARES, atol=2 / 64)
    assert layer.quantile(0.25)[0] == np.quantile(values, 0.25, method="inverted_cdf")


def test_entries_that_are_zero_stay_together() -> None:
    layer = recorded(np.concatenate([np.zeros(60), RNG.normal(size=140)]))
    shares = layer.shares_between(np.array([-9.0, -1e-9, 1e-9, 9.0]))[0]
    assert shares[1] == pytest.approx(0.3, abs=1 / 32)
    assert layer.sizes().shares_below(np.array([1e-9]))[0, 0] == pytest.approx(0.3, abs=1 / 32)


def recorded(values: np.ndarray) -> LayerColumns:
    """Return what is known of a layer whose weights have been ``values``."""
    layout, log = ParameterLayout((1, len(values)), biases=False), DistributionLog()
    log.add(0, values, values, layout)
    return log.until_now(0, layout).of_layer("weights", 1)
