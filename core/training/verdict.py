"""Whether a remedy has clearly helped, and how to say so.

Single evaluations jump from batch to batch. So the medians of the last few are compared, and they
count as different only where the middle halves of those evaluations do not overlap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.network.parameters import Floats

# A loss is clearly lower by one part in twenty, a score clearly higher by two points in a hundred;
# of few rows by more: the largest standard error of a share of n rows is half of 1 / √n.
LOSS_SHARE = 0.05
SCORE_POINTS = 0.02


@dataclass(frozen=True, slots=True)
class Outcome:
    """The last evaluations of one of the two runs.

    Attributes:
        losses, scores: (n,) with n > 0, finite losses; scores NaN where there are none.
        best: the lowest recorded loss.
        rows: how many rows were evaluated.
    """

    losses: Floats
    scores: Floats
    best: float
    rows: int

    @property
    def loss(self) -> float:
        """Return the median loss."""
        return float(np.median(self.losses))

    @property
    def score(self) -> float:
        """Return the median score, NaN where there is none."""
        return float(np.median(self.scores))


def has_helped(original: Outcome, trial: Outcome, same_loss: bool, run_has_stopped: bool) -> bool:
    """Return whether ``trial`` is clearly better: its loss lower, or its score higher.

    Where the run has stopped at a number that is not finite, its best loss counts.
    """
    if run_has_stopped and same_loss:
        return trial.loss <= (1 - LOSS_SHARE) * original.best
    comparison = compare(original.losses, trial.losses) if same_loss else "even"
    if comparison == "worse":
        return False
    return comparison == "better" or _is_score_higher(original, trial)


def compare(original: Floats, trial: Floats) -> Literal["better", "worse", "even"]:
    """Return what the losses (n,) of a trial are like, compared with those (m,) of the run."""
    if _is_lower(trial, original):
        return "better"
    return "worse" if _is_lower(original, trial) else "even"


def _is_lower(one: Floats, other: Floats) -> bool:
    return bool(
        np.median(one) <= (1 - LOSS_SHARE) * np.median(other)
        and _upper_end(one) < _lower_end(other)
    )


def _is_score_higher(original: Outcome, trial: Outcome) -> bool:
    points = max(SCORE_POINTS, 0.5 / math.sqrt(original.rows))
    # NaN, no score, is never higher.
    return bool(
        trial.score >= original.score + points
        and _lower_end(trial.scores) > _upper_end(original.scores)
    )


def _upper_end(values: Floats) -> float:
    """Return the upper end of the middle half, one of the values themselves."""
    return float(np.quantile(values, 0.75, method="higher"))


def _lower_end(values: Floats) -> float:
    """Return the lower end of the middle half, one of the values themselves."""
    return float(np.quantile(values, 0.25, method="lower"))


@dataclass(frozen=True, slots=True)
class Telling:
    """What a sentence about a trial has to know besides the numbers.

    Attributes:
        steps: how far the ghost went.
        goes_on: whether those came after steps of the run, rather than from the start.
        is_of_test: whether the losses are those of the test rows.
        is_share: whether scores are shares of rows classified correctly, else R².
        run_stopped_at: the step at which the run met a number that is not finite, or None.
        ghost_has_stopped: whether the ghost met one.
        same_loss: whether both are trained with the same kind of loss.
    """

    steps: int
    goes_on: bool
    is_of_test: bool
    is_share: bool
    run_stopped_at: int | None
    ghost_has_stopped: bool
    same_loss: bool

    def sentence(self, original: Outcome, trial: Outcome, helped: bool) -> str:
        """Return what happened in one or two sentences."""
        loss = "test loss" if self.is_of_test else "loss"
        with_it, without = number(trial.loss), number(original.loss)
        if self.ghost_has_stopped:
            return (
                f"With the cure the run stopped after {self._done()} at a number that is not "
                f"finite; without it the {loss} was {without}."
            )
        if self.run_stopped_at is not None:
            last, best = number(original.losses[-1]), number(original.best)
            past = f"was {best}" if last == best else f"was {best} at best and {last} at last"
            score = "" if np.isnan(trial.score) else f" ({self._score(trial.score)})"
            return (
                f"After {self._done()} the {loss} is {with_it} with the cure{score}; without it "
                f"the run stopped at step {self.run_stopped_at:,} at a number that is not finite, "
                f"and its {loss} {past}.{'' if helped else ' That is no clear gain.'}"
            )
        has_scores = not np.isnan([trial.score, original.score]).any()
        scores = self._score(trial.score), self._value(original.score)
        if self.same_loss:
            told = " ({} against {})".format(*scores) if has_scores else ""
            told = f" the {loss} is {with_it} with the cure and {without} without{told}."
        elif has_scores:
            told = ": {} with the cure and {} without.".format(*scores)
        else:
            told = " there is nothing to compare: the cure has another loss."
        is_worse = self.same_loss and compare(original.losses, trial.losses) == "worse"
        verdict = f" That is {'worse' if is_worse else 'no clear difference'}."
        return f"After {self._done()}{told}{'' if helped else verdict}"

    def _done(self) -> str:
        more = "more " if self.goes_on else ""
        return f"{self.steps:,} {more}{'step' if self.steps == 1 else 'steps'}"

    def _score(self, score: float) -> str:
        return f"{'accuracy' if self.is_share else 'R²'} {self._value(score)}"

    def _value(self, score: float) -> str:
        return f"{100 * score:.0f} %" if self.is_share else f"{score:.2f}".replace("-", "−")


def number(value: float) -> str:
    """Return ``value`` with up to three digits as people write it: 0.21, 0.0183, 3.2e8."""
    mantissa, e, exponent = f"{value:.3g}".partition("e")
    return mantissa + e + (str(int(exponent)) if e else "").replace("-", "−")
