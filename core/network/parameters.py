"""One contiguous vector for all parameters of a network, and named views of it.

A layer's block is (n_in + 1, n_out), C-contiguous, the bias as last row, so that one matrix product
applies weights and bias and one product yields both gradients. The layout (which numbers belong to
which layer) is apart from the numbers: parameters, gradients, updates and optimizer state share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class ParameterLayout:
    """Where each layer's block lies in a vector of all parameters. Layers count from 1.

    Attributes:
        widths: units of every layer, the inputs first: (n[0], ..., n[L]).
        biases: whether blocks have a bias row.
    """

    widths: tuple[int, ...]
    biases: bool = True

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Return the start of each layer's block and, last, P."""
        bias_rows = 1 if self.biases else 0
        sizes = [(n_in + bias_rows) * n_out for n_in, n_out in pairwise(self.widths)]
        return tuple(int(offset) for offset in np.cumsum([0, *sizes]))

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
        block: Floats = vector[self.segment(layer)].reshape(-1, self.widths[layer])
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

    def describe(self, index: int) -> str:
        """Return the name of one entry, ``W2[1, 5]`` or ``b1[3]``, counted from 1."""
        layer = int(np.searchsorted(self.offsets, index, side="right"))
        n_in, n_out = self.widths[layer - 1], self.widths[layer]
        row, column = divmod(index - self.offsets[layer - 1], n_out)
        if row == n_in:
            return f"b{layer}[{column + 1}]"
        return f"W{layer}[{column + 1}, {row + 1}]"


class ParameterVector:
    """Numbers under a layout: ``data`` (P,) and views of it that are never rebound."""

    def __init__(self, layout: ParameterLayout, dtype: Any, prefix: str = "") -> None:
        """Allocate zeros; ``prefix`` is what names begin with: ``"d"`` for gradients (``dW1``)."""
        self.layout = layout
        self.prefix = prefix
        self.data: Floats = np.zeros(layout.size, dtype)

    def segment(self, layer: int) -> slice:
        """Return the part of ``data`` that belongs to ``layer`` (from 1)."""
        return self.layout.segment(layer)

    def view(self, name: str) -> Floats:
        """Return the view called ``name``: ``W1`` (n_out, n_in), ``b1`` (n_out,), ``dW1`` ...

        Raises:
            KeyError: no such name in this vector.
        """
        kind, digits = name.removeprefix(self.prefix)[:1], name[len(self.prefix) + 1 :]
        known = name.startswith(self.prefix) and kind in ("W", "b") and digits.isdecimal()
        if not known or not 1 <= int(digits) <= self.layout.layer_count:
            raise KeyError(name)
        part = self.layout.weights if kind == "W" else self.layout.bias
        return part(self.data, int(digits))
