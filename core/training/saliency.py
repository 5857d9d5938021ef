"""The gradient of one row's loss with respect to what the network is given.

It says which way each input would have to move for the loss to grow (Simonyan et al. 2013). The
operations of training run over a workspace and a network of their own in evaluation mode, without
dropout and with running statistics, so no number of the run changes. The errors go back through
the transposed weights, whatever source the run takes its gradients from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.network.network import Network
from core.network.parameters import Floats
from core.step.backward import backward_ops
from core.step.forward import forward_ops, loss_op
from core.step.workspace import Workspace
from core.training.frozen import frozen


@dataclass(frozen=True, slots=True, eq=False)
class Saliency:
    """What the loss of one row does when its inputs move.

    Attributes:
        loss: the data loss of the row alone.
        gradient: (n[0],) dL/dx, with the inputs as the network sees them.
    """

    loss: float
    gradient: Floats


class InputGradient:
    """The operations that a saliency takes, over one column of their own.

    Attributes:
        loss: the loss that they differentiate.
    """

    def __init__(self, network: Network, loss: str) -> None:
        """Build for ``network``, whose numbers are read each time anew."""
        self.loss = loss
        self._network = network
        self._twin = twin = network.twin()
        self._workspace = workspace = Workspace(
            network.layout.widths, 1, network.dtype, training=True
        )
        ops = (
            *forward_ops(twin, workspace),
            loss_op(twin, workspace, loss),
            *backward_ops(twin, workspace, loss, input_gradient=True),
        )
        self._runs = [op.run for op in ops if not op.name.startswith("dW")]

    def of(self, inputs: Floats, targets: Floats) -> Saliency:
        """Return the saliency of a row with ``inputs`` (n[0],) and ``targets`` (n[L],)."""
        np.copyto(self._twin.params.data, self._network.params.data)
        np.copyto(self._twin.running.data, self._network.running.data)
        np.copyto(self._workspace.inputs[:, 0], inputs)
        np.copyto(self._workspace.targets[:, 0], targets)
        with np.errstate(all="ignore"):
            for run in self._runs:
                run()
        gradient = self._workspace.out_gradient[0][:, 0]
        return Saliency(self._workspace.loss.item(), frozen(gradient))
