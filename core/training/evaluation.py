"""Loss, accuracy and R² of a network on rows that a step is not looking at.

Evaluation runs the same forward operations as training, over workspaces of its own, so it changes
no number of the step on show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.data import predicted_classes
from core.network.network import Network
from core.network.parameters import Floats
from core.step.forward import forward_ops, loss_op
from core.step.workspace import Workspace

Split = Literal["train", "test"]

CHUNK_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Metrics:
    """How good a network is on some rows.

    Attributes:
        loss: the data loss, a mean over the rows.
        accuracy: share of rows classified correctly; None for regression.
        r2: coefficient of determination; None for classification and for constant targets.
        penalty: what regularization adds to the loss; stands beside it.
    """

    loss: float
    accuracy: float | None
    r2: float | None
    penalty: float = 0.0


class ForwardPass:
    """The forward operations of a network over one workspace of its own."""

    def __init__(self, network: Network, rows: int, loss: str | None = None) -> None:
        """Build for ``rows`` columns; with ``loss`` its operation follows the forward ones."""
        widths = network.layout.widths
        self.workspace = Workspace(widths, rows, network.dtype, training=False)
        ops = forward_ops(network, self.workspace)
        if loss is not None:
            ops.append(loss_op(network, self.workspace, loss))
        self._runs = tuple(op.run for op in ops)

    def run(self, inputs: Floats, targets: Floats | None = None) -> Floats:
        """Return the outputs (n[L], rows), a view, for ``inputs`` (rows, n[0])."""
        np.copyto(self.workspace.inputs, inputs.T)
        if targets is not None:
            np.copyto(self.workspace.targets, targets.T)
        for run in self._runs:
            run()
        return self.workspace.a[-1]


class Evaluator:
    """Evaluates one network on rows (N, n[0]).

    Attributes:
        targets: (N, n[L]) as the output layer needs them.
        task: "classification" or "regression".
    """

    def __init__(
        self, network: Network, inputs: Floats, targets: Floats, task: str, loss: str
    ) -> None:
        """Allocate workspaces for chunks of the rows."""
        self._network = network
        self._inputs = np.ascontiguousarray(inputs, network.dtype)
        self.targets = np.ascontiguousarray(targets, network.dtype)
        self.task = task
        self._loss = loss
        self._passes: dict[int, ForwardPass] = {}
        activation = network.layers[-1].activation
        self._activation = activation
        self._truth = (
            predicted_classes(self.targets, activation) if task == "classification" else None
        )

    @property
    def rows(self) -> int:
        """Return N."""
        return len(self._inputs)

    def evaluate(self, limit: int | None = None) -> Metrics:
        """Return the metrics of all rows, or of at most ``limit`` rows spread evenly over them."""
        inputs, targets, truth = self._inputs, self.targets, self._truth
        if limit is not None and self.rows > limit:
            chosen = np.linspace(0, self.rows - 1, limit).astype(np.intp)
            inputs, targets = inputs[chosen], targets[chosen]
            truth = None if truth is None else truth[chosen]
        loss, hits, squares = 0.0, 0, 0.0
        for start in range(0, len(inputs), CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            outputs, chunk_loss = self._run(inputs[rows], targets[rows])
            loss += chunk_loss * len(outputs)
            if truth is None:
                squares += float(np.sum(np.square(outputs - targets[rows], dtype=np.float64)))
            else:
                predicted = predicted_classes(outputs, self._activation)
                hits += int(np.count_nonzero(predicted == truth[rows]))
        count = len(inputs)
        if truth is not None:
            return Metrics(loss / count, hits / count, None)
        return Metrics(loss / count, None, _r2(squares, targets))

    def outputs(self) -> NDArray[np.floating]:
        """Return (N, n[L]) what the network answers to every row."""
        chunks = []
        for start in range(0, self.rows, CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            chunks.append(self._run(self._inputs[rows], self.targets[rows])[0].copy())
        return np.concatenate(chunks)

    def _run(self, inputs: Floats, targets: Floats) -> tuple[Floats, float]:
        rows = len(inputs)
        if rows not in self._passes:
            self._passes[rows] = ForwardPass(self._network, rows, self._loss)
        forward = self._passes[rows]
        outputs = forward.run(inputs, targets)
        return outputs.T, float(forward.workspace.loss)


def _r2(squares: float, targets: Floats) -> float | None:
    """Return R², which is undefined (None) where all targets are the same."""
    spread = float(np.sum(np.square(targets - targets.mean(axis=0), dtype=np.float64)))
    return 1.0 - squares / spread if spread > 0.0 else None
