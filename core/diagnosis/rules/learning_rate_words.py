"""What is said of steps that are too long, by the sign that gave them away."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.diagnosis.case import Case
from core.diagnosis.rules.rule import Account
from core.diagnosis.words import number, percent, times


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one sign.

    Attributes:
        message: the sentence for a case and its measured value.
        quantity: what is measured.
        why: what it means.
        is_log, is_high: as in ``Evidence``.
    """

    message: Callable[[Case, float], str]
    quantity: str
    why: str
    is_log: bool = False
    is_high: bool = True


def account(case: Case, words: Words, value: float, threshold: str) -> Account:
    """Return the account of a case with a measured value and the name of its threshold."""
    return Account(
        message=words.message(case, value),
        quantity=words.quantity,
        threshold=getattr(case.limits, threshold),
        source=case.limits.source(threshold, "measured on labelled runs"),
        why=(
            words.why,
            f"The start was sound: the first loss was {number(case.first.loss, 3)}, where guessing "
            f"costs {number(case.beginning.guessing, 3)}.",
            f"So the cause is the step: the learning rate is {number(case.learning_rate)}.",
        ),
        clears="Clears when the loss falls again, by 5 % over a sixth of the run and to its best.",
        is_log=words.is_log,
        is_high=words.is_high,
    )


BLOW_UP = Words(
    lambda case, level: (
        f"The loss rose from {number(case.first.loss, 3)} "
        + (
            f"to {number(level * case.start_level, 3)}"
            if math.isfinite(level)
            else "beyond all numbers"
        )
        + ": the steps are too long."
    ),
    "Loss ÷ loss at the start",
    "Each step lands on the far side of the valley, higher up than before.",
    is_log=True,
)
SPIKES = Words(
    lambda case, peak: (
        f"Single batches have raised the loss to {times(peak)} its start, and it gets nowhere."
    ),
    "Largest recent batch loss ÷ loss at the start",
    "One step that is too long throws the weights out of the region that had been found.",
    is_log=True,
)
LONG_STEPS = Words(
    lambda case, pace: f"A single update changes the weights by {percent(pace)} of their size.",
    "Size of an update ÷ size of the weights",
    "Such steps replace the weights rather than improve them; 0.1 % is usual.",
    is_log=True,
)
WRECKS = Words(
    lambda case, share: (
        f"Steps have pushed {percent(share)} more of a layer onto its flat side than at the start."
    ),
    "Growth of silent or flat units in a layer",
    "Units on their flat side pass no error signal back, and long steps have put them there.",
)
LOST_SIGNALS = Words(
    lambda case, ratio: (
        "The error signal of the first layer has collapsed from "
        f"{number(case.first_ratio)} to {number(ratio)} of the last one's."
    ),
    "Error signal, hidden 1 ÷ last hidden",
    "At the start the signal came through: training itself has destroyed it.",
    is_log=True,
    is_high=False,
)
HOVERING = Words(
    lambda case, level: (
        "The loss stays above that of guessing, though a constant answer would reach it."
    ),
    "Loss ÷ loss of the best constant guess",
    "The weights jump about instead of settling even on the simplest answer.",
)
LOST_GROUND = Words(
    lambda case, level: (
        f"The loss has been lower: it is {times(level)} its best of {number(case.best, 3)}."
    ),
    "Loss ÷ best loss so far",
    "Steps that are too long throw away what had been learnt.",
)
