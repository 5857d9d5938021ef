"""Polylines made ready for fast drawing: thinned to the pixels there are, or cut into dashes.

Arrays in, arrays out; nothing here paints. Dashes are cut here because Qt begins a pattern anew on
every piece of a line that is drawn piece by piece, which alone is fast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def thin(x: Array, y: Array, columns: int) -> tuple[Array, Array]:
    """Keep the lowest and the highest point of each of ``columns`` columns of the unit interval.

    ``x`` (n,) rises. Lines that are no denser than the columns stay as they are.
    """
    if len(x) <= 2 * columns:
        return x, y
    column = np.floor(x * columns)
    starts = np.flatnonzero(np.diff(column, prepend=-np.inf))
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.column_stack((low, high)).ravel()


def fence(x: Array, y: Array, reach: float = 0.05) -> tuple[Array, Array]:
    """Return the part of the polyline (n,) within the unit square and ``reach`` around it.

    ``x`` rises. What lies above or below is laid along the fence, so that the line stays one.
    """
    low, high = -reach, 1 + reach
    x, y = _with_crossings(x, y, x, low, high)
    within = (x >= low - 1e-12) & (x <= high + 1e-12)
    x, y = x[within], y[within]
    x, y = _with_crossings(x, y, y, low, high)
    return x, np.clip(y, low, high)


def _with_crossings(
    x: Array, y: Array, along: Array, low: float, high: float
) -> tuple[Array, Array]:
    """Add the points where ``along``, which is x or y, is ``low`` or ``high``."""
    places = np.arange(len(x), dtype=np.float64)
    crossings = []
    for level in (low, high):
        is_below = along < level
        at = np.flatnonzero(is_below[1:] != is_below[:-1])
        crossings.append(at + (level - along[at]) / (along[at + 1] - along[at]))
    if not any(len(each) for each in crossings):
        return x, y
    all_places = np.sort(np.concatenate([places, *crossings]))
    return np.interp(all_places, places, x), np.interp(all_places, places, y)


def cut_dashes(
    x: Array, y: Array, size: tuple[float, float], pattern: tuple[float, ...]
) -> tuple[Array, Array]:
    """Return the dashes of the polyline (n,) as pairs of points (2m,), to be joined two by two.

    ``size`` is how many pixels a unit of x and a unit of y are long, ``pattern`` how many pixels a
    dash and a gap, and the dashes and gaps after those.
    """
    if len(x) < 2:
        return x[:0], y[:0]
    period = sum(pattern)
    edges = np.cumsum((0.0, *pattern[:-1]))
    run = np.hypot(np.diff(x) * size[0], np.diff(y) * size[1])
    along = np.concatenate(([0.0], np.cumsum(run)))
    starts = np.arange(0.0, along[-1], period)
    borders = np.minimum((starts[:, None] + edges).ravel(), along[-1])
    cuts = np.unique(np.concatenate((along, borders)))
    middle = (cuts[:-1] + cuts[1:]) / 2
    # Dashes and gaps take turns, a dash first.
    piece = np.searchsorted(edges, middle % period, side="right") - 1
    inside = np.flatnonzero(piece % 2 == 0)
    ends = np.column_stack((cuts[inside], cuts[inside + 1])).ravel()
    return np.interp(ends, along, x), np.interp(ends, along, y)
