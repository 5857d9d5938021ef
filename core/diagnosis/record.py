"""What the rules of the diagnosis know of one moment of a run, and of its start.

A record is taken with an evaluation, about 36 times in a planned run. Everything in it comes from
numbers that training and evaluation have computed anyway. What there is to know of the layers is
looked at in some of them only; the others hold what was seen last.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Record(NamedTuple):
    """One moment.

    Attributes:
        step: finished updates.
        loss, test_loss: of the evaluation; ``test_loss`` NaN without test rows.
        score, test_score: accuracy or R², NaN where there is none.
        peak: the largest batch loss since the record before.
        lowest_test: the lowest test loss of the evaluations since then and its step, infinite
            without any.
        signal: (L,) the error signal of one sample by layer, of the last step; empty before the
            first. From here on it is what was seen when the layers were looked at last.
        pace: the size of the last update over that of the parameters.
        flat: (L,) share of flat outputs by sigmoid or tanh layer, over the training
            rows; NaN for other layers.
        silent: (L - 1,) by hidden ReLU layer the units, from 1, that answer 0 to all training rows;
            None for other layers.
        lost: (L,) by layer the share of gradients that half precision has rounded to 0; empty where
            they are not stored so.
        largest: the largest number that was rounded.
        is_symmetric: whether the units of every wide hidden layer are copies of each other.
    """

    step: int
    loss: float
    test_loss: float
    score: float
    test_score: float
    peak: float = math.nan
    lowest_test: tuple[float, int] = (math.inf, 0)
    signal: tuple[float, ...] = ()
    pace: float = math.nan
    flat: tuple[float, ...] = ()
    silent: tuple[tuple[int, ...] | None, ...] = ()
    lost: tuple[float, ...] = ()
    largest: float = math.nan
    is_symmetric: bool = False

    @property
    def ratio(self) -> float:
        """Return the error signal of hidden layer 1 over that of the last one, NaN if unknown."""
        return signal_ratio(self.signal)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a segment before its first update.

    Attributes:
        record: the first record.
        guessing: the loss of the best constant answer.
        feature_means, feature_deviations: (n[0],) of the inputs as the network sees them.
        feature_names: (n[0],).
        chance: the accuracy of the best constant answer; 0 for a regression, whose score is R².
    """

    record: Record
    guessing: float
    feature_means: tuple[float, ...] = ()
    feature_deviations: tuple[float, ...] = ()
    feature_names: tuple[str, ...] = ()
    chance: float = 0.0

    @property
    def level(self) -> float:
        """Return the larger of the first loss and that of guessing: a lucky start is no measure."""
        return max(self.record.loss, self.guessing, 1e-300)

    @property
    def yardstick(self) -> float:
        """Return the loss to beat: that of the best constant answer, or the first where it is 0."""
        return self.guessing or self.record.loss


def signal_ratio(signal: tuple[float, ...]) -> float:
    """Return the first entry of an error signal (L,) over that of the last hidden layer."""
    return signal[0] / signal[-2] if len(signal) >= 3 and signal[-2] > 0 else math.nan


def middle_loss(records: Sequence[Record]) -> float:
    """Return the median loss of ``records``; of an even number the upper one of the middle."""
    return middle([record.loss for record in records])


def middle(values: list[float]) -> float:
    """Return the median, of an even number the upper one; NaN, which has no order, is infinite."""
    in_order = sorted([math.inf if value != value else value for value in values])
    return in_order[len(in_order) // 2]
