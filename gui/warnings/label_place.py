"""Finds the place of a label beside a point of a small plot where it covers least of the lines.

Boxes are (left, top, right, bottom) in pixels, points (x, y). No Qt in here: a plot that grows
asks with every paint.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]

SAMPLES = 80


def free_box(
    place: tuple[float, float],
    size: tuple[float, float],
    area: Box,
    lines: Sequence[Array],
    unit: float,
) -> Box:
    """Return where in ``area`` a label beside ``place`` covers least of ``lines`` (n, 2) each.

    The dot at ``place`` itself is left free wherever that can be. ``unit`` is a pixel of 100 %.
    """
    (x, y), (width, height), (left, top, right, bottom) = place, size, area
    lefts = (x + 7 * unit, x - 7 * unit - width)
    # Close by first; the plot's top and bottom where a line takes what is close.
    tops = (y - height - 5 * unit, y + 6 * unit, top, bottom - height)
    starts = np.array([(across, up) for up in tops for across in lefts])
    starts[:, 0] = np.clip(starts[:, 0], left, right - width)
    starts[:, 1] = np.clip(starts[:, 1], 0.0, bottom - height)
    ends = starts + size
    points = np.concatenate([_dense(line) for line in lines])
    inside = (points >= starts[:, None]) & (points <= ends[:, None])
    covered = inside.all(axis=2).sum(axis=1)
    reach = 5 * unit
    hides_dot = ((starts < np.add(place, reach)) & (ends > np.subtract(place, reach))).all(axis=1)
    best = int(np.argmin(covered + hides_dot * (len(points) + 1)))
    return (*starts[best].tolist(), *ends[best].tolist())


def _dense(line: Array) -> Array:
    """Return points along ``line``, evenly spaced across."""
    if len(line) < 2:
        return line.reshape(-1, 2)
    across = np.linspace(line[0, 0], line[-1, 0], SAMPLES)
    return np.column_stack((across, np.interp(across, line[:, 0], line[:, 1])))
