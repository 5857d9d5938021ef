"""The edges on the stage: their curves, which are drawn, and where their numbers find room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF

from core.network.parameters import Floats
from gui.diagram.curves import Curves, curves_between
from gui.diagram.geometry import Column
from gui.diagram.strength import largest
from gui.stages.plan import Plan, Stand

MOST_WIRES = 240
PLACES = (0.42, 0.3, 0.55, 0.2, 0.68, 0.8)


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """The edges between two neighbouring columns.

    Attributes:
        layer: the layer that they lead into.
        source, target: the columns.
        curves: one a pair of cards; of a picture one a target.
        wires: (k, 2) rows of target and source of the edges that are drawn, strongest last.
        total: how many edges there are.
        peak: the largest |weight| of the layer.
    """

    layer: int
    source: Stand
    target: Stand
    curves: Curves
    wires: tuple[tuple[int, int], ...]
    total: int
    peak: float

    @property
    def is_bundle(self) -> bool:
        """Return whether one line stands for all edges from a picture."""
        return self.source.style == "picture"

    def middle(self, wire: tuple[int, int], share: float) -> QPointF:
        """Return the point at ``share`` of an edge's way."""
        points = self.curves.points[wire]
        x, y = points[round(share * (len(points) - 1))]
        return QPointF(x, y)

    def direction(self, wire: tuple[int, int], share: float) -> float:
        """Return the angle in degrees of an edge at ``share`` of its way, clockwise."""
        points = self.curves.points[wire]
        index = min(max(1, round(share * (len(points) - 1))), len(points) - 2)
        dx, dy = points[index + 1] - points[index - 1]
        return float(np.degrees(np.arctan2(dy, dx)))

    def distance(self, wire: tuple[int, int], point: QPointF) -> float:
        """Return how far ``point`` is from an edge, in pixels."""
        dx, dy = (self.curves.points[wire] - (point.x(), point.y())).T
        across = np.abs(np.diff(self.curves.points[wire][:, 0]))
        # Between two samples of the curve the nearest is at most half a piece away.
        nearest = float(np.sqrt(np.min(dx * dx + dy * dy)))
        return max(0.0, nearest - float(across.max(initial=0.0)) / 2)

    def lines(self, wire: tuple[int, int], *, dashed: bool) -> list[QLineF]:
        """Return the lines of an edge."""
        return self.curves.lines(*wire, dashed=dashed)


def gaps_of(plan: Plan, weights: dict[int, Floats]) -> tuple[Gap, ...]:
    """Return the edges between neighbours; ``weights`` (n_out, n_in) by layer are those on show."""
    stands = {slot.layer: slot for slot in plan.slots if isinstance(slot, Stand)}
    gaps = []
    for layer, target in stands.items():
        source = stands.get(layer - 1)
        if layer == 0 or source is None:
            continue
        scale = plan.wish.scale
        curves = _curves(source, target, scale)
        matrix = weights[layer]
        gaps.append(
            Gap(
                layer,
                source,
                target,
                curves,
                _strongest(matrix, source, target),
                matrix.size,
                largest(matrix) or 1.0,
            )
        )
    return tuple(gaps)


def place_pill(
    gap: Gap, wire: tuple[int, int], size: tuple[float, float], taken: Iterable[QRectF]
) -> QRectF | None:
    """Return where a number of ``size`` stands on an edge off all of ``taken``, or None."""
    width, height = size
    if width + 8 > gap.target.left - gap.source.right:
        return None
    low, high = gap.source.right + 2, gap.target.left - 2 - width
    others = list(taken)
    for share in PLACES:
        centre = gap.middle(wire, share)
        left = min(max(low, centre.x() - width / 2), high)
        rect = QRectF(left, centre.y() - height / 2, width, height)
        if not any(rect.adjusted(-2, -2, 2, 2).intersects(other) for other in others):
            return rect
    return None


def _strongest(matrix: Floats, source: Stand, target: Stand) -> tuple[tuple[int, int], ...]:
    if source.style == "picture":
        return tuple((row, 0) for row in range(len(target.units)))
    shown = np.abs(matrix[np.ix_(target.units, source.units)])
    order = np.argsort(shown, axis=None, kind="stable")[-MOST_WIRES:]
    rows, columns = np.unravel_index(order, shown.shape)
    return tuple(zip(rows.tolist(), columns.tolist(), strict=True))


def _curves(source: Stand, target: Stand, scale: float) -> Curves:
    """Return the curves between two columns; flattening them is dear, and they come again."""
    return _kept_curves(_ends(source, source.right), _ends(target, None), scale)


Ends = tuple[float, float, tuple[float, ...]]


@lru_cache(maxsize=64)
def _kept_curves(source: Ends, target: Ends, scale: float) -> Curves:
    return curves_between(_column(source), _column(target), scale)


def _ends(stand: Stand, right: float | None) -> Ends:
    """Return left side, side and middles of squares at whose sides the edges of ``stand`` end."""
    height = min(stand.cards[0].height(), stand.cards[0].width())
    size = height * (0.0 if stand.style == "picture" else 0.8)
    left = stand.left if right is None else right - size
    return left, size, tuple(card.center().y() for card in stand.cards)


def _column(ends: Ends) -> Column:
    left, size, centers = ends
    return Column(0, tuple(range(len(centers))), 0, left, size, np.array(centers), 0.0, None)
