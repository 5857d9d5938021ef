"""Claims about update rules: each follows its published formula, step after step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from core import Trainer
from core.network import runs
from tests.core.experiments import OPTIMIZERS, Array, bits, small_trainer, trainer_on, value_of

STEPS = 25
State = dict[str, Array]
Rule = Callable[[Array, Array, State, int, Mapping[str, float]], Array]

DEFAULTS = {
    "learning_rate": 0.1,
    "momentum": 0.9,
    "dampening": 0.0,
    "alpha": 0.99,
    "beta1": 0.9,
    "beta2": 0.999,
}


def sgd(w: Array, g: Array, s: State, t: int, h: Mapping[str, float]) -> Array:
    return w - h["learning_rate"] * g


def momentum(w: Array, g: Array, s: State, t: int, h: Mapping[str, float]) -> Array:
    s["v"] = g if t == 1 else h["momentum"] * s["v"] + (1 - h["dampening"]) * g
    return w - h["learning_rate"] * s["v"]


def running_mean(w: Array, g: Array, s: State, t: int, h: Mapping[str, float]) -> Array:
    s["v"] = h["momentum"] * s.get("v", 0 * g) + (1 - h["momentum"]) * g
    return w - h["learning_rate"] * s["v"]


def nesterov(w: Array, g: Array, s: State, t: int, h: Mapping[str, float]) -> Array:
    s["v"] = h["momentum"] * s.get("v", 0 * g) + g
    return w - h["learning_rate"] * (g + h["momentum"] * s["v"])


def adagrad(w: Array, g: Array, s: State, t: int, h: Mapping[str, float]) -> Array:
    s["s"] = s.get("s", 0 * g) + g**2
    return w - h["learning_rate"] * g / (np.sqrt(s["s"]) + h.get("eps", 1e-10))


def rmsprop(w: Array, g: Array, s: State, t: int, h: Mapping[str, float]) -> Array:
    s["s"] = h["alpha"] * s.get("s", 0 * g) + (1 - h["alpha"]) * g**2
    return w - h["learning_rate"] * g / (np.sqrt(s["s"]) + h.get("eps", 1e-8))


def adam(w: Array, g: Array, s: State, t: int, h: Mapping[str, float]) -> Array:
    s["m"] = h["beta1"] * s.get("m", 0 * g) + (1 - h["beta1"]) * g
    s["v"] = h["beta2"] * s.get("v", 0 * g) + (1 - h["beta2"]) * g**2
    m, v = s["m"] / (1 - h["beta1"] ** t), s["v"] / (1 - h["beta2"] ** t)
    return w - h["learning_rate"] * m / (np.sqrt(v) + h.get("eps", 1e-8))


RULES: dict[str, Rule] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
}


def weights_of(trainer: Trainer) -> Array:
    return np.array(trainer.network.params.data)


def follow(
    trainer: Trainer,
    rule: Rule,
    numbers: Mapping[str, float],
    state: State,
    first: int = 1,
    steps: int = STEPS,
) -> None:
    """Assert that ``steps`` steps of ``trainer`` move its weights as ``rule`` says."""
    weights = weights_of(trainer)
    for t in range(first, first + steps):
        trainer.advance_step()
        gradient = np.array(trainer.network.grads.data, np.float64)
        weights = rule(weights, gradient, state, t, {**DEFAULTS, **numbers})
        np.testing.assert_allclose(weights_of(trainer), weights, rtol=1e-11, atol=1e-13)


def trainer_with(kind: str, **numbers: Any) -> Trainer:
    return small_trainer({"training": {"optimizer": {"kind": kind, **numbers}}})


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("sgd", {}),
        ("momentum", {}),
        ("momentum", {"momentum": 0.5, "dampening": 0.3}),
        ("momentum", {"momentum": 0.0}),
        ("nesterov", {}),
        ("nesterov", {"momentum": 0.4}),
        ("adagrad", {}),
        ("adagrad", {"eps": 0.01}),
        ("rmsprop", {"learning_rate": 0.01}),
        ("rmsprop", {"alpha": 0.5, "eps": 0.1}),
        ("adam", {}),
        ("adam", {"beta1": 0.0, "beta2": 0.5, "eps": 1e-3}),
    ],
)
def test_optimizer_follows_its_formula(kind: str, numbers: dict[str, float]) -> None:
    follow(trainer_with(kind, **numbers), RULES[kind], numbers, {})


def test_momentum_as_a_running_mean_follows_its_formula() -> None:
    trainer = trainer_with("momentum", momentum_form="running_mean", momentum=0.8)
    follow(trainer, running_mean, {"momentum": 0.8}, {})


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("sgd", {"learning_rate": 0.1}, {"learning_rate": 0.003}),
        ("momentum", {"momentum": 0.9}, {"momentum": 0.2, "dampening": 0.5}),
        ("nesterov", {"momentum": 0.9}, {"momentum": 0.3, "learning_rate": 0.01}),
        ("adagrad", {"learning_rate": 0.1}, {"learning_rate": 0.5}),
        ("rmsprop", {"alpha": 0.99}, {"alpha": 0.7, "learning_rate": 0.02}),
        ("adam", {"beta1": 0.9}, {"beta1": 0.5, "beta2": 0.9, "learning_rate": 0.3}),
    ],
)
def test_numbers_changed_in_mid_run_count_from_the_next_update_on(
    kind: str, before: dict[str, float], after: dict[str, float]
) -> None:
    trainer, state = trainer_with(kind, **before), State()
    follow(trainer, RULES[kind], before, state, steps=10)
    trainer.change({"training": {"optimizer": after}})
    follow(trainer, RULES[kind], {**before, **after}, state, first=11, steps=10)


@pytest.mark.parametrize("decay", [None, 0.0, 0.3])
def test_adamw_decays_weights_and_never_biases_and_is_adam_otherwise(decay: float | None) -> None:
    changes = {} if decay is None else {"weight_decay": decay}
    trainer = trainer_with("adamw", **changes)
    is_weight = np.ones(trainer.network.params.data.size)
    for n, layer in enumerate(trainer.network.layers, start=1):
        is_weight[trainer.network.params.segment(n)][-layer.b.size :] = 0.0
    rate = 0.01 if decay is None else decay

    def adamw(w: Array, g: Array, s: State, t: int, h: Mapping[str, float]) -> Array:
        return adam(w - h["learning_rate"] * rate * w * is_weight, g, s, t, h)

    follow(trainer, adamw, {}, {})


@pytest.mark.parametrize(("form", "velocity"), [("standard", 3.439), ("running_mean", 0.3439)])
def test_velocity_after_four_gradients_of_one_is_the_textbooks(form: str, velocity: float) -> None:
    changes = {
        "network": {"initializer": "zeros", "biases": False},
        "training.optimizer": {"kind": "momentum", "momentum_form": form, "learning_rate": 1e-14},
    }
    one = np.ones((1, 1))
    trainer = trainer_on(one, -one, ((1, "linear"),), "half_squared_error", changes)
    for _ in range(4):
        trainer.advance_step()
        assert trainer.network.grads.data == pytest.approx([1.0], abs=1e-12)
    assert trainer.value("velocity") == pytest.approx(velocity, abs=1e-11)


def test_the_first_step_of_adam_has_the_length_of_the_learning_rate() -> None:
    trainer = trainer_with("adam", learning_rate=0.01)
    before = weights_of(trainer)
    trainer.advance_step()
    np.testing.assert_allclose(np.abs(weights_of(trainer) - before), 0.01, rtol=1e-4)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_update_on_show_is_what_was_subtracted(kind: str) -> None:
    trainer = trainer_with(kind)
    for _ in range(3):
        before = weights_of(trainer)
        trainer.advance_step()
        np.testing.assert_array_equal(before - value_of(trainer, "update"), weights_of(trainer))


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_units_that_get_no_gradient_stay_finite_and_still(kind: str) -> None:
    x, y = np.array([[1.0, 0.0]]), np.array([[2.0]])
    changes = {"training.optimizer": {"kind": kind, "weight_decay": 0.0}}
    trainer = trainer_on(x, y, ((1, "linear"),), "mean_squared_error", changes)
    still = trainer.network.layers[0].W[0, 1]
    for _ in range(30):
        trainer.advance_step()
    assert trainer.network.layers[0].W[0, 1] == still
    assert not trainer.findings()


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_network_in_float32_takes_the_same_path_in_fewer_digits(kind: str) -> None:
    trainers = [
        small_trainer({"network.dtype": dtype, "training.optimizer.kind": kind})
        for dtype in ("float32", "float64")
    ]
    for _ in range(5):
        for trainer in trainers:
            trainer.advance_step()
    single, double = (trainer.network.params.data for trainer in trainers)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, double, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_vectors_that_take_several_stretches_come_to_the_same_bits_at_every_pace(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {"training": {"optimizer": {"kind": kind}, "l1": 0.01, "l2": 0.1}}
    whole = small_trainer(changes)
    monkeypatch.setattr(runs, "STRETCH_BYTES", 7 * 8)
    swept, by_op = small_trainer(changes), small_trainer(changes)
    # Several stretches, and the last one is shorter.
    assert swept.network.params.data.size > 28
    assert swept.network.params.data.size % 7
    for _ in range(5):
        whole.advance_step()
        swept.advance_step()
        while by_op.step < swept.step:
            by_op.advance_op()
    assert bits(whole) == bits(swept) == bits(by_op)
