"""Small experiments for the core's tests, and an oracle: the same mathematics in plain NumPy.

The oracle is written sample-major from the definitions and shares no code with the core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import Dataset, ExperimentSpec, Trainer

Array = NDArray[np.float64]
Layers = Sequence[tuple[int, str]]
Oracle = dict[str, Callable[[Array], Array]]

SMALL: Layers = ((4, "tanh"), (3, "tanh"), (1, "sigmoid"))
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")


def small_spec(
    layers: Layers = SMALL,
    loss: str = "binary_cross_entropy",
    changes: Mapping[str, Any] | None = None,
) -> ExperimentSpec:
    """Return 30 training and 10 test rows of two spirals in batches of 8, the last one of 6."""
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": "spiral", "samples": 40, "test_fraction": 0.25},
            "network": {"layers": [{"units": n, "activation": name} for n, name in layers]},
            "training": {"loss": loss, "batch_size": 8, "optimizer": {"learning_rate": 0.1}},
        }
    )
    return spec.with_changes(changes or {})


def small_trainer(
    changes: Mapping[str, Any] | None = None,
    layers: Layers = SMALL,
    loss: str = "binary_cross_entropy",
) -> Trainer:
    return Trainer(small_spec(layers, loss, changes))


def trainer_on(
    inputs: Array,
    targets: Array,
    layers: Layers,
    loss: str,
    changes: Mapping[str, Any] | None = None,
) -> Trainer:
    """Return a trainer on these rows as they are, all of them in one batch and in order."""
    whole = {"training.batch_size": len(inputs), "training.shuffle": False, **(changes or {})}
    return Trainer(small_spec(layers, loss, whole), Dataset(inputs, targets, "regression"))


def worked_example(
    rows: tuple[list[list[float]], list[list[float]]],
    layers: list[dict[str, Any]],
    loss: str,
    learning_rate: float,
    network: Mapping[str, Any] | None = None,
) -> Trainer:
    """Return a trainer on given rows with given start weights, all rows in one batch."""
    inputs, targets = rows
    return Trainer(
        ExperimentSpec.from_dict(
            {
                "data": {
                    "kind": "inline",
                    "inputs": inputs,
                    "targets": targets,
                    "normalize": False,
                    "test_fraction": 0,
                },
                "network": {"layers": layers, **(network or {})},
                "training": {
                    "loss": loss,
                    "batch_size": len(inputs),
                    "shuffle": False,
                    "optimizer": {"learning_rate": learning_rate},
                },
            }
        )
    )


def bits(trainer: Trainer) -> tuple[bytes, ...]:
    """Return everything that training carries from step to step, bit for bit."""
    frame = trainer.keyframe()
    state = (frame.optimizer[name].tobytes() for name in sorted(frame.optimizer))
    numbers = (frame.step, frame.epoch, frame.row, frame.updates)
    return (repr(numbers).encode(), frame.parameters.tobytes(), frame.update.tobytes(), *state)


def value_of(trainer: Trainer, name: str) -> Array:
    """Return a value that must have been computed."""
    value = trainer.value(name)
    assert value is not None, name
    return np.asarray(value)


def names_of(trainer: Trainer) -> list[str]:
    """Return every name that an op reads or writes, in order."""
    ops = trainer.program.ops
    return list(dict.fromkeys(name for op in ops for name in (*op.reads, *op.writes)))


def readable(trainer: Trainer) -> dict[str, bytes]:
    """Return the values that can be read now, bit for bit."""
    values = {name: trainer.value(name) for name in names_of(trainer)}
    return {name: value.tobytes() for name, value in values.items() if value is not None}


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


ACTIVATION_ORACLE: Oracle = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
    "gelu": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "softmax": _softmax,
}

LOSS_ORACLE: dict[str, Callable[[Array, Array], float]] = {
    "mean_squared_error": lambda a, y: float(np.mean((a - y) ** 2)),
    "half_squared_error": lambda a, y: float(np.mean(np.sum((a - y) ** 2, axis=1) / 2)),
    "binary_cross_entropy": lambda a, y: float(
        -np.mean(np.sum(y * np.log(a) + (1 - y) * np.log(1 - a), axis=1))
    ),
    "cross_entropy": lambda a, y: float(-np.mean(np.sum(y * np.log(a), axis=1))),
}


def forward_oracle(weights: Sequence[tuple[Array, Array]], kinds: Sequence[str], x: Array) -> Array:
    for (W, b), kind in zip(weights, kinds, strict=True):
        x = ACTIVATION_ORACLE[kind](x @ W.T + b)
    return x
