"""The networks that speed is measured on, with their data, and the floors that are to be reached.

Data are drawn: how long a step takes does not depend on what is learnt. They are in float32, in the
order in which every contestant sees them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import Dataset, ExperimentSpec, Trainer

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Workload:
    """A network, how it is trained, and the ratios of speed that are to be reached.

    Attributes:
        batches: the batches of an epoch.
        epochs: how many of them a turn takes.
        rounds: how often each contestant has its turn.
        floors: by contestant, its CPU time over that of the core's step.
    """

    name: str
    widths: tuple[int, ...]
    hidden: str
    output: str
    batch_size: int
    optimizer: str
    learning_rate: float
    batches: int
    epochs: int
    rounds: int
    floors: dict[str, float]

    @property
    def loss(self) -> str:
        """Return the loss that belongs to the output."""
        return "cross_entropy" if self.output == "softmax" else "binary_cross_entropy"


def _floors(textbook: float, scikit_learn: float, torch: float) -> dict[str, float]:
    return {"textbook": textbook, "scikit-learn": scikit_learn, "PyTorch": torch}


_SGD, _ADAM = ("sgd", 0.01), ("adam", 1e-4)
_DIGITS, _WIDE = (784, 256, 128, 10), (784, 1024, 1024, 10)
WORKLOADS = (
    Workload(
        "W1 2-4-2-1", (2, 4, 2, 1), "tanh", "sigmoid", 10, *_SGD, 200, 5, 24, _floors(5, 10, 25)
    ),
    Workload(
        "W2 2-8-8-8-1",
        (2, 8, 8, 8, 1),
        "tanh",
        "sigmoid",
        32,
        *_SGD,
        200,
        5,
        24,
        _floors(4, 14, 25),
    ),
    Workload(
        "W3 2-16(x10)-1",
        (2, *(16,) * 10, 1),
        "sigmoid",
        "sigmoid",
        32,
        *_SGD,
        100,
        3,
        24,
        _floors(3, 7, 12),
    ),
    Workload(
        "W4 64-32-10", (64, 32, 10), "relu", "softmax", 64, *_SGD, 200, 2, 24, _floors(2.5, 6, 8)
    ),
    Workload(
        "W5 784-256-128-10",
        _DIGITS,
        "relu",
        "softmax",
        128,
        *_ADAM,
        32,
        1,
        20,
        _floors(1.1, 1.5, 1.1),
    ),
    Workload(
        "W6 784-1024-1024-10",
        _WIDE,
        "relu",
        "softmax",
        256,
        *_ADAM,
        8,
        1,
        9,
        _floors(1.05, 1.3, 0.85),
    ),
)


class Problem:
    """What all contestants start from.

    Attributes:
        inputs, targets: (N, n[0]) and (N, n[L]); softmax outputs have one-hot targets.
        weights, biases: the start values by layer, (n_in, n_out) and (n_out,).
    """

    def __init__(self, workload: Workload) -> None:
        """Draw the data and take the start values that the core draws."""
        self.workload = workload
        draw = np.random.default_rng(0)
        rows = workload.batches * workload.batch_size
        n_in, n_out = workload.widths[0], workload.widths[-1]
        self.inputs: Floats = draw.normal(size=(rows, n_in)).astype(np.float32)
        classes = draw.integers(0, max(2, n_out), rows)
        softmax = workload.output == "softmax"
        one_hot = np.eye(n_out, dtype=np.float32)
        self.targets: Floats = (one_hot[classes] if softmax else classes[:, None]).astype("f4")
        layers = self.trainer().network.layers
        self.weights = [np.array(layer.W.T, order="C") for layer in layers]
        self.biases = [layer.b.copy() for layer in layers]

    def batches(self) -> list[tuple[Floats, Floats]]:
        """Return inputs and targets of every batch in order."""
        size = self.workload.batch_size
        starts = range(0, len(self.inputs), size)
        return [(self.inputs[s : s + size], self.targets[s : s + size]) for s in starts]

    def trainer(self) -> Trainer:
        """Return a trainer at step 0."""
        w = self.workload
        layers = [{"units": n, "activation": w.hidden} for n in w.widths[1:-1]]
        layers.append({"units": w.widths[-1], "activation": w.output})
        spec = ExperimentSpec.from_dict(
            {
                "data": {"kind": "circle" if w.widths[0] == 2 else "digits"},
                "network": {"layers": layers, "dtype": "float32"},
                "training": {
                    "loss": w.loss,
                    "batch_size": w.batch_size,
                    "shuffle": False,
                    "optimizer": {"kind": w.optimizer, "learning_rate": w.learning_rate},
                },
            }
        )
        return Trainer(spec, Dataset(self.inputs, self.targets, task="classification"))
