"""Which layers and units of a network the diagram shows, and what it folds away.

A diagram has room for so many columns and so many rows. Layers beyond are folded into spans that
can be leafed through; wide layers show their busiest units. Pure functions over counts and
parameters: positions are the work of ``geometry``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


def activity(
    layout: ParameterLayout, parameters: Floats, gradient: Floats, layer: int
) -> NDArray[np.float64]:
    """Return (n,) how busy each unit of ``layer`` is: the mean |gradient| of what leads into it.

    That is what its weights and bias are moved by; a dead unit is last. Inputs have only outgoing
    weights, which count instead. Before the first step, when there is no gradient, outgoing weights
    themselves count. What is not finite counts as the largest, since it is what one looks for.
    """
    if layer == 0:
        moved, into = layout.weights(gradient, 1).T, layout.weights(parameters, 1).T
    else:
        moved, into = layout.block(gradient, layer).T, layout.block(parameters, layer).T
    sizes = np.abs(moved, dtype=np.float64).mean(axis=1)
    if not sizes.any():
        leads_on = 0 < layer < layout.layer_count
        weights = layout.weights(parameters, layer + 1).T if leads_on else into
        sizes = np.abs(weights, dtype=np.float64).mean(axis=1)
    is_sound = np.isfinite(sizes) & np.isfinite(into).all(axis=1)
    return np.where(is_sound, sizes, np.inf)


def busiest_units(
    sizes: NDArray[np.float64], count: int, kept: Sequence[int] = (), pinned: int | None = None
) -> tuple[int, ...]:
    """Return the ``count`` units with the largest of ``sizes``, in order of the units.

    So that units do not come and go, those of ``kept`` stay while they are among the busiest twice
    as many; ``pinned`` always stays.
    """
    if count >= len(sizes):
        return tuple(range(len(sizes)))
    ranking = np.argsort(-sizes, kind="stable").tolist()
    staying = set(kept).intersection(ranking[: 2 * count])
    # A number that is not finite goes before what has been there before.
    urgent = [unit for unit in ranking[:count] if np.isinf(sizes[unit])]
    first = [] if pinned is None else [pinned]
    wanted = [*first, *urgent, *(unit for unit in ranking if unit in staying), *ranking]
    return tuple(sorted(list(dict.fromkeys(wanted))[:count]))
