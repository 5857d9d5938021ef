"""Paints the nodes of one column: response maps, weights over pixels, bars with numbers; gauges.

A node shows what its unit does, a gauge at its left side the bias that is added to its sum. Which
numbers those are is decided by ``canvas``; selection and hover are painted above by ``marks``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QTransform

from core.network.parameters import Floats
from gui.diagram.geometry import Column
from gui.diagram.pictures import Pixels, as_image
from gui.numbers import MINUS, format_value
from gui.theme import Theme, mix, scaled, ui_font

FILL = 0.45
CENTER = Qt.AlignmentFlag.AlignCenter


def node_radius(size: float) -> float:
    """Return the corner radius of a node."""
    return min(scaled(6), 0.17 * size)


def paint_images(
    painter: QPainter, column: Column, pixels: Pixels, theme: Theme, *, smooth: bool
) -> None:
    """Draw one image a node, cut to the node's round corners."""
    radius = node_radius(column.size)
    painter.setPen(QPen(theme.strong, 1))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    for row, image in enumerate(pixels):
        rect = _inside(column.node(row))
        brush = QBrush(as_image(image))
        fit = QTransform.fromTranslate(rect.left(), rect.top())
        fit.scale(rect.width() / image.shape[1], rect.height() / image.shape[0])
        brush.setTransform(fit)
        painter.setBrush(brush)
        painter.drawRoundedRect(rect, radius, radius)


def paint_bars(
    painter: QPainter, column: Column, shares: Floats | None, theme: Theme
) -> None:
    """Fill nodes from the bottom by |share| of -1..1, in the colour of its sign.

    ``shares`` None is what has not been computed yet.
    """
    radius = node_radius(column.size)
    painter.setPen(QPen(theme.strong, 1))
    for row in range(len(column.units)):
        rect = _inside(column.node(row))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(rect, radius, radius)
        share = 0.0 if shares is None else float(shares[row])
        if not math.isfinite(share) or share == 0:
            continue
        height = rect.height() * min(1.0, abs(share))
        color = theme.posg if share > 0 else theme.negg
        painter.save()
        painter.setClipRect(QRectF(rect.left(), rect.bottom() - height, rect.width(), height + 1))
        painter.setBrush(mix(theme.raised, color, FILL))
        painter.drawRoundedRect(rect, radius, radius)
        painter.restore()


def paint_numbers(
    painter: QPainter, column: Column, values: Floats | None, theme: Theme
) -> None:
    """Write ``values`` (units shown,) into the nodes; "?" where there are none yet."""
    font = ui_font(11)
    painter.setFont(font)
    painter.setPen(theme.text)
    if values is None:
        texts = ["?"] * len(column.units)
    else:
        texts = numbers_that_fit(values.tolist(), column.size - 3, QFontMetricsF(font))
    for row, text in enumerate(texts):
        painter.drawText(column.node(row), CENTER, text)


def numbers_that_fit(
    values: Sequence[float], room: float, metrics: QFontMetricsF
) -> list[str]:
    """Return ``values`` with as many decimals, 2 at most, as fit into ``room`` pixels for all.

    Where not even whole numbers fit, the column stays without numbers. What is not finite is left
    out here; ``paint_non_finite`` names it.
    """
    for decimals in (2, 1, 0):
        texts = [_fixed(value, decimals) for value in values]
        if all(metrics.horizontalAdvance(text) <= room for text in texts):
            return texts
    return [""] * len(values)


def paint_non_finite(
    painter: QPainter, column: Column, values: NDArray[np.floating], theme: Theme
) -> None:
    """Mark nodes whose row of ``values`` (units shown, ...) holds a number that is not finite."""
    radius = node_radius(column.size)
    painter.setFont(ui_font(11, 600))
    flat = values.reshape(len(column.units), -1)
    for row in np.flatnonzero(~np.isfinite(flat).all(axis=1)).tolist():
        rect = _inside(column.node(row))
        painter.setPen(QPen(theme.err, 1))
        painter.setBrush(theme.err_soft)
        painter.drawRoundedRect(rect, radius, radius)
        painter.drawText(rect, CENTER, _word(flat[row]))


def paint_gauges(painter: QPainter, column: Column, values: Floats, peak: float, theme: Theme) -> None:
    """Draw upright gauges: up is positive, down negative, sqrt(|value| / peak) of half the height.

    ``values`` (n,) is the whole layer's.
    """
    if not column.gauge:
        return
    radius = min(3.0, 0.3 * column.gauge)
    frames, zeros, up, down, broken = [], [], [], [], []
    for row, unit in enumerate(column.units):
        rect = _inside(column.gauge_rect(row))
        frames.append(rect)
        middle = rect.center().y()
        left, right = rect.left() + 2, rect.right() - 2
        zeros.append((QPointF(rect.left() + 0.5, middle), QPointF(rect.right() - 0.5, middle)))
        value = float(values[unit])
        if not math.isfinite(value):
            broken.append((rect, _word(values[unit : unit + 1])))
            continue
        length = math.sqrt(abs(value) / peak) * (rect.height() / 2 - 2) if peak > 0 else 0.0
        if value > 0:
            up.append(QRectF(left, middle - length, right - left, length))
        elif value < 0:
            down.append(QRectF(left, middle, right - left, length))
    painter.setPen(QPen(theme.strong, 1))
    painter.setBrush(theme.panel)
    for rect in frames:
        painter.drawRoundedRect(rect, radius, radius)
    for bars, color in ((up, theme.posg), (down, theme.negg)):
        for bar in bars:
            painter.fillRect(bar, color)
    painter.setPen(QPen(theme.text2, 1))
    for start, end in zeros:
        painter.drawLine(start, end)
    for rect, word in broken:
        _paint_broken_gauge(painter, rect, radius, word, theme)


def _paint_broken_gauge(
    painter: QPainter, rect: QRectF, radius: float, word: str, theme: Theme
) -> None:
    painter.setPen(QPen(theme.err, 1))
    painter.setBrush(theme.err_soft)
    painter.drawRoundedRect(rect, radius, radius)
    painter.save()
    painter.setFont(ui_font(11, 600))
    painter.translate(rect.center())
    painter.rotate(-90)
    painter.drawText(QRectF(-20, -10, 40, 20), CENTER, word)
    painter.restore()


def _fixed(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return ""
    if value == 0:
        return "0"
    # Rounding to zero leaves no sign behind.
    return f"{value:z,.{decimals}f}".replace("-", MINUS)


def _word(values: NDArray[np.floating]) -> str:
    if np.isnan(values).any():
        return "NaN"
    return format_value(float(values[~np.isfinite(values)][0]))


def _inside(rect: QRectF) -> QRectF:
    """Return ``rect`` moved onto pixel middles, where a 1 px outline is crisp."""
    left, top = math.floor(rect.left()) + 0.5, math.floor(rect.top()) + 0.5
    return QRectF(left, top, round(rect.width()) - 1, round(rect.height()) - 1)


def paint_picture(painter: QPainter, rect: QRectF, pixels: Pixels, edge: QColor) -> None:
    """Draw the sample's picture with hard pixels and a frame."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(rect, as_image(pixels))
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(_inside(rect))
