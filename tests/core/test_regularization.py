"""Claims about penalties on weights: every rule, schedule and penalty by its formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core import Trainer
from core.explain.explanation import explain
from core.explain.mistakes import question_about
from core.explain.notation import plain
from tests.core.experiments import OPTIMIZERS, Array, bits, small_trainer, value_of
from tests.core.test_optimizers import DEFAULTS, RULES, State, adam
from tests.core.test_schedules import BASE, SCHEDULES, rate

PENALTIES: dict[str, dict[str, Any]] = {
    "none": {},
    "l2": {"l2": 0.02},
    "l1 and l2": {"l1": 0.003, "l2": 0.02},
    "l2 on biases": {"l2": 0.02, "decay_biases": True},
}
# Any two of rule, schedule and penalty meet.
TOGETHER = [
    pytest.param(optimizer, schedule, PENALTIES[name], id=f"{optimizer}-{schedule}-{name}")
    for n, optimizer in enumerate(OPTIMIZERS)
    for m, schedule in enumerate(SCHEDULES)
    for name in [list(PENALTIES)[(n + m) % len(PENALTIES)]]
]


def penalized(optimizer: str, schedule: str = "constant", **numbers: Any) -> Trainer:
    training = {
        "optimizer": {"kind": optimizer, "learning_rate": BASE},
        "schedule": {"kind": schedule, **SCHEDULES[schedule]},
        **numbers,
    }
    return small_trainer({"training": training})


def mask_of(trainer: Trainer) -> Array:
    """Return 1 for what decays, 0 for biases unless they do."""
    mask = np.ones(trainer.network.params.data.size)
    for n, layer in enumerate(trainer.network.layers, start=1):
        if not trainer.spec.training.decay_biases:
            mask[trainer.network.params.segment(n)][-layer.b.size :] = 0.0
    return mask


@pytest.mark.parametrize(("optimizer", "schedule", "numbers"), TOGETHER)
def test_two_hundred_steps_follow_the_formulas(
    optimizer: str, schedule: str, numbers: dict[str, Any]
) -> None:
    trainer, state = penalized(optimizer, schedule, **numbers), State()
    w, mask = np.array(trainer.network.params.data), mask_of(trainer)
    l1, l2 = numbers.get("l1", 0.0), numbers.get("l2", 0.0)
    for t in range(200):
        trainer.advance_step()
        g = np.array(trainer.network.grads.data) + l1 * np.sign(w) * mask + l2 * w * mask
        eta = rate(schedule, BASE, t)
        if optimizer == "adamw":
            w = adam(w - eta * 0.01 * w * mask, g, state, t + 1, {**DEFAULTS, "learning_rate": eta})
        else:
            w = RULES[optimizer](w, g, state, t + 1, {**DEFAULTS, "learning_rate": eta})
        np.testing.assert_allclose(trainer.network.params.data, w, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_op_by_op_is_full_speed_and_going_back_comes_to_the_same_bits(optimizer: str) -> None:
    numbers = {"l1": 0.01, "l2": 0.1}
    straight, by_op = penalized(optimizer, **numbers), penalized(optimizer, **numbers)
    straight.advance_steps(12)
    while by_op.step < 12:
        by_op.advance_op()
    assert bits(by_op) == bits(straight)
    frame = straight.keyframe()
    straight.advance_steps(12)
    after = bits(straight)
    straight.restore(frame)
    straight.advance_steps(12)
    assert bits(straight) == after


def test_gradient_and_loss_stay_those_of_the_data() -> None:
    plain_run, trainer = penalized("sgd"), penalized("sgd", l1=0.1, l2=0.3)
    assert trainer.advance_step() == plain_run.advance_step()
    np.testing.assert_array_equal(trainer.network.grads.data, plain_run.network.grads.data)
    w = trainer.network.params.data + value_of(trainer, "update")
    mask = mask_of(trainer)
    first = value_of(trainer, "gradient") + 0.1 * np.sign(w) * mask
    np.testing.assert_allclose(value_of(trainer, "penalized"), first, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(value_of(trainer, "decayed"), first + 0.3 * w * mask, atol=1e-13)


@pytest.mark.parametrize("biases", [False, True])
def test_the_penalty_stands_beside_the_loss(biases: bool) -> None:
    trainer = penalized("sgd", l1=0.1, l2=0.3, decay_biases=biases)
    trainer.advance_steps(8)
    w = trainer.network.params.data * mask_of(trainer)
    expected = 0.15 * float(w @ w) + 0.1 * float(np.abs(w).sum())
    for metrics in (trainer.evaluate("train"), trainer.evaluate("test")):
        assert metrics is not None
        assert metrics.penalty == pytest.approx(expected, rel=1e-13)
    assert trainer.log.latest is not None
    assert trainer.log.latest.train.penalty == pytest.approx(expected, rel=1e-13)
    trainer.change({"training": {"l1": 0.0, "l2": 0.0}})
    found = trainer.evaluate("train")
    assert found is not None
    assert found.penalty == 0.0


def test_without_penalties_no_op_is_added() -> None:
    trainer = penalized("adam")
    names = [op.name for op in trainer.program.ops if op.phase == "update"]
    assert names == ["m", "v", "update", "parameters"]


def test_penalties_change_in_mid_run_and_keep_weights_and_memory() -> None:
    trainer = penalized("adam", l2=0.1)
    trainer.advance_steps(5)
    before = bits(trainer)
    for change in ({"l2": 0.5}, {"l1": 0.1}, {"l2": 0.0}, {"decay_biases": True}, {"l1": 0.0}):
        trainer.change({"training": change})
        assert bits(trainer) == before
    assert [mark.text for mark in trainer.log.marks][-1].startswith("L1")
    trainer.change({"training": {"l2": 0.5}})
    while trainer.program.peek().name != "decayed":
        trainer.advance_op()
    trainer.change({"training.l2": 2.0})
    w = np.array(trainer.network.params.data)
    trainer.advance_op()
    expected = value_of(trainer, "gradient") + 2.0 * w
    np.testing.assert_allclose(value_of(trainer, "decayed"), expected, rtol=1e-13)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_gradient_that_is_not_finite_reaches_nothing(optimizer: str) -> None:
    trainer = penalized(optimizer, l1=0.1, l2=0.1)
    trainer.advance_steps(3)
    trainer.network.params.data[0] = np.nan
    memory = {name: a.copy() for name, a in trainer.assembly.state.arrays.items()}
    trainer.advance_step()
    assert trainer.halted is not None
    for name, array in memory.items():
        np.testing.assert_array_equal(trainer.assembly.state.arrays[name], array)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("biases", [False, True])
def test_every_op_is_explained_with_terms_that_add_up(optimizer: str, biases: bool) -> None:
    trainer = penalized(optimizer, l1=0.1, l2=0.3, decay_biases=biases)
    trainer.advance_steps(2)
    for place in range(len(trainer.program.ops)):
        op = trainer.advance_op()
        explanation = explain(trainer.snapshot(), place)
        assert 20 < len(explanation.sentence) < 240
        if op.name not in ("penalized", "decayed"):
            continue
        assert explanation.sentence.endswith(".")
        assert explanation.title
        assert question_about(trainer.snapshot(), place) is not None
        for line in explanation.lines(0, trainer.network.params.data.size):
            text = " + ".join(plain(term, repr) for term in line.terms)
            text = text.replace("×", "*").replace("−", "-").replace("·", "*")
            total = eval(text, {"sign": np.sign, "np": np})
            assert line.result.value == pytest.approx(total, rel=1e-12, abs=1e-14)


def test_formulas_name_what_the_rule_takes() -> None:
    trainer = penalized("nesterov", l1=0.1, l2=0.3)
    snapshot = trainer.snapshot()
    lines = {
        op.name: plain(explain(snapshot, place).formula.line)
        for place, op in enumerate(snapshot.trace.ops)
        if op.phase == "update"
    }
    assert lines["penalized"] == "g₁ = ∇L + λ1 sign(W)"
    assert lines["decayed"] == "g₂ = g₁ + λ2 W"
    assert lines["velocity"] == "v = μ v + g₂"
    assert lines["update"] == "Δ = η (g₂ + μ v)"


def test_a_snapshot_has_the_penalty_of_its_own_parameters() -> None:
    trainer = small_trainer({"training": {"l1": 0.01, "l2": 0.1}})
    trainer.advance_steps(3)
    weights = np.concatenate([layer.W.ravel() for layer in trainer.network.layers])
    expected = 0.1 / 2 * (weights**2).sum() + 0.01 * np.abs(weights).sum()
    assert trainer.snapshot().penalty == pytest.approx(expected, rel=1e-12)
    trainer.change({"training": {"l1": 0.0, "l2": 0.0}})
    assert trainer.snapshot().penalty == 0
