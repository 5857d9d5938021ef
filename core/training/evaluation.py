"""Loss, accuracy and R² of a network on rows that a step is not looking at.

Evaluation runs the same forward operations as training, over workspaces of its own, so it changes
no number of the step on show.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data import predicted_classes
from core.network.network import Network
from core.network.parameters import Floats
from core.network.runs import parts_of
from core.step.forward import forward_ops, loss_op
from core.step.workspace import Workspace

Split = Literal["train", "test"]

CHUNK_ROWS = 2000
# Of wide networks fewer rows are looked at: their z and a are not to take more than this.
CHUNK_NUMBERS = 5_000_000


@dataclass(frozen=True, slots=True)
class Metrics:
    """How good a network is on some rows.

    Attributes:
        loss: the data loss, a mean over the rows.
        accuracy: share of rows classified correctly; None for regression.
        r2: coefficient of determination; None for classification and for constant targets.
        penalty: what regularization adds to the loss; stands beside it.
        rows: over how many rows these are.
    """

    loss: float
    accuracy: float | None
    r2: float | None
    penalty: float = 0.0
    rows: int = 0

    @property
    def score(self) -> float:
        """Return the accuracy, or R² of a regression; NaN where it is undefined."""
        score = self.r2 if self.accuracy is None else self.accuracy
        return math.nan if score is None else score


class ForwardPass:
    """The forward operations of a network over one workspace of its own."""

    def __init__(self, network: Network, rows: int, loss: str | None = None) -> None:
        """Build for ``rows`` columns; with ``loss`` its operation follows the forward ones."""
        widths = network.layout.widths
        self.workspace = Workspace(widths, rows, network.dtype, training=False)
        ops = forward_ops(network, self.workspace)
        if loss is not None:
            ops.append(loss_op(network, self.workspace, loss))
        self._runs = tuple(part for op in ops for part in parts_of(op.run))

    def load(self, inputs: Floats, targets: Floats | None = None) -> None:
        """Take ``inputs`` (rows, n[0]) and ``targets`` (rows, n[L])."""
        np.copyto(self.workspace.inputs, inputs.T)
        if targets is not None:
            np.copyto(self.workspace.targets, targets.T)

    def run(self) -> Floats:
        """Return the outputs (n[L], rows), a view, for the inputs that are loaded."""
        for run in self._runs:
            run()
        return self.workspace.a[-1]


class Evaluator:
    """Evaluates one network on rows (N, n[0]).

    Attributes:
        targets: (N, n[L]) as the output layer needs them.
        task: "classification" or "regression".
        chunk_rows: how many rows are sent through the network at a time.
    """

    def __init__(
        self, network: Network, inputs: Floats, targets: Floats, task: str, loss: str
    ) -> None:
        """Take the rows; workspaces are made when first needed."""
        self._network = network
        self._inputs = np.ascontiguousarray(inputs, network.dtype)
        self.targets = np.ascontiguousarray(targets, network.dtype)
        self.task = task
        self._loss = loss
        self._activation = network.layers[-1].activation
        per_row = 2 * sum(network.layout.widths)
        self.chunk_rows = min(CHUNK_ROWS, max(1, CHUNK_NUMBERS // per_row))
        self._truth = predicted_classes(self.targets, self._activation)
        self._recorded: Evaluator | None = None
        self._loaded: ForwardPass | None = None

    @property
    def rows(self) -> int:
        """Return N."""
        return len(self._inputs)

    def evaluate_for_log(self) -> Metrics:
        """Return the metrics of all rows, or of ``chunk_rows`` spread evenly over more of them."""
        return self._for_log().evaluate()

    def run_recorded_rows(self) -> Workspace:
        """Send those rows through the network and return the workspace with their z and a."""
        recorded = self._for_log()
        for _ in recorded._chunks():
            pass
        assert recorded._loaded is not None
        return recorded._loaded.workspace

    def recorded_values(self) -> Workspace:
        """Return the workspace of those rows with what the latest evaluation left in it."""
        loaded = self._for_log()._loaded
        assert loaded is not None
        return loaded.workspace

    def _for_log(self) -> Evaluator:
        if self._recorded is None:
            self._recorded = self
            if self.rows > self.chunk_rows:
                chosen = np.linspace(0, self.rows - 1, self.chunk_rows).astype(np.intp)
                inputs, targets = self._inputs[chosen], self.targets[chosen]
                self._recorded = Evaluator(self._network, inputs, targets, self.task, self._loss)
        return self._recorded

    def evaluate(self) -> Metrics:
        """Return the metrics of all rows."""
        loss, hits, squares = 0.0, 0, 0.0
        for rows, outputs, chunk_loss in self._chunks():
            loss += chunk_loss * outputs.shape[1]
            if self.task == "classification":
                predicted = predicted_classes(outputs.T, self._activation)
                hits += int(np.count_nonzero(predicted == self._truth[rows]))
            else:
                error = outputs.T - self.targets[rows]
                squares += float(np.sum(np.square(error, dtype=np.float64)))
        if self.task == "classification":
            return Metrics(loss / self.rows, hits / self.rows, None, rows=self.rows)
        return Metrics(loss / self.rows, None, _r2(squares, self.targets), rows=self.rows)

    def outputs(self) -> Floats:
        """Return (N, n[L]) what the network answers to every row."""
        return np.concatenate([outputs.T for _, outputs, _ in self._chunks()])

    def _chunks(self) -> Iterator[tuple[slice, Floats, float]]:
        """Yield row numbers, outputs (n[L], rows) and loss, a chunk at a time."""
        if self.rows <= self.chunk_rows:
            # The rows stay loaded: an evaluation copies nothing.
            if self._loaded is None:
                self._loaded = ForwardPass(self._network, self.rows, self._loss)
                self._loaded.load(self._inputs, self.targets)
            outputs = self._loaded.run()
            yield slice(None), outputs, self._loaded.workspace.loss.item()
            return
        forward = ForwardPass(self._network, self.chunk_rows, self._loss)
        for start in range(0, self.rows, self.chunk_rows):
            rows = slice(start, min(start + self.chunk_rows, self.rows))
            count = rows.stop - rows.start
            if count < self.chunk_rows:
                forward = ForwardPass(self._network, count, self._loss)
            forward.load(self._inputs[rows], self.targets[rows])
            yield rows, forward.run().copy(), forward.workspace.loss.item()


def determination(outputs: Floats, targets: Floats) -> float | None:
    """Return R² of ``outputs`` (N, n[L]); None where all targets are the same."""
    return _r2(float(np.sum(np.square(outputs - targets, dtype=np.float64))), targets)


def _r2(squares: float, targets: Floats) -> float | None:
    """Return R², which is undefined (None) where all targets are the same."""
    spread = float(np.sum(np.square(targets - targets.mean(axis=0), dtype=np.float64)))
    return 1.0 - squares / spread if spread > 0.0 else None
