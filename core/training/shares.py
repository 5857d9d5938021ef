"""What each sample of a batch adds to the gradient of one parameter.

dW = dz aᵀ is a sum over the samples, and so are dγ = Σ ds ⊙ ẑ and dβ = Σ ds; an entry is the sum
of these shares (they carry the factor 1/B of the mean loss). They are read off the step, which has
added them up already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core.network.parameters import Floats, ParameterLayout
from core.training.frozen import frozen
from core.training.values import StepValues


class ParameterPlace(NamedTuple):
    """A parameter: ``layer`` from 1, ``unit`` and ``source`` from 0.

    Only a weight has a source; without one it is a bias, or what ``kind`` says: gamma or beta.
    """

    layer: int
    unit: int
    source: int | None
    kind: str = "b"


FIRST_PLACE = ParameterPlace(1, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class SampleShares:
    """The terms of one entry of a gradient.

    Attributes:
        place: the parameter.
        values: (B,) in the order of the batch.
    """

    place: ParameterPlace
    values: Floats


def sample_shares(
    values: StepValues, layout: ParameterLayout, place: ParameterPlace
) -> SampleShares | None:
    """Return the shares in the step behind ``values``.

    None while the step has not computed that gradient, and where there is no such parameter.
    """
    layer, unit, source, kind = place
    if not 1 <= layer <= layout.layer_count or not 0 <= unit < layout.widths[layer]:
        return None
    if source is None and kind not in layout.row_names(layer):
        return None
    if kind in ("gamma", "beta"):
        return _of_scale(values, place)
    if source is not None and not 0 <= source < layout.widths[layer - 1]:
        return None
    error = values.read(f"dz{layer}") if values.read(f"dW{layer}") is not None else None
    if error is None:
        return None
    error = error / values.loss_scale
    if source is None:
        return SampleShares(place, frozen(error[:, unit]))
    before = values.read(values.before(layer))
    assert before is not None
    return SampleShares(place, frozen(error[:, unit] * before[:, source]))


def _of_scale(values: StepValues, place: ParameterPlace) -> SampleShares | None:
    """Return the shares in the gradient of a gamma or beta."""
    layer, unit = place.layer, place.unit
    error = values.read(f"ds{layer}") if values.read(f"dgamma{layer}") is not None else None
    normalized = values.read(f"zhat{layer}")
    if error is None or normalized is None:
        return None
    factor = normalized[:, unit] if place.kind == "gamma" else 1.0
    return SampleShares(place, frozen(error[:, unit] * factor))
