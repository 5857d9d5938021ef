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
from gui.stage.plan import Plan, Stand

MOST_WIRES = 300
# Shares of an edge's way, in order of preference; towards the side with more ends they lie apart.
PLACES = (0.34, 0.26, 0.43, 0.2, 0.52, 0.62, 0.72, 0.8)


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

    def nearest(self, point: QPointF) -> tuple[float, tuple[int, int]] | None:
        """Return the drawn edge that is nearest to ``point``, and how far that is in pixels."""
        if not self.wires:
            return None
        rows, columns = np.array(self.wires).T
        curves = self.curves.points[rows, columns] - (point.x(), point.y())
        # From the point to each piece of each curve, not only to the pieces' ends.
        starts, pieces = curves[:, :-1], np.diff(curves, axis=1)
        lengths = np.maximum((pieces**2).sum(axis=2), 1e-9)
        along = np.clip(-(starts * pieces).sum(axis=2) / lengths, 0.0, 1.0)
        away = np.hypot(*np.moveaxis(starts + along[..., None] * pieces, 2, 0)).min(axis=1)
        best = int(away.argmin())
        return float(away[best]), self.wires[best]

    def lines(self, wire: tuple[int, int], *, dashed: bool) -> list[QLineF]:
        """Return the lines of an edge."""
        return self.curves.lines(*wire, dashed=dashed)


def gaps_of(plan: Plan, weights: dict[int, Floats]) -> tuple[Gap, ...]:
    """Return the edges between neighbours; ``weights`` (n_out, n_in) by layer are those on show."""
    pairs = max(1, len(plan.slots) - 1)
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
                _strongest(matrix, source, target, MOST_WIRES // pairs),
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
    has_more_targets = len(gap.target.cards) > len(gap.source.cards)
    for share in (1 - place if has_more_targets else place for place in PLACES):
        centre = gap.middle(wire, share)
        left = min(max(low, centre.x() - width / 2), high)
        rect = QRectF(left, centre.y() - height / 2, width, height)
        if not any(rect.adjusted(-2, -2, 2, 2).intersects(other) for other in others):
            return rect
    return None


def _strongest(
    matrix: Floats, source: Stand, target: Stand, most: int
) -> tuple[tuple[int, int], ...]:
    if source.style == "picture":
        return tuple((row, 0) for row in range(len(target.units)))
    shown = np.abs(matrix[np.ix_(target.units, source.units)])
    order = np.argsort(shown, axis=None, kind="stable")[-most:]
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
    size = height * {"picture": 0.0, "open": 0.3}.get(stand.style, 0.8)
    left = stand.left if right is None else right - size
    return left, size, tuple(stand.levels())


def _column(ends: Ends) -> Column:
    left, size, centers = ends
    return Column(0, tuple(range(len(centers))), 0, left, size, np.array(centers), 0.0, None)
