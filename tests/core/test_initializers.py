"""Claims about start values: the spread that each scheme promises, explicit weights as given."""

from __future__ import annotations

import numpy as np
import pytest

from core import Trainer
from tests.core.experiments import Array, small_trainer, trainer_on

N_IN, N_OUT = 150, 250
VARIANCE = {
    "xavier": 2 / (N_IN + N_OUT),
    "he": 2 / N_IN,
    "lecun": 1 / N_IN,
}


def drawn(initializer: str, n_in: int = N_IN, n_out: int = N_OUT, **network: float) -> Array:
    """Return the weights of a first layer (n_out, n_in)."""
    changes = {"network": {"initializer": initializer, **network}}
    layers = ((n_out, "tanh"), (1, "linear"))
    x, y = np.zeros((1, n_in)), np.zeros((1, 1))
    trainer = trainer_on(x, y, layers, "mean_squared_error", changes)
    return np.array(trainer.network.layers[0].W)


@pytest.mark.parametrize("family", VARIANCE)
@pytest.mark.parametrize("shape", ["normal", "uniform"])
def test_weights_have_the_mean_and_variance_of_their_scheme(family: str, shape: str) -> None:
    W = drawn(f"{family}_{shape}")
    variance = VARIANCE[family]
    assert W.shape == (N_OUT, N_IN)
    # Four standard errors of a mean and a variance of this many draws.
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
    assert W.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / W.size))


@pytest.mark.parametrize("family", VARIANCE)
def test_uniform_weights_fill_their_interval_and_normal_ones_go_beyond(family: str) -> None:
    limit = np.sqrt(3 * VARIANCE[family])
    assert 0.99 * limit < np.abs(drawn(f"{family}_uniform")).max() <= limit
    assert np.abs(drawn(f"{family}_normal")).max() > 1.5 * limit


def test_normal_weights_have_the_deviation_of_the_scale() -> None:
    W = drawn("normal", initializer_scale=0.37)
    assert W.std() == pytest.approx(0.37, rel=0.02)


@pytest.mark.parametrize(("initializer", "value"), [("zeros", 0.0), ("constant", -0.25)])
def test_constant_weights_are_all_the_same(initializer: str, value: float) -> None:
    W = drawn(initializer, 3, 4, initializer_scale=-0.25)
    np.testing.assert_array_equal(W, value)


@pytest.mark.parametrize(("n_in", "n_out"), [(6, 6), (4, 9), (9, 4), (5, 1), (1, 5)])
def test_orthogonal_weights_are_orthogonal(n_in: int, n_out: int) -> None:
    W = drawn("orthogonal", n_in, n_out)
    product = W @ W.T if n_out <= n_in else W.T @ W
    np.testing.assert_allclose(product, np.eye(min(n_in, n_out)), atol=1e-12)


def test_orthogonal_weights_prefer_no_sign() -> None:
    diagonal = np.diag(drawn("orthogonal", 40, 40))
    assert 5 < np.count_nonzero(diagonal > 0) < 35


def test_hidden_biases_start_as_asked_and_the_outputs_at_zero() -> None:
    trainer = small_trainer({"network.initial_bias": 0.3})
    biases = [layer.b.tolist() for layer in trainer.network.layers]
    assert biases == [[0.3] * 4, [0.3] * 3, [0.0]]


def test_explicit_weights_and_biases_take_the_place_of_what_would_be_drawn() -> None:
    layers = [
        {"units": 2, "weights": [[1.0, 2.0], [3.0, 4.0]]},
        {"units": 2, "biases": [5.0, 6.0]},
        {"units": 1, "activation": "sigmoid", "weights": [[7.0, 8.0]], "biases": [9.0]},
    ]
    trainer = small_trainer({"network.layers": layers, "network.initial_bias": 0.5})
    drawn_alike = small_trainer({"network.layers": [{"units": 2}, {"units": 2}, layers[2]]})
    first, second, third = trainer.network.layers
    assert first.W.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert first.b.tolist() == [0.5, 0.5]
    np.testing.assert_array_equal(second.W, drawn_alike.network.layers[1].W)
    assert second.b.tolist() == [5.0, 6.0]
    assert (third.W.tolist(), third.b.tolist()) == ([[7.0, 8.0]], [9.0])


def test_without_biases_there_are_none_in_the_vector_and_none_move() -> None:
    trainer = small_trainer({"network.biases": False})
    assert trainer.network.params.data.size == 2 * 4 + 4 * 3 + 3 * 1
    trainer.advance_step()
    for layer in trainer.network.layers:
        np.testing.assert_array_equal(layer.b, 0.0)


def test_a_network_of_equal_weights_stays_symmetric() -> None:
    trainer: Trainer = small_trainer({"network": {"initializer": "constant"}})
    for _ in range(20):
        trainer.advance_step()
    W = trainer.network.layers[0].W
    np.testing.assert_allclose(W, np.broadcast_to(W[:1], W.shape), rtol=1e-9)
