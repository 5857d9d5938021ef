"""The path of one parameter's gradient through the network: which unit of every layer it passes.

Of the ways into the layer above it takes the one on which most of the error comes back; where a
layer adds its input to its answer, that may be the shortcut beside the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.explain.foreseen_errors import start_weights
from core.network.parameters import Floats
from core.step.wiring import wires_of
from core.training.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Path:
    """Units from a parameter's layer up to the output.

    Attributes:
        units: by layer (from 1) the unit, None where the errors do not tell yet.
        shortcuts: the layers that are passed on the shortcut beside them.
    """

    units: Mapping[int, int | None]
    shortcuts: frozenset[int]


def strongest_path(snapshot: Snapshot, layer: int, unit: int, errors: Mapping[str, Floats]) -> Path:
    """Return the path from ``unit`` of ``layer`` upwards; ``errors`` as they are foreseen."""
    layers, widths = snapshot.spec.network.layers, snapshot.layout.widths
    wires = wires_of(layers, drops=True)
    units: dict[int, int | None] = {layer: unit}
    shortcuts = set()
    for n in range(layer + 1, len(layers) + 1):
        below, error = units[n - 1], errors.get(f"dz{n}")
        if widths[n] == 1 and not layers[n - 1].residual:
            units[n] = 0
            continue
        if below is None or error is None:
            units[n] = None
            continue
        with np.errstate(all="ignore"):
            strengths = np.abs(start_weights(snapshot, n)[:, below] * error)
        # The first NaN counts as the largest, and it is what there is to explain.
        strongest = int(np.argmax(strengths))
        units[n] = strongest
        beside = errors.get(wires[n].out_gradient) if layers[n - 1].residual else None
        if beside is not None and abs(beside[below]) > strengths[strongest]:
            units[n] = below
            shortcuts.add(n)
    return Path(units, frozenset(shortcuts))
