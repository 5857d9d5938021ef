"""The test loss rises from its best while the training loss goes on falling."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.diagnosis.case import Case
from core.diagnosis.record import Record, middle, middle_loss
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.thresholds import MEASURED
from core.diagnosis.words import number, percent

FALLEN = 0.9


def _latest(case: Case) -> Sequence[Record]:
    return case.records[-5:]


def _test_level(case: Case) -> float:
    return middle([record.test_loss for record in _latest(case)])


def _gap(case: Case) -> float:
    return middle([record.score - record.test_score for record in _latest(case)])


def _overfits(case: Case) -> bool:
    now = case.now
    # NaN where there are no test rows: nothing of it is true then.
    if not now.test_loss > max(now.loss, case.limits.rise * case.best_test[0]):
        return False
    if len(case.records) < 6 or case.is_unsolved:
        return False
    level, loss = _test_level(case), middle_loss(_latest(case))
    return (
        _gap(case) > case.limits.gap
        and loss < level
        and loss < FALLEN * case.first.loss
        and case.limits.rise < _rise(case) < math.inf
    )


def _rise(case: Case) -> float:
    best = case.best_test[0]
    return _test_level(case) / best if best > 0 else math.inf


def _account(case: Case) -> Account:
    best, best_step = case.best_test
    ratio = _rise(case)
    now = case.now
    gap = "a gap between the scores"
    if case.limits.gap != MEASURED.gap:
        gap = f"a gap of {number(case.limits.gap)} (yours) between the scores"
    return Account(
        message=(
            f"The best test loss was {number(best, 3)} at step {best_step:,}; since then "
            f"it has risen by {percent(ratio - 1)} while the training loss fell."
        ),
        quantity="Test loss ÷ its best",
        threshold=case.limits.rise,
        source=case.limits.source("rise", f"measured on labelled runs, together with {gap}"),
        why=(
            f"On the training rows the score is {number(now.score, 3)}, on the test rows "
            f"{number(now.test_score, 3)}.",
            "The network has begun to learn the noise of the single training rows, which says "
            "nothing of others.",
        ),
        clears="Clears when the test loss is within "
        f"{percent(case.limits.rise - 1)} of its best again.",
    )


RULES = (
    Rule(
        "overfitting",
        "overfitting",
        "warning",
        6 / 90,
        _overfits,
        _account,
        lambda case: _rise(case) <= case.limits.rise,
        _rise,
        until=math.inf,
    ),
)
