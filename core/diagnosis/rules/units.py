"""Units that do not take part: silent ReLU units, and sigmoid or tanh units on their flat parts.

Both are looked for over all training rows, not over a batch. Networks that have learnt their task
carry many such units without harm, so only those that have not are told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.diagnosis.case import LEARNT, PATIENCE, Case
from core.diagnosis.record import Record
from core.diagnosis.rules.rule import Account, Rule
from core.diagnosis.thresholds import MEASURED
from core.diagnosis.words import layer_names, number, percent

# What counts as much where a cause or a cure is looked for.
SILENT_NETWORK, FLAT_LAYER = MEASURED.silent_network, MEASURED.flat
WARM = 0.05
# A loss that has grown by more than this has left no digit of the weights that the run began with.
WRECKED = 1e16
MOST_UNITS = 200


def silent_shares(case: Case, record: Record) -> tuple[float, ...]:
    """Return (L - 1,) the share of silent units by hidden ReLU layer, NaN for other layers."""
    return tuple(
        math.nan if silent is None else len(silent) / layer.units
        for silent, layer in zip(record.silent, case.hidden, strict=False)
    )


def _silent_in_all(case: Case, record: Record) -> float:
    """Return the share of silent units among all ReLU units."""
    pairs = [
        (len(silent), layer.units)
        for silent, layer in zip(record.silent, case.hidden, strict=False)
        if silent is not None
    ]
    return sum(n for n, _ in pairs) / sum(n for _, n in pairs) if pairs else 0.0


def _worst_silence(case: Case, record: Record) -> float:
    """Return the largest share of silent units in a layer."""
    if not any(record.silent):
        return 0.0
    return max((share for share in silent_shares(case, record) if share == share), default=0.0)


def _are_silent(case: Case, record: Record) -> bool:
    return (
        _worst_silence(case, record) >= case.limits.silent_layer
        or _silent_in_all(case, record) >= case.limits.silent_network
    )


def _may_be_told(case: Case) -> bool:
    is_wrecked = case.growth > WRECKED or not math.isfinite(case.now.loss)
    return not is_wrecked and case.share >= WARM


def _a_layer_dies(case: Case) -> bool:
    return _worst_silence(case, case.now) >= case.limits.silent_layer and _may_be_told(case)


def _a_layer_starts_silent(case: Case) -> bool:
    """Return whether a whole layer is silent at the start: no step can ever reach it."""
    return any(share == 1.0 for share in silent_shares(case, case.now))


def _many_die(case: Case) -> bool:
    return (
        any(case.now.silent)
        and _silent_in_all(case, case.now) >= case.limits.silent_network
        and _may_be_told(case)
    )


def _silent_in_both(one: Record, other: Record, layer: int) -> set[int]:
    """Return the units of a hidden layer, both from 1, that are silent in two records."""
    return set(one.silent[layer - 1] or ()) & set(other.silent[layer - 1] or ())


def _account_of_silence(case: Case, by_layer: bool) -> Account:
    limit = "silent_layer" if by_layer else "silent_network"
    shares = silent_shares(case, case.now)
    chosen = [n for n, share in enumerate(shares, 1) if share >= case.limits.silent_layer] or [
        n for n, share in enumerate(shares, 1) if share > 0
    ]
    counts = {n: len(case.now.silent[n - 1] or ()) for n in chosen}
    total = sum(counts.values())
    of = sum(case.hidden[n - 1].units for n in chosen)
    before = sum(len(_silent_in_both(case.first, case.now, n)) for n in chosen)
    began_so = before > 0 and _are_silent(case, case.first)
    some = f"The only unit of {layer_names(chosen)}" if of == 1 else f"{total} of {of} units"
    place = "" if of == 1 else f" in {layer_names(chosen)}"
    is_one = total == 1
    why = [
        f"{some}{place} {'answers' if is_one else 'answer'} 0 to every training row; a ReLU that "
        f"is off passes no gradient back, so nothing can wake {'it' if is_one else 'them'}."
    ]
    if began_so:
        who = "It was" if is_one else "1 of them was" if before == 1 else f"{before} of them were"
        why.append(f"{who} silent before the first update: the start is the cause.")
        bias = case.spec.network.initial_bias
        if bias < 0:
            why.append(f"The biases begin at {number(bias)}, which holds the units below 0.")
        elif case.is_narrow_and_deep:
            why.append("With so few units a layer, whole layers are easily silent.")
    else:
        record = next(r for r in case.records if _are_silent(case, r))
        at_start, then = (
            sum(len(each.silent[n - 1] or ()) for n in chosen) for each in (case.first, record)
        )
        why.append(
            f"At the start it was {at_start} of {of}, at step {record.step:,} it was {then}: a "
            "step that was too long threw units to the flat side."
        )
    return Account(
        message=(
            f"{some}{place} {'is' if is_one else 'are'} silent for every training row and "
            f"{'gets' if is_one else 'get'} no gradient."
        ),
        quantity="Silent units, worst layer" if by_layer else "Silent units, all ReLU layers",
        threshold=getattr(case.limits, limit),
        source=case.limits.source(
            limit, "measured on labelled runs; healthy ones carry 6 % silent units (median)"
        ),
        why=tuple(why),
        clears="Clears when fewer units are silent, or when half of the loss is gone.",
        layers=(chosen[0], chosen[-1]),
        units=tuple((n, unit) for n in chosen for unit in case.now.silent[n - 1] or ())[
            :MOST_UNITS
        ],
        not_offered=(
            "leaky ReLU alone: it cured 5 of 39, because what silenced the units is still there.",
        ),
        is_from_start=began_so,
    )


def _saturate(case: Case) -> bool:
    return case.flattest >= case.limits.flat and case.share >= WARM


def _account_of_flatness(case: Case) -> Account:
    flat = case.now.flat
    chosen = [n for n, share in enumerate(flat, 1) if share >= case.limits.flat]
    worst = max(chosen, key=lambda n: flat[n - 1])
    share = flat[worst - 1]
    before = case.first.flat[worst - 1]
    activation = case.spec.network.layers[worst - 1].activation
    is_output = worst == len(case.spec.network.layers)
    name = "the output layer" if is_output else f"hidden layer {worst}"
    why = [
        f"There the slope of the {activation} is below 5 % of its largest, so next to no error "
        "signal passes.",
        _origin_of_flatness(case, chosen, before),
    ]
    if is_output:
        why.append(
            "The squared error multiplies by that slope; the cross-entropy cancels it, and an "
            "output that is wrong and sure of itself is pulled back at full strength."
        )
    return Account(
        message=f"{percent(share)} of the outputs of {name} lie on the flat part of the "
        f"{activation}.",
        quantity="Flat outputs, output layer" if is_output else f"Flat outputs, hidden {worst}",
        threshold=case.limits.flat,
        source=case.limits.source(
            "flat", "measured on labelled runs, together with a loss that stays high"
        ),
        why=tuple(why),
        clears=f"Clears when less than {percent(case.limits.flat)} of the layer is flat, or half "
        "of the loss is gone.",
        layers=(chosen[0], chosen[-1]),
        is_from_start=before >= case.limits.flat,
    )


def _origin_of_flatness(case: Case, chosen: Sequence[int], before: float) -> str:
    if before < case.limits.flat:
        return (
            f"At the start it was {percent(before)}: long steps have driven the weights up, so "
            "the learning rate is the cause."
        )
    sizes = case.beginning.feature_deviations
    means = case.beginning.feature_means
    if chosen[0] == 1 and max((*sizes, *(abs(mean) for mean in means)), default=0.0) > 5:
        return "It was so before the first update: the inputs are too large for the weights."
    return "It was so before the first update: the weights are too large."


def _have_woken(case: Case) -> bool:
    return not case.is_unsolved or not _are_silent(case, case.now)


RULES = (
    Rule(
        "a layer starts silent",
        "dead",
        "warning",
        0.0,
        _a_layer_starts_silent,
        lambda case: _account_of_silence(case, by_layer=True),
        _have_woken,
        lambda case: _worst_silence(case, case.now),
        LEARNT,
        when="start",
    ),
    Rule(
        "a layer dies",
        "dead",
        "warning",
        PATIENCE,
        _a_layer_dies,
        lambda case: _account_of_silence(case, by_layer=True),
        _have_woken,
        lambda case: _worst_silence(case, case.now),
    ),
    Rule(
        "many units die",
        "dead",
        "warning",
        PATIENCE,
        _many_die,
        lambda case: _account_of_silence(case, by_layer=False),
        _have_woken,
        lambda case: _silent_in_all(case, case.now),
    ),
    Rule(
        "units are flat",
        "saturated",
        "warning",
        PATIENCE,
        _saturate,
        _account_of_flatness,
        lambda case: not case.is_unsolved or case.flattest < case.limits.flat,
        lambda case: case.flattest,
    ),
)
