"""Gradients that half precision rounds to 0."""

from __future__ import annotations

from core.diagnosis.case import Case
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.words import layer_names, number, percent

# Of the threshold: where it has passed.
KEPT = 0.5
WARM = 0.05


def _worst(case: Case) -> float:
    return max(case.now.lost, default=0.0)


def _underflows(case: Case) -> bool:
    return _worst(case) >= case.limits.underflow and not case.is_mastered


def _account(case: Case) -> Account:
    shares, scale = case.now.lost, case.spec.training.loss_scale
    chosen = [n for n, share in enumerate(shares, 1) if share >= case.limits.underflow]
    share = percent(_worst(case))
    hidden = [n for n in chosen if n < len(shares)]
    places = [layer_names(hidden)] if hidden else []
    if len(hidden) < len(chosen):
        places.append("the output layer")
    return Account(
        message=f"Half precision rounds {share} of the gradients in {' and '.join(places)} to 0.",
        quantity="Gradients rounded to 0, worst layer",
        threshold=case.limits.underflow,
        source=case.limits.source(
            "underflow", "exact: every rounded gradient is counted, at each record"
        ),
        why=(
            "Half precision has nothing between 0 and 6e−8: a smaller gradient becomes 0, and its "
            "weight stays where it is.",
            f"The largest number in the backward pass is {number(case.now.largest)} and the loss "
            f"scale is {number(scale)}; up to 65,504 there is room.",
        ),
        clears=f"Clears when less than {percent(KEPT * case.limits.underflow)} is lost, or half of "
        "the loss is gone.",
        layers=(chosen[0], chosen[-1]),
        is_from_start=case.share <= WARM,
    )


def _rests(case: Case) -> bool:
    return not case.is_unsolved or _worst(case) < KEPT * case.limits.underflow


RULES = (Rule("underflow", "underflow", "warning", 0.0, _underflows, _account, _rests, _worst),)
