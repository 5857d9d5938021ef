"""Small runs for the tests of the diagram."""

from __future__ import annotations

from functools import cache
from typing import Any

from core import ExperimentSpec, Snapshot, Trainer

SPIRAL: dict[str, Any] = {
    "data": {"kind": "spiral", "samples": 60},
    "network": {
        "layers": [{"units": 4}, {"units": 3}, {"units": 1, "activation": "sigmoid"}],
        "initial_bias": 0.1,
    },
}
DIGITS: dict[str, Any] = {
    "data": {"kind": "digits"},
    "network": {
        "layers": [
            {"units": 32, "activation": "relu"},
            {"units": 16, "activation": "relu"},
            {"units": 10, "activation": "softmax"},
        ]
    },
    "training": {"loss": "cross_entropy", "batch_size": 32},
}
IRIS: dict[str, Any] = {
    "data": {"kind": "iris"},
    "network": {"layers": [{"units": 5}, {"units": 3, "activation": "softmax"}]},
    "training": {"loss": "cross_entropy"},
}
LAYERS_128: dict[str, Any] = {
    "data": {"kind": "spiral", "samples": 60},
    "network": {"layers": [{"units": 2}] * 127 + [{"units": 1, "activation": "sigmoid"}]},
}
UNITS_4096: dict[str, Any] = {
    "data": {"kind": "spiral", "samples": 60},
    "network": {"layers": [{"units": 4096}, {"units": 1, "activation": "sigmoid"}]},
}
BLOWN_UP: dict[str, Any] = {
    "data": {"kind": "plane", "samples": 60},
    "network": {
        "layers": [{"units": 3, "activation": "linear"}] * 2
        + [{"units": 1, "activation": "linear"}]
    },
    "training": {"loss": "half_squared_error", "optimizer": {"learning_rate": 1e6}},
}


def trainer(spec: dict[str, Any], steps: int = 5) -> Trainer:
    """Return a run of ``spec`` after ``steps`` steps."""
    run = Trainer(ExperimentSpec.from_dict(spec))
    for _ in range(steps):
        run.advance_step()
    return run


@cache
def _snapshot(name: str, steps: int) -> Snapshot:
    return trainer(globals()[name], steps).snapshot()


def snapshot(name: str, steps: int = 5) -> Snapshot:
    """Return a snapshot of the run called ``name`` in this file after ``steps`` steps."""
    return _snapshot(name, steps)
