"""Claims about activations and losses: right values, right slopes, sound at the extremes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.network.activations import ACTIVATIONS
from core.network.losses import LOSSES, label_cross_entropy
from tests.core.experiments import ACTIVATION_ORACLE, Array, trainer_on, value_of

GRID = np.linspace(-6.0, 6.0, 240).reshape(3, -1) + 1e-3
BY_UNIT = [name for name, activation in ACTIVATIONS.items() if activation.by_unit]


def apply(name: str, z: Array) -> Array:
    a = np.empty_like(z)
    ACTIVATIONS[name].bind(z, a)()
    return a


def slope_of(name: str, z: Array) -> Array:
    slope = np.empty_like(z)
    ACTIVATIONS[name].bind_slope(z, apply(name, z), slope)()
    return slope


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_is_what_its_definition_says(name: str) -> None:
    expected = ACTIVATION_ORACLE[name](GRID.T).T
    np.testing.assert_allclose(apply(name, GRID), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", BY_UNIT)
def test_slope_is_the_derivative(name: str) -> None:
    h = 1e-6
    expected = (ACTIVATION_ORACLE[name](GRID + h) - ACTIVATION_ORACLE[name](GRID - h)) / (2 * h)
    np.testing.assert_allclose(slope_of(name, GRID), expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", BY_UNIT)
def test_largest_slope_is_the_largest_slope(name: str) -> None:
    z: Array = np.linspace(-10.0, 10.0, 200_001).reshape(1, -1)
    largest = float(slope_of(name, z).max())
    assert largest == pytest.approx(ACTIVATIONS[name].largest_slope, abs=1e-4)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_stays_finite_far_out(name: str) -> None:
    z = np.array([[-1e4, -750.0, 0.0, 750.0, 1e4], [1e4, 0.0, 0.0, -750.0, 0.0]])
    with np.errstate(over="ignore"):
        assert np.isfinite(apply(name, z)).all()
        if ACTIVATIONS[name].by_unit:
            assert np.isfinite(slope_of(name, z)).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_rectifiers_are_off_at_zero_and_exactly_one_above(name: str, dtype: str) -> None:
    z: NDArray[Any] = np.array([[-1.0, 0.0, 1e-30, 5.0]], dtype)
    off = 0.01 if name == "leaky_relu" else 0.0
    slope = np.empty_like(z)
    a = np.empty_like(z)
    ACTIVATIONS[name].bind(z, a)()
    ACTIVATIONS[name].bind_slope(z, a, slope)()
    np.testing.assert_allclose(slope[0, :2], off, rtol=1e-6)
    assert slope[0, 2:].tolist() == [1.0, 1.0]


def loss_of(name: str, z: float, y: float, count: int = 7) -> float:
    """Return the loss of ``count`` equal samples of a fused output."""
    logits, targets = np.full((1, count), z), np.full((1, count), y)
    loss = np.zeros(())
    LOSSES[name].bind(logits, apply("sigmoid", logits), targets, loss)()
    return float(loss)


@pytest.mark.parametrize("z", [0.0, 5.0, 15.0, 25.0, 40.0, 300.0, 800.0])
def test_binary_cross_entropy_keeps_its_digits_however_sure_the_answer(z: float) -> None:
    with np.errstate(over="ignore"):
        right, wrong = (
            loss_of("binary_cross_entropy", z, 1.0),
            loss_of("binary_cross_entropy", z, 0.0),
        )
    assert right == pytest.approx(math.log1p(math.exp(-z)), rel=1e-7, abs=0)
    assert wrong == pytest.approx(z + math.log1p(math.exp(-z)), rel=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_label_cross_entropy_keeps_every_digit_however_sure_or_wrong(dtype: str) -> None:
    precision = 4 * float(np.finfo(dtype).eps)
    for z in (0.0, 1.5, 12.0, 17.0, 60.0, 90.0, 300.0, 800.0):
        for logit in (z, -z):
            for y in (0.0, 1.0):
                # log(1 + exp(u)) by its asymptote, so that nothing overflows here.
                u = -logit if y else logit
                expected = max(u, 0.0) + math.log1p(math.exp(-abs(u)))
                logits, signs = np.full((1, 7), logit, dtype), np.full((1, 7), 1 - 2 * y, dtype)
                loss = np.zeros((), dtype)
                with np.errstate(over="ignore", under="ignore"):
                    label_cross_entropy(logits, signs, loss)()
                assert float(loss) == pytest.approx(
                    expected, rel=precision, abs=float(np.finfo(dtype).tiny)
                )


def test_label_cross_entropy_is_the_binary_cross_entropy_of_zeros_and_ones() -> None:
    draw = np.random.default_rng(5)
    z, y = draw.normal(0, 4, (3, 20)), draw.integers(0, 2, (3, 20)).astype(float)
    by_labels, by_targets = np.zeros(()), np.zeros(())
    label_cross_entropy(z, 1 - 2 * y, by_labels)()
    LOSSES["binary_cross_entropy"].bind(z, apply("sigmoid", z), y, by_targets)()
    assert float(by_labels) == pytest.approx(float(by_targets), rel=1e-13)


def test_label_cross_entropy_of_numbers_that_are_not_finite_is_not_finite() -> None:
    for wrong in (math.nan, math.inf):
        z, loss = np.array([[1.0, wrong]]), np.zeros(())
        with np.errstate(invalid="ignore"):
            label_cross_entropy(z, np.array([[1.0, 1.0]]), loss)()
        assert not math.isfinite(float(loss))


def test_targets_that_are_no_labels_have_the_cross_entropy_of_the_formula() -> None:
    x, y = np.array([[1.0], [-0.5], [2.0]]), np.array([[0.2], [0.9], [0.5]])
    changes = {"data.task": "regression"}
    trainer = trainer_on(x, y, ((1, "sigmoid"),), "binary_cross_entropy", changes)
    loss = trainer.advance_step()
    a = value_of(trainer, "a1")
    target = value_of(trainer, "y")
    expected = -(target * np.log(a) + (1 - target) * np.log(1 - a)).mean()
    assert loss == pytest.approx(expected, rel=1e-12)


def test_cross_entropy_of_huge_logits_is_their_distance() -> None:
    z, y = np.array([[900.0], [0.0]]), np.array([[0.0], [1.0]])
    loss = np.zeros(())
    with np.errstate(divide="ignore", invalid="ignore"):
        LOSSES["cross_entropy"].bind(z, apply("softmax", z), y, loss)()
    assert float(loss) == 900.0


def test_mean_squared_error_averages_over_outputs_where_the_half_sums() -> None:
    x, y = np.zeros((2, 1)), np.array([[1.0, 2.0], [3.0, 4.0]])
    changes = {"network.initializer": "zeros"}
    mean = trainer_on(x, y, ((2, "linear"),), "mean_squared_error", changes)
    half = trainer_on(x, y, ((2, "linear"),), "half_squared_error", changes)
    assert mean.advance_step() == 30 / 4
    assert half.advance_step() == 30 / 2 / 2


def test_fused_factors_are_right_for_outputs_that_are_saturated() -> None:
    x, y = np.array([[1.0], [-1.0], [1.0]]), np.array([[1.0], [0.0], [0.0]])
    trainer = trainer_on(x, y, ((1, "sigmoid"),), "binary_cross_entropy", {"network.biases": False})
    trainer.network.params.data[:] = 1000.0
    trainer.advance_step()
    factor = value_of(trainer, "da1")
    assert factor[:2].ravel().tolist() == [-1 / 3, 1 / 3]
    assert factor[2, 0] == math.inf
    np.testing.assert_allclose(value_of(trainer, "dz1"), [[0.0], [0.0], [1 / 3]], atol=1e-16)


@pytest.mark.parametrize(
    ("loss", "output"), [("binary_cross_entropy", "sigmoid"), ("cross_entropy", "softmax")]
)
def test_the_two_factors_of_a_fused_output_make_its_gradient(loss: str, output: str) -> None:
    draw = np.random.default_rng(3)
    x, y = draw.normal(size=(5, 2)), np.eye(2)[draw.integers(2, size=5)]
    trainer = trainer_on(x, y, ((2, output),), loss)
    trainer.advance_step()
    a, da, dz = (value_of(trainer, name) for name in ("a1", "da1", "dz1"))
    expected = a * (1 - a) * da if output == "sigmoid" else a * (da - (a * da).sum(1)[:, None])
    np.testing.assert_allclose(dz, expected, rtol=1e-12)
    np.testing.assert_allclose(dz, (a - y) / 5, rtol=1e-12)
