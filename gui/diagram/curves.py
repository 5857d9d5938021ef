"""The curves between two columns, flattened once and kept as short straight lines.

A stroked curve costs milliseconds, the same curve as cached lines microseconds. A solid edge is a
chain of lines that overlap a little, a dashed one every other piece of 7 px. Nothing here knows of
weights: a curve depends on where its ends are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF

from gui.diagram.geometry import Column

SAMPLES = 25
FAN = 0.62
BEND, SHORT_BEND, SHORT_GAP = 0.42, 0.15, 60
DASH = 7
PIECE = 9
MOST_PIECES = 24
OVERLAP = 0.15

Points = NDArray[np.float64]


@dataclass(eq=False, slots=True)
class Curves:
    """All curves from the units of one column to those of the next.

    Attributes:
        points: (n_to, n_from, SAMPLES, 2) along each curve.
        scale: the user's scale of lengths.
    """

    points: Points
    scale: float
    _lines: dict[tuple[int, int, bool], list[QLineF]] = field(default_factory=dict)

    def lines(self, to: int, source: int, *, dashed: bool) -> list[QLineF]:
        """Return the lines of one edge, by rows of the two columns."""
        key = (to, source, dashed)
        if key not in self._lines:
            cut = _dashes if dashed else _pieces
            self._lines[key] = cut(self.points[to, source], self.scale)
        return self._lines[key]


def curves_between(left: Column, right: Column, scale: float) -> Curves:
    """Flatten the edges between two neighbouring columns.

    Their ends fan over part of the node's side in the order of the units at the other end, so
    that none hides another.
    """
    n_from, n_to = len(left.units), len(right.units)
    leave = np.broadcast_to(left.centers, (n_to, n_from)).copy()
    if left.picture is None:
        leave += (_fan(n_to) * left.size)[:, None]
    arrive = right.centers[:, None] + (_fan(n_from) * right.size)[None, :]
    x0, x1 = left.right, right.edge_left
    gap = x1 - x0
    bend = gap * (BEND if gap >= SHORT_GAP * scale else SHORT_BEND)

    t = np.linspace(0.0, 1.0, SAMPLES)
    # Bernstein weights of the four control points; both inner ones lie level with their ends.
    b0, b1, b2, b3 = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
    points = np.empty((n_to, n_from, SAMPLES, 2))
    points[..., 0] = b0 * x0 + b1 * (x0 + bend) + b2 * (x1 - bend) + b3 * x1
    points[..., 1] = leave[..., None] * (b0 + b1) + arrive[..., None] * (b2 + b3)
    return Curves(points, scale)


def _fan(count: int) -> Points:
    """Return offsets in node sizes for ``count`` edges at one side of a node."""
    if count == 1:
        return np.zeros(1)
    return np.linspace(-FAN / 2, FAN / 2, count)


def _along(curve: Points) -> Points:
    """Return the length of the curve up to each of its samples."""
    steps = np.hypot(*np.diff(curve, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _at(curve: Points, along: Points, distances: Points) -> Points:
    return np.stack([np.interp(distances, along, curve[:, axis]) for axis in (0, 1)], axis=1)


def _pieces(curve: Points, scale: float) -> list[QLineF]:
    along = _along(curve)
    if np.ptp(curve[:, 1]) < 0.5:
        return [QLineF(*curve[0], *curve[-1])]
    count = int(np.clip(np.ceil(along[-1] / (PIECE * scale)), 2, MOST_PIECES))
    points = _at(curve, along, np.linspace(0.0, along[-1], count + 1))
    ends = points[1:] + OVERLAP * np.diff(points, axis=0)
    # The last piece must not reach into the gauge.
    ends[-1] = points[-1]
    return [QLineF(*a, *b) for a, b in zip(points[:-1].tolist(), ends.tolist(), strict=True)]


def _dashes(curve: Points, scale: float) -> list[QLineF]:
    along = _along(curve)
    length = along[-1]
    starts = np.arange(0.0, length, 2 * DASH * scale)
    ends = np.minimum(starts + DASH * scale, length)
    a, b = _at(curve, along, starts), _at(curve, along, ends)
    return [QLineF(*p, *q) for p, q in zip(a.tolist(), b.tolist(), strict=True)]
