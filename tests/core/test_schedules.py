"""Claims about learning-rate schedules: a rate is a function of the step and of nothing else."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import SpecError, Trainer
from core.explain.explanation import explain
from core.training.headless import run_headless
from core.training.outputs import Outputs
from tests.core.experiments import bits, small_spec, small_trainer

BASE = 0.1
SCHEDULES: dict[str, dict[str, Any]] = {
    "constant": {},
    "step": {"step_size": 7, "gamma": 0.3},
    "exponential": {"gamma": 0.97},
    "cosine": {"total_steps": 40, "minimum": 0.01},
    "warmup_cosine": {"total_steps": 40, "warmup_steps": 9, "minimum": 0.002},
}
CHANGING = tuple(kind for kind in SCHEDULES if kind != "constant")


def rate(kind: str, base: float, t: int) -> float:
    """Return the rate after ``t`` updates, written from the definitions."""
    numbers = SCHEDULES[kind]
    if kind == "step":
        return float(base * 0.3 ** math.floor(t / 7))
    if kind == "exponential":
        return float(base * 0.97**t)
    if kind == "cosine":
        low = numbers["minimum"]
        return low + (base - low) * (1 + math.cos(math.pi * min(t, 40) / 40)) / 2
    if kind == "warmup_cosine":
        if t < 9:
            return base * (t + 1) / 9
        low, share = numbers["minimum"], min(t - 9, 31) / 31
        return low + (base - low) * (1 + math.cos(math.pi * share)) / 2
    return base


def scheduled(kind: str, optimizer: str = "sgd", **changes: Any) -> Trainer:
    training = {
        "optimizer": {"kind": optimizer, "learning_rate": BASE},
        "schedule": {"kind": kind, **SCHEDULES[kind]},
    }
    return small_trainer({"training": training, **changes})


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_update_uses_the_rate_of_its_step_which_was_told_before(kind: str) -> None:
    trainer = scheduled(kind)
    for t in range(60):
        told = trainer.learning_rate
        assert told == pytest.approx(rate(kind, BASE, t), rel=1e-14)
        assert trainer.snapshot().learning_rate == told
        before = trainer.network.params.data.copy()
        trainer.advance_step()
        step = told * trainer.network.grads.data
        np.testing.assert_array_equal(trainer.network.params.data, before - step)


@pytest.mark.parametrize(
    ("schedule", "t", "expected"),
    [
        ({"kind": "step", "step_size": 10}, 9, 0.1),
        ({"kind": "step", "step_size": 10}, 10, 0.05),
        ({"kind": "step", "step_size": 10, "gamma": 0.1}, 20, 0.001),
        ({"kind": "exponential", "gamma": 0.9}, 2, 0.081),
        ({"kind": "cosine", "total_steps": 20}, 0, 0.1),
        ({"kind": "cosine", "total_steps": 20}, 10, 0.05),
        ({"kind": "cosine", "total_steps": 20, "minimum": 0.02}, 20, 0.02),
        ({"kind": "cosine", "total_steps": 20, "minimum": 0.02}, 25, 0.02),
        ({"kind": "warmup_cosine", "total_steps": 20, "warmup_steps": 4}, 0, 0.025),
        ({"kind": "warmup_cosine", "total_steps": 20, "warmup_steps": 4}, 3, 0.1),
        ({"kind": "warmup_cosine", "total_steps": 20, "warmup_steps": 4}, 4, 0.1),
        ({"kind": "warmup_cosine", "total_steps": 20, "warmup_steps": 4}, 12, 0.05),
        ({"kind": "warmup_cosine", "total_steps": 20}, 10, 0.05),
    ],
)
def test_rates_are_the_numbers_of_the_definitions(
    schedule: dict[str, Any], t: int, expected: float
) -> None:
    trainer = small_trainer({"training.schedule": schedule})
    trainer.advance_steps(t)
    assert trainer.learning_rate == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("kind", CHANGING)
@pytest.mark.parametrize("optimizer", ["nesterov", "adamw"])
def test_op_by_op_and_going_back_come_to_the_same_bits(kind: str, optimizer: str) -> None:
    straight, by_op = scheduled(kind, optimizer), scheduled(kind, optimizer)
    straight.advance_steps(25)
    while by_op.step < 25:
        by_op.advance_op()
    assert bits(by_op) == bits(straight)
    frame = straight.keyframe()
    straight.advance_steps(30)
    after, told = bits(straight), straight.learning_rate
    straight.restore(frame)
    assert straight.learning_rate == by_op.learning_rate
    straight.advance_steps(30)
    assert (bits(straight), straight.learning_rate) == (after, told)
    other = small_trainer()
    other.restore(frame)
    other.advance_steps(30)
    assert (bits(other), other.learning_rate) == (after, told)


def test_the_base_rate_scales_a_schedule_that_is_under_way() -> None:
    trainer = scheduled("exponential")
    trainer.advance_steps(20)
    trainer.change({"training.optimizer.learning_rate": 0.4})
    assert trainer.learning_rate == pytest.approx(rate("exponential", 0.4, 20), rel=1e-14)
    trainer.advance_step()
    assert trainer.learning_rate == pytest.approx(rate("exponential", 0.4, 21), rel=1e-14)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_another_schedule_keeps_weights_memory_and_a_step_in_progress(kind: str) -> None:
    trainer = scheduled("step", "adam")
    trainer.advance_steps(10)
    for _ in range(4):
        trainer.advance_op()
    before, done = bits(trainer), trainer.program.pc
    assert trainer.change({"training.schedule": {"kind": kind, **SCHEDULES[kind]}}) == ()
    assert (bits(trainer), trainer.program.pc) == (before, done)
    assert trainer.learning_rate == pytest.approx(rate(kind, BASE, 10), rel=1e-14)
    trainer.advance_steps(3)
    assert trainer.learning_rate == pytest.approx(rate(kind, BASE, 13), rel=1e-14)
    if kind != "step":
        assert trainer.log.marks[-1].text == f"schedule {kind.replace('_', ' ')}"
        trainer.undo()
        assert trainer.learning_rate == pytest.approx(rate("step", BASE, 13), rel=1e-14)


def test_the_planned_length_stretches_a_cosine_that_names_none() -> None:
    trainer = small_trainer({"training": {"steps": 20, "schedule": {"kind": "cosine"}}})
    trainer.advance_steps(10)
    assert trainer.learning_rate == pytest.approx(BASE / 2)
    trainer.change({"training.steps": 40})
    assert trainer.learning_rate == pytest.approx(rate_of_quarter())
    with pytest.raises(SpecError, match=r"^training\.schedule\.total_steps: missing; cosine "):
        trainer.change({"training.steps": 0})
    assert trainer.spec.training.steps == 40


def rate_of_quarter() -> float:
    return BASE * (1 + math.cos(math.pi / 4)) / 2


def test_a_warm_up_that_leaves_no_step_is_refused() -> None:
    schedule = {"kind": "warmup_cosine", "warmup_steps": 20, "total_steps": 20}
    with pytest.raises(SpecError, match=r"^training\.schedule\.warmup_steps: expected fewer"):
        small_spec(changes={"training.schedule": schedule})


def test_another_structure_rule_or_run_has_the_rate_of_its_step() -> None:
    trainer = scheduled("exponential", "adam")
    trainer.advance_steps(10)
    for change in ({"network.layers[0].units": 6}, {"training.optimizer.kind": "momentum"}):
        trainer.change(change)
        assert trainer.learning_rate == pytest.approx(rate("exponential", BASE, 10), rel=1e-14)
    trainer.reset()
    assert trainer.learning_rate == BASE
    trainer.undo()
    assert trainer.step == 10
    assert trainer.learning_rate == pytest.approx(rate("exponential", BASE, 10), rel=1e-14)


def test_the_metrics_tell_the_rate_of_the_next_update(tmp_path: Path) -> None:
    trainer = scheduled("exponential")
    trainer.advance_steps(8)
    assert trainer.log.latest is not None
    assert trainer.log.latest.step == 8
    assert trainer.log.latest.learning_rate == trainer.learning_rate
    path = tmp_path / "metrics.jsonl"
    outputs, stream = Outputs(metrics=path), io.StringIO()
    run_headless(scheduled("exponential"), 8, outputs, stream, stream)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    told = {line["step"]: line["learning_rate"] for line in lines}
    assert told[4] == pytest.approx(rate("exponential", BASE, 4), rel=1e-14)
    assert told[8] == trainer.learning_rate


@pytest.mark.parametrize("kind", CHANGING)
def test_an_explanation_names_the_rate_that_the_update_used(kind: str) -> None:
    trainer = scheduled(kind)
    trainer.advance_steps(12)
    trainer.advance_batch()
    names = [op.name for op in trainer.program.ops]
    for _ in range(2):
        explanation = explain(trainer.snapshot(), names.index("update"))
        assert dict(explanation.settings)["η"] == pytest.approx(rate(kind, BASE, 12), rel=1e-14)
        trainer.change({"training.optimizer.learning_rate": 0.7})


def test_a_rate_that_grows_without_end_stops_the_run_and_raises_nothing() -> None:
    trainer = small_trainer({"training.schedule": {"kind": "exponential", "gamma": 1e200}})
    trainer.advance_steps(10)
    assert trainer.halted is not None
    assert np.isfinite(trainer.network.params.data).all()
