"""Paints what lies over the diagram for a while: selection, hover, what a finding points out.

Accent means "you": what the pointer or the keyboard is on. Warning, or the colour of errors, means
a finding that is open.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.coordinates import polygon_of
from gui.diagram.curves import Points
from gui.diagram.geometry import Column, Geometry
from gui.exporting import pixel_ratio
from gui.findings import SEVERITY_ICONS, SEVERITY_TOKENS, Spot
from gui.icons import icon_pixmap
from gui.theme import Theme, mix, scaled, ui_font

RAIL, RING = 1.2, 4.5
REGION_FILL = 0.07
REGION_GAP = 7
# Half of a layer's name, or of its number of units between two buttons.
HEAD_REACH = 32
UNIT_RING = 2.0
NO_BRUSH = Qt.BrushStyle.NoBrush


def paint_selection(painter: QPainter, rect: QRectF, radius: float, theme: Theme) -> None:
    """Outline what is selected, 2 px."""
    painter.setPen(QPen(theme.accent, 2))
    painter.setBrush(NO_BRUSH)
    painter.drawRoundedRect(rect, radius, radius)


def paint_hover(painter: QPainter, rect: QRectF, radius: float, theme: Theme) -> None:
    """Ring what the pointer is on, just outside of it."""
    painter.setPen(QPen(theme.accent, RAIL))
    painter.setBrush(NO_BRUSH)
    painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)


def paint_rails(
    painter: QPainter, curve: Points, width: float, point: QPointF, theme: Theme
) -> None:
    """Draw rails on both sides of an edge ``width`` wide and a ring on it nearest to ``point``."""
    tangent = np.gradient(curve, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    normal /= np.maximum(np.hypot(normal[:, 0], normal[:, 1]), 1e-9)[:, None]
    offset = width / 2 + 1.6
    painter.setPen(QPen(theme.accent, RAIL))
    painter.setBrush(NO_BRUSH)
    for side in (-offset, offset):
        rail = curve + side * normal
        painter.drawPolyline(polygon_of(*rail.T))
    painter.setBrush(theme.panel)
    painter.setPen(QPen(theme.accent, 1.5))
    painter.drawEllipse(nearest_point(curve, point), RING, RING)


def nearest_point(curve: Points, point: QPointF) -> QPointF:
    """Return the point of the flattened ``curve`` that is nearest to ``point``."""
    fine = np.stack(
        [np.interp(np.linspace(0, 1, 200), np.linspace(0, 1, len(curve)), c) for c in curve.T],
        axis=1,
    )
    distances = np.hypot(fine[:, 0] - point.x(), fine[:, 1] - point.y())
    return QPointF(*fine[int(np.argmin(distances))].tolist())


def region_rect(geometry: Geometry, layers: tuple[int, int]) -> QRectF | None:
    """Return the outline around ``layers`` first to last as far as they are shown."""
    shown = [c for c in geometry.columns() if layers[0] <= c.layer <= layers[1]]
    if not shown:
        return None
    scale = geometry.request.scale
    body = geometry.body
    head = HEAD_REACH * scale if geometry.full_headers else 0.0
    left = min(_left(column, head) for column in shown) - REGION_GAP * scale
    right = max(_right(column, head) for column in shown)
    if shown[-1].layer == len(geometry.request.widths) - 1:
        # Beside the outputs stand their names, which are not to be crossed.
        right += geometry.request.label_right
    right = min(right + REGION_GAP * scale, geometry.request.width - 2)
    return QRectF(left, 2, right - left, body.bottom() - 2)


def _left(column: Column, head: float) -> float:
    """Return where a column with its pill begins, and its head of which half is ``head`` wide."""
    pill = column.edge_left if column.pill is None else column.pill.left()
    return min(column.edge_left, pill, column.middle - head)


def _right(column: Column, head: float) -> float:
    pill = column.right if column.pill is None else column.pill.right()
    return max(column.right, pill, column.middle + head)


def unit_rects(geometry: Geometry, units: Sequence[tuple[int, int]]) -> list[QRectF]:
    """Return the squares of ``units`` (layer and unit from 1), or the pills that hide them."""
    rects = []
    for layer, unit in units:
        column = geometry.column(layer)
        if column is None:
            continue
        if unit - 1 in column.units:
            rects.append(column.node(column.units.index(unit - 1)))
        elif column.pill is not None and column.pill not in rects:
            rects.append(column.pill)
    return rects


def paint_region_fill(painter: QPainter, rect: QRectF, spot: Spot, theme: Theme) -> None:
    """Tint the region; edges and nodes are painted over it."""
    color = theme.color(SEVERITY_TOKENS[spot.severity])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(theme.panel, color, REGION_FILL))
    painter.drawRoundedRect(rect, scaled(8), scaled(8))


def paint_region_outline(painter: QPainter, rect: QRectF, spot: Spot, theme: Theme) -> None:
    """Outline the region."""
    painter.setPen(QPen(theme.color(SEVERITY_TOKENS[spot.severity]), 2))
    painter.setBrush(NO_BRUSH)
    painter.drawRoundedRect(rect, scaled(8), scaled(8))


def paint_unit_rings(painter: QPainter, rects: Sequence[QRectF], spot: Spot, theme: Theme) -> None:
    """Ring single units, just outside of them."""
    painter.setPen(QPen(theme.color(SEVERITY_TOKENS[spot.severity]), UNIT_RING))
    painter.setBrush(NO_BRUSH)
    radius = scaled(6)
    for rect in rects:
        painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), radius, radius)


def paint_spot_words(
    painter: QPainter, point: QPointF, width: float, spot: Spot, theme: Theme
) -> None:
    """Say at ``point``, or as near as fits within ``width``, what is the matter there."""
    color = theme.color(SEVERITY_TOKENS[spot.severity])
    painter.setFont(ui_font(12, 600))
    painter.setPen(color)
    side, gap = scaled(14), scaled(4)
    words = painter.fontMetrics().horizontalAdvance(spot.words) + side + gap
    left = max(scaled(8), min(point.x(), width - words - scaled(8)))
    ratio = pixel_ratio(painter.device())
    icon = icon_pixmap(SEVERITY_ICONS[spot.severity], color, side, ratio)
    painter.drawPixmap(QPointF(left, point.y() + 1), icon)
    box = QRectF(left + side + gap, point.y(), words, scaled(16))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, spot.words)
