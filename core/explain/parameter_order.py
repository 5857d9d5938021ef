"""The order in which parameters are listed, and where each lies in the flat vectors.

Listed are layer by layer the weights row by row and then the biases; a vector's blocks have
another order (``core.network.parameters``).
"""

from __future__ import annotations

import numpy as np

from core.explain.notation import split_name
from core.explain.reference import Reference
from core.network.parameters import Floats, ParameterLayout


def parameter_at(layout: ParameterLayout, number: int) -> Reference:
    """Return the parameter that is listed as ``number`` (from 0)."""
    for layer in range(1, layout.layer_count + 1):
        n_out, n_in = layout.widths[layer], layout.widths[layer - 1]
        if number < n_out * n_in:
            return Reference(f"W{layer}", divmod(number, n_in))
        number -= n_out * n_in
        biases = n_out if layout.biases else 0
        if number < biases:
            return Reference(f"b{layer}", (number,))
        number -= biases
    raise IndexError(number)


def number_of(layout: ParameterLayout, parameter: Reference) -> int:
    """Return as what number a parameter is listed."""
    kind, digits = split_name(parameter.name)
    layer = int(digits)
    # A layer takes as much room in the list as in the vectors.
    start = layout.offsets[layer - 1]
    n_out, n_in = layout.widths[layer], layout.widths[layer - 1]
    if kind == "b":
        return start + n_out * n_in + parameter.index[0]
    return start + parameter.index[0] * n_in + parameter.index[1]


def flat_index(layout: ParameterLayout, parameter: Reference) -> int:
    """Return where a parameter lies in a vector under ``layout``."""
    kind, digits = split_name(parameter.name)
    layer = int(digits)
    n_out, n_in = layout.widths[layer], layout.widths[layer - 1]
    row = n_in if kind == "b" else parameter.index[1]
    return layout.offsets[layer - 1] + row * n_out + parameter.index[0]


def in_listed_order(layout: ParameterLayout, vector: Floats) -> Floats:
    """Return the entries (P,) of a vector under ``layout`` in the order of the list."""
    parts = []
    for layer in range(1, layout.layer_count + 1):
        parts.append(layout.weights(vector, layer).ravel())
        if layout.biases:
            parts.append(layout.bias(vector, layer))
    return np.concatenate(parts)
