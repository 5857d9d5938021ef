"""The scale of signed colours beneath a picture: orange to blue, with the numbers of its ends."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from core.network.parameters import Floats
from gui.diagram.pictures import Pixels
from gui.diagram.strength import largest
from gui.numbers import MINUS, format_setting
from gui.theme import current_theme, scaled, ui_font

HEIGHT, BAR = 30, 8
STEPS = 255
# Few enough that the scale seldom changes, close enough that the colours keep their strength.
PEAKS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def scale_shares() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the shares −1 to 1 that the bar's colours stand for."""
    return np.linspace(-1.0, 1.0, STEPS)


def scale_peak(values: Floats) -> float:
    """Return a round number at or above the largest finite size in ``values``; 1 for zeros."""
    size = largest(values)
    if size <= 0:
        return 1.0
    decade = 10.0 ** math.floor(math.log10(size))
    # A hair of tolerance: 0.3 / 0.1 is a little below 3.
    return next(peak * decade for peak in PEAKS if peak * decade >= size * (1 - 1e-9))


def paint_sign_scale(
    painter: QPainter, rect: QRectF, colors: Pixels, peak: float, words: str
) -> None:
    """Paint a bar of ``colors`` (``STEPS``,) into ``rect``; its ends stand for ∓``peak``."""
    font = ui_font(11)
    metrics = QFontMetricsF(font)
    pixels = np.ascontiguousarray(colors)
    image = QImage(pixels.data, len(pixels), 1, 4 * len(pixels), QImage.Format.Format_RGB32)
    bar = QRectF(rect.left(), rect.top() + scaled(3), rect.width(), scaled(BAR))
    painter.drawImage(bar, image)
    painter.setFont(font)
    painter.setPen(current_theme().text2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    line = bar.bottom() + scaled(2) + metrics.ascent()
    low, high = f"{MINUS}{format_setting(peak)}", format_setting(peak)
    middle = bar.center().x() - metrics.horizontalAdvance(words) / 2
    painter.drawText(QPointF(bar.left(), line), low)
    painter.drawText(QPointF(middle, line), words)
    painter.drawText(QPointF(bar.right() - metrics.horizontalAdvance(high), line), high)
