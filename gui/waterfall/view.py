"""Paints the factors of a gradient as a waterfall: on a log axis each bar moves the product on.

A bar that falls to the left makes the gradient smaller, the longest one is why it vanishes. Bars
begin where the one before has ended; a factor that is not known yet is hatched.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.explain.gradient_path import Factor, GradientPath
from core.explain.reference import Reference
from gui.numbers import format_value, power_of_ten
from gui.stages.act import short
from gui.theme import current_theme, mix, scaled, themes, ui_font

LABELS, NUMBERS, AXIS, MARGIN = 104, 76, 20, 12
UNKNOWN_DECADES = 0.4
HIGHEST_ROW = 30
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


class WaterfallView(QWidget):
    """The painted factors.

    Signals:
        value_pointed: the Reference of the factor under the pointer, or None.
    """

    value_pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAccessibleName("Factors of the gradient")
        self._path: GradientPath | None = None
        self._place = -1
        self._pointed: Reference | None = None
        themes.changed.connect(self._restyle)

    def show_path(self, path: GradientPath | None, place: int) -> None:
        """Show ``path``; the factors that the op at ``place`` brings are lit."""
        if (path, place) != (self._path, self._place):
            self._path, self._place = path, place
            self.update()

    def point_at(self, reference: Reference | None) -> None:
        """Light up the factor that another view points at."""
        if reference != self._pointed:
            self._pointed = reference
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the design."""
        return QSize(scaled(419), scaled(198))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint grid, bars, names and numbers."""
        path = self._path
        if path is None:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = self._rows(path)
        low, high = _decades(path)
        plot = self._plot()

        def x(exponent: float) -> float:
            return plot.left() + (exponent - low) / (high - low) * plot.width()

        self._paint_grid(painter, plot, low, high)
        at = _exponent(path.factors[0].value)
        previous: QPointF | None = None
        for index, (factor, row) in enumerate(zip(path.factors, rows, strict=True)):
            lit = factor.place == self._place
            pointed = self._pointed is not None and factor.reference == self._pointed
            if pointed:
                painter.fillRect(row, mix(theme.panel, theme.accent, 0.12))
            self._paint_words(painter, row, factor, index, lit)
            middle = row.center().y()
            color = theme.accent if lit else theme.text2
            if index == 0:
                if factor.value:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(color)
                    painter.drawEllipse(QPointF(x(at), middle), scaled(4.5), scaled(4.5))
                previous = QPointF(x(at), middle)
                continue
            end = at + (-UNKNOWN_DECADES if factor.value is None else _exponent(factor.value))
            begin_x, end_x = x(at), x(max(end, low))
            if previous is not None:
                painter.setPen(QPen(theme.text3, 1, Qt.PenStyle.DotLine))
                painter.drawLine(QLineF(previous, QPointF(begin_x, middle)))
            height = min(row.height() - scaled(4), scaled(20))
            bar = QRectF(QPointF(begin_x, middle - height / 2), QPointF(end_x, middle + height / 2))
            bar = bar.normalized()
            bar.setWidth(max(bar.width(), 2.0))
            radius = min(scaled(3), bar.width() / 2)
            if factor.value is None:
                painter.setPen(QPen(theme.text3, 1, Qt.PenStyle.DashLine))
                painter.setBrush(mix(theme.panel, theme.text3, 0.15))
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
            painter.drawRoundedRect(bar, radius, radius)
            at, previous = max(end, low), QPointF(end_x, middle)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find the factor under the pointer."""
        found = None
        if self._path is not None:
            for factor, row in zip(self._path.factors, self._rows(self._path), strict=True):
                if row.contains(event.position()):
                    found = factor.reference
        if found != self._pointed:
            self._pointed = found
            self.value_pointed.emit(found)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was pointed at."""
        self._pointed = None
        self.value_pointed.emit(None)
        self.update()

    def _plot(self) -> QRectF:
        left, right = scaled(MARGIN + LABELS), scaled(MARGIN + NUMBERS)
        return QRectF(left, 4, self.width() - left - right, self.height() - scaled(AXIS) - 4)

    def _rows(self, path: GradientPath) -> list[QRectF]:
        plot = self._plot()
        height = min(plot.height() / len(path.factors), scaled(HIGHEST_ROW))
        width = self.width() - 2 * scaled(MARGIN)
        return [
            QRectF(scaled(MARGIN), plot.top() + index * height, width, height)
            for index in range(len(path.factors))
        ]

    def _paint_grid(self, painter: QPainter, plot: QRectF, low: int, high: int) -> None:
        theme = current_theme()
        painter.setFont(ui_font(11))
        every = max(1, math.ceil((high - low) / max(1, plot.width() // scaled(52))))
        for decade in range(low, high + 1):
            x = plot.left() + (decade - low) / (high - low) * plot.width()
            painter.setPen(QPen(theme.grid, 1))
            painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
            if (decade - low) % every == 0:
                painter.setPen(theme.text2)
                room = QRectF(x - 40, plot.bottom() + 2, 80, scaled(AXIS) - 4)
                text = f"{10.0**decade:g}" if -3 <= decade <= 2 else power_of_ten(decade)
                painter.drawText(room, CENTER, text)

    def _paint_words(
        self, painter: QPainter, row: QRectF, factor: Factor, index: int, lit: bool
    ) -> None:
        theme = current_theme()
        known = factor.value is not None
        painter.setFont(ui_font(12, 600 if lit else 400))
        painter.setPen(theme.text if known else theme.text3)
        label = factor.label if index == 0 else f"× {factor.label}"
        room = QRectF(row.left(), row.top(), scaled(LABELS), row.height())
        words = painter.fontMetrics().elidedText(
            label, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, LEFT, words)
        painter.drawText(row, RIGHT, number_of(factor))

    @Slot()
    def _restyle(self) -> None:
        self.update()


def number_of(factor: Factor) -> str:
    """Return a factor's number, or "?"."""
    if factor.value is None:
        return "?"
    return short(factor.value) if factor.reference is not None else format_value(factor.value)


def _exponent(value: float | None) -> float:
    """Return log10 |value|; of what has no logarithm 0, its number stands beside it."""
    if value is None or value == 0 or not math.isfinite(value):
        return 0.0
    return math.log10(abs(value))


def _decades(path: GradientPath) -> tuple[int, int]:
    """Return the axis in whole decades: from the smallest product to the largest."""
    at = _exponent(path.factors[0].value)
    ends = [at]
    for factor in path.factors[1:]:
        at += -UNKNOWN_DECADES if factor.value is None else _exponent(factor.value)
        ends.append(at)
    low, high = math.floor(min(ends)), math.ceil(max(ends))
    if high - low < 2:
        low = high - 2
    return low, high
