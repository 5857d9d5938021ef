"""Paints the parts of the chart of distributions: shades, quantiles, axes, names, key."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from core.training.distributions import LayerColumns
from gui.distributions.axes import StripAxis
from gui.distributions.geometry import MARGIN, NAME, TICKS, ChartGeometry
from gui.maps.picture import as_picture
from gui.numbers import counted
from gui.theme import Theme, mix, scaled, ui_font

Colors = NDArray[np.uint32]

# Logical pixels of a cell of the shades.
CELL = 2
SHADES = 256
# The share of all cells that may be beyond the strongest colour, as where all entries are alike.
PEAK = 0.98
# So that a tenth of that can still be seen.
EXPONENT = 0.5
MEDIAN_WIDTH, OUTER_WIDTH = 1.8, 1.0
OUTER_DASHES = [3.0, 2.0]
TICK_ROOM, NAME_HEIGHT = 18, 20

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


def shade_image(
    columns: LayerColumns, axis: StripAxis, geometry: ChartGeometry, strip: QRectF, colors: Colors
) -> QImage:
    """Return the strip of one layer, a pixel a cell.

    ``colors`` (SHADES,) are packed, from no entry to the shares that few cells exceed.
    """
    wide, rows = max(round(strip.width()), 1), max(round(strip.height() / CELL), 1)
    shares = np.nan_to_num(columns.shares_between(axis.edges(rows)))
    peak = np.quantile(shares[shares > 0], PEAK) if shares.any() else 1.0
    depth = np.minimum(shares / peak, 1.0) ** EXPONENT
    steps = np.rint(depth * (SHADES - 1)).astype(np.intp)
    places = strip.left() + np.arange(wide) + 0.5
    at = np.searchsorted(geometry.starts, places, side="right") - 1
    picture = colors[steps[np.maximum(at, 0)].T[::-1]]
    picture[:, (at < 0) | (places > geometry.ends[-1])] = colors[0]
    return as_picture(picture)


def shade_colors(ground: QColor, color: QColor) -> Colors:
    """Return (SHADES,) packed colours from ``ground`` to ``color``."""
    return np.array(
        [mix(ground, color, share).rgb() for share in np.linspace(0, 1, SHADES)], np.uint32
    )


def paint_quantiles(
    painter: QPainter,
    columns: LayerColumns,
    axis: StripAxis,
    geometry: ChartGeometry,
    strip: QRectF,
    theme: Theme,
) -> None:
    """Paint the median, and thin where 5 and 95 percent are reached; zeros have no size to show."""
    xs = ((geometry.starts + geometry.ends) / 2).tolist()
    for share in (0.05, 0.95, 0.5):
        pen = QPen(theme.text, MEDIAN_WIDTH if share == 0.5 else OUTER_WIDTH)
        if share != 0.5:
            pen.setDashPattern(OUTER_DASHES)
        painter.setPen(pen)
        line: list[QPointF] = []
        for x, value in zip(xs, columns.quantile(share).tolist(), strict=True):
            if axis.holds(value):
                line.append(QPointF(x, strip.bottom() - axis.share(value) * strip.height()))
            else:
                painter.drawPolyline(QPolygonF(line))
                line = []
        painter.drawPolyline(QPolygonF(line))


def paint_frame(
    painter: QPainter, axis: StripAxis, strip: QRectF, name: str, color: QColor, theme: Theme
) -> None:
    """Paint the name of a layer beside its strip and what its axis says."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(strip.adjusted(-1, -1, 0, 0))
    painter.setFont(ui_font(11))
    painter.setPen(theme.text2)
    half = scaled(8)
    for share, text in axis.ticks(strip.height(), scaled(TICK_ROOM)):
        y = strip.bottom() - share * strip.height()
        middle = min(max(y, strip.top() + half - scaled(4)), strip.bottom() - half + scaled(4))
        box = QRectF(strip.left() - scaled(TICKS), middle - half, scaled(TICKS - 6), 2 * half)
        painter.drawText(box, RIGHT, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    row = QRectF(0, strip.top() - scaled(2), scaled(NAME), scaled(NAME_HEIGHT))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(
        QRectF(scaled(2), row.center().y() - scaled(4), scaled(6), scaled(8)), 2, 2
    )
    painter.setPen(theme.text)
    painter.setFont(ui_font(12, 600))
    painter.drawText(row.adjusted(scaled(14), 0, 0, 0), LEFT, name)


def paint_zero(painter: QPainter, axis: StripAxis, strip: QRectF, theme: Theme) -> None:
    """Paint the line of zero, where the axis has one."""
    if not axis.log:
        painter.setPen(QPen(theme.grid, 1))
        y = round(strip.bottom() - axis.share(0.0) * strip.height())
        painter.drawLine(QLineF(strip.left(), y, strip.right(), y))


def paint_steps(painter: QPainter, geometry: ChartGeometry, theme: Theme) -> None:
    """Paint the steps below the last strip."""
    row = geometry.steps
    painter.setFont(ui_font(11))
    painter.setPen(theme.text2)
    words = QRectF(0, row.top(), row.left() - scaled(6), row.height())
    painter.drawText(words, RIGHT, "step")
    for share, text in [(0.0, "0"), *geometry.axis.ticks(row.width())]:
        x = row.left() + share * row.width()
        wide = QFontMetricsF(ui_font(11)).horizontalAdvance(text)
        left = min(x - wide / 2, row.right() + scaled(MARGIN) - wide)
        painter.setPen(QPen(theme.grid, 1))
        painter.drawLine(QLineF(x, row.top(), x, row.top() + scaled(4)))
        painter.setPen(theme.text2)
        painter.drawText(QRectF(left, row.top(), wide + 2, row.height()), CENTER, text)


def paint_key(painter: QPainter, geometry: ChartGeometry, layers: int, theme: Theme) -> None:
    """Say what shades and lines are, and how many layers have no strip."""
    row, metrics = geometry.key, QFontMetricsF(ui_font(11))
    painter.setFont(ui_font(11))
    x, middle = row.left(), row.center().y()
    swatch = scaled(44)
    for cell in range(4):
        color = mix(theme.panel, theme.text2, (cell / 3) ** EXPONENT)
        box = QRectF(x + cell * swatch / 4, middle - scaled(5), swatch / 4, scaled(10))
        painter.fillRect(box, color)
    painter.setPen(QPen(theme.line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(x, middle - scaled(5), swatch, scaled(10)))
    x += swatch
    for words, width in (
        ("share of the layer’s entries", 0.0),
        ("median", MEDIAN_WIDTH),
        ("5 % and 95 %", OUTER_WIDTH),
    ):
        if width:
            pen = QPen(theme.text, width)
            if width == OUTER_WIDTH:
                pen.setDashPattern(OUTER_DASHES)
            painter.setPen(pen)
            painter.drawLine(QLineF(x, middle, x + scaled(20), middle))
            x += scaled(20)
        painter.setPen(theme.text2)
        wide = metrics.horizontalAdvance(words)
        painter.drawText(QRectF(x + scaled(6), row.top(), wide + 2, row.height()), LEFT, words)
        x += scaled(6) + wide + scaled(18)
    hidden = layers - len(geometry.layers)
    if hidden:
        painter.setPen(theme.text3)
        painter.drawText(row, RIGHT, f"{counted(hidden, 'layer')} between not shown")


def paint_pointer(
    painter: QPainter, geometry: ChartGeometry, row: int, column: int, theme: Theme
) -> None:
    """Mark the moment that is pointed at in all strips, and the layer."""
    x = (geometry.starts[column] + geometry.ends[column]) / 2
    painter.setPen(QPen(theme.accent, 1))
    for strip in geometry.strips:
        painter.drawLine(QLineF(x, strip.top(), x, strip.bottom()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.accent, 1.5))
    painter.drawRect(geometry.strips[row].adjusted(-1, -1, 0, 0))
