"""Claims about clipping: every rule with every kind of it by its formula, live, counted, told."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core import Trainer
from core.explain.explanation import explain
from core.explain.mistakes import question_about
from core.explain.notation import plain
from core.explain.worksheet import worksheet_question
from core.training.titles import title_of
from core.training.travel import go_back, go_to
from tests.core.experiments import OPTIMIZERS, Array, bits, small_trainer, value_of
from tests.core.test_optimizers import DEFAULTS, RULES, State, adam
from tests.core.test_regularization import mask_of

RATE = 0.05
CLIPPING: dict[str, dict[str, float]] = {
    "value": {"clip_value": 0.05},
    "norm": {"clip_norm": 0.2},
    "both": {"clip_value": 0.05, "clip_norm": 0.12},
}
PENALTIES: dict[str, dict[str, float]] = {"plain": {}, "penalized": {"l1": 0.003, "l2": 0.02}}
BOTH = CLIPPING["both"] | PENALTIES["penalized"]


def clipping(optimizer: str = "sgd", **numbers: Any) -> Trainer:
    rule = {"kind": optimizer, "learning_rate": RATE}
    return small_trainer({"training": {"optimizer": rule, **numbers}})


def clipped(g: Array, numbers: dict[str, float]) -> Array:
    """Return what clipping makes of ``g``, from the definitions."""
    if limit := numbers.get("clip_value"):
        g = np.where(np.abs(g) > limit, np.sign(g) * limit, g)
    if limit := numbers.get("clip_norm"):
        length = math.hypot(*g.tolist())
        g = g * min(1.0, limit / (length + 1e-6))
    return g


def penalized(trainer: Trainer, w: Array, numbers: dict[str, float]) -> Array:
    """Return the gradient of the data loss with L1, as clipping finds it."""
    g = np.array(trainer.network.grads.data)
    return g + numbers.get("l1", 0.0) * np.sign(w) * mask_of(trainer)


@pytest.mark.parametrize("penalties", PENALTIES.values(), ids=PENALTIES)
@pytest.mark.parametrize("limits", CLIPPING.values(), ids=CLIPPING)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_hundred_steps_follow_the_formulas(
    optimizer: str, limits: dict[str, float], penalties: dict[str, float]
) -> None:
    numbers = limits | penalties
    trainer, state = clipping(optimizer, **numbers), State()
    w, mask = np.array(trainer.network.params.data), mask_of(trainer)
    changed = []
    for t in range(200):
        trainer.advance_step()
        g = penalized(trainer, w, numbers)
        after = clipped(g, numbers)
        changed.append(not np.array_equal(after, g))
        g = after + numbers.get("l2", 0.0) * w * mask
        if optimizer == "adamw":
            w = adam(
                w - RATE * 0.01 * w * mask, g, state, t + 1, {**DEFAULTS, "learning_rate": RATE}
            )
        else:
            w = RULES[optimizer](w, g, state, t + 1, {**DEFAULTS, "learning_rate": RATE})
        np.testing.assert_allclose(trainer.network.params.data, w, rtol=1e-10, atol=1e-10)
    assert any(changed)
    assert trainer.snapshot().clipped_share == sum(changed[-100:]) / 100


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_op_by_op_is_full_speed_and_going_back_comes_to_the_same_bits(optimizer: str) -> None:
    straight, by_op = clipping(optimizer, **BOTH), clipping(optimizer, **BOTH)
    straight.advance_steps(12)
    while by_op.step < 12:
        by_op.advance_op()
    assert bits(by_op) == bits(straight)
    frame, share = straight.keyframe(), straight.snapshot().clipped_share
    straight.advance_steps(90)
    after, later_share = bits(straight), straight.snapshot().clipped_share
    straight.restore(frame)
    assert straight.snapshot().clipped_share == share
    straight.advance_steps(90)
    assert bits(straight) == after
    assert straight.snapshot().clipped_share == later_share


def test_gradient_and_loss_stay_those_of_the_data() -> None:
    plain_run, trainer = clipping(), clipping(**BOTH)
    assert trainer.advance_step() == plain_run.advance_step()
    np.testing.assert_array_equal(trainer.network.grads.data, plain_run.network.grads.data)
    for ours, theirs in zip(trainer.network.layers, plain_run.network.layers, strict=True):
        np.testing.assert_array_equal(ours.dW, theirs.dW)
        np.testing.assert_array_equal(ours.db, theirs.db)


def test_what_is_within_the_limits_passes_bit_for_bit() -> None:
    plain_run, trainer = clipping("adam"), clipping("adam", clip_value=50.0, clip_norm=50.0)
    plain_run.advance_steps(20)
    trainer.advance_steps(20)
    assert bits(trainer) == bits(plain_run)
    assert value_of(trainer, "factor") == 1.0
    assert value_of(trainer, "cut") == 0.0
    assert trainer.snapshot().clipped_share == 0.0
    np.testing.assert_array_equal(value_of(trainer, "rescaled"), trainer.network.grads.data)


def test_norm_factor_and_count_are_named_values() -> None:
    trainer = clipping(clip_value=0.05, clip_norm=0.12)
    trainer.advance_step()
    g = np.array(trainer.network.grads.data)
    assert value_of(trainer, "cut") == sum(abs(x) > 0.05 for x in g.tolist()) > 0
    within = value_of(trainer, "clamped")
    assert value_of(trainer, "norm") == pytest.approx(math.hypot(*within), rel=1e-14)
    factor = 0.12 / (math.hypot(*within) + 1e-6)
    assert value_of(trainer, "factor") == pytest.approx(factor, rel=1e-14)


def test_the_length_of_a_huge_gradient_does_not_overflow() -> None:
    trainer = clipping(clip_norm=1.0)
    while trainer.program.peek().name != "rescaled":
        trainer.advance_op()
    gradient = trainer.network.grads.data
    gradient *= 1e200 / np.abs(gradient).max()
    trainer.advance_op()
    direction = gradient / 1e200
    expected = direction / math.hypot(*direction)
    np.testing.assert_allclose(value_of(trainer, "rescaled"), expected, rtol=1e-12)


def test_limits_change_in_mid_step_and_count_at_once() -> None:
    trainer = clipping("adam", clip_norm=0.2)
    trainer.advance_steps(3)
    while trainer.program.peek().name != "rescaled":
        trainer.advance_op()
    pc = trainer.program.pc
    trainer.change({"training.clip_norm": 0.01})
    assert trainer.program.pc == pc
    trainer.advance_op()
    assert math.hypot(*value_of(trainer, "rescaled")) == pytest.approx(0.01, rel=1e-3)


def test_switching_keeps_weights_and_memory_and_counts_anew() -> None:
    trainer = clipping("adam")
    trainer.advance_steps(5)
    before = bits(trainer)
    assert math.isnan(trainer.snapshot().clipped_share)
    trainer.change({"training.clip_norm": 1e-4})
    assert bits(trainer) == before
    assert math.isnan(trainer.snapshot().clipped_share)
    trainer.advance_steps(4)
    assert trainer.snapshot().clipped_share == 1.0
    trainer.change({"training.clip_norm": 100.0})
    trainer.advance_steps(4)
    assert trainer.snapshot().clipped_share == 0.5
    trainer.change({"training.clip_norm": 0.0})
    assert math.isnan(trainer.snapshot().clipped_share)
    names = [op.name for op in trainer.program.ops if op.phase == "update"]
    assert names == ["m", "v", "update", "parameters"]
    texts = [mark.text for mark in trainer.log.marks]
    assert texts == ["clipping by norm 0.0001", "clipping by norm 100", "clipping by norm off"]
    trainer.undo()
    trainer.undo()
    assert trainer.spec.training.clip_norm == 1e-4


def test_going_back_and_forth_finds_the_same_share() -> None:
    trainer = clipping(clip_norm=0.2)
    shares = {}
    for _ in range(150):
        trainer.advance_step()
        shares[trainer.step] = trainer.snapshot().clipped_share
    assert len(set(shares.values())) > 10
    for step in (149, 100, 64, 63, 7):
        go_to(trainer, step, 0)
        assert trainer.snapshot().clipped_share == shares[step]
    go_back(trainer, "op")
    assert trainer.snapshot().clipped_share == shares[6]
    trainer.advance_steps(100)
    assert trainer.snapshot().clipped_share == shares[trainer.step]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_gradient_that_is_not_finite_reaches_nothing(optimizer: str) -> None:
    trainer = clipping(optimizer, **BOTH)
    trainer.advance_steps(3)
    share = trainer.snapshot().clipped_share
    trainer.network.params.data[0] = np.nan
    memory = {name: a.copy() for name, a in trainer.assembly.state.arrays.items()}
    trainer.advance_step()
    assert trainer.halted is not None
    assert trainer.snapshot().clipped_share == share
    for name, array in memory.items():
        np.testing.assert_array_equal(trainer.assembly.state.arrays[name], array)


@pytest.mark.parametrize("limit", [0.03, 30.0])
def test_every_op_is_explained_with_terms_that_add_up(limit: float) -> None:
    trainer = clipping("adam", l1=0.1, l2=0.1, clip_value=limit, clip_norm=2 * limit)
    trainer.advance_steps(2)
    seen = []
    for place in range(len(trainer.program.ops)):
        before = explain(trainer.snapshot(), place)
        op = trainer.advance_op()
        if op.name not in ("clamped", "rescaled"):
            continue
        assert before.lines(0, 1)[0].result.value is None
        seen.append(op.name)
        explanation = explain(trainer.snapshot(), place)
        assert 20 < len(explanation.sentence) < 240
        assert explanation.title
        question = question_about(trainer.snapshot(), place)
        assert question is not None
        assert question.right == value_of(trainer, op.name)[0]
        for line in explanation.lines(0, trainer.network.params.data.size):
            text = " + ".join(plain(term, repr) for term in line.terms)
            total = eval(text.replace("×", "*").replace("−", "-"))
            assert line.result.value == pytest.approx(total, rel=1e-12, abs=1e-14)
        for number_row in explanation.numbers:
            _, *sides = plain(number_row.equation, repr).split(" = ")
            values = [_value(side) for side in sides]
            assert values == pytest.approx([values[0]] * len(values), rel=1e-12)
    assert seen == ["clamped", "rescaled"]


def _value(text: str) -> float:
    text = text.replace("×", "*").replace("−", "-").replace("10^-6", "1e-6")
    return float(eval(text))


def test_the_sentence_says_how_much_was_clipped() -> None:
    trainer = clipping(clip_value=0.05, clip_norm=1e-3)
    trainer.advance_batch()
    snapshot = trainer.snapshot()
    told = {
        op.name: explain(snapshot, place).sentence for place, op in enumerate(snapshot.trace.ops)
    }
    count = sum(abs(x) > 0.05 for x in trainer.network.grads.data.tolist())
    assert f"{count} of {trainer.network.params.data.size} entries" in told["clamped"]
    assert f"k is {float(value_of(trainer, 'factor')):.3g}" in told["rescaled"]


def test_formulas_name_what_the_rule_takes() -> None:
    trainer = clipping("momentum", **BOTH)
    snapshot = trainer.snapshot()
    update = [(i, op) for i, op in enumerate(snapshot.trace.ops) if op.phase == "update"]
    lines = [plain(explain(snapshot, place).formula.line) for place, _ in update]
    assert lines == [
        "g₁ = ∇L + λ1 sign(W)",
        "c = min(max(g₁, −τ), τ)",
        "r = k c,  k = min(1, τ / (|c| + 10^−6))",
        "g₂ = r + λ2 W",
        "v = μ v + g₂",
        "Δ = η v",
        "θ = θ − Δ",
    ]
    settings = {op.name: explain(snapshot, place).settings for place, op in update}
    assert settings["clamped"] == (("τ", BOTH["clip_value"]),)
    assert settings["rescaled"] == (("τ", BOTH["clip_norm"]),)


def test_a_worksheet_gives_the_limits_and_the_numbers() -> None:
    sheet = worksheet_question(clipping(clip_value=0.05, clip_norm=0.12))
    assert any("by value at τ = 0.05, clipping by norm at τ = 0.12" in fact for fact in sheet.facts)
    names = [line.name for part in sheet.sections for e in part.exercises for line in e.lines]
    assert {"cut", "norm", "factor"} <= set(names)
    assert any(name.startswith("clamped of W1") for name in names)


def test_changes_are_called_by_plain_names() -> None:
    spec = clipping().spec
    for changes, title in (
        ({"clip_norm": 1}, "clipping by norm 1"),
        ({"clip_value": 0.25}, "clipping by value 0.25"),
        ({"clip_norm": 1, "clip_value": 2}, "clipping by value 2, clipping by norm 1"),
    ):
        assert title_of(spec, spec.with_changes({"training": changes})) == title
