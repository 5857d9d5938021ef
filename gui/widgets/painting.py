"""Strokes that several self-painted controls share: the field's frame and the focus ring."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gui.exporting import is_exporting
from gui.theme import current_theme, scaled

FOCUS_WIDTH = 2.0


def paint_frame(
    painter: QPainter, rect: QRectF, radius: float, fill: QColor, edge: QColor, width: float = 1.0
) -> None:
    """Fill a rounded frame and stroke its edge, both inside ``rect``."""
    inset = width / 2
    painter.setPen(QPen(edge, width))
    painter.setBrush(fill)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def paint_focus_ring(painter: QPainter, rect: QRectF, radius: float) -> None:
    """Stroke the accent ring of keyboard focus, 2 px wide, just inside ``rect``."""
    if is_exporting():
        return
    inset = FOCUS_WIDTH / 2
    painter.setPen(QPen(current_theme().accent, FOCUS_WIDTH))
    painter.setBrush(QColor(0, 0, 0, 0))
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def field_radius() -> int:
    """Corner radius of fields at the user's scale."""
    return scaled(5)
