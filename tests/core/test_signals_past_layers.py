"""Claims about the theory of signals where layers add their input, against wide drawn networks."""

from __future__ import annotations

import numpy as np
import pytest

from core.diagnosis.expectations import mean_value
from core.diagnosis.propagation import signal_theory
from core.explain.signal_corridor import signal_corridor
from core.spec import NetworkSpec
from tests.core.experiments import ACTIVATION_ORACLE, trainer_on
from tests.core.test_signal_theory import check_wide_networks, network_of


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "softplus"])
def test_the_mean_answer_agrees_with_a_fine_sum(activation: str) -> None:
    z = np.linspace(-12, 12, 200_001)
    density = np.exp(-0.5 * ((z - 0.4) / 0.9) ** 2)
    expected = ACTIVATION_ORACLE[activation](z) @ density / density.sum()
    assert mean_value(activation, 0.4, 0.9) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_wide_networks_with_shortcuts_do_what_theory_says(activation: str) -> None:
    residual = {f"network.layers[{place}].residual": True for place in (1, 2)}
    changes = {"network.initializer": "he_normal", "network.initial_bias": 0.1, **residual}
    check_wide_networks(activation, changes, target_size=1000)


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_there_is_no_theory_of_normalized_layers(kind: str) -> None:
    layers = [{"units": 4, "normalization": kind}, {"units": 1, "activation": "linear"}]
    network: NetworkSpec = network_of((1,), "linear", {"layers": layers})
    assert signal_theory(network, (2, 4, 1), 1.0, 1.0) is None


def test_the_corridor_shows_what_a_layer_hands_on() -> None:
    x = np.random.default_rng(1).normal(size=(9, 4))
    layers = ((4, "tanh"), (4, "tanh"), (1, "linear"))
    change = {"network.layers[1].residual": True}
    trainer = trainer_on(x, x[:, :1], layers, "half_squared_error", change)
    first, second, _ = trainer.network.layers
    a = np.tanh(x @ first.W.T + first.b)
    r = np.tanh(a @ second.W.T + second.b) + a
    found = signal_corridor(trainer)
    assert found.activations[2].rms == pytest.approx(np.sqrt(np.mean(r**2)), rel=1e-12)
