"""A network: two vectors, parameters and gradients, and the layers that are views of them.

It owns the numbers that training changes and nothing that belongs to one batch. A change of
structure makes a new network, which keeps what overlaps with the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from msgspec.structs import replace

from core.network.initializers import fill_initial
from core.network.parameters import Floats, ParameterLayout, ParameterVector
from core.network.running_statistics import RunningStatistics
from core.spec import LayerSpec, NetworkSpec


class Layer:
    """Views of one layer: z = W a + b.

    Attributes:
        index: position, from 1.
        units, activation, normalization, dropout, residual: as in the specification.
        W, b: (n_out, n_in) and (n_out,), views of the network's parameters.
        dW, db: likewise of its gradients.
        gamma, beta, dgamma, dbeta: (n_out,) likewise; None where nothing is normalized.
        running_mean, running_var: (n_out,) of batch normalization, else None.
    """

    def __init__(
        self,
        index: int,
        spec: LayerSpec,
        params: ParameterVector,
        grads: ParameterVector,
        running: RunningStatistics,
    ) -> None:
        """Take the views of layer ``index``; ``params`` and ``grads`` share a layout."""
        self.index = index
        self.activation = spec.activation
        self.normalization = spec.normalization
        self.dropout = spec.dropout
        self.residual = spec.residual
        self.W = params.view(f"W{index}")
        self.b = params.view(f"b{index}")
        self.dW = grads.view(f"dW{index}")
        self.db = grads.view(f"db{index}")
        layout = params.layout
        self.gamma, self.beta = layout.scale(params.data, index), layout.shift(params.data, index)
        self.dgamma, self.dbeta = layout.scale(grads.data, index), layout.shift(grads.data, index)
        self.running_mean: Floats | None = None
        self.running_var: Floats | None = None
        if index in running.views:
            self.running_mean, self.running_var = running.views[index]

    @property
    def units(self) -> int:
        """Return n_out."""
        return len(self.b)


class Network:
    """Parameters (P,), gradients (P,) and the layers that view them.

    Attributes:
        params, grads: vectors under one layout; their arrays are never rebound.
        running: the running statistics of batch normalization.
        layers: ``layers[0]`` is layer 1.
        directs: whether hidden layers hand on the direction of their answers, not their length.
    """

    def __init__(
        self, spec: NetworkSpec, n_in: int, seed: int | None, *, directs: bool = False
    ) -> None:
        """Draw the start values for ``n_in`` inputs; without a seed all parameters are 0."""
        self.spec = spec
        self.directs = directs
        self.layout = ParameterLayout.of(spec, n_in)
        self.params = ParameterVector(self.layout, spec.dtype)
        self.grads = ParameterVector(self.layout, spec.dtype, prefix="d")
        if seed is not None:
            fill_initial(self.params.data, self.layout, spec, seed)
        self.running = RunningStatistics(spec.layers, spec.dtype)
        self.layers = tuple(
            Layer(index, layer, self.params, self.grads, self.running)
            for index, layer in enumerate(spec.layers, start=1)
        )

    def twin(self, dtype: Literal["float32", "float64"] | None = None) -> Network:
        """Return a network of the same numbers in arrays of its own, perhaps of another type."""
        spec = replace(self.spec, dtype=dtype) if dtype else self.spec
        twin = Network(spec, self.layout.widths[0], seed=None, directs=self.directs)
        np.copyto(twin.params.data, self.params.data)
        np.copyto(twin.running.data, self.running.data)
        return twin

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """Return the type of all numbers of this network."""
        return self.params.data.dtype


def layer_origins(old: Sequence[LayerSpec], new: Sequence[LayerSpec]) -> tuple[int, ...]:
    """Return for every new layer the old layer (from 1) that it continues, or 0 for a fresh one.

    As many layers as before keep their places. Otherwise the layers that agree at the front keep
    theirs, the rest are matched from the output backwards, and what is left over is fresh.
    """
    if len(old) == len(new):
        return tuple(range(1, len(new) + 1))
    most = min(len(old), len(new)) - 1
    front = next((i for i in range(most) if old[i] != new[i]), most)
    back = min(len(old), len(new)) - front
    tail = range(len(old) - back + 1, len(old) + 1)
    return (*range(1, front + 1), *(0,) * (len(new) - front - back), *tail)


def carry_over(
    source: Floats,
    target: Floats,
    old: ParameterLayout,
    new: ParameterLayout,
    origins: Sequence[int],
) -> None:
    """Copy from ``source`` (under ``old``) into ``target`` (under ``new``) what overlaps."""
    for layer, origin in enumerate(origins, start=1):
        if not origin:
            continue
        kept, fresh = old.weights(source, origin), new.weights(target, layer)
        n_out, n_in = (min(a, b) for a, b in zip(kept.shape, fresh.shape, strict=True))
        fresh[:n_out, :n_in] = kept[:n_out, :n_in]
        if old.biases and new.biases:
            new.bias(target, layer)[:n_out] = old.bias(source, origin)[:n_out]
        for part in ("scale", "shift"):
            kept_row = getattr(old, part)(source, origin)
            fresh_row = getattr(new, part)(target, layer)
            if kept_row is not None and fresh_row is not None:
                fresh_row[:n_out] = kept_row[:n_out]
