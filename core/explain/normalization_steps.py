"""What a normalization does to an error on its way back, as factors of a waterfall.

dz = (ds − what all have in common) · γ / √(σ² + ε). The first factor is γ over the deviation; a
second one, the share that is left, stands for what is taken off: it depends on the other samples,
or on the other units. Where a unit's own error is 0 there is no such share: then all of dz comes
from the others, and the product starts anew with it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.network.parameters import Floats
from core.step.normalization import EPS
from core.training.snapshot import Snapshot


class Factors(NamedTuple):
    """The factors of one unit.

    Attributes:
        label, factor: of γ over the deviation; None while it is not known.
        shared: the label of the second factor, or "" where there is none.
        none: what it means that this is 0.
        anew: the label where the product starts anew.
    """

    label: str
    factor: float | None
    shared: str
    none: str
    anew: str


def normalization_factors(snapshot: Snapshot, layer: int, unit: int | None) -> Factors:
    """Return how the error of ``unit`` passes the normalization of ``layer``."""
    values, rows = snapshot.trace.values, len(snapshot.trace.rows)
    is_batch = snapshot.spec.network.layers[layer - 1].normalization == "batch"
    var = values.get(f"var{layer}")
    factor = None
    if var is not None and unit is not None:
        deviation = np.sqrt(var[unit if len(var) > 1 else 0] + EPS)
        factor = float(_start_scale(snapshot, layer)[unit] / deviation)
    others = "samples" if is_batch else "units"
    shared = "" if is_batch and rows == 1 else f"less what all {others} share"
    return Factors("γ/√(σ² + ε)", factor, shared, "nothing is left", f"from the other {others}")


def _start_scale(snapshot: Snapshot, layer: int) -> Floats:
    """Return gamma (n,) with which the step on show began."""
    trace, layout = snapshot.trace, snapshot.layout
    gamma = trace.values[f"gamma{layer}"]
    if trace.holds_start:
        return gamma
    change = layout.scale(trace.values.get("update", snapshot.update), layer)
    assert change is not None
    before: Floats = gamma + change
    return before
