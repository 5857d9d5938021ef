"""Claims about changes of the rate: a schedule works when it is picked, and can be scaled."""

from __future__ import annotations

from typing import Any

import pytest

from core import Trainer
from core.step.schedules import rate_at
from core.training.rate_changes import change_rate_in_force, change_schedule
from tests.core.experiments import small_trainer


def scheduled(training: dict[str, Any]) -> Trainer:
    return small_trainer({"training": {"optimizer": {"learning_rate": 0.1}, **training}})


def pick(trainer: Trainer, kind: str) -> None:
    rows = len(trainer.snapshot().dataset.inputs)
    trainer.change(change_schedule(trainer.spec, kind, trainer.step, rows))


@pytest.mark.parametrize("kind", ["step", "exponential", "cosine", "warmup_cosine", "constant"])
@pytest.mark.parametrize("steps", [0, 30])
def test_every_schedule_can_be_picked_in_an_open_ended_run_and_leaves_a_rate(
    kind: str, steps: int
) -> None:
    trainer = scheduled({})
    trainer.advance_steps(steps)
    pick(trainer, kind)
    assert trainer.spec.training.schedule.kind == kind
    trainer.advance_steps(10)
    assert 0 < trainer.learning_rate <= 0.1


def test_a_cosine_ends_with_the_planned_run_and_gets_an_end_of_its_own_where_there_is_none() -> (
    None
):
    planned = scheduled({"steps": 300})
    pick(planned, "cosine")
    assert planned.spec.training.schedule.total_steps is None
    assert rate_at(planned.spec.training, 300) == 0
    open_ended = scheduled({})
    pick(open_ended, "cosine")
    total = open_ended.spec.training.schedule.total_steps
    assert total is not None
    assert rate_at(open_ended.spec.training, total - 1) > 0
    assert rate_at(open_ended.spec.training, total) == 0


def test_a_cosine_that_is_picked_late_has_at_least_half_of_its_way_before_it() -> None:
    trainer = scheduled({"schedule": {"total_steps": 20}})
    changes = change_schedule(trainer.spec, "cosine", 50_000, 100)
    assert rate_at(trainer.spec.with_changes(changes).training, 50_000) >= 0.05 * (1 - 1e-12)


@pytest.mark.parametrize("total", [1, 2, 10, 2000])
def test_a_warm_up_is_shorter_than_the_whole(total: int) -> None:
    trainer = scheduled({"schedule": {"total_steps": total, "warmup_steps": 5000}})
    spec = trainer.spec.with_changes(change_schedule(trainer.spec, "warmup_cosine", 0, 100))
    assert spec.training.schedule.warmup_steps < total


def test_a_decay_for_every_step_is_not_taken_for_one_now_and_then() -> None:
    trainer = scheduled({"schedule": {"kind": "step", "gamma": 0.25}})
    pick(trainer, "exponential")
    assert trainer.spec.training.schedule.gamma >= 0.9
    pick(trainer, "step")
    assert trainer.spec.training.schedule.gamma <= 0.5


def test_a_factor_that_suits_the_schedule_is_kept() -> None:
    trainer = scheduled({"schedule": {"kind": "step", "gamma": 0.95}})
    pick(trainer, "exponential")
    assert trainer.spec.training.schedule.gamma == 0.95


@pytest.mark.parametrize(
    "schedule",
    [
        {"kind": "step", "step_size": 7, "gamma": 0.3},
        {"kind": "exponential", "gamma": 0.97},
        {"kind": "cosine", "total_steps": 40, "minimum": 0.01},
        {"kind": "warmup_cosine", "total_steps": 40, "warmup_steps": 25, "minimum": 0.002},
    ],
)
def test_another_rate_in_force_scales_every_rate_to_come(schedule: dict[str, Any]) -> None:
    trainer = scheduled({"schedule": schedule})
    trainer.advance_steps(20)
    before = [rate_at(trainer.spec.training, step) for step in range(20, 60)]
    trainer.change(change_rate_in_force(trainer.spec, 20, 0.03))
    after = [rate_at(trainer.spec.training, step) for step in range(20, 60)]
    assert trainer.learning_rate == pytest.approx(0.03, rel=1e-12)
    scaled = [rate * 0.03 / before[0] for rate in before]
    assert after == pytest.approx(scaled, rel=1e-12)


def test_without_a_schedule_the_rate_is_set_exactly() -> None:
    trainer = scheduled({})
    trainer.advance_steps(3)
    trainer.change(change_rate_in_force(trainer.spec, 3, 0.123))
    assert trainer.learning_rate == 0.123


def test_at_the_end_of_a_cosine_the_base_rate_is_set() -> None:
    trainer = scheduled({"schedule": {"kind": "cosine", "total_steps": 5}})
    trainer.advance_steps(5)
    assert trainer.learning_rate == 0
    trainer.change(change_rate_in_force(trainer.spec, 5, 0.4))
    assert trainer.spec.training.optimizer.learning_rate == 0.4


def test_the_curves_tell_the_rate_after_every_evaluation() -> None:
    trainer = scheduled({"schedule": {"kind": "exponential", "gamma": 0.9}})
    trainer.advance_steps(30)
    curves = trainer.snapshot().curves
    assert len(curves.steps) > 2
    assert curves.rates == pytest.approx(0.1 * 0.9**curves.steps, rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"kind": "cosine", "total_steps": 50}, "schedule cosine"),
        ({"gamma": 0.25}, "schedule gamma 0.25"),
        ({"step_size": 30, "minimum": 0.001}, "schedule step size 30, schedule minimum 0.001"),
    ],
)
def test_changes_of_a_schedule_are_called_by_what_they_change(
    changes: dict[str, Any], title: str
) -> None:
    trainer = scheduled({"schedule": {"kind": "step"}})
    trainer.change({"training": {"schedule": changes}})
    assert trainer.snapshot().undo == title


def test_a_scaled_schedule_is_called_by_its_base_rate() -> None:
    trainer = scheduled({"schedule": {"kind": "exponential", "gamma": 0.5}})
    trainer.advance_steps(1)
    trainer.change(change_rate_in_force(trainer.spec, 1, 0.1))
    assert trainer.snapshot().undo == "base rate 0.2"


def test_the_decay_of_biases_is_called_so() -> None:
    trainer = scheduled({"l2": 0.01})
    trainer.change({"training": {"decay_biases": True}})
    assert trainer.snapshot().undo == "decay of biases on"


@pytest.mark.parametrize(("strength", "title"), [(0.25, "L2 0.25"), (0.0, "L2 off")])
def test_a_penalty_that_is_switched_off_is_called_off(strength: float, title: str) -> None:
    trainer = scheduled({"l2": 0.01})
    trainer.change({"training": {"l2": strength}})
    assert trainer.snapshot().undo == title
