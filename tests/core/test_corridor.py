"""The signal corridor: its numbers are those of the network, and looking changes nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core import Trainer
from core.diagnosis.corridor import LEVELS, Spread, spread_of
from core.explain.signal_corridor import MOST_ROWS, row_limit, signal_corridor
from core.presets import load_preset
from tests.core.experiments import Array, bits, readable, small_trainer, trainer_on

LAYERS = ((6, "tanh"), (5, "relu"), (2, "linear"))


def regression(rows: int = 40) -> tuple[Trainer, Array, Array]:
    random = np.random.default_rng(2)
    x, y = random.normal(size=(rows, 3)), random.normal(size=(rows, 2))
    changes = {"network.initial_bias": 0.2}
    return trainer_on(x, y, LAYERS, "mean_squared_error", changes), x, y


def by_hand(trainer: Trainer, x: Array, y: Array) -> tuple[list[Array], list[Array]]:
    """Return the activations, and the errors of each sample for itself, from the definitions."""
    (W1, b1), (W2, b2), (W3, b3) = ((layer.W, layer.b) for layer in trainer.network.layers)
    a1 = np.tanh(x @ W1.T + b1)
    z2 = a1 @ W2.T + b2
    a2 = np.maximum(z2, 0)
    a3 = a2 @ W3.T + b3
    # Of one sample: the mean over outputs of (a - y)², differentiated.
    dz3 = a3 - y
    dz2 = dz3 @ W3 * (z2 > 0)
    dz1 = dz2 @ W2 * (1 - a1**2)
    return [x, a1, a2, a3], [dz1, dz2, dz3]


def assert_spread(found: Spread, values: Array) -> None:
    sizes = np.abs(values)
    kept = sizes[sizes > 0]
    np.testing.assert_allclose(found.quantiles, np.percentile(kept, LEVELS), rtol=1e-12)
    assert found.rms == pytest.approx(math.sqrt(np.mean(values**2)), rel=1e-12)
    assert found.zeros == np.mean(sizes == 0)
    assert found.broken == 0


def test_quantiles_sizes_and_zeros_are_those_of_values_computed_by_hand() -> None:
    trainer, x, y = regression()
    trainer.advance_step()
    found = signal_corridor(trainer)
    activations, errors = by_hand(trainer, x, y)
    assert (found.step, found.rows, found.of_rows) == (1, 40, 40)
    assert found.activations[2].zeros > 0.1
    for spread, values in zip(found.activations, activations, strict=True):
        assert_spread(spread, values)
    for spread, values in zip(found.errors, errors, strict=True):
        assert_spread(spread, values)
    sizes = [math.sqrt(np.mean(a**2)) for a in activations]
    np.testing.assert_allclose(
        found.forward_factors(), np.divide(sizes[1:], sizes[:-1]), rtol=1e-12
    )
    sizes = [math.sqrt(np.mean(dz**2)) for dz in errors]
    np.testing.assert_allclose(
        found.backward_factors(), np.divide(sizes[:-1], sizes[1:]), rtol=1e-12
    )


def test_the_batch_at_hand_is_looked_at_alone_where_that_is_asked_for() -> None:
    trainer = small_trainer()
    trainer.advance_steps(2)
    found = signal_corridor(trainer, "batch")
    assert (found.rows, found.of_rows) == (8, 8)
    rows = trainer.dataset.inputs[trainer.assembly.feed.rows]
    assert_spread(found.activations[0], rows)
    whole = signal_corridor(trainer)
    assert whole.rows == len(trainer.dataset.inputs)
    assert_spread(whole.activations[0], trainer.dataset.inputs)


@pytest.mark.parametrize("ops", [0, 3, 9])
@pytest.mark.parametrize("rows", ["batch", "training"])
def test_looking_changes_no_bit_of_the_run(ops: int, rows: str) -> None:
    trainer, other = small_trainer(), small_trainer()
    for each in (trainer, other):
        each.advance_steps(3)
        for _ in range(ops):
            each.advance_op()
    before = bits(trainer), readable(trainer), trainer.network.grads.data.tobytes()
    signal_corridor(trainer, "batch" if rows == "batch" else "training")
    after = bits(trainer), readable(trainer), trainer.network.grads.data.tobytes()
    assert before == after
    for each in (trainer, other):
        each.advance_steps(20)
    assert bits(trainer) == bits(other)


def test_of_many_rows_some_are_taken_evenly_and_large_networks_take_fewer() -> None:
    trainer = small_trainer({"data.samples": 8000})
    found = signal_corridor(trainer)
    assert (found.rows, found.of_rows) == (MOST_ROWS, 6000)
    kept = trainer.dataset.inputs[np.linspace(0, 5999, MOST_ROWS).astype(int)]
    assert_spread(found.activations[0], kept)
    assert row_limit((64, 32, 16, 10)) == MOST_ROWS
    assert 1 <= row_limit((784, 1000, 1000, 10)) < 10
    assert row_limit((4096, *[4096] * 128)) == 1


def test_a_layer_of_zeros_has_no_quantiles_and_no_factor() -> None:
    found = signal_corridor(Trainer(load_preset("fail-zero-start")))
    assert found.activations[1].zeros == 1.0
    assert not found.activations[1].is_drawable
    assert found.forward_factors()[0] == 0.0
    assert math.isnan(found.forward_factors()[1])
    assert found.theory is None


def test_numbers_that_are_not_finite_are_counted_and_left_out_of_the_quantiles() -> None:
    found = spread_of(np.array([[1.0, -2.0, np.inf], [np.nan, 0.0, 3.0]]))
    assert found.broken == 2
    assert found.zeros == pytest.approx(1 / 6)
    np.testing.assert_allclose(found.quantiles, np.percentile([1.0, 2.0, 3.0], LEVELS))
    assert not math.isfinite(found.rms)


def test_a_network_of_one_layer_has_one_error_and_no_way_back() -> None:
    found = signal_corridor(Trainer(load_preset("one-neuron")))
    assert (len(found.activations), len(found.errors)) == (2, 1)
    assert found.backward_factors() == ()
