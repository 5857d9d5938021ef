"""Claims about hand-checked examples: the program prints the numbers of the textbook sums."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike

from core import Trainer
from tests.core.experiments import value_of, worked_example

XOR = ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]])


def near(value: float) -> object:
    """Compare at 1e-8, the last digit that the printed examples give."""
    return pytest.approx(value, abs=1e-8, rel=0)


def assert_value(trainer: Trainer, name: str, expected: ArrayLike) -> None:
    wanted = np.asarray(expected, np.float64)
    np.testing.assert_allclose(value_of(trainer, name), wanted, rtol=0, atol=1e-8, err_msg=name)


def two_two_one() -> Trainer:
    layers = [
        {
            "units": 2,
            "activation": "sigmoid",
            "weights": [[0.15, 0.25], [0.20, 0.30]],
            "biases": [0.35, 0.35],
        },
        {"units": 1, "activation": "sigmoid", "weights": [[0.40, 0.50]], "biases": [0.60]},
    ]
    rows = ([[0.5, 0.8]], [[1.0]])
    return worked_example(rows, layers, "half_squared_error", 0.5)


def test_two_two_one_network_gives_every_number_of_one_update() -> None:
    trainer = two_two_one()
    loss = trainer.advance_step()
    assert loss == near(0.02705813)
    expected: dict[str, ArrayLike] = {
        "z1": [[0.625, 0.690]],
        "a1": [[0.65135486, 0.66596693]],
        "z2": [[1.19352541]],
        "a2": [[0.76737099]],
        "loss": 0.02705813,
        "da2": [[-0.23262901]],
        "dz2": [[-0.04152725]],
        "dW2": [[-0.02704897, -0.02765577]],
        "db2": [-0.04152725],
        "da1": [[-0.01661090, -0.02076362]],
        "dz1": [[-0.00377220, -0.00461897]],
        "dW1": [[-0.00188610, -0.00301776], [-0.00230949, -0.00369518]],
        "db1": [-0.00377220, -0.00461897],
        "W2": [[0.41352449, 0.51382789]],
        "b2": [0.62076362],
        "W1": [[0.15094305, 0.25150888], [0.20115474, 0.30184759]],
        "b1": [0.35188610, 0.35230949],
    }
    for name, numbers in expected.items():
        assert_value(trainer, name, numbers)


def test_two_two_one_network_is_better_after_its_update() -> None:
    trainer = two_two_one()
    trainer.advance_step()
    assert trainer.advance_step() == near(0.02545496)
    assert_value(trainer, "a2", [[0.77436773]])


def test_one_neuron_with_binary_cross_entropy_shows_both_factors_of_the_fused_gradient() -> None:
    layers = [{"units": 1, "activation": "sigmoid", "weights": [[0.5, 0.3]], "biases": [0.1]}]
    rows = ([[1.0, 2.0]], [[1.0]])
    trainer = worked_example(rows, layers, "binary_cross_entropy", 0.01)
    assert trainer.advance_step() == near(0.26328247)
    expected: dict[str, ArrayLike] = {
        "z1": [[1.2]],
        "a1": [[0.76852478]],
        "da1": [[-1.30119421]],
        "slope1": [[0.17789444]],
        "dz1": [[-0.23147522]],
        "dW1": [[-0.23147522, -0.46295043]],
        "db1": [-0.23147522],
    }
    for name, numbers in expected.items():
        assert_value(trainer, name, numbers)


def test_a_plain_update_subtracts_rate_times_gradient() -> None:
    layers = [{"units": 1, "activation": "sigmoid", "weights": [[0.5, 0.3]], "biases": [0.1]}]
    rows = ([[1.0, 2.0]], [[1.0]])
    trainer = worked_example(rows, layers, "binary_cross_entropy", 0.01)
    while trainer.program.peek().phase != "update":
        trainer.advance_op()
    trainer.network.layers[0].dW[:] = [[0.2, 0.4]]
    trainer.network.layers[0].db[:] = [0.3]
    trainer.advance_step()
    assert_value(trainer, "W1", [[0.498, 0.296]])
    assert_value(trainer, "b1", [0.097])


def chain_at(x: float) -> Trainer:
    layers = [{"units": 1, "activation": "linear", "weights": [[2.0]], "biases": [3.0]}]
    network = {"input_gradient": True}
    rows = ([[x]], [[0.0]])
    return worked_example(rows, layers, "mean_squared_error", 0.01, network)


def test_chain_rule_reaches_the_input_with_slope_20() -> None:
    trainer = chain_at(1.0)
    assert trainer.advance_step() == near(25.0)
    assert_value(trainer, "z1", [[5.0]])
    assert_value(trainer, "da1", [[10.0]])
    assert_value(trainer, "dx", [[20.0]])
    quotient = (chain_at(1.01).advance_step() - 25.0) / 0.01
    assert quotient == near(20.04)


def test_xor_with_two_hidden_units_and_no_biases_stays_stuck_along_the_known_curve() -> None:
    layers = [
        {
            "units": 2,
            "activation": "sigmoid",
            "weights": [[0.49671415, 0.64768854], [-0.1382643, 1.52302986]],
        },
        {"units": 1, "activation": "sigmoid", "weights": [[-0.23415337, -0.23413696]]},
    ]
    trainer = worked_example(XOR, layers, "half_squared_error", 2.0, {"biases": False})
    # Half the squared error is what is minimized; the table gives the whole.
    losses = [2 * trainer.advance_step() for _ in range(10_000)]
    table = {
        0: 0.25582994,
        1000: 0.19255541,
        2000: 0.18348988,
        5000: 0.18128694,
        9000: 0.18084359,
        9999: 0.18079331,
    }
    assert {number: losses[number] for number in table} == {
        number: near(loss) for number, loss in table.items()
    }
    trainer.advance_phase()
    trainer.advance_phase()
    np.testing.assert_allclose(
        value_of(trainer, "a2"), [[0.4414], [0.3848], [0.9751], [0.3864]], rtol=0, atol=5e-5
    )


def test_xor_has_a_solution_without_biases() -> None:
    layers = [
        {"units": 2, "activation": "sigmoid", "weights": [[5.0, 5.0], [2.0, 2.0]]},
        {"units": 1, "activation": "sigmoid", "weights": [[100.0, -106.0]]},
    ]
    trainer = worked_example(XOR, layers, "half_squared_error", 2.0, {"biases": False})
    trainer.advance_step()
    np.testing.assert_allclose(
        value_of(trainer, "a2"), [[0.047], [0.997], [0.997], [0.016]], rtol=0, atol=5e-4
    )


def test_xor_with_four_hidden_units_biases_and_adam_is_solved_from_every_seed() -> None:
    for seed in range(4):
        layers = [{"units": 4, "activation": "tanh"}, {"units": 1, "activation": "sigmoid"}]
        trainer = worked_example(XOR, layers, "binary_cross_entropy", 0.05)
        trainer = Trainer(
            trainer.spec.with_changes({"seed": seed, "training.optimizer.kind": "adam"})
        )
        losses = [trainer.advance_step() for _ in range(3000)]
        assert losses[-1] < 0.01, seed
