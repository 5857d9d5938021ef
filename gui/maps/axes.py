"""The frame of the output map with its few ticks and the names of its axes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from core.data.dataset import DOMAIN
from gui.numbers import format_setting
from gui.theme import current_theme, scaled, ui_font

TICKS = (-3, 0, 3)
ROW, COLUMN, GAP = 16, 24, 4

_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_axes(painter: QPainter, square: QRectF) -> None:
    """Frame ``square`` and write ticks and names below and left of it."""
    theme = current_theme()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.strong, 1))
    painter.drawRoundedRect(square.adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2)
    painter.setPen(theme.text2)
    painter.setFont(ui_font(11))
    row, column, gap = scaled(ROW), scaled(COLUMN), scaled(GAP)
    below, beside = square.bottom() + gap, square.left() - gap - column
    for tick in TICKS:
        share = (tick + DOMAIN) / (2 * DOMAIN)
        x = square.left() + share * square.width()
        y = square.bottom() - share * square.height()
        text = format_setting(tick)
        painter.drawText(QRectF(x - column / 2, below, column, row), _CENTRE, text)
        painter.drawText(QRectF(beside, y - row / 2, column, row), _RIGHT, text)
    painter.drawText(QRectF(square.right() - column, below, column, row), _RIGHT, "x₁")
    painter.drawText(QRectF(beside, square.top(), column, row), _RIGHT, "x₂")
