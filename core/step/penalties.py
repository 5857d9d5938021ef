"""Penalties on large weights: what they add to the gradient, and to the loss.

L1 joins the gradient first (Tibshirani 1996), L2 last, as coupled weight decay in PyTorch's order
(Krogh and Hertz 1992). Both act on the weights alone unless biases are to decay too.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy import add, multiply, sign

from core.network.network import Network
from core.network.parameters import Floats
from core.network.runs import InTurn, Run
from core.spec import TrainingSpec


def decays(network: Network, training: TrainingSpec) -> Floats:
    """Return (P,) 1 for every parameter that penalties and decay act on, 0 for the others."""
    layout = network.layout
    if training.decay_biases:
        return np.ones(layout.size, network.dtype)
    mask = np.zeros(layout.size, network.dtype)
    for layer in range(1, layout.layer_count + 1):
        layout.weights(mask, layer)[...] = 1.0
    return mask


def penalty_of(network: Network, training: TrainingSpec) -> float:
    """Return l2/2 |W|² + l1 |W|, what stands beside the data loss."""
    if not (training.l1 or training.l2):
        return 0.0
    weights = (network.params.data * decays(network, training)).astype(np.float64)
    squares, sizes = float(weights @ weights), float(np.abs(weights).sum())
    return training.l2 / 2 * squares + training.l1 * sizes


def l1_joined(
    source: Floats, parameters: Floats, mask: Floats, strength: Floats, target: Floats
) -> Run:
    """Return what fills ``target`` with source + strength · sign(parameters) · mask, all (P,)."""
    return _joined(sign, source, parameters, mask, strength, target)


def l2_joined(
    source: Floats, parameters: Floats, mask: Floats, strength: Floats, target: Floats
) -> Run:
    """Return what fills ``target`` with source + strength · parameters · mask, all (P,)."""
    return _joined(np.positive, source, parameters, mask, strength, target)


def _joined(
    function: np.ufunc,
    source: Floats,
    parameters: Floats,
    mask: Floats,
    strength: Floats,
    target: Floats,
) -> Run:
    scratch = np.zeros_like(target)
    return InTurn(
        partial(function, parameters, scratch),
        partial(multiply, scratch, mask, scratch),
        partial(multiply, scratch, strength, scratch),
        partial(add, source, scratch, target),
    )
