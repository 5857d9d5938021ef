"""Paints the small card with numbers beside what the pointer or the keyboard is on.

It keeps to the side with room and off the nodes that it explains.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui.diagram.facts import Facts
from gui.theme import Theme, scaled, ui_font

SMALLEST_WIDTH = 150
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
    size: tuple[float, float], anchor: QPointF, avoid: Sequence[QRectF], area: QRectF
) -> QRectF:
    """Return where a card of ``size`` goes: near ``anchor``, within ``area``, over none of ``avoid``.

    Where no corner of the anchor is free, the one that covers least is taken.
    """
    width, height = size
    away = scaled(DISTANCE)
    candidates = [
        QRectF(x, y, width, height)
        for y in (anchor.y() + away, anchor.y() - away - height, anchor.y() - height / 2)
        for x in (anchor.x() - width / 2, anchor.x() + away, anchor.x() - away - width)
    ]
    moved = [_within(candidate, area) for candidate in candidates]
    beside = [QRectF(r.right() + away, anchor.y() - height / 2, width, height) for r in avoid]
    beside += [
        QRectF(r.left() - away - width, anchor.y() - height / 2, width, height) for r in avoid
    ]
    moved += [_within(candidate, area) for candidate in beside]
    around = QRectF(anchor.x() - 6, anchor.y() - 6, 12, 12)
    return min(moved, key=lambda rect: _covered(rect, [*avoid, around]))


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


def _within(rect: QRectF, area: QRectF) -> QRectF:
    left = min(max(rect.left(), area.left()), max(area.left(), area.right() - rect.width()))
    top = min(max(rect.top(), area.top()), max(area.top(), area.bottom() - rect.height()))
    return QRectF(round(left) + 0.5, round(top) + 0.5, rect.width(), rect.height())


def _covered(rect: QRectF, others: Sequence[QRectF]) -> float:
    overlaps = (rect.intersected(other) for other in others)
    return sum(overlap.width() * overlap.height() for overlap in overlaps)
