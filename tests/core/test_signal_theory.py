"""Claims about what theory promises of signals: closed forms, and wide networks that were drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest

from core.diagnosis.expectations import mean_square, mean_square_slope
from core.diagnosis.propagation import Theory, signal_theory
from core.diagnosis.softmax_moments import softmax_backward_gain, softmax_mean_square
from core.explain.signal_corridor import signal_corridor
from core.network.initializers import initial_variance, initial_weights
from core.spec import NetworkSpec
from tests.core.experiments import ACTIVATION_ORACLE, trainer_on

RANDOM_INITIALIZERS = (
    "normal",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
)
SMOOTH = ("linear", "sigmoid", "tanh", "gelu", "silu", "softplus")
WIDTHS = (30, 50, 20, 40)


def network_of(
    units: tuple[int, ...], activation: str, changes: Mapping[str, Any] | None = None
) -> NetworkSpec:
    """Return layers of n[1], ..., n[L] units with the same activation under a linear output."""
    kinds = [activation] * (len(units) - 1) + ["linear"]
    layers = [{"units": n, "activation": kind} for n, kind in zip(units, kinds, strict=True)]
    return msgspec.convert({"layers": layers, **(changes or {})}, NetworkSpec)


def theory_of(network: NetworkSpec, widths: tuple[int, ...]) -> Theory:
    found = signal_theory(network, widths, 1.0, 1.0)
    assert found is not None
    return found


def bell(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def below(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2


@pytest.mark.parametrize("initializer", RANDOM_INITIALIZERS)
def test_the_variance_of_an_initializer_is_that_of_what_it_draws(initializer: str) -> None:
    network = network_of((1,), "tanh", {"initializer": initializer, "initializer_scale": 0.3})
    for n_in, n_out in ((300, 200), (200, 300)):
        drawn = initial_weights(network, n_in, n_out, 5, 1)
        promised = initial_variance(network, n_in, n_out)
        # Four standard errors of the variance of this many normal draws.
        assert np.mean(drawn**2) == pytest.approx(promised, rel=4 * math.sqrt(2 / drawn.size))


@pytest.mark.parametrize("initializer", RANDOM_INITIALIZERS)
def test_linear_layers_multiply_by_the_square_root_of_units_times_variance(
    initializer: str,
) -> None:
    changes = {"initializer": initializer, "initializer_scale": 0.3}
    network = network_of(WIDTHS[1:], "linear", changes)
    found = theory_of(network, WIDTHS)
    variances = [initial_variance(network, n, m) for n, m in pairwise(WIDTHS)]
    forward = [math.sqrt(n * v) for n, v in zip(WIDTHS[:-1], variances, strict=True)]
    backward = [math.sqrt(n * v) for n, v in zip(WIDTHS[2:], variances[1:], strict=True)]
    sizes = found.activations
    np.testing.assert_allclose(np.divide(sizes[1:], sizes[:-1]), forward, rtol=1e-12)
    np.testing.assert_allclose(np.divide(found.errors[:-1], found.errors[1:]), backward, rtol=1e-12)
    assert (sizes[0], found.errors[-1]) == (1.0, 1.0)


def test_relu_halves_the_square_both_ways_and_he_makes_up_for_it() -> None:
    for deviation in (1e-3, 1.0, 70.0):
        assert mean_square("relu", 0, deviation) == pytest.approx(deviation**2 / 2, rel=1e-12)
        assert mean_square_slope("relu", 0, deviation) == pytest.approx(0.5, rel=1e-12)
        leaky = (1 + 0.01**2) / 2
        assert mean_square_slope("leaky_relu", 0, deviation) == pytest.approx(leaky, rel=1e-12)
    found = theory_of(network_of((50, 50, 50), "relu", {"initializer": "he_normal"}), (50,) * 4)
    # The output layer is linear, so nothing is halved there.
    np.testing.assert_allclose(found.activations, [1, 1, 1, math.sqrt(2)], rtol=1e-12)
    np.testing.assert_allclose(found.errors, 1, rtol=1e-12)


@pytest.mark.parametrize("mean", [-1.3, 0.4, 2.0])
def test_a_bias_moves_the_kink_and_the_integral_stays_exact(mean: float) -> None:
    deviation = 0.8
    at = mean / deviation
    square = (mean**2 + deviation**2) * below(at) + mean * deviation * bell(at)
    assert mean_square("relu", mean, deviation) == pytest.approx(square, rel=1e-11)
    assert mean_square_slope("relu", mean, deviation) == pytest.approx(below(at), rel=1e-11)


@pytest.mark.parametrize("activation", SMOOTH)
def test_smooth_activations_agree_with_the_gauss_hermite_rule(activation: str) -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    for mean, deviation in ((0.0, 0.3), (0.5, 0.7)):
        z = mean + deviation * nodes
        square = weights @ ACTIVATION_ORACLE[activation](z) ** 2 / weights.sum()
        assert mean_square(activation, mean, deviation) == pytest.approx(square, rel=1e-9)
        h = 1e-5
        f = ACTIVATION_ORACLE[activation]
        slopes = (f(z + h) - f(z - h)) / (2 * h)
        gain = weights @ slopes**2 / weights.sum()
        assert mean_square_slope(activation, mean, deviation) == pytest.approx(gain, rel=1e-7)


def test_the_narrow_slope_of_saturated_units_is_not_missed() -> None:
    deviation = 3000.0
    # Far from its flanks the curve is level, and what is left is the slope's own integral.
    tanh, sigmoid = 4 / 3 * bell(0) / deviation, bell(0) / (6 * deviation)
    assert mean_square_slope("tanh", 0, deviation) == pytest.approx(tanh, rel=1e-6)
    assert mean_square_slope("sigmoid", 0, deviation) == pytest.approx(sigmoid, rel=1e-5)
    assert mean_square("sigmoid", 0, deviation) == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize("deviation", [0.0, 0.1, 1.0, 5.0, 25.0])
def test_softmax_of_two_units_is_a_sigmoid_of_their_difference(deviation: float) -> None:
    both = math.sqrt(2) * deviation
    square = mean_square("sigmoid", 0, both)
    gain = 2 * mean_square_slope("sigmoid", 0, both)
    assert softmax_mean_square(2, deviation) == pytest.approx(square, rel=1e-6)
    assert softmax_backward_gain(2, deviation) == pytest.approx(gain, rel=1e-5)


@pytest.mark.parametrize("units", [1, 3, 40])
def test_softmax_without_spread_shares_evenly(units: int) -> None:
    assert softmax_mean_square(units, 0.0) == pytest.approx(units**-2.0, rel=1e-6)
    gain = (1 - 1 / units) / units**2
    assert softmax_backward_gain(units, 0.0) == pytest.approx(gain, rel=1e-5, abs=1e-12)


def test_softmax_of_many_units_agrees_with_draws() -> None:
    random = np.random.default_rng(3)
    for deviation in (0.7, 2.5):
        z = random.normal(size=(40_000, 10)) * deviation
        p = ACTIVATION_ORACLE["softmax"](z)
        da = random.normal(size=p.shape)
        dz = p * (da - (p * da).sum(axis=1, keepdims=True))
        assert softmax_mean_square(10, deviation) == pytest.approx((p**2).mean(), rel=0.01)
        assert softmax_backward_gain(10, deviation) == pytest.approx((dz**2).mean(), rel=0.03)


def check_wide_networks(activation: str, changes: Mapping[str, Any], target_size: float) -> None:
    """Compare four drawn layers of 300 units, on average over a dozen draws, with their theory."""
    random = np.random.default_rng(7)
    width, draws = 300, 12
    layers = (*((width, activation),) * 3, (width, "linear"))
    # Targets far larger than the outputs: the error at the output owes nothing to the weights.
    x, y = random.normal(size=(30, width)), target_size * random.normal(size=(30, width))
    forward, backward, promised = np.zeros(5), np.zeros(4), np.zeros(9)
    for seed in range(draws):
        trainer = trainer_on(x, y, layers, "half_squared_error", {**changes, "seed": seed})
        found = signal_corridor(trainer)
        assert found.theory is not None
        forward += np.square([spread.rms for spread in found.activations])
        backward += np.square([spread.rms for spread in found.errors])
        promised += np.square([*found.theory.activations, *found.theory.errors])
    np.testing.assert_allclose(np.sqrt(forward / promised[:5]), 1, atol=0.03)
    np.testing.assert_allclose(np.sqrt(backward / promised[5:]), 1, atol=0.03)


@pytest.mark.parametrize(
    "activation", ["tanh", "sigmoid", "gelu", "relu", "leaky_relu", "elu", "silu", "softplus"]
)
@pytest.mark.parametrize("initializer", ["xavier_normal", "he_uniform"])
def test_wide_networks_do_what_theory_says(activation: str, initializer: str) -> None:
    changes = {"network.initializer": initializer, "network.initial_bias": 0.1}
    check_wide_networks(activation, changes, target_size=30)


@pytest.mark.parametrize("initializer", ["zeros", "constant"])
def test_there_is_no_theory_of_start_values_that_are_not_random(initializer: str) -> None:
    network = network_of((4, 1), "tanh", {"initializer": initializer})
    assert signal_theory(network, (2, 4, 1), 1.0, 1.0) is None
    given = {"units": 1, "activation": "linear", "weights": [[0.5, -1.0]]}
    network = network_of((1,), "linear", {"layers": [given]})
    assert signal_theory(network, (2, 1), 1.0, 1.0) is None


def test_numbers_that_are_not_finite_pass_through_without_an_error() -> None:
    network = network_of((4, 1), "tanh", {})
    found = signal_theory(network, (2, 4, 1), math.inf, math.nan)
    assert found is not None
    assert math.isnan(found.activations[1])
    assert math.isnan(found.errors[0])
