"""What the layers of a network do, as a few numbers per layer.

Taken from the values that a step or an evaluation has computed itself; what is read is a workspace,
and nothing is run here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.network.network import Network
from core.network.parameters import Floats
from core.step.workspace import Workspace

# A flat output has less than this share of the activation's largest slope.
FLAT_SLOPE = 0.05
FLAT_ROWS = 40
SATURATING = ("sigmoid", "tanh")
SYMMETRY_TOLERANCE = 1e-6
# Between these a sum of squares has lost no digits, in single precision too.
SAFE_SQUARES = (1e-25, 1e30)


def error_signal(network: Network, workspace: Workspace) -> NDArray[np.float64]:
    """Return (L,) the RMS over units and samples of dL/dz times B: the error of one sample."""
    size = workspace.batch_size / float(workspace.loss_scale)
    return np.array(
        [size * root_mean_square(workspace.dz[layer.index]) for layer in network.layers]
    )


def flat_shares(network: Network, workspace: Workspace, fused: bool) -> tuple[float, ...]:
    """Return (L,) which share of a layer's outputs is flat; NaN where none can be.

    An output layer that is ``fused`` with its loss has no slope to lose.
    """
    layers = network.layers
    # The layers lie behind one another: all of a kind are looked at in one go.
    rows = workspace.stretch("a", 1, len(layers)).reshape(-1, workspace.batch_size)
    # Some samples, evenly spread, are enough for a share.
    a = rows[:, :: max(1, workspace.batch_size // FLAT_ROWS)]
    flat: dict[str, NDArray[np.bool_]] = {}
    shares, start = [], 0
    for layer in layers:
        kind = layer.activation
        if kind not in SATURATING or (fused and layer is layers[-1]):
            shares.append(math.nan)
        else:
            if kind not in flat:
                flat[kind] = _is_flat(kind, a)
            part = flat[kind][start : start + layer.units]
            shares.append(np.count_nonzero(part) / part.size)
        start += layer.units + 1
    return tuple(shares)


def _is_flat(activation: str, a: Floats) -> NDArray[np.bool_]:
    """Return by output whether the activation has next to no slope there."""
    if activation == "tanh":
        # The slope is 1 − a².
        return a * a > 1 - FLAT_SLOPE
    # The slope is a (1 − a), at most a quarter.
    return a * (1 - a) < FLAT_SLOPE / 4


def silent_units(network: Network, workspace: Workspace) -> tuple[tuple[int, ...] | None, ...]:
    """Return by hidden layer the ReLU units, from 1, that answer 0 to every row; else None."""
    return tuple(
        tuple((np.flatnonzero(workspace.a[layer.index].max(axis=1) <= 0) + 1).tolist())
        if layer.activation == "relu"
        else None
        for layer in network.layers[:-1]
    )


def relative_size(update: Floats, parameters: Floats) -> float:
    """Return the size of the last update (P,) over that of the parameters (P,)."""
    above, below = root_mean_square(update), root_mean_square(parameters)
    return above / below if below > 0 else math.inf if above > 0 else 0.0


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
