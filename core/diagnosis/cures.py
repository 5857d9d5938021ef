"""Which remedies fit a finding: that depends on its cause and on when it began.

The counts say how many of the faulty runs of that kind, from the library and drawn at random,
reached their target by this change alone. A change that mends a bad start does not mend a learning
rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from core.diagnosis.case import Case
from core.diagnosis.findings import Kind, Remedy
from core.diagnosis.remedies import (
    adam,
    batch_normalization,
    biases,
    clip,
    cross_entropy,
    early_stopping,
    full_precision,
    higher_rate,
    loss_scale,
    lower_rate,
    more_units,
    recommended,
    relu_with_he,
    residual_connections,
    smaller_network,
    standardize,
    stop_at,
    suitable_start,
    tanh_with_xavier,
    with_rate_of_adam,
)
from core.diagnosis.rules.units import FLAT_LAYER, SILENT_NETWORK, silent_shares
from core.spec import ExperimentSpec

# Clipping or stopping in time alone, on runs of the library and random ones with such a first card.
CLIPPED_RATE = (13, 41, "runs with a learning rate too high")
CLIPPED_EXPLODING = (10, 16, "runs with a first loss far above guessing")
ENDED_AT_BEST = (16, 17, "overfitting runs")
STOPPED_EARLY = (13, 17, "overfitting runs")


# What mends these leaves the rest of the run as it is; elsewhere the second choice is to start anew
# with settings that are known to work.
_LOCAL = ("overfitting", "underflow", "plateau")


def remedies_for(kind: Kind, case: Case) -> tuple[Remedy, ...]:
    """Return the remedies that fit a finding of ``kind``, without those that change nothing."""
    choose = _CHOICES.get(kind)
    if choose is None:
        return ()
    first, *others = choose(case)
    rest = (
        [*others, recommended(case.spec)] if kind in _LOCAL else [recommended(case.spec), *others]
    )
    found = [first, *rest]
    return tuple({remedy.title: remedy for remedy in found if remedy.changed}.values())


def _vanishing(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    if any(layer.activation == "sigmoid" for layer in case.hidden):
        on = "vanishing runs with a sigmoid"
        return (
            relu_with_he(spec, (24, 26, on)),
            tanh_with_xavier(spec, (24, 26, on)),
            batch_normalization(spec, (12, 14, on)),
            residual_connections(spec, (8, 14, on)),
        )
    on = "other vanishing runs"
    return (
        suitable_start(spec, (22, 23, on)),
        relu_with_he(spec, (20, 23, on)),
        batch_normalization(spec, (10, 12, on)),
        residual_connections(spec, (9, 12, on)),
    )


def _exploding(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    if not case.starts_normally:
        on = "runs with a first loss far above guessing"
        both = with_rate_of_adam(relu_with_he(spec), spec, (53, 60, "exploding runs"))
        return both, relu_with_he(spec, (12, 20, on)), clip(spec, CLIPPED_EXPLODING)
    on = "runs whose loss rose from a normal start"
    return adam(spec, (32, 34, on)), lower_rate(spec, (26, 34, on)), clip(spec, CLIPPED_RATE)


def _learning_rate(case: Case) -> tuple[Remedy, ...]:
    on = "runs with a learning rate too high"
    spec = case.spec
    # The lower rate changes one number and says what was wrong; Adam mended four runs more.
    return lower_rate(spec, (49, 62, on)), adam(spec, (53, 62, on)), clip(spec, CLIPPED_RATE)


def _dead(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    if any(share >= SILENT_NETWORK for share in silent_shares(case, case.first)):
        if case.is_narrow_and_deep:
            # They lose whole layers whatever the start: they need units.
            return (recommended(spec),)
        on = "runs dead from the start, not narrow"
        return suitable_start(spec, (10, 17, on)), tanh_with_xavier(spec, (9, 17, on))
    on = "runs whose units died later"
    return adam(spec, (9, 15, on)), lower_rate(spec, (6, 15, on))


def _saturated(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    is_sigmoid = spec.network.layers[-1].activation == "sigmoid"
    if case.now.flat[-1] >= FLAT_LAYER and is_sigmoid and _has_classes(case):
        return cross_entropy(spec), suitable_start(spec)
    started_so = any(share >= FLAT_LAYER for share in case.first.flat)
    on = f"runs saturated {'from the start' if started_so else 'later'}"
    if started_so:
        return relu_with_he(spec, (3, 4, on)), suitable_start(spec, (1, 4, on))
    return relu_with_he(spec, (9, 13, on)), lower_rate(spec, (6, 13, on))


def _has_classes(case: Case) -> bool:
    """Return whether the targets are classes, or given numbers that can be taken for classes."""
    data = case.spec.data
    if case.beginning.chance > 0:
        return True
    rows = (*(data.targets or ()), *(data.test_targets or ()))
    values = {value for row in rows for value in (row if isinstance(row, tuple) else (row,))}
    return data.task is None and bool(values) and values <= {0.0, 1.0}


def _slow(case: Case) -> tuple[Remedy, ...]:
    on = "slow runs"
    return adam(case.spec, (34, 45, on), restarts=False), higher_rate(case.spec, 100, (34, 45, on))


def _symmetric(case: Case) -> tuple[Remedy, ...]:
    on = "symmetric runs"
    return relu_with_he(case.spec, (31, 36, on)), suitable_start(case.spec, (26, 36, on))


def _unnormalized(case: Case) -> tuple[Remedy, ...]:
    on = "runs with unnormalized inputs"
    spec = case.spec
    first = standardize(spec, (24, 24, on))
    if not case.starts_normally and _has_large_weights(spec):
        # Inputs and weights are too large, and with them the steps: no single change mended it.
        return recommended(spec), first
    return first, adam(spec, (8, 24, on))


def _has_large_weights(spec: ExperimentSpec) -> bool:
    """Return whether they are drawn at twice the size that keeps the signal of a wide layer."""
    network = spec.network
    sizes = [layer.units for layer in network.layers[:-1]]
    fitting = math.sqrt(2 / max(sizes, default=1))
    is_given = network.initializer in ("normal", "constant")
    return is_given and abs(network.initializer_scale) > 2 * fitting


def _overfitting(case: Case) -> tuple[Remedy, ...]:
    step = case.best_test[1]
    spec = case.spec
    # A run planned for 0 steps would go on without an end, and untrained weights are no cure.
    stop, early = stop_at(spec, step, ENDED_AT_BEST), early_stopping(spec, STOPPED_EARLY)
    return *((stop, early) if step > 0 else ()), smaller_network(spec)


def _underflow(case: Case) -> tuple[Remedy, ...]:
    return loss_scale(case.spec, case.now.largest), full_precision(case.spec)


def _non_finite(case: Case) -> tuple[Remedy, ...]:
    if case.has_overflowed_in_half:
        return loss_scale(case.spec, math.inf), full_precision(case.spec)
    return _exploding(case)


def _plateau(case: Case) -> tuple[Remedy, ...]:
    spec = case.spec
    if not spec.network.biases:
        return biases(spec), more_units(spec)
    if case.hidden and all(layer.activation == "linear" for layer in case.hidden):
        return tanh_with_xavier(spec), relu_with_he(spec)
    return more_units(spec), adam(spec)


_CHOICES: dict[Kind, Callable[[Case], tuple[Remedy, ...]]] = {
    "vanishing": _vanishing,
    "exploding": _exploding,
    "learning_rate_too_high": _learning_rate,
    "dead": _dead,
    "saturated": _saturated,
    "slow": _slow,
    "symmetric": _symmetric,
    "unnormalized": _unnormalized,
    "overfitting": _overfitting,
    "underflow": _underflow,
    "non_finite": _non_finite,
    "plateau": _plateau,
}
