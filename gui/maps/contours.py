"""Contour lines of a grid of numbers, by marching squares in NumPy.

Positions are those of a picture of the grid: cells fill the unit square, a value belongs to its
cell's centre, and y runs down. Source: Lorensen and Cline 1987, in two dimensions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Segments = NDArray[np.float64]
Field = NDArray[np.floating]

# A square's sides are 0 top, 1 right, 2 bottom, 3 left; its corners count 1, 2, 4, 8 clockwise
# from the top left where they lie above the level. Per sum: the sides that a line joins, twice
# where opposite corners agree.
_NONE = (-1, -1)
_LINES = np.array(
    [
        (_NONE, _NONE),
        ((0, 3), _NONE),
        ((0, 1), _NONE),
        ((1, 3), _NONE),
        ((1, 2), _NONE),
        ((0, 3), (1, 2)),
        ((0, 2), _NONE),
        ((2, 3), _NONE),
        ((2, 3), _NONE),
        ((0, 2), _NONE),
        ((0, 1), (2, 3)),
        ((1, 2), _NONE),
        ((1, 3), _NONE),
        ((0, 1), _NONE),
        ((0, 3), _NONE),
        (_NONE, _NONE),
    ]
)


def contour(field: Field, level: float = 0.0) -> Segments:
    """Return (S, 4) segments x1, y1, x2, y2 along which ``field`` (H, W) crosses ``level``.

    Lines go on for half a cell beyond the unit square, to be clipped. Values that are not finite
    have no line beside them.
    """
    return _squares(np.pad(field, 1, mode="edge") - level, None)


def winner_borders(outputs: Field) -> Segments:
    """Return (S, 4) segments between the regions of ``outputs`` (C, H, W) won by each class."""
    padded = np.pad(outputs, ((0, 0), (1, 1), (1, 1)), mode="edge")
    winner = padded.argmax(axis=0)
    highest = _over_corners(winner, np.maximum)
    lines = []
    for index in np.unique(winner)[:-1]:
        others = np.delete(padded, index, axis=0).max(axis=0)
        # The border between two classes is drawn by the lower one only.
        lines.append(_squares(padded[index] - others, highest > index))
    return np.concatenate(lines) if lines else np.empty((0, 4))


def _over_corners(grid: NDArray[np.intp], combine: np.ufunc) -> NDArray[np.intp]:
    pairs = combine(grid[:-1], grid[1:])
    result: NDArray[np.intp] = combine(pairs[:, :-1], pairs[:, 1:])
    return result


def _squares(padded: Field, where: NDArray[np.bool_] | None) -> Segments:
    height, width = padded.shape[0] - 2, padded.shape[1] - 2
    above = (padded > 0).astype(np.intp)
    code = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    crossed = (code > 0) & (code < 15)
    row, column = np.nonzero(crossed if where is None else crossed & where)
    top_left, top_right = padded[row, column], padded[row, column + 1]
    low_left, low_right = padded[row + 1, column], padded[row + 1, column + 1]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        sides_x = (
            column + _share(top_left, top_right),
            column + 1.0,
            column + _share(low_left, low_right),
            column + 0.0,
        )
        sides_y = (
            row + 0.0,
            row + _share(top_right, low_right),
            row + 1.0,
            row + _share(top_left, low_left),
        )
    x = (np.stack(sides_x, axis=1) - 0.5) / width
    y = (np.stack(sides_y, axis=1) - 0.5) / height
    joined = _LINES[code[row, column]]
    square, line = np.nonzero(joined[:, :, 0] >= 0)
    start, end = joined[square, line].T
    segments: Segments = np.stack(
        [x[square, start], y[square, start], x[square, end], y[square, end]], 1
    )
    finite: Segments = segments[np.isfinite(segments).all(axis=1)]
    return finite


def _share(before: Field, after: Field) -> Field:
    """Return how far along a side the crossing lies, 0 to 1."""
    share: Field = before / (before - after)
    return share
