"""The diagnosis on the labelled runs: quiet on healthy ones, and right about the others."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from core import Trainer
from tests.diagnosis.cures import first_card
from tests.diagnosis.drawing import draw_runs
from tests.diagnosis.outcomes import Outcome, observe
from tests.diagnosis.rates import KINDS, Rates, score
from tests.diagnosis.runs import draw_data, experiment, load_runs


@cache
def outcomes() -> tuple[Outcome, ...]:
    with np.errstate(all="ignore"):
        return tuple(observe(run) for run in load_runs())


@cache
def rates() -> Rates:
    return score(load_runs(), outcomes())


def test_at_most_one_healthy_run_in_fifty_is_alarmed_at() -> None:
    found = rates()
    assert found.healthy >= 45
    assert len(found.alarmed) <= found.healthy / 50, found.alarmed


@pytest.mark.parametrize("kind", KINDS)
def test_at_most_one_run_of_a_kind_is_missed_and_the_kind_is_seldom_said_wrongly(kind: str) -> None:
    found = rates()
    hits, misses, false = (len(x[kind]) for x in (found.hits, found.misses, found.false))
    assert hits >= 4
    assert misses <= 1, found.misses[kind]
    assert hits >= 0.9 * (hits + false), found.false[kind]


def test_a_number_that_is_not_finite_is_named_at_its_step_every_time() -> None:
    halted = 0
    for run, outcome in zip(load_runs(), outcomes(), strict=True):
        named = [finding for finding in outcome.findings if finding.kind == "non_finite"]
        assert bool(named) == outcome.halted, run["id"]
        halted += len(named)
    assert halted >= 5


def test_a_non_finite_number_is_named_at_the_op_that_reading_along_the_step_finds() -> None:
    run = next(r for r in load_runs() if r["id"] == "c034")
    trainer = Trainer(experiment(run))
    with np.errstate(all="ignore"):
        while trainer.halted is None and trainer.step < run["steps"]:
            trainer.advance_step()
    assert trainer.halted is not None
    for op in trainer.program.ops:
        values = [trainer.value(name) for name in op.writes]
        if any(value is not None and not np.isfinite(value).all() for value in values):
            assert op.formula in trainer.halted.message
            assert f"step {trainer.step}" in trainer.halted.message
            break
    else:
        pytest.fail("no value of the step is infinite")


def test_every_alarmed_run_has_a_card_with_cures_that_change_something() -> None:
    for run, outcome in zip(load_runs(), outcomes(), strict=True):
        card = first_card(outcome.findings)
        if run["labels"] and card is not None:
            assert card.remedies, run["id"]
            spec = experiment(run)
            assert all(spec.with_changes(r.changes) != spec for r in card.remedies), run["id"]


def test_random_runs_are_the_same_for_the_same_seed_and_every_one_can_be_built() -> None:
    once, again = draw_runs(30, seed=5), draw_runs(30, seed=5)
    assert once == again
    assert once != draw_runs(30, seed=6)
    for run in once:
        inputs, targets = draw_data(run["dataset"])
        assert len(inputs) == len(targets) == run["dataset"]["n_train"] + run["dataset"]["n_val"]
        assert Trainer(experiment(run)).evaluate("test") is not None
