"""Class markers: small outlined shapes, rendered once per look and stamped as often as needed.

Every class has a shape besides its colour, so that sign and class can be told without colour.
Where a set has more classes than shapes, the class's number takes the marker's place.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from gui.palette import theme_named
from gui.theme import ThemeName, class_shape, current_theme, mix, scaled, ui_font

SHAPED_CLASSES = 6
OUTLINE = 1.1
NUMBER_PIXELS = 11


def class_marker(index: int, count: int, radius: float, ratio: float, hollow: bool) -> QPixmap:
    """Return the marker of class ``index`` of ``count``; ``radius`` in logical pixels.

    ``ratio`` is the screen's. A hollow marker keeps shape and colour, but is not filled.
    """
    theme = current_theme()
    if count > SHAPED_CLASSES:
        return _number_pixmap(index, theme.name, scaled(NUMBER_PIXELS), ratio)
    color = theme.classes[index]
    if hollow:
        return _shape_pixmap(class_shape(index), theme.panel.rgb(), color.rgb(), radius, ratio)
    return _shape_pixmap(class_shape(index), color.rgb(), theme.class_outline.rgb(), radius, ratio)


def value_marker(color: QColor, radius: float, ratio: float, hollow: bool) -> QPixmap:
    """Return the round marker of a number that ``color`` stands for; hollow ones are smaller."""
    theme = current_theme()
    # Where output and target agree the colours do too: only the outline shows the point.
    outline = mix(theme.panel, theme.text, 0.45).rgb()
    size = radius * 0.7 if hollow else radius
    return _shape_pixmap("circle", color.rgb(), outline, size, ratio)


def stamp(
    painter: QPainter,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    markers: list[QPixmap],
    kinds: NDArray[np.intp],
) -> None:
    """Draw ``markers[kinds[i]]`` centred at each (x[i], y[i])."""
    halves = [marker.deviceIndependentSize().width() / 2 for marker in markers]
    for left, top, kind in zip(x.tolist(), y.tolist(), kinds.tolist(), strict=True):
        half = halves[kind]
        painter.drawPixmap(QPointF(left - half, top - half), markers[kind])


def draw_centred(painter: QPainter, centre: QPointF, marker: QPixmap) -> None:
    """Draw one marker centred at ``centre``."""
    half = marker.deviceIndependentSize().width() / 2
    painter.drawPixmap(centre - QPointF(half, half), marker)


@lru_cache(maxsize=1024)
def _shape_pixmap(shape: str, fill: int, outline: int, radius: float, ratio: float) -> QPixmap:
    side = math.ceil(radius + OUTLINE) * 2 + 1
    pixmap, painter = _blank(side, ratio)
    painter.translate(side / 2, side / 2)
    painter.setPen(QPen(QColor(outline), OUTLINE))
    painter.setBrush(QColor(fill))
    painter.drawPath(_shape_path(shape, radius))
    painter.end()
    return pixmap


@lru_cache(maxsize=256)
def _number_pixmap(index: int, name: ThemeName, pixels: int, ratio: float) -> QPixmap:
    theme = theme_named(name)
    side = pixels * 2
    pixmap, painter = _blank(side, ratio)
    font = ui_font(NUMBER_PIXELS, 600)
    text = QPainterPath()
    text.addText(0, 0, font, str(index))
    box = text.boundingRect()
    text.translate(side / 2 - box.center().x(), side / 2 - box.center().y())
    painter.strokePath(text, QPen(theme.class_outline, 3.0, j=Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(text, theme.text)
    painter.end()
    return pixmap


def _blank(side: int, ratio: float) -> tuple[QPixmap, QPainter]:
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return pixmap, painter


def _shape_path(shape: str, radius: float) -> QPainterPath:
    """Return ``shape`` round the origin; all shapes cover about the same area."""
    path = QPainterPath()
    if shape == "circle":
        path.addEllipse(QPointF(0, 0), radius, radius)
    elif shape == "square":
        half = 0.87 * radius
        path.addRect(QRectF(-half, -half, 2 * half, 2 * half))
    else:
        path.addPolygon(QPolygonF(_corners(shape, radius)))
        path.closeSubpath()
    return path


def _corners(shape: str, r: float) -> list[QPointF]:
    if shape == "triangle":
        return _on_circle([1.3 * r] * 3)
    if shape == "diamond":
        return _on_circle([1.25 * r] * 4)
    if shape == "star":
        return _on_circle([1.45 * r, 0.62 * r] * 5)
    long, short = 1.25 * r, 0.42 * r
    turns = [(short, long), (short, short), (long, short), (long, -short), (short, -short)]
    right = [(x, -y) for x, y in turns] + [(short, long)]
    return [QPointF(x, y) for x, y in [*right, *((-x, -y) for x, y in right)]]


def _on_circle(radii: list[float]) -> list[QPointF]:
    """Return corners at equal angles, the first one at the top."""
    step = 2 * math.pi / len(radii)
    return [QPointF(r * math.sin(i * step), -r * math.cos(i * step)) for i, r in enumerate(radii)]
