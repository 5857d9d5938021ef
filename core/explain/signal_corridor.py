"""Sends rows through a run's network, forward and backward, to see how large its signals are.

It runs the operations of training over arrays of its own, without dropout, so no number of the
trainer changes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np

from core.diagnosis.corridor import Corridor, measure_signals
from core.step.backward import backward_ops
from core.step.forward import forward_ops, loss_op
from core.step.workspace import Workspace
from core.training.trainer import Trainer

Rows = Literal["batch", "training"]

MOST_ROWS = 2000
# Fewer rows through large networks: a look takes some ten milliseconds and some ten megabytes.
MOST_PRODUCTS = 8_000_000
MOST_VALUES = 1_500_000


def signal_corridor(trainer: Trainer, rows: Rows = "training") -> Corridor:
    """Return the signals of the current parameters over the batch at hand or the training rows.

    Of more than ``MOST_ROWS`` rows, or with a large network fewer, some are taken evenly.
    """
    network, assembly = trainer.network.twin(), trainer.assembly
    if rows == "batch":
        inputs, targets = assembly.feed.x.T, assembly.feed.y.T
    else:
        inputs, targets = assembly.seen.inputs, assembly.targets
    count = min(len(inputs), row_limit(network.layout.widths))
    chosen = np.linspace(0, len(inputs) - 1, count).astype(np.intp)
    workspace = Workspace(network.layout.widths, count, network.dtype, training=True)
    with np.errstate(all="ignore"):
        np.copyto(workspace.inputs, inputs[chosen].T)
        np.copyto(workspace.targets, targets[chosen].T)
        loss = trainer.spec.training.loss
        for op in (
            *forward_ops(network, workspace),
            loss_op(network, workspace, loss),
            *backward_ops(network, workspace, loss, input_gradient=False),
        ):
            if not op.name.startswith("dW"):
                op.run()
        return measure_signals(network, workspace, trainer.step, len(inputs))


def row_limit(widths: tuple[int, ...]) -> int:
    """Return how many rows are sent through a network of ``widths`` (n[0], ..., n[L]) at most."""
    products = sum(n * m for n, m in pairwise(widths))
    return max(1, min(MOST_ROWS, MOST_PRODUCTS // products, MOST_VALUES // sum(widths)))
