"""What comes back when layers and units that were taken away are put in again.

Every number of the former network has either lived on in the present one, trained since or not, or
was removed and is known from a keyframe alone. Which is which follows from the networks between.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from core.network.network import carry_over, layer_origins
from core.network.parameters import Floats, ParameterLayout
from core.network.running_statistics import RunningStatistics
from core.spec import NetworkSpec
from core.training.keyframe import Keyframe

if TYPE_CHECKING:
    from core.training.assembly import Assembly


class Return:
    """The way from a present network back to that of a keyframe.

    Attributes:
        alive: (P,) under the former layout, True where a number has lived on.
    """

    def __init__(self, former: Keyframe, via: Sequence[NetworkSpec], present: Assembly) -> None:
        """Lead from ``present`` back to ``former``; ``via`` are the networks in between."""
        self._former = former
        self._present = present
        inputs = present.network.layout.widths[0]
        self._networks = networks = (
            former.spec.network,
            *via,
            present.spec.network,
            former.spec.network,
        )
        alive: Floats = np.ones(len(former.parameters))
        for old, new in pairwise(networks):
            nothing: Floats = np.zeros(_layout(new, inputs).size)
            alive = _carried(alive, nothing, old, new, inputs)
        self.alive = alive > 0.0

    def vector(self, kept: Floats, present: Floats) -> Floats:
        """Return (P,) under the former layout: of ``present`` what has lived on, else ``kept``."""
        old, new = self._present.spec.network, self._former.spec.network
        inputs = self._present.network.layout.widths[0]
        carried = _carried(present, kept, old, new, inputs)
        result: Floats = np.where(self.alive, carried, kept)
        return result

    def fill(self, changed: Assembly) -> None:
        """Put the outcome into ``changed``, which is built of the former network."""
        former, present = self._former, self._present
        weights = self.vector(former.parameters, present.network.params.data)
        np.copyto(changed.network.params.data, weights)
        self._fill_running(changed.network.running)
        if former.spec.training.optimizer.kind == present.state.kind == changed.state.kind:
            for name, array in changed.state.arrays.items():
                kept = former.optimizer[name]
                np.copyto(array, self.vector(kept, present.state.arrays[name]))

    def _fill_running(self, target: RunningStatistics) -> None:
        """Put into ``target`` the running statistics that have lived on, else the kept ones."""
        carried, layers = target.data.copy(), self._former.spec.network.layers
        alive = RunningStatistics(layers, float)
        alive.data[...] = 1.0
        for old, new in pairwise(self._networks):
            after = RunningStatistics(new.layers, float)
            after.data[...] = 0.0
            after.carry_over(alive, layer_origins(old.layers, new.layers))
            alive = after
        np.copyto(target.data, np.where(alive.data > 0.0, carried, self._former.running))

    def is_unchanged(self, now: Keyframe) -> bool:
        """Return whether nothing was trained between the former keyframe and ``now``."""
        former = self._former
        # The place in the epoch may differ all the same: of fewer points the epoch may be over.
        return now.step == former.step and np.array_equal(
            self.vector(former.parameters, now.parameters), former.parameters
        )


def _carried(
    source: Floats, onto: Floats, old: NetworkSpec, new: NetworkSpec, inputs: int
) -> Floats:
    """Return a copy of ``onto`` (under ``new``) with what overlaps of ``source`` (``old``)."""
    before, after = _layout(old, inputs), _layout(new, inputs)
    target = onto.copy()
    carry_over(source, target, before, after, layer_origins(old.layers, new.layers))
    return target


def _layout(network: NetworkSpec, inputs: int) -> ParameterLayout:
    return ParameterLayout.of(network, inputs)
