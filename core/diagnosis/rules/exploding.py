"""The loss grows instead of falling, or begins far above guessing and stays there."""

from __future__ import annotations

import math

from core.diagnosis.case import FAR, Case
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.thresholds import MEASURED as MEASURED_THRESHOLDS
from core.diagnosis.words import number, times

GROWTH, SPIKE = MEASURED_THRESHOLDS.growth, MEASURED_THRESHOLDS.spike
MEASURED = "measured on labelled runs: healthy ones stay below"


def _grows(case: Case) -> bool:
    return case.halted or not case.now.loss <= case.limits.growth * case.start_level


def _has_spiked(case: Case) -> bool:
    """Return whether a batch loss blew up and the network has not learnt since."""
    return case.growth > case.limits.spike and not case.is_mastered


def _stays_far(case: Case) -> bool:
    limit = case.limits.far * case.beginning.guessing
    return case.first.loss > limit and case.now.loss > limit > 0 and not case.is_mastered


def _has_recovered(case: Case) -> bool:
    return not case.halted and not case.is_unsolved and case.now.loss < case.start_level


def _why(case: Case) -> tuple[str, ...]:
    first, guessing = case.first.loss, case.beginning.guessing
    if case.starts_normally:
        return (
            f"The first loss was {number(first, 3)}, no worse than usual, so the start is sound.",
            f"Steps at a learning rate of {number(case.learning_rate)} overshoot, and every one "
            "lands farther out than the one before.",
        )
    if not math.isfinite(first):
        beginning = "The first loss was already no finite number."
    elif guessing > 0:
        beginning = (
            f"The first loss was already {number(first, 3)}: {times(first / guessing)} that of the "
            "best constant guess."
        )
    else:
        beginning = (
            f"The first loss was already {number(first, 3)}, though the targets are all the same "
            "and a constant guess costs nothing."
        )
    if first == first and not guessing > 0:
        return beginning, "The weights, the inputs or the steps are too large."
    return (
        beginning,
        "The signal grows from layer to layer on the way forward, and the error signal on the way "
        "back: the weights are too large, or the inputs.",
    )


def _largest(case: Case) -> float:
    loss, peak = case.now.loss, case.now.peak
    return math.inf if loss != loss else max(loss, peak)


def _level(case: Case) -> float:
    largest = math.inf if case.halted else _largest(case)
    return largest / case.start_level if math.isfinite(largest) else math.inf


def _distance(case: Case) -> float:
    return case.now.loss / max(case.beginning.guessing, 1e-300)


def _account(case: Case) -> Account:
    loss = _largest(case)
    message = (
        "The loss is no longer a finite number."
        if case.halted or not math.isfinite(loss)
        else f"The loss is {number(loss, 3)}: {times(loss / case.start_level)} what the run began "
        "with."
    )
    return Account(
        message=message,
        quantity="Loss ÷ loss at the start",
        threshold=case.limits.growth,
        source=case.limits.source("growth", f"{MEASURED} {number(GROWTH)} times their start"),
        why=_why(case),
        clears="Clears when the loss is below its start and half of guessing's is gone.",
        is_log=True,
    )


def _account_of_spike(case: Case) -> Account:
    return Account(
        message=(
            f"A batch loss has reached {times(case.growth)} what the run began with, and the "
            "network has not recovered."
        ),
        quantity="Largest batch loss ÷ loss at the start",
        threshold=case.limits.spike,
        source=case.limits.source(
            "spike", f"{MEASURED} {number(SPIKE)} times their start, or recover"
        ),
        why=_why(case),
        clears="Clears when the loss is below its start and half of guessing's is gone.",
        is_log=True,
    )


def _account_of_distance(case: Case) -> Account:
    guessing = case.beginning.guessing
    return Account(
        message=(
            f"The loss began {times(case.first.loss / guessing)} as high as that of the best "
            f"constant guess and is still {times(case.now.loss / guessing)} as high."
        ),
        quantity="Loss ÷ loss of the best constant guess",
        threshold=case.limits.far,
        source=case.limits.source(
            "far", f"{MEASURED} {number(FAR)} times guessing, or soon come down"
        ),
        why=_why(case),
        clears=f"Clears when half of guessing's loss, {number(guessing, 3)}, is gone.",
        is_log=True,
    )


RULES = (
    Rule(
        "loss grows",
        "exploding",
        "error",
        0.0,
        _grows,
        _account,
        _has_recovered,
        _level,
        until=math.inf,
        is_urgent=True,
    ),
    Rule(
        "loss spiked",
        "exploding",
        "error",
        0.0,
        _has_spiked,
        _account_of_spike,
        _has_recovered,
        lambda case: case.growth,
    ),
    Rule(
        "loss stays far",
        "exploding",
        "error",
        0.2,
        _stays_far,
        _account_of_distance,
        _has_recovered,
        _distance,
    ),
)
