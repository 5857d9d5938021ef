"""Paints the nodes of one column: response maps, weights over pixels, bars with numbers; gauges.

A node shows what its unit does, a gauge at its left side the bias that is added to its sum. Which
numbers those are is decided by ``canvas``; selection and hover are painted above by ``marks``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from core.network.parameters import Floats
from gui.diagram.frames import ColumnFrames, crisp, gauge_radius, node_radius
from gui.diagram.geometry import Column
from gui.diagram.pictures import Pixels, as_image
from gui.numbers import MINUS, format_value
from gui.theme import Theme, mix, ui_font

FILL = 0.45
AIR = 5
CENTER = Qt.AlignmentFlag.AlignCenter


def paint_images(painter: QPainter, frames: ColumnFrames, pixels: Pixels) -> None:
    """Draw one image (height, width) a node with hard pixels, cut to the node's round corners."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    # The outline runs through pixel middles; what it encloses begins half a pixel before.
    for rect, image in zip(frames.nodes, pixels, strict=True):
        painter.drawImage(rect.adjusted(-0.5, -0.5, 0.5, 0.5), as_image(image))
    frames.round_corners(painter)


def paint_bars(
    painter: QPainter, frames: ColumnFrames, shares: Floats | None, theme: Theme
) -> None:
    """Fill nodes from the bottom by |share| of -1..1, in the colour of its sign.

    ``shares`` None is what has not been computed yet.
    """
    for row, rect in enumerate(frames.nodes):
        painter.fillRect(rect, theme.raised)
        share = 0.0 if shares is None else float(shares[row])
        if not math.isfinite(share) or share == 0:
            continue
        height = rect.height() * min(1.0, abs(share))
        color = theme.posg if share > 0 else theme.negg
        filled = QRectF(rect.left(), rect.bottom() - height, rect.width(), height)
        painter.fillRect(filled, mix(theme.raised, color, FILL))
    frames.round_corners(painter)


def paint_numbers(painter: QPainter, column: Column, values: Floats | None, theme: Theme) -> None:
    """Write ``values`` (units shown,) into the nodes; "?" where there are none yet."""
    font = ui_font(11)
    painter.setFont(font)
    painter.setPen(theme.text)
    if values is None:
        texts = ["?"] * len(column.units)
    else:
        texts = numbers_that_fit(values.tolist(), column.size - 1, QFontMetricsF(font))
    for row, text in enumerate(texts):
        painter.drawText(column.node(row), CENTER, text)


def numbers_that_fit(values: Sequence[float], room: float, metrics: QFontMetricsF) -> list[str]:
    """Return ``values`` with as many decimals, 2 at most, as fit into ``room`` pixels for all.

    Where not even whole numbers fit, the column stays without numbers. What is not finite is left
    out here; ``paint_non_finite`` names it.
    """
    for decimals in (2, 1, 0):
        texts = [_fixed(value, decimals) for value in values]
        # The second decimal is for where there is air around it.
        air = AIR if decimals == 2 else 0
        if all(metrics.horizontalAdvance(text) + air <= room for text in texts):
            return texts
    return [""] * len(values)


def paint_non_finite(painter: QPainter, column: Column, values: Floats, theme: Theme) -> None:
    """Mark nodes whose row of ``values`` (units shown, ...) holds a number that is not finite."""
    flat = values.reshape(len(column.units), -1)
    broken = np.flatnonzero(~np.isfinite(flat).all(axis=1)).tolist()
    if not broken:
        return
    radius = node_radius(column.size)
    painter.setFont(ui_font(11, 600))
    for row in broken:
        rect = crisp(column.node(row))
        painter.setPen(QPen(theme.err, 1))
        painter.setBrush(theme.err_soft)
        painter.drawRoundedRect(rect, radius, radius)
        painter.drawText(rect, CENTER, _word(flat[row]))


def paint_gauges(
    painter: QPainter,
    column: Column,
    frames: ColumnFrames,
    values: Floats,
    peak: float,
    theme: Theme,
) -> None:
    """Draw upright gauges: up is positive, down negative, sqrt(|value| / peak) of half the height.

    ``values`` (n,) is the whole layer's.
    """
    if not frames.gauges:
        return
    frames.stamp_gauges(painter)
    zeros = []
    for rect, unit in zip(frames.gauges, column.units, strict=True):
        value = float(values[unit])
        if not math.isfinite(value):
            _paint_broken_gauge(painter, rect, gauge_radius(column), value, theme)
            continue
        middle = rect.center().y()
        zeros.append(QLineF(rect.left() + 0.5, middle, rect.right() - 0.5, middle))
        if value and peak > 0:
            length = math.sqrt(abs(value) / peak) * (rect.height() / 2 - 2)
            top = middle - length if value > 0 else middle
            bar = QRectF(rect.left() + 2, top, rect.width() - 4, length)
            painter.fillRect(bar, theme.posg if value > 0 else theme.negg)
    painter.setPen(QPen(theme.text2, 1))
    painter.drawLines(zeros)


def paint_picture(painter: QPainter, rect: QRectF, pixels: Pixels, edge: QColor) -> None:
    """Draw the sample's picture with hard pixels and a frame."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(rect, as_image(pixels))
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(crisp(rect))


def _paint_broken_gauge(
    painter: QPainter, rect: QRectF, radius: float, value: float, theme: Theme
) -> None:
    painter.setPen(QPen(theme.err, 1))
    painter.setBrush(theme.err_soft)
    painter.drawRoundedRect(rect, radius, radius)
    painter.save()
    painter.setFont(ui_font(11, 600))
    painter.translate(rect.center())
    painter.rotate(-90)
    painter.drawText(QRectF(-20, -10, 40, 20), CENTER, format_value(value))
    painter.restore()


def _fixed(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return ""
    if value == 0:
        return "0"
    # Rounding to zero leaves no sign behind.
    return f"{value:z,.{decimals}f}".replace("-", MINUS)


def _word(values: Floats) -> str:
    if np.isnan(values).any():
        return "NaN"
    return format_value(float(values[~np.isfinite(values)][0]))
