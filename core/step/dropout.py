"""Inverted dropout (Srivastava et al. 2014): units left out of one step, the others scaled up.

A mask is a function of the seed, the step and the layer, so a replay leaves out the same units.
Evaluation leaves out none.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

import numpy as np

from core.network.network import Layer
from core.network.parameters import Floats
from core.random_streams import random_stream
from core.step.operations import Op
from core.step.workspace import Workspace


class Clock(Protocol):
    """What knows the step at hand: ``step`` is the number of updates before it."""

    step: int


def dropout_mask(seed: int, step: int, layer: int, rate: float, shape: tuple[int, int]) -> Floats:
    """Return (n, B) 0 with probability ``rate``, else 1 / (1 - rate)."""
    draws = random_stream(seed, f"dropout of layer {layer}", step).random(shape)
    return np.where(draws < rate, 0.0, 1 / (1 - rate))


def dropout_ops(layer: Layer, workspace: Workspace, seed: int, clock: Clock) -> list[Op]:
    """Return the ops for the mask and for h = mask * a."""
    n, a, rate = layer.index, workspace.a[layer.index], layer.dropout
    mask = workspace.add(f"mask{n}", a.shape)
    h = workspace.add_output(n, f"h{n}")

    def draw() -> None:
        mask[...] = dropout_mask(seed, clock.step, n, rate, a.shape)

    formula = f"mask{n} = 0 with probability {rate:g}, else 1 / (1 − {rate:g})"
    return [
        Op(f"mask{n}", "forward", n, (), (f"mask{n}",), formula, draw),
        Op(
            f"h{n}",
            "forward",
            n,
            (f"a{n}", f"mask{n}"),
            (f"h{n}",),
            f"h{n} = mask{n} ⊙ a{n}",
            partial(np.multiply, a, mask, h),
        ),
    ]


def dropout_backward(layer: Layer, workspace: Workspace) -> Op:
    """Return the op for da = mask * dh."""
    n = layer.index
    run = partial(
        np.multiply, workspace.out_gradient[n], workspace.extra[f"mask{n}"], workspace.da[n]
    )
    reads = (f"dh{n}", f"mask{n}")
    return Op(f"da{n}", "backward", n, reads, (f"da{n}",), f"da{n} = mask{n} ⊙ dh{n}", run)
