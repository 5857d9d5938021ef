"""What the layers of a network do in one step, as a few numbers per layer.

Taken from the values that the step itself has computed, at the rhythm of recorded steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.network.activations import ACTIVATIONS
from core.network.network import Network
from core.network.parameters import Floats
from core.step.workspace import Workspace

FLAT_SLOPE = 0.05
SATURATING = ("sigmoid", "tanh")
RECTIFYING = ("relu", "leaky_relu")
SYMMETRY_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class LayerStatistics:
    """Numbers of one step; rows are layers, row 0 is layer 1.

    Attributes:
        delta: (L,) RMS over units and samples of dL/dz times B: the error signal of a sample.
        flat: (L,) share of (unit, sample) pairs on the flat part of a sigmoid or tanh, else 0.
        silent: (L,) share of ReLU units that are off for the whole batch, else 0.
    """

    delta: NDArray[np.float64]
    flat: NDArray[np.float64]
    silent: NDArray[np.float64]


def layer_statistics(network: Network, workspace: Workspace) -> LayerStatistics:
    """Return the statistics of the step whose values ``workspace`` holds."""
    count = len(network.layers)
    delta, flat, silent = np.zeros(count), np.zeros(count), np.zeros(count)
    for row, layer in enumerate(network.layers):
        delta[row] = root_mean_square(workspace.dz[layer.index]) * workspace.batch_size
        if row == count - 1:
            continue
        slope = workspace.slope[layer.index]
        if layer.activation in SATURATING:
            limit = FLAT_SLOPE * ACTIVATIONS[layer.activation].largest_slope
            flat[row] = np.count_nonzero(slope < limit) / slope.size
        elif layer.activation in RECTIFYING:
            active = (slope == 1.0).any(axis=1)
            silent[row] = 1.0 - np.count_nonzero(active) / len(active)
    return LayerStatistics(delta, flat, silent)


def root_mean_square(values: Floats) -> float:
    """Return the root mean square of all entries, computed in float64."""
    flat = values.reshape(-1).astype(np.float64)
    return float(np.sqrt(flat.dot(flat) / flat.size))


def is_symmetric(network: Network) -> bool:
    """Return whether every hidden layer of several units has units with the same weights."""
    wide = [layer for layer in network.layers[:-1] if layer.units > 1]
    if not wide:
        return False
    for layer in wide:
        spread = float(np.max(layer.W.std(axis=0)))
        if spread > SYMMETRY_TOLERANCE * root_mean_square(np.ascontiguousarray(layer.W)):
            return False
    return True
