"""The error signal dies on its way back to the first layers.

What is compared is the error signal dL/dz of the first and of the last hidden layer, not gradients
of weights: those also shrink with the activations that they are multiplied by. Over 250 labelled
runs it separates by a decade: healthy runs begin above 0.14 (5th percentile), vanishing ones below
0.01.
"""

from __future__ import annotations

from core.diagnosis.case import Case
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.words import number

# Of the threshold: how much there may be at the start, and where it has passed.
AT_START = 3.0
# Weaker signs count where the network does not learn at all, and for longer.
WEAK, WEAK_AT_START = 3.0, 5.0
WEAK_SKILL = 0.03
RECOVERY = 5.0
RECOVERING_SKILL = 0.005
MAX_SLOPES = {"sigmoid": "0.25", "tanh": "1"}


def _has_other_cause(case: Case) -> bool:
    first, now = case.first, case.now
    if now.is_symmetric or any(share >= 0.5 for share in now.flat[:-1]):
        return True
    sizes = [layer.units for layer in case.hidden]
    return any(
        len(silent) >= 0.9 * size
        for silent, size in zip(first.silent, sizes, strict=False)
        if silent is not None
    )


def _vanishes(case: Case) -> bool:
    ratio = case.now.ratio
    # NaN where there are not two hidden layers: nothing of it is below a limit.
    limit = case.limits.signal
    if not ratio < limit or _has_other_cause(case):
        return False
    first = case.first_ratio
    recovers = ratio > RECOVERY * first and case.skill > RECOVERING_SKILL
    return first < AT_START * limit and not recovers


def _vanishes_weakly(case: Case) -> bool:
    limit = case.limits.signal
    return (
        case.now.ratio < WEAK * limit
        and case.skill < WEAK_SKILL
        and case.first_ratio < WEAK_AT_START * limit
        and not _has_other_cause(case)
    )


def _has_recovered(case: Case) -> bool:
    return not case.is_unsolved or case.now.ratio > AT_START * case.limits.signal


def _account(case: Case, factor: float) -> Account:
    limit = factor * case.limits.signal
    ratio, signal = case.now.ratio, case.now.signal
    hidden = len(case.hidden)
    last = signal[-2]
    starved = max(1, sum(1 for value in signal[:-1] if value < limit * last))
    hops = hidden - 1
    factor = ratio ** (1 / hops) if ratio > 0 else 0.0
    activation = case.hidden[0].activation
    why = []
    if activation in MAX_SLOPES:
        why.append(f"The slope of a {activation} is at most {MAX_SLOPES[activation]}.")
    shown = float(f"{factor:.3g}")
    layers = "layer" if hops == 1 else "layers"
    why.append(
        f"Here each layer passes back {number(100 * shown, 3)} % of the error signal; over "
        f"{hops} {layers} that is {number(shown, 3)}^{hops} = {number(shown**hops)}."
    )
    why.append("It was so before the first update: the start is the cause, not the learning rate.")
    not_offered = [
        "clipping the gradient: it cured 0 of 35, as it only shortens gradients, and these are too "
        "short already.",
        "layer normalization: it cured 2 of 26.",
    ]
    if activation == "sigmoid":
        not_offered.insert(0, "drawing new sigmoid weights: it cured 0 of 26.")
    return Account(
        message=(
            f"The error signal dies on its way back: hidden layer 1 receives {number(ratio)} of "
            f"what hidden layer {hidden} receives, so the early layers do not learn."
        ),
        quantity=f"Error signal, hidden 1 ÷ hidden {hidden}",
        threshold=limit,
        source=case.limits.source(
            "signal", "measured on labelled runs: healthy ones begin above 0.1", factor
        ),
        why=tuple(why),
        clears=f"Clears above {number(AT_START * case.limits.signal)} or when half of the loss is "
        "gone.",
        is_high=False,
        is_log=True,
        layers=(1, min(starved, hidden)),
        not_offered=tuple(not_offered),
        is_from_start=True,
    )


RULES = (
    Rule(
        "vanishing",
        "vanishing",
        "warning",
        14 / 90,
        _vanishes,
        lambda case: _account(case, 1.0),
        _has_recovered,
        lambda case: case.now.ratio,
    ),
    Rule(
        "vanishing weakly",
        "vanishing",
        "warning",
        20 / 90,
        _vanishes_weakly,
        lambda case: _account(case, WEAK),
        _has_recovered,
        lambda case: case.now.ratio,
    ),
)
