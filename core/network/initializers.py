"""Start values of the parameters: a function of the spec, the seed and the layer alone.

Variances: Glorot and Bengio 2010 (xavier, 2 / (n_in + n_out)), He et al. 2015 (he, 2 / n_in),
LeCun et al. 1998 (lecun, 1 / n_in), Saxe et al. 2014 (orthogonal). Explicit weights and biases of a
layer take the place of what would be drawn.
"""

from __future__ import annotations

import math

import numpy as np

from core.network.parameters import Floats, ParameterLayout
from core.random_streams import random_stream
from core.spec import NetworkSpec


def initial_weights(network: NetworkSpec, n_in: int, n_out: int, seed: int, layer: int) -> Floats:
    """Return W (n_out, n_in) in float64 as ``network.initializer`` draws it for ``layer``."""
    kind, scale = network.initializer, network.initializer_scale
    stream = random_stream(seed, "weights", layer)
    if kind == "zeros":
        return np.zeros((n_out, n_in))
    if kind == "constant":
        return np.full((n_out, n_in), scale)
    if kind == "orthogonal":
        return _orthogonal(stream, n_out, n_in)
    if kind == "normal":
        return stream.normal(0.0, abs(scale), (n_out, n_in))
    variance = initial_variance(network, n_in, n_out)
    if kind.endswith("uniform"):
        limit = math.sqrt(3 * variance)
        return stream.uniform(-limit, limit, (n_out, n_in))
    return stream.normal(0.0, math.sqrt(variance), (n_out, n_in))


def initial_variance(network: NetworkSpec, n_in: int, n_out: int) -> float:
    """Return the variance of the entries of W; 0 where all of them start the same.

    An orthogonal matrix has rows or columns of length 1, whichever are longer.
    """
    kind = network.initializer
    if kind in ("zeros", "constant"):
        return 0.0
    if kind == "normal":
        return network.initializer_scale**2
    if kind == "orthogonal":
        return 1 / max(n_in, n_out)
    family = kind.partition("_")[0]
    return {"xavier": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[family]


def fill_initial(vector: Floats, layout: ParameterLayout, network: NetworkSpec, seed: int) -> None:
    """Fill ``vector`` (P,) with the start values of every layer."""
    last = layout.layer_count
    for layer, spec in enumerate(network.layers, start=1):
        n_in, n_out = layout.widths[layer - 1], layout.widths[layer]
        weights = layout.weights(vector, layer)
        if spec.weights is None:
            weights[...] = initial_weights(network, n_in, n_out, seed, layer)
        else:
            weights[...] = np.asarray(spec.weights, float)
        if layout.biases:
            start = network.initial_bias if layer < last else 0.0
            layout.bias(vector, layer)[...] = start if spec.biases is None else spec.biases
        if (gamma := layout.scale(vector, layer)) is not None:
            gamma[...] = 1.0


def _orthogonal(stream: np.random.Generator, n_out: int, n_in: int) -> Floats:
    rows, columns = max(n_out, n_in), min(n_out, n_in)
    q, r = np.linalg.qr(stream.normal(size=(rows, columns)))
    q = q * np.sign(np.diag(r))
    return np.ascontiguousarray(q if n_out >= n_in else q.T)
