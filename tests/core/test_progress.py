"""Claims about progress: what counts as getting nowhere, with many evaluations and with few."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from core import ExperimentSpec, Trainer
from core.diagnosis.case import Case
from core.diagnosis.record import Beginning, Record
from core.diagnosis.watch import Watch

HORIZON = 1000


def spec(steps: int = HORIZON) -> ExperimentSpec:
    layers = [{"units": 8}, {"units": 1, "activation": "sigmoid"}]
    data = {"kind": "circle", "samples": 600}
    training = {"batch_size": 4, "steps": steps, "optimizer": {"learning_rate": 5e-4}}
    return ExperimentSpec.from_dict(
        {"data": data, "network": {"layers": layers}, "training": training}
    )


def case_of(losses: Sequence[float], every: int = 30) -> Case:
    """Return the case of a run with these losses, ``every`` so many steps, where guessing is 1."""
    records = [Record(every * i, loss, math.nan, 0.0, math.nan) for i, loss in enumerate(losses)]
    watch = Watch(beginning=Beginning(records[0], guessing=1.0))
    for record in records:
        watch = watch.with_record(record).looked_at()
    return Case(spec(), HORIZON, watch)


def test_a_loss_that_falls_gets_somewhere_and_a_flat_one_does_not() -> None:
    assert not case_of([0.9**i for i in range(20)]).gets_nowhere
    assert case_of([0.7 - 1e-5 * i for i in range(20)]).gets_nowhere


def test_what_only_wins_back_lost_ground_is_no_progress() -> None:
    fallen = [1.0, 0.8, 0.6, 0.5, 0.5, 0.5, 0.5]
    lost = [*fallen, 2.0, 2.0, 2.0, 1.6, 1.3, 1.0, 0.9]
    assert case_of(lost).gets_nowhere
    assert not case_of([*lost, 0.5, 0.45, 0.4, 0.35, 0.3, 0.28]).gets_nowhere


def test_where_evaluations_are_few_the_latest_four_are_judged() -> None:
    assert [record.step for record in case_of([0.7] * 6, every=200).recent()] == [
        400,
        600,
        800,
        1000,
    ]
    assert case_of([0.7] * 3, every=200).recent() == ()


@pytest.mark.parametrize("seed", range(2))
def test_a_slow_run_of_few_long_epochs_is_called_slow(seed: int) -> None:
    trainer = Trainer(spec(steps=900).with_changes({"seed": seed}))
    trainer.advance_steps(900)
    alarms = [f.kind for f in trainer.findings() if f.severity != "info"]
    assert alarms == ["slow"]
