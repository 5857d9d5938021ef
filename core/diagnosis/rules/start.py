"""What is wrong before the first update: units that are copies, inputs of very different size."""

from __future__ import annotations

from core.diagnosis.case import LEARNT, Case
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.words import number, times


def _is_symmetric(case: Case) -> bool:
    return case.now.is_symmetric


def _account_of_symmetry(case: Case) -> Account:
    wide = [(n, layer.units) for n, layer in enumerate(case.hidden, 1) if layer.units > 1]
    layer, units = wide[0]
    is_given = case.hidden[layer - 1].weights is not None
    start = "The given weights are" if is_given else "The initializer gives every unit of a layer"
    start += " the same for every unit." if is_given else " the same weights."
    return Account(
        message=(
            f"All units of a layer are identical: the {units} units of hidden layer {layer} work "
            "like one."
        ),
        quantity="Spread of the units' incoming weights ÷ their size",
        threshold=1e-6,
        source="exact: units that start alike get the same gradient and stay alike",
        why=(
            start,
            "Units with the same weights get the same gradient at every step, so no number of "
            "steps tells them apart.",
        ),
        clears="Clears when units have weights of their own.",
        is_high=False,
        layers=(wide[0][0], wide[-1][0]),
        not_offered=("another learning rate or optimizer: it moves all copies alike.",),
    )


def _features(case: Case) -> list[tuple[int, float, float]]:
    """Return place, mean and deviation of every feature that is not constant."""
    beginning = case.beginning
    pairs = zip(beginning.feature_means, beginning.feature_deviations, strict=True)
    return [(i, mean, spread) for i, (mean, spread) in enumerate(pairs) if spread > 0]


def _worst_input(case: Case) -> tuple[float, float, str, str, str] | None:
    """Return the measured value, its limit, what is measured, one sentence and the threshold.

    None where no input can be at fault.
    """
    features, limits = _features(case), case.limits
    if not features:
        return None
    names = case.beginning.feature_names
    name = {i: names[i] if i < len(names) else f"input {i + 1}" for i, _, _ in features}
    widest = max(features, key=lambda feature: feature[2])
    narrowest = min(features, key=lambda feature: feature[2])
    shifted = max(features, key=lambda feature: abs(feature[1]) / feature[2])
    shift = abs(shifted[1]) / shifted[2]
    ratio = widest[2] / narrowest[2]
    found = [
        (
            ratio,
            limits.feature_spread,
            "Widest ÷ narrowest feature",
            f"{name[widest[0]]} spans {times(ratio)} what {name[narrowest[0]]} spans.",
            "feature_spread",
        ),
        (
            widest[2],
            limits.feature_size,
            "Deviation of the widest feature",
            f"{name[widest[0]]} has a deviation of {number(widest[2])}; about 1 is usual.",
            "feature_size",
        ),
        (
            shift,
            limits.feature_shift,
            "Mean ÷ deviation of a feature",
            f"{name[shifted[0]]} lies {number(shift)} deviations away from 0.",
            "feature_shift",
        ),
        (
            1 / limits.feature_size / widest[2],
            1.0,
            f"{number(1 / limits.feature_size)} ÷ deviation of the widest feature",
            f"All features are small: the widest has a deviation of {number(widest[2])}.",
            "feature_size",
        ),
    ]
    return max(found, key=lambda entry: entry[0] / entry[1])


def _is_unnormalized(case: Case) -> bool:
    worst = _worst_input(case)
    return worst is not None and worst[0] > worst[1]


def _account_of_inputs(case: Case) -> Account:
    worst = _worst_input(case)
    assert worst is not None
    _, limit, quantity, sentence, name = worst
    return Account(
        message=sentence,
        quantity=quantity,
        threshold=limit,
        source=case.limits.source(
            name, "measured on labelled runs; standardized inputs never reach it"
        ),
        why=(
            "One learning rate has to serve weights of all inputs: what suits the wide ones is too "
            "short for the others, and what suits the others overshoots on the wide ones.",
            "Large inputs also drive the first layer's units to their flat sides at once.",
        ),
        clears="Clears with the inputs: standardized, or when half of the loss is gone.",
        is_log=True,
        layers=(1, 1),
    )


def _measure_inputs(case: Case) -> float:
    worst = _worst_input(case)
    return 0.0 if worst is None else worst[0]


RULES = (
    Rule(
        "symmetric",
        "symmetric",
        "warning",
        0.0,
        _is_symmetric,
        _account_of_symmetry,
        lambda case: not case.now.is_symmetric,
        lambda case: 0.0 if case.now.is_symmetric else 1.0,
    ),
    Rule(
        "unnormalized",
        "unnormalized",
        "warning",
        0.0,
        _is_unnormalized,
        _account_of_inputs,
        lambda case: not case.is_unsolved,
        _measure_inputs,
        LEARNT,
        when="start",
    ),
)
