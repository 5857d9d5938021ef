"""Paints what lies over the diagram for a while: selection, hover, the outline of a finding.

Accent means "you": what the pointer or the keyboard is on. Warning means a finding that is open.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.diagram.curves import Points
from gui.diagram.geometry import Geometry
from gui.icons import icon_pixmap
from gui.theme import Theme, mix, scaled, ui_font

RAIL, RING = 1.2, 4.5
REGION_FILL = 0.07
REGION_WORDS = "less than 1 % of the error signal arrives here"
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
        painter.drawPolyline(QPolygonF([QPointF(*p) for p in rail.tolist()]))
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
    left = shown[0].edge_left - 7 * scale
    right = shown[-1].right + 7 * scale
    return QRectF(left, 2, right - left, body.bottom() - 2)


def paint_region_fill(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Tint the region; edges and nodes are painted over it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(theme.panel, theme.warn, REGION_FILL))
    painter.drawRoundedRect(rect, scaled(8), scaled(8))


def paint_region_outline(painter: QPainter, rect: QRectF, width: float, theme: Theme) -> None:
    """Outline the region and say beneath it what is the matter, within ``width`` of the canvas."""
    painter.setPen(QPen(theme.warn, 2))
    painter.setBrush(NO_BRUSH)
    painter.drawRoundedRect(rect, scaled(8), scaled(8))
    painter.setFont(ui_font(12, 600))
    side = scaled(14)
    words = painter.fontMetrics().horizontalAdvance(REGION_WORDS) + side + scaled(4)
    left = max(scaled(8), min(rect.left() + 1, width - words - scaled(8)))
    top = rect.bottom() + scaled(4)
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QPointF(left, top + 1), icon_pixmap("warn", theme.warn, side, ratio))
    painter.drawText(
        QRectF(left + side + scaled(4), top, words, scaled(16)),
        Qt.AlignmentFlag.AlignVCenter,
        REGION_WORDS,
    )
