"""An oracle for layers that are normalized, drop units or add their input: plain NumPy, row by row.

It is written from the definitions, sample-major, and shares no code with the core.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import Trainer
from tests.core.experiments import ACTIVATION_ORACLE, Array

EPS = 1e-5


def parameters_of(trainer: Trainer) -> list[dict[str, Array]]:
    """Return copies of W, b, gamma and beta by layer."""
    return [
        {
            name: np.array(value, float)
            for name in ("W", "b", "gamma", "beta")
            if (value := getattr(layer, name)) is not None
        }
        for layer in trainer.network.layers
    ]


def normalized(z: Array, kind: str, statistics: tuple[Array, Array] | None) -> Array:
    """Return zhat of rows ``z``; ``statistics`` take the place of those of the batch."""
    axis = 0 if kind == "batch" else 1
    mean, var = z.mean(axis=axis, keepdims=True), z.var(axis=axis, keepdims=True)
    if statistics is not None and kind == "batch":
        mean, var = statistics
    zhat: Array = (z - mean) / np.sqrt(var + EPS)
    return zhat


def outputs(
    trainer: Trainer,
    parameters: list[dict[str, Array]],
    x: Array,
    *,
    masks: dict[int, NDArray[np.floating[Any]]] | None = None,
    statistics: dict[int, tuple[Array, Array]] | None = None,
) -> Array:
    """Return the network's answers to rows ``x`` with these masks and running statistics."""
    for n, (layer, own) in enumerate(
        zip(trainer.spec.network.layers, parameters, strict=True), start=1
    ):
        before, z = x, x @ own["W"].T + own["b"]
        if layer.normalization != "none":
            zhat = normalized(z, layer.normalization, (statistics or {}).get(n))
            z = own["gamma"] * zhat + own["beta"]
        x = ACTIVATION_ORACLE[layer.activation](z)
        if masks and n in masks:
            x = x * masks[n]
        if layer.residual:
            x = x + before
    return x


def running_statistics(trainer: Trainer) -> dict[int, tuple[Array, Array]]:
    """Return copies of the running mean and variance by layer."""
    return {
        layer.index: (np.array(layer.running_mean), np.array(layer.running_var))
        for layer in trainer.network.layers
        if layer.running_mean is not None and layer.running_var is not None
    }
