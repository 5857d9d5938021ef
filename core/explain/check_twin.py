"""What the gradient check moves parameters of: the trainer's network in arrays of its own.

The loss of a parameter is the one whose gradient its layer follows: that of the network, or in
forward-forward, where a layer learns by itself, the local loss of its layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.network.activations import ACTIVATIONS
from core.network.parameters import Floats
from core.network.runs import Run
from core.step.backward import backward_ops, output_ops
from core.step.forward import forward_ops, loss_op
from core.step.forward_forward import PASSES, local_ops
from core.step.operations import Op
from core.training.trainer import Trainer


class CheckTwin:
    """The trainer's network and batch once more, as ``dtype``, in arrays of its own.

    Attributes:
        network: whose parameters may be moved.
        workspace: what a pass fills.
    """

    def __init__(self, trainer: Trainer, dtype: Literal["float32", "float64"] = "float64") -> None:
        """Copy the parameters, and the batch of the step at hand."""
        spec, assembly = trainer.spec, trainer.assembly
        self.network = trainer.network.twin(dtype)
        self.workspace = assembly.new_workspace(assembly.feed.batch_size, dtype)
        self.workspace.columns[...] = assembly.feed.batch.columns
        layers, clock, loss = self.network.layers, assembly.hyper, spec.training.loss
        forward = forward_ops(self.network, self.workspace, spec.seed, clock)
        forward.append(loss_op(self.network, self.workspace, loss))
        read_loss = self.workspace.loss.item
        self._losses: list[Callable[[], float]] = [read_loss] * len(layers)
        entering = [(layer, self.workspace.entering[layer.index]) for layer in layers]
        if assembly.directs:
            local = local_ops(self.network, self.workspace, spec.seed, clock)
            forward += [*local.forward, *local.loss]
            backward = [*local.backward, *output_ops(self.network, self.workspace)]
            extra, hidden = self.workspace.extra, layers[:-1]
            self._losses = [*(extra[f"local{n.index}"].item for n in hidden), read_loss]
            entering = [(n, extra[f"z{sign}{n.index}"]) for n in hidden for sign in PASSES]
        else:
            backward = backward_ops(self.network, self.workspace, loss, input_gradient=False)
        self._forward, self._backward = _runs(forward), _runs(backward)
        self._kinked = [
            (values, kink)
            for layer, values in entering
            for kink in ACTIVATIONS[layer.activation].kinks
        ]

    def loss(self, index: int) -> float:
        """Return the loss that parameter ``index`` is to lower."""
        for run in self._forward:
            run()
        layer = int(np.searchsorted(self.network.layout.offsets, index, side="right"))
        return self._losses[layer - 1]()

    def loss_at(self, index: int, offset: float) -> float:
        """Return that loss with the parameter moved by ``offset``."""
        parameters = self.network.params.data
        kept = parameters[index]
        parameters[index] = kept + offset
        loss = self.loss(index)
        parameters[index] = kept
        return loss

    def gradient(self) -> Floats:
        """Return (P,) the derivatives of every parameter's loss, as the run computes them."""
        for run in (*self._forward, *self._backward):
            run()
        return self.network.grads.data.copy()

    def sides(self) -> list[NDArray[np.bool_]]:
        """Return on which side of its kink each unit of each row stands after a forward pass."""
        return [values > kink for values, kink in self._kinked]


def _runs(ops: list[Op]) -> list[Run]:
    return [op.run for op in ops]
