"""One contiguous vector for all parameters of a network, and named views of it.

A layer's block is (n_in + 1, n_out), C-contiguous, the bias as last row, so that one matrix product
applies weights and bias and one product yields both gradients. Behind it come gamma and beta of
a layer that is normalized. The layout (which numbers belong to which layer) is apart from the
numbers: parameters, gradients, updates and optimizer state share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.aligned import aligned_zeros
from core.spec import NetworkSpec

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class ParameterLayout:
    """Where each layer's block lies in a vector of all parameters. Layers count from 1.

    Attributes:
        widths: units of every layer, the inputs first: (n[0], ..., n[L]).
        biases: whether blocks have a bias row.
        normalized: the layers that have gamma and beta.
    """

    widths: tuple[int, ...]
    biases: bool = True
    normalized: frozenset[int] = frozenset()

    @classmethod
    def of(cls, network: NetworkSpec, n_in: int) -> ParameterLayout:
        """Return the layout of ``network`` with ``n_in`` inputs."""
        widths = (n_in, *(layer.units for layer in network.layers))
        normalized = frozenset(
            index for index, layer in enumerate(network.layers, 1) if layer.normalization != "none"
        )
        return cls(widths, network.biases, normalized)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Return the start of each layer's part and, last, P."""
        layers = range(1, len(self.widths))
        sizes = [len(self.row_names(layer)) * self.widths[layer] for layer in layers]
        return tuple(int(offset) for offset in np.cumsum([0, *sizes]))

    def row_names(self, layer: int) -> tuple[str, ...]:
        """Return what each row (n_out,) of a layer's part holds: W once for every source."""
        rows = ("W",) * self.widths[layer - 1] + ("b",) * self.biases
        return (*rows, "gamma", "beta") if layer in self.normalized else rows

    @property
    def layer_count(self) -> int:
        """Return L, the number of layers that have parameters."""
        return len(self.widths) - 1

    @property
    def size(self) -> int:
        """Return P, the number of parameters."""
        return self.offsets[-1]

    @cached_property
    def segments(self) -> tuple[slice, ...]:
        """Return the part of the vector that belongs to each layer, layer 1 first."""
        return tuple(slice(start, stop) for start, stop in pairwise(self.offsets))

    def segment(self, layer: int) -> slice:
        """Return the part of the vector that belongs to ``layer`` (from 1)."""
        if not 1 <= layer <= self.layer_count:
            raise IndexError(f"layer {layer} of {self.layer_count}")
        return self.segments[layer - 1]

    def block(self, vector: Floats, layer: int) -> Floats:
        """Return the view (n_in + 1, n_out) of a layer, or (n_in, n_out) without biases."""
        part: Floats = vector[self.segment(layer)].reshape(-1, self.widths[layer])
        block: Floats = part[: self.widths[layer - 1] + self.biases]
        return block

    def weights(self, vector: Floats, layer: int) -> Floats:
        """Return the view W (n_out, n_in) of a layer."""
        return self.block(vector, layer)[: self.widths[layer - 1]].T

    def bias(self, vector: Floats, layer: int) -> Floats:
        """Return the view b (n_out,) of a layer; read-only zeros where there are no biases."""
        if self.biases:
            row: Floats = self.block(vector, layer)[-1]
            return row
        zeros = np.zeros(self.widths[layer], vector.dtype)
        zeros.flags.writeable = False
        return zeros

    def scale(self, vector: Floats, layer: int) -> Floats | None:
        """Return the view gamma (n_out,) of a layer; None where nothing is normalized."""
        return self._behind_block(vector, layer, 0)

    def shift(self, vector: Floats, layer: int) -> Floats | None:
        """Return the view beta (n_out,) of a layer; None where nothing is normalized."""
        return self._behind_block(vector, layer, 1)

    def _behind_block(self, vector: Floats, layer: int, row: int) -> Floats | None:
        if layer not in self.normalized:
            return None
        found: Floats = vector[self.segment(layer)].reshape(-1, self.widths[layer])[row - 2]
        return found

    def describe(self, index: int) -> str:
        """Return the name of one entry, ``W2[1, 5]`` or ``b1[3]``, counted from 1."""
        layer = int(np.searchsorted(self.offsets, index, side="right"))
        row, column = divmod(index - self.offsets[layer - 1], self.widths[layer])
        name = self.row_names(layer)[row]
        return f"{name}{layer}[{column + 1}" + (f", {row + 1}]" if name == "W" else "]")


class ParameterVector:
    """Numbers under a layout: ``data`` (P,) and views of it that are never rebound."""

    def __init__(self, layout: ParameterLayout, dtype: Any, prefix: str = "") -> None:
        """Allocate zeros; ``prefix`` is what names begin with: ``"d"`` for gradients (``dW1``)."""
        self.layout = layout
        self.prefix = prefix
        self.data: Floats = aligned_zeros(layout.size, dtype)

    def segment(self, layer: int) -> slice:
        """Return the part of ``data`` that belongs to ``layer`` (from 1)."""
        return self.layout.segment(layer)

    def view(self, name: str) -> Floats:
        """Return the view called ``name``: ``W1`` (n_out, n_in), ``b1`` (n_out,), ``dW1`` ...

        Raises:
            KeyError: no such name in this vector.
        """
        kind = name.rstrip("0123456789")
        digits = name[len(kind) :]
        part = {
            f"{self.prefix}W": self.layout.weights,
            f"{self.prefix}b": self.layout.bias,
            f"{self.prefix}gamma": self.layout.scale,
            f"{self.prefix}beta": self.layout.shift,
        }.get(kind)
        if part is None or not digits or not 1 <= int(digits) <= self.layout.layer_count:
            raise KeyError(name)
        found = part(self.data, int(digits))
        if found is None:
            raise KeyError(name)
        return found
