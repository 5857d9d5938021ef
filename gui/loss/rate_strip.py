"""The learning rate over the steps: a thin strip above the loss, on the same steps.

It is there only where there is something to see: while a schedule is on, or once the rate has
changed. Its axis is logarithmic; a rate of 0, where a cosine ends, lies on the floor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.training.log import Curves
from gui.coordinates import polygon_of
from gui.loss.plot import LEFT, RIGHT
from gui.loss.polylines import thin
from gui.numbers import format_setting, format_value
from gui.theme import current_theme, scaled, ui_font

Array = NDArray[np.float64]

HEIGHT, INSET, LINE_HEIGHT = 42, 7, 14
# Further down a rate moves nothing.
MOST_DECADES = 6
NAME = "learning rate"


@dataclass(frozen=True, slots=True)
class RateCurve:
    """Rates as they are drawn.

    Attributes:
        x, y: (n,) shares of the strip's axes.
        low, high: what its floor and its top stand for.
        last: the latest rate.
    """

    x: Array
    y: Array
    low: float
    high: float
    last: float


def varies(curves: Curves) -> bool:
    """Return whether the recorded rate has ever changed."""
    rates = curves.rates[np.isfinite(curves.rates)]
    return bool(len(rates)) and bool(rates.min() < rates.max())


def rate_curve(curves: Curves, shares: Callable[[Array], Array]) -> RateCurve | None:
    """Return the recorded rates, None where there are none; ``shares`` tells where steps stand."""
    kept = np.isfinite(curves.rates)
    steps, rates = curves.steps[kept], curves.rates[kept]
    if not len(rates) or rates.max() <= 0:
        return None
    high = _round_value(float(rates.max()), up=True)
    least = max(float(rates[rates > 0].min()), high * 10.0**-MOST_DECADES)
    low = min(_round_value(least, up=False), high / 2)
    heights = np.log10(np.maximum(rates, low) / low) / math.log10(high / low)
    return RateCurve(shares(steps), heights, low, high, float(rates[-1]))


def free_corner(curve: RateCurve, width: float, height: float) -> tuple[bool, bool]:
    """Return whether words of this size (shares of the axes) go to the right and to the top.

    The line runs through none of the corner that is chosen, if there is such a corner; else it is
    drawn through the words, since they may hide no part of it.
    """
    corners = ((True, True), (True, False), (False, False), (False, True))
    for on_right, on_top in corners:
        ends = (1 - width, 1.0) if on_right else (0.0, width)
        inside = curve.y[(curve.x >= ends[0]) & (curve.x <= ends[1])]
        heights = np.concatenate((inside, np.interp(ends, curve.x, curve.y)))
        if heights.max() < 1 - height if on_top else heights.min() > height:
            return on_right, on_top
    return corners[0]


def _round_value(rate: float, *, up: bool) -> float:
    """Return 1, 2 or 5 times a power of ten, the next one from ``rate`` on."""
    power = 10.0 ** math.floor(math.log10(rate))
    if up:
        return next(m * power for m in (1, 2, 5, 10) if m * power >= rate * (1 - 1e-9))
    return next(m * power for m in (5, 2, 1, 0.5) if m * power <= rate * (1 + 1e-9))


class RateStrip(QWidget):
    """The painted strip."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._curve: RateCurve | None = None
        self._left = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Learning rate over steps")
        self.setToolTip("Learning rate of the next update, on a logarithmic axis")

    def show_curve(self, curve: RateCurve | None, left: float = 0.0) -> None:
        """Show ``curve`` from now on; its axis begins ``left`` pixels from the edge or later."""
        self._curve = curve
        self._left = left
        words = f"now {format_setting(curve.last, 4)}" if curve else ""
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for two numbers above each other."""
        return QSize(scaled(200), scaled(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Be as high as the hint and as narrow as one likes."""
        return QSize(0, scaled(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both limits, the line and its name."""
        if self._curve is None:
            return
        painter = QPainter(self)
        left = max(float(scaled(LEFT)), self._left)
        area = QRectF(self.rect()).adjusted(left, scaled(INSET), -scaled(RIGHT), -scaled(INSET))
        _paint_limits(painter, self._curve, area)
        _paint_line(painter, self._curve, area)
        _paint_name(painter, self._curve, area)


def _paint_limits(painter: QPainter, curve: RateCurve, area: QRectF) -> None:
    theme = current_theme()
    height, gap = scaled(LINE_HEIGHT), scaled(6)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(ui_font(11))
    for y, rate in ((area.top(), curve.high), (area.bottom(), curve.low)):
        painter.setPen(QPen(theme.grid, 1))
        painter.drawLine(QLineF(area.left(), round(y), area.right(), round(y)))
        painter.setPen(theme.text2)
        box = QRectF(0, y - height / 2, area.left() - gap, height)
        painter.drawText(box, right, format_setting(rate, 1))


def _paint_line(painter: QPainter, curve: RateCurve, area: QRectF) -> None:
    theme = current_theme()
    x, y = thin(curve.x, curve.y, max(1, int(area.width())))
    xs, ys = area.left() + x * area.width(), area.bottom() - y * area.height()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(area.adjusted(0, -INSET, INSET, INSET))
    painter.setPen(QPen(theme.text2, 1.2))
    painter.drawPolyline(polygon_of(xs, ys))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.text2)
    painter.drawEllipse(QPointF(xs[-1], ys[-1]), scaled(2), scaled(2))
    painter.setClipping(False)


def _paint_name(painter: QPainter, curve: RateCurve, area: QRectF) -> None:
    """Name the line and its last value in a corner that it leaves free."""
    theme = current_theme()
    painter.setFont(ui_font(11))
    text = f"{NAME} {format_value(curve.last, 3)}"
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 2
    height = scaled(LINE_HEIGHT)
    on_right, on_top = free_corner(curve, width / area.width(), (height + 2) / area.height())
    left = area.right() - width if on_right else area.left() + scaled(6)
    top = area.top() + 1 if on_top else area.bottom() - height - 1
    box = QRectF(left, top, width, height)
    painter.setPen(theme.text2)
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
