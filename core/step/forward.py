"""The forward half of a step: batch, forward and loss operations over one workspace.

The same builders serve training, evaluation, response maps and every other forward pass, each over
its own workspace.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

import numpy as np

from core.data import Batch
from core.network.activations import ACTIVATIONS
from core.network.losses import LOSSES, label_cross_entropy
from core.network.network import Network
from core.step.directions import direction_op
from core.step.dropout import Clock, dropout_ops
from core.step.normalization import normalization_ops
from core.step.operations import Op
from core.step.wiring import Wires, wires_of
from core.step.workspace import Workspace


def forward_ops(
    network: Network, workspace: Workspace, seed: int = 0, clock: Clock | None = None
) -> list[Op]:
    """Return z1, a1, ..., zL, aL over ``workspace``, and what else the layers have.

    Dropout is a function of ``seed`` and the step on ``clock``; without a clock it is off.
    """
    ops: list[Op] = []
    workspace.drops = clock is not None
    wires = wires_of(network.layers, drops=workspace.drops, directs=network.directs)
    for layer in network.layers:
        n, before = layer.index, wires[layer.index].before
        block = network.layout.block(network.params.data, n)
        source = workspace.with_ones[n - 1][: block.shape[0]]
        z, a = workspace.z[n], workspace.a[n]
        has_bias = network.layout.biases
        ops.append(
            Op(
                f"z{n}",
                "forward",
                n,
                (f"W{n}", before, f"b{n}") if has_bias else (f"W{n}", before),
                (f"z{n}",),
                f"z{n} = W{n} {before} + b{n}" if has_bias else f"z{n} = W{n} {before}",
                partial(block.T.dot, source, z),
            )
        )
        if layer.normalization != "none":
            workspace.normalize(n)
            ops += normalization_ops(layer, workspace)
        activation, entering = ACTIVATIONS[layer.activation], wires[n].entering
        formula = activation.formula.replace("z", entering)
        run = activation.bind(workspace.entering[n], a)
        ops.append(Op(f"a{n}", "forward", n, (entering,), (f"a{n}",), f"a{n} = {formula}", run))
        if layer.dropout and clock is not None:
            ops += dropout_ops(layer, workspace, seed, clock)
        if network.directs and n < len(network.layers):
            ops.append(direction_op(workspace, n))
        if layer.residual:
            ops.append(_residual(workspace, n, wires[n]))
    return ops


def _residual(workspace: Workspace, n: int, wires: Wires) -> Op:
    """Return the op that adds the layer's input to what it has made of it (He et al. 2016)."""
    dropped, before = workspace.with_ones[n][:-1], workspace.with_ones[n - 1][:-1]
    run = partial(np.add, dropped, before, workspace.add_output(n, f"r{n}"))
    reads, formula = (wires.dropped, wires.before), f"r{n} = {wires.dropped} + {wires.before}"
    return Op(f"r{n}", "forward", n, reads, (f"r{n}",), formula, run)


def loss_op(network: Network, workspace: Workspace, loss: str) -> Op:
    """Return the op that fills ``workspace.loss``."""
    last = len(network.layers)
    entry = LOSSES[loss]
    entering = wires_of(network.layers, drops=False)[last].entering
    z, a, y = workspace.entering[last], workspace.a[last], workspace.targets
    if workspace.signs is None:
        run = entry.bind(z, a, y, workspace.loss)
    else:
        run = label_cross_entropy(z, workspace.signs, workspace.loss)
    names = {"z": entering, "a": f"a{last}"}
    reads = (*(names[name] for name in entry.reads), "y")
    return Op("loss", "loss", 0, reads, ("loss",), f"L = {entry.formula}", run)


class BatchSource(Protocol):
    """Where a step's batch comes from."""

    batch: Batch


def batch_op(source: BatchSource, workspace: Workspace) -> Op:
    """Return the op that copies the batch at hand into the workspace."""
    columns = workspace.columns

    def run() -> None:
        # For small arrays this takes half the time of copyto.
        columns[...] = source.batch.columns

    return Op("batch", "batch", 0, (), ("x", "y"), "x, y = the rows of this batch", run)
