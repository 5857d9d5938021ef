"""The order in which parameters are listed, and where each lies in the flat vectors.

Listed are layer by layer the weights row by row, then the biases, then gamma and beta; a vector's
blocks have another order (``core.network.parameters``).
"""

from __future__ import annotations

from collections.abc import Sequence

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
        for kind in layout.row_names(layer)[n_in:]:
            if number < n_out:
                return Reference(f"{kind}{layer}", (number,))
            number -= n_out
    raise IndexError(number)


def is_parameter(layout: ParameterLayout, reference: Reference) -> bool:
    """Return whether ``reference`` is one parameter under ``layout``."""
    kind, digits = split_name(reference.name)
    layer = int(digits) if digits.isdecimal() else 0
    if not 1 <= layer <= layout.layer_count or kind not in layout.row_names(layer):
        return False
    limits = (layout.widths[layer], layout.widths[layer - 1])[: 2 if kind == "W" else 1]
    return len(reference.index) == len(limits) and all(
        0 <= i < limit for i, limit in zip(reference.index, limits, strict=True)
    )


def number_of(layout: ParameterLayout, parameter: Reference) -> int:
    """Return as what number a parameter is listed."""
    kind, digits = split_name(parameter.name)
    layer = int(digits)
    # A layer takes as much room in the list as in the vectors.
    start = layout.offsets[layer - 1]
    n_out, n_in = layout.widths[layer], layout.widths[layer - 1]
    if kind != "W":
        return start + layout.row_names(layer).index(kind) * n_out + parameter.index[0]
    return start + parameter.index[0] * n_in + parameter.index[1]


def flat_index(layout: ParameterLayout, parameter: Reference) -> int:
    """Return where a parameter lies in a vector under ``layout``."""
    kind, digits = split_name(parameter.name)
    layer = int(digits)
    rows = layout.row_names(layer)
    row = parameter.index[1] if kind == "W" else rows.index(kind)
    return layout.offsets[layer - 1] + row * layout.widths[layer] + parameter.index[0]


def entry_of_vector(layout: ParameterLayout, vector: Floats, parameter: Reference) -> float:
    """Return what a vector (P,) under ``layout`` holds of one parameter."""
    return float(vector[flat_index(layout, parameter)])


def in_listed_order(layout: ParameterLayout, vector: Floats) -> Floats:
    """Return the entries (P,) of a vector under ``layout`` in the order of the list."""
    parts = []
    for layer in range(1, layout.layer_count + 1):
        weights = layout.weights(vector, layer)
        parts += [weights.ravel(), vector[layout.segment(layer)][weights.size :]]
    return np.concatenate(parts)


def listed_order_of(layout: ParameterLayout, indices: Sequence[int]) -> list[int]:
    """Return places in a vector (P,) under ``layout`` in the order of the list."""
    order = in_listed_order(layout, np.arange(layout.size, dtype=np.float64)).astype(np.intp)
    chosen: list[int] = order[np.isin(order, np.asarray(indices))].tolist()
    return chosen
