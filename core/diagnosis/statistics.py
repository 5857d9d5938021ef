"""What the layers of a network do in one step, as a few numbers per layer.

Taken from the values that the step itself has computed, at the rhythm of recorded steps.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.network.activations import ACTIVATIONS
from core.network.network import Network
from core.network.parameters import Floats
from core.step.workspace import Workspace

FLAT_SLOPE = 0.05
SATURATING = ("sigmoid", "tanh")
RECTIFYING = ("relu", "leaky_relu")
FLAT_SHARE, SILENT_SHARE = 0.5, 0.75
SYMMETRY_TOLERANCE = 1e-6
# Between these a sum of squares has lost no digits, in single precision too.
SAFE_SQUARES = (1e-25, 1e30)


def error_signal(network: Network, workspace: Workspace) -> NDArray[np.float64]:
    """Return (L,) the RMS over units and samples of dL/dz times B: the error of one sample."""
    size = workspace.batch_size
    return np.array(
        [size * root_mean_square(workspace.dz[layer.index]) for layer in network.layers]
    )


def has_flat_layer(network: Network, workspace: Workspace) -> bool:
    """Return whether most of a sigmoid or tanh layer lies where its slope is nearly 0."""
    for layer in network.layers[:-1]:
        if layer.activation not in SATURATING:
            continue
        slope = workspace.slope[layer.index]
        limit = FLAT_SLOPE * ACTIVATIONS[layer.activation].largest_slope
        if np.count_nonzero(slope < limit) >= FLAT_SHARE * slope.size:
            return True
    return False


def has_silent_layer(network: Network, workspace: Workspace) -> bool:
    """Return whether most ReLU units of a layer are off for the whole batch."""
    for layer in network.layers[:-1]:
        if layer.activation not in RECTIFYING:
            continue
        active = (workspace.slope[layer.index] == 1.0).any(axis=1)
        if np.count_nonzero(active) <= (1 - SILENT_SHARE) * len(active):
            return True
    return False


def root_mean_square(values: Floats) -> float:
    """Return the root mean square of all entries."""
    flat = values.reshape(-1)
    total = float(flat.dot(flat))
    if SAFE_SQUARES[0] < total < SAFE_SQUARES[1]:
        return math.sqrt(total / flat.size)
    # Squares under- or overflow before the numbers do: scale by the largest first.
    peak = float(np.max(np.abs(flat), initial=0.0))
    if not 0 < peak < math.inf:
        return peak
    return peak * math.sqrt(float(np.mean(np.square(flat / peak, dtype=np.float64))))


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


def has_other_cause(network: Network, workspace: Workspace) -> bool:
    """Return whether something else than vanishing explains that no error signal comes through."""
    return (
        is_symmetric(network)
        or has_flat_layer(network, workspace)
        or has_silent_layer(network, workspace)
    )
