"""Which layers and units of a network the diagram shows, and what it folds away.

A diagram has room for so many columns and so many rows. Layers beyond are folded into spans that
can be leafed through; wide layers show their busiest units. Pure functions over counts and
parameters: positions are the work of ``geometry``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.network.parameters import Floats, ParameterLayout

NODE_SPACE = 6
SMALLEST_NODE, LARGEST_NODE = 18, 56
FOLDED_ROW = 32
OPENED_SPACE = 4
OPENED_ROW = SMALLEST_NODE + OPENED_SPACE
PILL_ROW = 30


@dataclass(frozen=True, slots=True)
class Span:
    """Hidden layers ``first`` to ``last`` that are folded into one column."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many layers are folded."""
        return self.last - self.first + 1


def fold_layers(count: int, capacity: int, first: int) -> tuple[int | Span, ...]:
    """Return the columns to show of layers 0 (inputs) to ``count - 1`` (output).

    Inputs and output always stay. Where there is no room for all, a window of hidden layers that
    begins with ``first`` is shown, pushed back at the end so that it stays full.
    """
    if count <= capacity:
        return tuple(range(count))
    last_hidden = count - 2
    inner = max(capacity, 5) - 2
    if first <= 1:
        kept = range(1, inner)
    elif first + inner - 2 >= last_hidden:
        kept = range(last_hidden - inner + 2, last_hidden + 1)
    else:
        kept = range(first, first + inner - 2)
    before = (Span(1, kept[0] - 1),) if kept[0] > 1 else ()
    after = (Span(kept[-1] + 1, last_hidden),) if kept[-1] < last_hidden else ()
    return (0, *before, *kept, *after, count - 1)


def unit_capacity(units: int, room: float, *, opened: bool) -> int:
    """Return how many of ``units`` a column ``room`` pixels high (at 100 %) shows."""
    if units * (SMALLEST_NODE + NODE_SPACE) <= room:
        return units
    if opened:
        if units * OPENED_ROW <= room - PILL_ROW:
            return units
        return max(1, int((room - PILL_ROW) // OPENED_ROW))
    return min(units, max(1, int((room - PILL_ROW) // FOLDED_ROW)))


def busiest_units(
    layout: ParameterLayout, parameters: Floats, layer: int, count: int
) -> tuple[int, ...]:
    """Return the ``count`` units of ``layer`` with the largest mean |outgoing weight|, in order.

    Output units have no outgoing weights: their incoming ones count. Weights that are not finite
    count as the largest, since they are what one looks for.
    """
    width = layout.widths[layer]
    if count >= width:
        return tuple(range(width))
    if layer < layout.layer_count:
        sizes = np.abs(layout.weights(parameters, layer + 1)).mean(axis=0)
    else:
        sizes = np.abs(layout.weights(parameters, layer)).mean(axis=1)
    sizes = np.where(np.isfinite(sizes), sizes, np.inf)
    chosen = np.argsort(-sizes, kind="stable")[:count]
    return tuple(sorted(chosen.tolist()))
