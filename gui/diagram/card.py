"""Paints the small card with numbers beside what the pointer or the keyboard is on.

It keeps to the side with room and off the nodes that it explains.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui.diagram.facts import Facts
from gui.theme import Theme, scaled, ui_font

SMALLEST_WIDTH = 150
Numbers = NDArray[np.float64]
FORBIDDEN_COST = 1000
# A pixel of distance weighs as much as this many covered pixels of other nodes.
DISTANCE_COST = 12
LINE, TITLE_LINE, PADDING, COLUMN_GAP, DISTANCE = 18, 20, 10, 20, 12
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def card_size(facts: Facts) -> tuple[float, float]:
    """Return width and height of the card for ``facts``."""
    title, body, small = (QFontMetricsF(ui_font(*font)) for font in ((12, 600), (12,), (11,)))
    widest = max(
        title.horizontalAdvance(facts.title),
        small.horizontalAdvance(facts.place),
        *(
            body.horizontalAdvance(label) + scaled(COLUMN_GAP) + body.horizontalAdvance(number)
            for label, number in facts.rows
        ),
    )
    width = max(scaled(SMALLEST_WIDTH), widest + 2 * scaled(PADDING))
    lines = len(facts.rows) + (1 if facts.place else 0)
    return width, scaled(TITLE_LINE) + lines * scaled(LINE) + 1.5 * scaled(PADDING)


def place_card(
    size: tuple[float, float],
    anchor: QPointF,
    avoid: Sequence[QRectF],
    spare: Sequence[QRectF],
    area: QRectF,
) -> QRectF:
    """Return where a card of ``size`` goes within ``area``.

    It covers nothing of ``avoid`` if that can be, of ``spare`` as little as possible, and stays
    near ``anchor``.
    """
    away = scaled(DISTANCE)
    width, height = size
    others = [*avoid, *spare]
    lefts = [anchor.x() + away, anchor.x() - away - width, anchor.x() - width / 2]
    tops = [anchor.y() + away, anchor.y() - away - height, anchor.y() - height / 2]
    lefts += [side for r in others for side in (r.right() + away, r.left() - away - width)]
    tops += [side for r in others for side in (r.bottom() + away, r.top() - away - height)]
    left, top = (grid.ravel() for grid in np.meshgrid(lefts, tops))
    left = np.clip(left, area.left(), max(area.left(), area.right() - width))
    top = np.clip(top, area.top(), max(area.top(), area.bottom() - height))

    def covered(rects: Sequence[QRectF]) -> Numbers:
        total = np.zeros(left.shape)
        for r in rects:
            across = np.minimum(left + width, r.right()) - np.maximum(left, r.left())
            down = np.minimum(top + height, r.bottom()) - np.maximum(top, r.top())
            total += np.maximum(across, 0) * np.maximum(down, 0)
        return total

    around = QRectF(anchor.x() - away / 2, anchor.y() - away / 2, away, away)
    dx = np.maximum(np.maximum(left - anchor.x(), anchor.x() - left - width), 0)
    dy = np.maximum(np.maximum(top - anchor.y(), anchor.y() - top - height), 0)
    cost = FORBIDDEN_COST * covered([*avoid, around]) + covered(spare)
    best = int(np.argmin(cost + DISTANCE_COST * np.hypot(dx, dy)))
    return QRectF(round(left[best]) + 0.5, round(top[best]) + 0.5, width, height)


def paint_card(painter: QPainter, rect: QRectF, facts: Facts, theme: Theme) -> None:
    """Draw the card."""
    painter.setPen(QPen(theme.strong, 1))
    painter.setBrush(theme.raised if theme.is_dark else theme.panel)
    painter.drawRoundedRect(rect, scaled(6), scaled(6))
    padding = scaled(PADDING)
    line = QRectF(
        rect.left() + padding,
        rect.top() + padding * 0.6,
        rect.width() - 2 * padding,
        scaled(TITLE_LINE),
    )
    painter.setPen(theme.text)
    painter.setFont(ui_font(12, 600))
    painter.drawText(line, LEFT, facts.title)
    line = QRectF(line.left(), line.bottom(), line.width(), scaled(LINE))
    painter.setFont(ui_font(12))
    for label, number in facts.rows:
        painter.setPen(theme.text2)
        painter.drawText(line, LEFT, label)
        painter.setPen(theme.text)
        painter.drawText(line, RIGHT, number)
        line.translate(0, scaled(LINE))
    if facts.place:
        painter.setPen(theme.text3)
        painter.setFont(ui_font(11))
        painter.drawText(line, LEFT, facts.place)
