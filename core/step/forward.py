"""The forward half of a step: batch, forward and loss operations over one workspace.

The same builders serve training, evaluation, response maps and every other forward pass, each over
its own workspace.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from core.network.activations import ACTIVATIONS
from core.network.losses import LOSSES
from core.network.network import Network
from core.network.parameters import Floats
from core.step.operations import Op
from core.step.workspace import Workspace


def forward_ops(network: Network, workspace: Workspace) -> list[Op]:
    """Return z1, a1, ..., zL, aL over ``workspace``."""
    ops: list[Op] = []
    for layer in network.layers:
        n, before = layer.index, "x" if layer.index == 1 else f"a{layer.index - 1}"
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
        activation = ACTIVATIONS[layer.activation]
        formula = activation.formula.replace("z", f"z{n}")
        run = activation.bind(z, a)
        ops.append(Op(f"a{n}", "forward", n, (f"z{n}",), (f"a{n}",), f"a{n} = {formula}", run))
    return ops


def loss_op(network: Network, workspace: Workspace, loss: str) -> Op:
    """Return the op that fills ``workspace.loss``."""
    last = len(network.layers)
    entry = LOSSES[loss]
    run = entry.bind(workspace.z[last], workspace.a[last], workspace.targets, workspace.loss)
    reads = (*(f"{name}{last}" for name in entry.reads), "y")
    return Op("loss", "loss", 0, reads, ("loss",), f"L = {entry.formula}", run)


class BatchSource(Protocol):
    """Where a step's batch comes from: ``columns`` as in the workspace."""

    columns: Floats


def batch_op(source: BatchSource, workspace: Workspace) -> Op:
    """Return the op that copies the batch at hand into the workspace."""
    columns = workspace.columns

    def run() -> None:
        # For small arrays this takes half the time of copyto.
        columns[...] = source.columns

    return Op("batch", "batch", 0, (), ("x", "y"), "x, y = the rows of this batch", run)
