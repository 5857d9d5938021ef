"""Thresholds of one's own count in place of the measured ones, and the cards say so."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from core import Trainer, UserError
from core.diagnosis.thresholds import MEASURED, THRESHOLDS, Thresholds
from core.presets import load_preset
from core.training.trial import fresh_ghost

LOOSE_INPUTS = {"feature_spread": 1e12, "feature_size": 1e12, "feature_shift": 1e12}
LOOSE_UNITS = {"silent_layer": 0.95, "silent_network": 0.95}


def thresholds(**values: float) -> Thresholds:
    made = MEASURED
    for name, value in values.items():
        made = made.with_value(name, value)
    return made


def run_with(key: str, steps: int, **values: float) -> Trainer:
    """Return a run of a preset that has been judged by ``values`` from its start on."""
    trainer = Trainer(load_preset(key))
    trainer.in_force.thresholds = thresholds(**values)
    trainer.reset()
    trainer.advance_steps(steps)
    return trainer


def kinds(trainer: Trainer) -> set[str]:
    return {finding.kind for finding in trainer.findings()}


def test_every_threshold_has_one_description_and_its_default_lies_in_its_range() -> None:
    fields = [field.name for field in msgspec.structs.fields(Thresholds)]
    assert sorted(each.name for each in THRESHOLDS) == sorted(fields)
    for each in THRESHOLDS:
        assert each.low < each.default < each.high, each.name
        assert each.sentence.endswith(".")


@pytest.mark.parametrize(
    ("key", "steps", "kind", "values"),
    [
        ("fail-unscaled", 0, "unnormalized", LOOSE_INPUTS),
        ("fail-dead-later", 900, "dead", LOOSE_UNITS),
        ("fail-learning-rate", 600, "exploding", {"growth": 1e6}),
        ("fail-overfitting", 1200, "overfitting", {"rise": 50.0}),
    ],
)
def test_a_looser_threshold_keeps_a_warning_away(
    key: str, steps: int, kind: str, values: dict[str, float]
) -> None:
    assert kind in kinds(run_with(key, steps))
    assert kind not in kinds(run_with(key, steps, **values))


def test_a_stricter_threshold_warns_earlier_and_the_card_says_that_it_is_the_users() -> None:
    assert kinds(run_with("circle", 600)) == set()
    (finding,) = run_with("circle", 600, flat=0.02).findings()
    assert (finding.kind, finding.evidence.threshold) == ("saturated", 0.02)
    assert finding.evidence.source == "yours, in place of the measured 0.5"


@pytest.mark.parametrize(
    ("values", "threshold", "words"),
    [
        ({"rise": 1.5}, 1.5, "yours, in place of the measured 1.25"),
        ({"gap": 0.1}, 1.25, "a gap of 0.1 (yours) between the scores"),
    ],
)
def test_where_two_thresholds_make_one_warning_the_card_names_the_users(
    values: dict[str, float], threshold: float, words: str
) -> None:
    run = run_with("fail-overfitting", 1200, **values)
    evidence = next(found.evidence for found in run.findings() if found.kind == "overfitting")
    assert evidence.threshold == threshold
    assert words in evidence.source


def test_other_warnings_go_on_naming_the_measured_source() -> None:
    mine = run_with("fail-learning-rate", 300, flat=0.9).findings()
    assert [finding.evidence.source for finding in mine] == [
        finding.evidence.source for finding in run_with("fail-learning-rate", 300).findings()
    ]


def test_a_threshold_that_is_raised_moves_what_clears_the_warning_along() -> None:
    trainer = run_with("deep-sigmoid", 1000, signal=0.1)
    finding = next(found for found in trainer.findings() if found.kind == "vanishing")
    assert finding.cleared_step is None
    assert finding.evidence.clears.startswith("Clears above 0.3 ")


def test_a_change_counts_from_the_next_record_on_and_for_every_run_after_it() -> None:
    trainer = run_with("fail-learning-rate", 600, growth=1e6)
    assert "exploding" not in kinds(trainer)
    trainer.in_force.thresholds = thresholds(growth=2.0)
    assert "exploding" not in kinds(trainer)
    trainer.advance_steps(600)
    assert "exploding" in kinds(trainer)
    trainer.reset()
    trainer.undo()
    assert trainer.in_force.thresholds == thresholds(growth=2.0)
    assert "exploding" in kinds(trainer)
    trainer.load(load_preset("fail-unscaled"))
    assert kinds(trainer) == {"unnormalized"}
    trainer.in_force.thresholds = thresholds(**LOOSE_INPUTS)
    # A ghost is judged as the run it is compared with, from its first step on.
    assert fresh_ghost(trainer, trainer.spec).findings() == ()
    trainer.load(load_preset("fail-unscaled"))
    assert kinds(trainer) == set()


def test_thresholds_change_no_bit_of_what_is_trained() -> None:
    one, other = run_with("circle", 200), run_with("circle", 200, flat=0.02, rise=1.01)
    assert np.array_equal(one.network.params.data, other.network.params.data)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("flat", 0.0, "thresholds.flat: expected a number from 0.01 to 1, got 0.0"),
        ("flat", 1.5, "thresholds.flat: expected a number from 0.01 to 1, got 1.5"),
        ("growth", math.nan, "thresholds.growth: expected a number from 1.5 to 1e12, got nan"),
        ("growth", math.inf, "thresholds.growth: expected a number from 1.5 to 1e12, got inf"),
        ("patience", 1.0, "thresholds.patience: there is no such threshold"),
    ],
)
def test_a_value_out_of_range_is_refused_in_one_line(name: str, value: float, line: str) -> None:
    with pytest.raises(UserError) as refused:
        MEASURED.with_value(name, value)
    assert str(refused.value) == line
