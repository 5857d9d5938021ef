"""A loss that falls too slowly for the planned length, and one that has stopped falling."""

from __future__ import annotations

import math

from core.diagnosis.case import LEARNT, OUTLOOK, PATIENCE, Case
from core.diagnosis.record import middle
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.words import number, percent

EARLIEST = 0.3
STUCK = 0.1
# Skill and mastery expected at the planned end, below which the pace is too slow.
HOPELESS, MASTERY_END = 0.2, 0.8
# How much farther one that creeps has to come than one that is stuck.
CREEPING_ALSO = 1.5
STEADY = 0.8
# Updates of this share of the weights, ten times the usual, are not short: on labelled runs that
# are slow they stay below 0.5 %, in a sound one at its noise floor they were 1.4 %.
LONG = 1e-2
# One that would change by no more than this in a whole run is at its end rather than on its way.
CREEP = 0.05


def _expected_skill(case: Case) -> float:
    outlook = case.outlook
    return outlook.skill if outlook.is_known else math.nan


def _is_early(case: Case) -> bool:
    return case.share < EARLIEST or case.skill >= LEARNT or case.is_mastered


def _is_slow(case: Case) -> bool:
    if _is_early(case):
        return False
    outlook = case.outlook
    if not outlook.is_known:
        return False
    is_stuck = case.skill < STUCK and (
        outlook.skill < HOPELESS
        or (outlook.skill < case.limits.pace and outlook.mastery < MASTERY_END)
    )
    if is_stuck:
        is_at_its_end = outlook.tendency > -CREEP and outlook.falling < STEADY
        return not (is_at_its_end and case.moves) and _steps_are_short(case)
    return (
        not outlook.bends_down
        and outlook.tendency < -CREEP
        and outlook.falling >= STEADY
        and outlook.skill < CREEPING_ALSO * case.limits.pace
        and outlook.mastery < MASTERY_END
        and _steps_are_short(case)
    )


def _steps_are_short(case: Case) -> bool:
    return not middle([record.pace for record in case.recent(OUTLOOK)]) > LONG


def _is_plateau(case: Case) -> bool:
    if _is_early(case):
        return False
    outlook = case.outlook
    if not outlook.is_known or not outlook.is_flat or outlook.falling >= STEADY:
        return False
    return case.skill >= STUCK or case.moves


def _account(case: Case) -> Account:
    outlook = case.outlook
    loss = case.now.loss
    share = percent(max(0.0, outlook.skill))
    factor = 1.0 if case.skill < STUCK else CREEPING_ALSO
    end = case.now.step + outlook.rest
    return Account(
        message=(
            f"At this pace the loss will be {number(outlook.loss, 3)} at step {end:,}; now it is "
            f"{number(loss, 3)}."
        ),
        quantity="Share of guessing's loss gone by the end, at this pace",
        threshold=factor * case.limits.pace,
        source=case.limits.source("pace", "measured on labelled runs", factor),
        why=(
            f"The loss changes by {percent(abs(outlook.change) / max(outlook.rest, 1) * 100)} in "
            f"100 steps; {outlook.rest:,} steps on, {share} of guessing's loss will be gone.",
            f"An update changes the weights by {percent(case.now.pace)} of their size: the steps "
            "are short.",
        ),
        clears="Clears when the pace leads far enough.",
        is_high=False,
    )


def _account_of_plateau(case: Case) -> Account:
    outlook = case.outlook
    return Account(
        message=f"The loss has stopped falling at {number(case.now.loss, 3)}.",
        quantity="Loss",
        threshold=case.beginning.guessing,
        source="the loss of the best constant guess; a plateau is information, no alarm",
        why=(
            f"Over the last {percent(OUTLOOK)} of the run it has not fallen: this may be the noise "
            "of the data, a network that is too small for them, or a valley without a way down.",
            f"At this pace the rest of the run changes it by {percent(abs(outlook.change))}.",
        ),
        clears="Clears when the loss falls again.",
    )


def _pace_leads_far(case: Case) -> bool:
    return case.is_mastered or not _is_slow(case)


RULES = (
    Rule(
        "slow",
        "slow",
        "warning",
        PATIENCE,
        _is_slow,
        _account,
        _pace_leads_far,
        _expected_skill,
        LEARNT,
    ),
    Rule(
        "plateau",
        "plateau",
        "info",
        PATIENCE,
        _is_plateau,
        _account_of_plateau,
        lambda case: not case.gets_nowhere,
        lambda case: case.now.loss,
        LEARNT,
        when="standstill",
    ),
)
