"""Paints the parts of the corridor's chart: grid, bands, medians, theory, factors, names, key.

Every layer has its colour of the gradients' panel, half a column to each side, so that a layer
looks the same everywhere. Colours are mixed opaque: bands that overlap by a hair show no seam.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from core.diagnosis.corridor import LEVELS, Corridor, Spread
from gui.corridor.geometry import ChartGeometry, Plot
from gui.corridor.words import (
    BACKWARD,
    FORWARD,
    backward_total,
    format_factor,
    forward_total,
    rate_words,
)
from gui.numbers import power_of_ten
from gui.ridges.table import layer_colors
from gui.theme import Theme, mix, scaled, ui_font

LIGHT_BAND = {"dark": 0.26, "light": 0.20, "high_contrast": 0.35}
STRONG_BAND = {"dark": 0.52, "light": 0.44, "high_contrast": 0.65}
MEDIAN_WIDTH, THEORY_WIDTH, DOT_RADIUS = 2.0, 1.6, 3.2
DASHES = [4.0, 2.5]
LABEL_ROOM = 18
# A layer that has no neighbour to join its band with.
LONE_WIDTH = 16
WIDEST_TINT = 48

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


def paint_grid(painter: QPainter, plot: Plot, theme: Theme) -> None:
    """Paint a line for every decade and the numbers of those that have room."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    area = plot.area
    fine = plot.axis.labels(plot.decade, scaled(5))
    labelled = plot.axis.labels(plot.decade, scaled(LABEL_ROOM))
    painter.setFont(ui_font(11))
    for decade in fine:
        y = round(plot.y(10.0**decade) or area.top())
        painter.setPen(QPen(theme.grid, 1))
        painter.drawLine(QLineF(area.left(), y, area.right(), y))
        if decade in labelled:
            painter.setPen(theme.text2)
            box = QRectF(0, y - scaled(10), area.left() - scaled(6), scaled(20))
            painter.drawText(box, RIGHT, "1" if decade == 0 else power_of_ten(decade))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def paint_head(painter: QPainter, plot: Plot, corridor: Corridor | None, theme: Theme) -> None:
    """Paint what the plot shows, and what a layer does to it on average."""
    is_forward = plot.way == "forward"
    words, what = ("Forward →", FORWARD) if is_forward else ("← Backward", BACKWARD)
    painter.setFont(ui_font(12, 600))
    painter.setPen(theme.text)
    painter.drawText(plot.head, LEFT, words)
    width = QFontMetricsF(ui_font(12, 600)).horizontalAdvance(words) + scaled(8)
    painter.setFont(ui_font(12))
    painter.setPen(theme.text2)
    painter.drawText(plot.head.adjusted(width, 0, 0, 0), LEFT, what)
    if corridor is not None:
        total = forward_total(corridor) if is_forward else backward_total(corridor)
        painter.drawText(plot.head, RIGHT, rate_words(corridor, total))


def paint_bands(
    painter: QPainter, geometry: ChartGeometry, plot: Plot, spreads: Sequence[Spread], theme: Theme
) -> None:
    """Paint the bands from 5 to 95 and 25 to 75 percent, then the medians."""
    colors = _colors(geometry, theme)
    for shares, outer, inner in (
        (LIGHT_BAND, 0, len(LEVELS) - 1),
        (STRONG_BAND, 1, len(LEVELS) - 2),
    ):
        lows, highs = ([plot.y(s.quantiles[level]) for s in spreads] for level in (outer, inner))
        for layer, corners in _pieces(geometry, plot, lows, highs):
            fill = mix(theme.panel, colors[layer], shares[theme.name])
            painter.setPen(QPen(fill, 1))
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF(corners))
    medians = [plot.y(spread.median) for spread in spreads]
    for layer, corners in _pieces(geometry, plot, medians, medians):
        painter.setPen(QPen(colors[layer], MEDIAN_WIDTH))
        painter.drawPolyline(QPolygonF(corners[: len(corners) // 2]))


def paint_theory(
    painter: QPainter,
    geometry: ChartGeometry,
    plot: Plot,
    sizes: Sequence[float],
    name: str,
    theme: Theme,
) -> None:
    """Paint the dashed line of what was promised, and what it is called where it has parted."""
    points = [
        QPointF(geometry.columns[plot.first + place], y)
        for place, y in enumerate(plot.y(size) for size in sizes)
        if y is not None
    ]
    if len(points) < 2:
        return
    pen = QPen(theme.text, THEORY_WIDTH)
    pen.setDashPattern(DASHES)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(points))
    painter.setFont(ui_font(11))
    painter.setPen(theme.text)
    height = scaled(32)
    # The column of the inputs is free on the way back, where the two have parted most; a narrow
    # one takes two lines, one that is too narrow none.
    metrics = QFontMetricsF(ui_font(11))
    free = points[0].x() - plot.area.left() - scaled(12) if plot.way == "backward" else 0.0
    for text in (name, name.replace(": ", ":\n")):
        if max(map(metrics.horizontalAdvance, text.split("\n"))) <= free:
            top = _kept_within(points[0].y() - height / 2, plot.area, height)
            room = QRectF(plot.area.left() + scaled(4), top, free, height)
            painter.drawText(room, RIGHT, text)
            return
    top = _kept_within(points[-1].y() - height / 2, plot.area, height)
    painter.drawText(QRectF(geometry.right + scaled(8), top, scaled(200), height), LEFT, name)


def paint_dots(
    painter: QPainter, geometry: ChartGeometry, plot: Plot, spreads: Sequence[Spread], theme: Theme
) -> None:
    """Paint the RMS of every layer."""
    painter.setPen(QPen(theme.panel, 1.2))
    painter.setBrush(theme.text)
    radius = scaled(DOT_RADIUS)
    for place, spread in enumerate(spreads):
        y = plot.y(spread.rms)
        if y is not None:
            painter.drawEllipse(QPointF(geometry.columns[plot.first + place], y), radius, radius)


def paint_factors(
    painter: QPainter,
    geometry: ChartGeometry,
    plot: Plot,
    factors: Sequence[float],
    theme: Theme,
) -> None:
    """Write between two layers what the signal is multiplied by from one to the other."""
    painter.setFont(ui_font(11))
    painter.setPen(theme.text3)
    room = plot.area.left() - scaled(6)
    painter.drawText(QRectF(0, plot.factors.top(), room, plot.factors.height()), RIGHT, "factor")
    painter.setPen(theme.text)
    for place, factor in enumerate(factors):
        if place % geometry.stride != geometry.stride // 2:
            continue
        left, right = geometry.columns[plot.first + place : plot.first + place + 2]
        middle, half = (left + right) / 2, geometry.stride * geometry.column_width / 2
        box = QRectF(middle - half, plot.factors.top(), 2 * half, plot.factors.height())
        painter.drawText(box, CENTER, format_factor(factor))


def paint_zeros(
    painter: QPainter, geometry: ChartGeometry, plot: Plot, spreads: Sequence[Spread], theme: Theme
) -> None:
    """Write under every layer the share of values that are 0 and have no place on the axis."""
    if not plot.zeros.height():
        return
    painter.setFont(ui_font(11))
    painter.setPen(theme.text3)
    box = QRectF(0, plot.zeros.top(), plot.area.left() - scaled(6), plot.zeros.height())
    painter.drawText(box, RIGHT, "zeros")
    for place, spread in enumerate(spreads):
        layer = plot.first + place
        if geometry.texts[layer]:
            middle, half = geometry.columns[layer], geometry.stride * geometry.column_width / 2
            box = QRectF(middle - half, plot.zeros.top(), 2 * half, plot.zeros.height())
            text = f"{100 * spread.zeros:.0f} %" if spread.zeros else "0"
            painter.drawText(box, CENTER, text)


def paint_names(painter: QPainter, geometry: ChartGeometry, theme: Theme) -> None:
    """Paint the layers' names, each with its colour."""
    colors, row = _colors(geometry, theme), geometry.names
    is_short = not geometry.texts[-1].startswith("Output")
    if is_short:
        painter.setFont(ui_font(11))
        painter.setPen(theme.text3)
        box = QRectF(0, row.top(), geometry.forward.area.left() - scaled(6), row.height())
        painter.drawText(box, RIGHT, "layer")
    for layer, (x, text) in enumerate(zip(geometry.columns, geometry.texts, strict=True)):
        half = max(geometry.column_width * geometry.stride, scaled(40)) / 2
        painter.setFont(ui_font(12, 600))
        painter.setPen(theme.text)
        painter.drawText(QRectF(x - half, row.top(), 2 * half, row.height() - 3), CENTER, text)
        if text:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors[layer])
            painter.drawRect(QRectF(x - scaled(7), row.bottom() - scaled(4), scaled(14), scaled(2)))


def paint_column(painter: QPainter, geometry: ChartGeometry, layer: int, theme: Theme) -> None:
    """Tint the column of the layer that is pointed at."""
    half = min(geometry.column_width, scaled(WIDEST_TINT)) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.hover)
    top, bottom = geometry.forward.area.top(), geometry.backward.zeros.bottom()
    painter.drawRect(QRectF(geometry.columns[layer] - half, top, 2 * half, bottom - top))


def _colors(geometry: ChartGeometry, theme: Theme) -> list[QColor]:
    """Return the colour of every column, grey for the inputs."""
    return [theme.text3, *layer_colors(theme, len(geometry.columns) - 1)]


def _kept_within(top: float, area: QRectF, height: float) -> float:
    return min(max(top, area.top()), area.bottom() - height)


def _pieces(
    geometry: ChartGeometry,
    plot: Plot,
    lows: Sequence[float | None],
    highs: Sequence[float | None],
) -> list[tuple[int, list[QPointF]]]:
    """Return by layer the corners of its part of a band: first the upper edge, then the lower.

    A part reaches half a column to each side at most, to where the neighbour's begins.
    """
    known = [
        (plot.first + place, geometry.columns[plot.first + place], low, high)
        for place, (low, high) in enumerate(zip(lows, highs, strict=True))
        if low is not None and high is not None
    ]
    bounds: dict[int, list[tuple[float, float, float]]] = {
        layer: [(x, low, high)] for layer, x, low, high in known
    }
    for (layer, x, low, high), (after, next_x, next_low, next_high) in pairwise(known):
        if after == layer + 1:
            middle = (x + next_x) / 2, (low + next_low) / 2, (high + next_high) / 2
            bounds[layer].append(middle)
            bounds[after].insert(0, middle)
    half = scaled(LONE_WIDTH) / 2
    pieces = []
    for layer, points in bounds.items():
        if len(points) == 1:
            x, low, high = points[0]
            points = [(x - half, low, high), (x + half, low, high)]
        upper = [QPointF(x, high) for x, _, high in points]
        lower = [QPointF(x, low) for x, low, _ in reversed(points)]
        pieces.append((layer, [*upper, *lower]))
    return pieces
