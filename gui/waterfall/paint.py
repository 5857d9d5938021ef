"""Paints the parts of a waterfall: the axis, one row, the line beneath."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from gui.numbers import power_of_ten
from gui.theme import Theme, scaled, ui_font
from gui.waterfall.plan import LEAST_PIXELS, LogAxis, Row
from gui.waterfall.words import label_of, note_of, number_of

BAR_HEIGHT, BAR_SHARE = 20, 0.62
DOT_RADIUS = 4.5
TICK_ROOM = 48
LONGEST = ("longest fall", "longest")
# Decades that are written out: 0.001 to 100.
PLAIN = range(-3, 3)
CENTER = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_axis(painter: QPainter, axis: LogAxis, plot: QRectF, left: float, theme: Theme) -> None:
    """Paint a line for every decade that has room, with its number, and what the axis measures."""
    ticks = axis.ticks(plot.width(), scaled(TICK_ROOM))
    is_plain = all(tick in PLAIN for tick in ticks)
    metrics = QFontMetricsF(ui_font(11))
    painter.setFont(ui_font(11))
    room = QRectF(left, plot.bottom(), plot.left() - left, scaled(20))
    painter.setPen(theme.text3)
    painter.drawText(room, LEFT, "size, log axis")
    for tick in ticks:
        x = round(plot.left() + axis.share(tick) * plot.width()) + 0.5
        painter.setPen(QPen(theme.grid, 1))
        painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
        text = f"{10.0**tick:g}" if is_plain else power_of_ten(tick)
        width = metrics.horizontalAdvance(text)
        painter.setPen(theme.text2)
        painter.drawText(QRectF(x - width, plot.bottom(), 2 * width, scaled(20)), CENTER, text)


def paint_row(painter: QPainter, row: Row, plot: QRectF, lit: bool, theme: Theme) -> None:
    """Paint one factor: its name, its bar and its number."""
    is_known = row.step.value is not None
    ink = theme.text if is_known or lit else theme.text3
    painter.setFont(ui_font(12, 600 if lit else 400))
    painter.setPen(ink)
    painter.drawText(row.rect, LEFT, label_of(row.step))
    painter.drawText(row.rect, RIGHT, number_of(row.step))
    color = theme.accent if lit else theme.text2
    middle = row.rect.center().y()
    height = min(scaled(BAR_HEIGHT), BAR_SHARE * row.rect.height())
    if row.joint is not None:
        _paint_joint(painter, row, height, theme)
    if row.shape in ("dot", "ring"):
        _paint_dot(painter, QPointF(row.end, middle), row.shape == "dot", color, theme)
    elif row.shape in ("bar", "hatched"):
        rect = _bar(row, middle, height)
        radius = min(scaled(3), rect.width() / 2)
        if row.shape == "bar":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(rect, radius, radius)
        else:
            paint_hatched(painter, rect, radius, theme.accent if lit else theme.text3)
    _paint_note(painter, row, plot, theme)


def paint_hatched(painter: QPainter, rect: QRectF, radius: float, color: QColor) -> None:
    """Paint a bar that stands for a number nobody has yet."""
    faint = QColor(color)
    faint.setAlphaF(0.55)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(faint, Qt.BrushStyle.BDiagPattern))
    painter.drawRoundedRect(rect, radius, radius)
    painter.setPen(QPen(color, 1, Qt.PenStyle.CustomDashLine))
    pen = painter.pen()
    pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def paint_longest(painter: QPainter, row: Row, plot: QRectF, theme: Theme) -> None:
    """Write beside the longest falling bar what it is, on the side that has room."""
    if row.shape != "bar":
        return
    painter.setFont(ui_font(11))
    painter.setPen(theme.text)
    metrics, gap = QFontMetricsF(ui_font(11)), scaled(8)
    begin, end = sorted((row.begin, row.end))
    for words in LONGEST:
        width = metrics.horizontalAdvance(words)
        for left in (end + gap, begin - gap - width):
            if plot.left() <= left and left + width <= plot.right():
                room = QRectF(left, row.rect.top(), width + 1, row.rect.height())
                painter.drawText(room, LEFT, words)
                return


def paint_foot(painter: QPainter, phrases: Sequence[str], room: QRectF, theme: Theme) -> None:
    """Paint the line beneath the axis: the first of ``phrases`` that has room."""
    painter.setFont(ui_font(11))
    painter.setPen(theme.text)
    painter.drawText(room, LEFT, fitting(phrases, room.width()))


def fitting(phrases: Sequence[str], width: float) -> str:
    """Return the first phrase that is no wider than ``width`` in small type, else the last."""
    metrics = QFontMetricsF(ui_font(11))
    fits = (phrase for phrase in phrases if metrics.horizontalAdvance(phrase) <= width)
    return next(fits, phrases[-1])


def _bar(row: Row, middle: float, height: float) -> QRectF:
    left, right = sorted((row.begin, row.end))
    if right - left < LEAST_PIXELS:
        # A factor of 1 moves nothing, and is there all the same.
        left, right = left - LEAST_PIXELS / 2, right + LEAST_PIXELS / 2
    return QRectF(left, middle - height / 2, right - left, height)


def _paint_joint(painter: QPainter, row: Row, height: float, theme: Theme) -> None:
    assert row.joint is not None
    middle, whole = row.rect.center().y(), row.rect.height()
    x = round(row.joint) + 0.5
    above = middle - whole + (height / 2)
    painter.setPen(QPen(theme.text3, 1, Qt.PenStyle.DotLine))
    painter.drawLine(QLineF(x, above + 1, x, middle - height / 2 - 1))


def _paint_dot(
    painter: QPainter, middle: QPointF, is_known: bool, color: QColor, theme: Theme
) -> None:
    radius = scaled(DOT_RADIUS * 2) / 2
    if is_known:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
    else:
        pen = QPen(theme.accent if color == theme.accent else theme.text3, 1)
        pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(middle, radius, radius)


def _paint_note(painter: QPainter, row: Row, plot: QRectF, theme: Theme) -> None:
    """Write what a product without a logarithm means, where its bar would be."""
    words = note_of(row.step)
    if not words or row.shape != "none":
        return
    painter.setFont(ui_font(11))
    painter.setPen(theme.text)
    # In a narrow plot the number has to do; the line beneath the axis says what it means.
    words = fitting((words, words.partition(":")[0]), plot.width())
    painter.drawText(
        QRectF(plot.left(), row.rect.top(), plot.width(), row.rect.height()), CENTER, words
    )


CENTER = Qt.AlignmentFlag.AlignCenter
