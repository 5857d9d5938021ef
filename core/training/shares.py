"""What each sample of a batch adds to the gradient of one weight or bias.

dW = dz aᵀ is a sum over the samples; an entry of it is the sum of these shares (they carry the
factor 1/B of the mean loss). They are read off the step, which has added them up already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core.network.parameters import Floats, ParameterLayout
from core.training.frozen import frozen
from core.training.values import StepValues


class ParameterPlace(NamedTuple):
    """A weight or bias: ``layer`` from 1, ``unit`` and ``source`` from 0; a bias has no source."""

    layer: int
    unit: int
    source: int | None


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
    layer, unit, source = place
    if not 1 <= layer <= layout.layer_count or not 0 <= unit < layout.widths[layer]:
        return None
    if source is None and not layout.biases:
        return None
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
