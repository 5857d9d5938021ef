"""Claims about backpropagation: every gradient is the slope of the loss, by central differences.

The loss is computed by the oracle: forward and backward pass are both checked against mathematics
that knows nothing of the core.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core import Trainer
from tests.core.experiments import (
    ACTIVATION_ORACLE,
    LOSS_ORACLE,
    Array,
    Layers,
    forward_oracle,
    trainer_on,
    value_of,
)

AnyArray = NDArray[np.floating[Any]]

H = 1e-5
KINK_DISTANCE = 1e-3
KINKED = ("relu", "leaky_relu", "elu")
OUTPUTS = {
    "mean_squared_error": ("linear", "tanh", "softmax"),
    "half_squared_error": ("sigmoid", "linear", "softplus"),
    "binary_cross_entropy": ("sigmoid",),
    "cross_entropy": ("softmax",),
}
ENDINGS = [(loss, output) for loss, outputs in OUTPUTS.items() for output in outputs]
SHAPES = list(product((1, 2, 3), (1, 5), (True, False)))


def targets_for(loss: str, output: str, shape: tuple[int, int], draw: np.random.Generator) -> Array:
    if loss == "cross_entropy":
        return np.eye(shape[1])[draw.integers(shape[1], size=shape[0])]
    if loss == "binary_cross_entropy":
        return draw.integers(2, size=shape).astype(np.float64)
    return draw.normal(size=shape)


def weights_of(trainer: Trainer) -> list[tuple[Array, Array]]:
    return [
        (np.array(layer.W, float), np.array(layer.b, float)) for layer in trainer.network.layers
    ]


def central_differences(loss: Callable[[], float], numbers: Array) -> Array:
    """Return the slope of ``loss()`` with respect to every entry of ``numbers``."""
    slope = np.zeros_like(numbers)
    for index in np.ndindex(numbers.shape):
        kept = numbers[index]
        numbers[index] = kept + H
        above = loss()
        numbers[index] = kept - H
        slope[index] = (above - loss()) / (2 * H)
        numbers[index] = kept
    return slope


def relative_error(found: AnyArray, expected: Array) -> float:
    scale = max(float(np.linalg.norm(found)), float(np.linalg.norm(expected)))
    return float(np.linalg.norm(found - expected)) / scale if scale else 0.0


def away_from_kinks(trainer: Trainer, layers: Layers) -> bool:
    """Return whether no unit of a finished step stands where its slope jumps."""
    return all(
        kind not in KINKED or float(np.abs(value_of(trainer, f"z{n}")).min()) > KINK_DISTANCE
        for n, (_, kind) in enumerate(layers, start=1)
    )


def assert_gradients_are_slopes(layers: Layers, loss: str, rows: int, biases: bool) -> None:
    changes = {"network": {"biases": biases, "input_gradient": True}}
    for seed in range(20):
        draw = np.random.default_rng(seed)
        x = draw.normal(size=(rows, 3))
        y = targets_for(loss, layers[-1][1], (rows, layers[-1][0]), draw)
        trainer = trainer_on(x, y, layers, loss, changes)
        trainer.network.params.data[:] = draw.normal(size=trainer.network.params.data.size)
        weights = weights_of(trainer)
        shown = trainer.advance_step()
        if away_from_kinks(trainer, layers):
            break
    else:
        pytest.fail("no draw is away from the kinks")

    kinds = [kind for _, kind in layers]

    def oracle() -> float:
        return LOSS_ORACLE[loss](forward_oracle(weights, kinds, x), y)

    assert shown == pytest.approx(oracle(), rel=1e-12)
    for layer, (W, b) in zip(trainer.network.layers, weights, strict=True):
        slopes = [central_differences(oracle, W).ravel()]
        found = [layer.dW.ravel()]
        if biases:
            slopes.append(central_differences(oracle, b))
            found.append(layer.db)
        error = relative_error(np.concatenate(found), np.concatenate(slopes))
        assert error < 1e-7, f"layer {layer.index}"
    assert relative_error(value_of(trainer, "dx"), central_differences(oracle, x)) < 1e-7


@pytest.mark.parametrize(("loss", "output"), ENDINGS)
@pytest.mark.parametrize("hidden", ACTIVATION_ORACLE)
def test_gradients_are_slopes_for_every_activation_and_loss(
    hidden: str, loss: str, output: str
) -> None:
    assert_gradients_are_slopes(((4, hidden), (3, hidden), (2, output)), loss, 5, True)


@pytest.mark.parametrize(("depth", "rows", "biases"), SHAPES)
@pytest.mark.parametrize("hidden", ["tanh", "leaky_relu", "softmax"])
def test_gradients_are_slopes_for_every_depth_batch_size_and_without_biases(
    hidden: str, depth: int, rows: int, biases: bool
) -> None:
    layers = (*((4, hidden),) * depth, (2, "sigmoid"))
    assert_gradients_are_slopes(layers, "binary_cross_entropy", rows, biases)


def test_gradients_are_slopes_where_neighbouring_layers_differ() -> None:
    layers = ((3, "relu"), (4, "softmax"), (3, "gelu"), (4, "gelu"), (1, "linear"))
    assert_gradients_are_slopes(layers, "mean_squared_error", 4, True)


@pytest.mark.parametrize(
    ("loss", "output"), [("binary_cross_entropy", "sigmoid"), ("cross_entropy", "softmax")]
)
def test_gradients_are_slopes_for_targets_between_the_classes(loss: str, output: str) -> None:
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(4, 2)), draw.dirichlet((1, 1, 1), size=4)
    trainer = trainer_on(x, y, ((3, "tanh"), (3, output)), loss)
    weights = weights_of(trainer)

    def oracle() -> float:
        return LOSS_ORACLE[loss](forward_oracle(weights, ("tanh", output), x), y)

    assert trainer.advance_step() == pytest.approx(oracle(), rel=1e-12)
    slope = central_differences(oracle, weights[0][0])
    assert relative_error(trainer.network.layers[0].dW, slope) < 1e-7


def test_gradients_are_those_before_the_update_and_stay_readable_after_it() -> None:
    draw = np.random.default_rng(1)
    x, y = draw.normal(size=(4, 2)), draw.normal(size=(4, 1))
    trainer = trainer_on(x, y, ((1, "linear"),), "half_squared_error")
    (W, b) = weights_of(trainer)[0]
    trainer.advance_step()
    error = x @ W.T + b - y
    np.testing.assert_allclose(value_of(trainer, "dW1"), error.T @ x / 4, rtol=1e-13)
    np.testing.assert_allclose(value_of(trainer, "db1"), error.mean(axis=0), rtol=1e-13)
    assert not np.array_equal(trainer.network.layers[0].W, W)


def test_the_gradient_is_the_mean_of_the_gradients_of_single_samples() -> None:
    draw = np.random.default_rng(2)
    x, y = draw.normal(size=(6, 2)), draw.integers(2, size=(6, 1)).astype(np.float64)
    layers = ((3, "silu"), (1, "sigmoid"))
    whole = trainer_on(x, y, layers, "binary_cross_entropy")
    whole.advance_step()
    singles = []
    for row in range(6):
        single = trainer_on(x[[row]], y[[row]], layers, "binary_cross_entropy")
        single.advance_step()
        singles.append(single.network.grads.data.copy())
    np.testing.assert_allclose(whole.network.grads.data, np.mean(singles, axis=0), atol=1e-15)


@pytest.mark.parametrize(("loss", "output"), ENDINGS)
def test_a_perfect_answer_has_no_gradient(loss: str, output: str) -> None:
    x = np.array([[0.3, -0.4]])
    layers = ((2, output),)
    trainer = trainer_on(x, np.array([[1.0, 0.0]]), layers, loss)
    answer = forward_oracle(weights_of(trainer), (output,), x)
    trainer = trainer_on(x, answer, layers, loss)
    trainer.advance_step()
    np.testing.assert_allclose(trainer.network.grads.data, 0.0, atol=1e-16)
