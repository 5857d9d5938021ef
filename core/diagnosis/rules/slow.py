"""A loss that falls too slowly for the planned length, and one that has stopped falling.

The pace of the recent loss is drawn on to the planned end, on a logarithmic axis, by the median
slope between all pairs of records (Theil and Sen), which single records do not move. A curve that
bends down is judged by its latest part: many sound runs are flat for long and then fall.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, pairwise

from core.diagnosis.case import PATIENCE, Case, middle
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.words import number, percent

EARLIEST = 0.3
WINDOW = 20 / 90
STUCK, CREEPING = 0.1, 0.9
# Skill and mastery expected at the planned end, below which the pace is too slow.
HOPELESS, STUCK_END, CREEPING_END, MASTERY_END = 0.2, 0.5, 0.75, 0.8
STEADY = 0.8
FEWEST_IN_HALF = 4
# A pace this many times that of the records before is picking up.
BEND = 1.5
# A loss that is going to change by less than this in the rest of the run is flat.
FLAT = 0.02
# One that changes by no more than this is at its end rather than on its way.
CREEP = 0.05
# Weights that would move by this share of their size in a whole run do move.
MOVING = 0.3


class _Outlook:
    """Where the recent pace leads by the planned end."""

    def __init__(self, case: Case) -> None:
        self.records = case.recent(WINDOW)
        losses = [record.loss for record in self.records]
        self.is_known = bool(losses) and math.isfinite(sum(losses))
        if not self.is_known:
            return
        self._steps = [float(record.step) for record in self.records]
        logs = [math.log(max(loss, 1e-12)) for loss in losses]
        self.rest = _steps_left(case)
        half = len(logs) // 2
        slope = median_slope(self._steps, logs)
        self.bends_down = False
        if half >= FEWEST_IN_HALF:
            early = median_slope(self._steps[:half], logs[:half])
            late = median_slope(self._steps[half:], logs[half:])
            slope = min(slope, late)
            self.bends_down = late < BEND * min(early, 0.0) and late * self.rest < -FLAT
        self.change = slope * self.rest
        self.loss = math.exp(min(middle(logs[-3:]) + self.change, 700.0))
        self.skill = 1 - self.loss / case.yardstick if case.yardstick > 0 else 1.0
        self.falling = sum(b < a for a, b in pairwise(logs)) / (len(logs) - 1)

    def mastery(self, case: Case) -> float:
        """Return the expected mastery, see ``Case.mastery``."""
        chance = case.beginning.chance
        scores = [record.score for record in self.records]
        if not math.isfinite(sum(scores)) or chance >= 1:
            return -math.inf
        at_end = middle(scores[-3:]) + median_slope(self._steps, scores) * self.rest
        return (at_end - chance) / (1 - chance)

    @property
    def is_flat(self) -> bool:
        return abs(self.change) < FLAT

    def moves(self, case: Case) -> bool:
        """Return whether the weights move, though the loss may not."""
        travelled = middle([record.pace for record in self.records]) * case.horizon
        return MOVING <= travelled < math.inf


def _steps_left(case: Case) -> int:
    """Return the steps to the planned end; of an open-ended run at least half its horizon."""
    left = case.first.step + case.horizon - case.now.step
    return max(left, 0 if case.spec.training.steps else case.horizon // 2)


def median_slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the median of the slopes between all pairs of points (Sen 1968)."""
    points = list(zip(x, y, strict=True))
    return middle([(d - b) / (c - a) for (a, b), (c, d) in combinations(points, 2)])


def _expected_skill(case: Case) -> float:
    outlook = _Outlook(case)
    return outlook.skill if outlook.is_known else math.nan


def _is_early(case: Case) -> bool:
    return case.share < EARLIEST or case.skill >= CREEPING or case.is_mastered


def _is_slow(case: Case) -> bool:
    if _is_early(case):
        return False
    outlook = _Outlook(case)
    if not outlook.is_known:
        return False
    is_stuck = case.skill < STUCK and (
        outlook.skill < HOPELESS
        or (outlook.skill < STUCK_END and outlook.mastery(case) < MASTERY_END)
    )
    if is_stuck:
        is_at_its_end = outlook.change > -CREEP and outlook.falling < STEADY
        return not (is_at_its_end and outlook.moves(case))
    return (
        not outlook.bends_down
        and outlook.change < -CREEP
        and outlook.falling >= STEADY
        and outlook.skill < CREEPING_END
        and outlook.mastery(case) < MASTERY_END
    )


def _is_plateau(case: Case) -> bool:
    if _is_early(case):
        return False
    outlook = _Outlook(case)
    if not outlook.is_known or not outlook.is_flat or outlook.falling >= STEADY:
        return False
    return case.skill >= STUCK or outlook.moves(case)


def _account(case: Case) -> Account:
    outlook = _Outlook(case)
    loss = case.now.loss
    share = percent(max(0.0, outlook.skill))
    end = case.now.step + outlook.rest
    return Account(
        message=(
            f"At this pace the loss will be {number(outlook.loss, 3)} at step {end:,}; now it is "
            f"{number(loss, 3)}."
        ),
        quantity="Share of guessing's loss gone by the end, at this pace",
        threshold=STUCK_END if case.skill < STUCK else CREEPING_END,
        source="measured on 250 labelled runs",
        why=(
            f"The loss changes by {percent(abs(outlook.change) / max(outlook.rest, 1) * 100)} in "
            f"100 steps; in the {outlook.rest:,} that are left that takes {share} off guessing's "
            "loss.",
            f"An update changes the weights by {percent(case.now.pace)} of their size: the steps "
            "are short.",
        ),
        clears="Clears when the pace leads far enough.",
        is_high=False,
    )


def _account_of_plateau(case: Case) -> Account:
    outlook = _Outlook(case)
    return Account(
        message=f"The loss has stopped falling at {number(case.now.loss, 3)}.",
        quantity="Loss",
        threshold=case.beginning.guessing,
        source="the loss of the best constant guess; a plateau is information, no alarm",
        why=(
            f"Over the last {percent(WINDOW)} of the run it has not fallen: this may be the noise "
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
        every=2,
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
        at_standstill=True,
        every=2,
    ),
)
