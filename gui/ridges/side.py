"""The column at the right end of the ridges: dead and saturated units, or updates against weights.

Histories of gradients stand there too, but those the table paints itself. Numbers are written, and
where there is room the ratios are also marked on a small axis of decades.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from core.training.snapshot import Snapshot
from gui.numbers import counted, format_column, format_count, format_percent, format_value
from gui.ridges.quantities import known_layers
from gui.ridges.rows import RidgeGeometry
from gui.theme import current_theme, scaled, ui_font

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ROW_TEXT = 20
RATIO_DIGITS = 2
# From this width on the ratios have an axis beside their numbers.
WIDTH_FOR_AXIS = 120
NUMBER_WIDTH = 56
LOWEST_RATIO, HIGHEST_RATIO = -6.0, 0.0
# The rule of thumb for updates, as a decade.
USUAL = -3.0
DOT_RADIUS = 3.2
UNKNOWN = "–"


def paint_side(
    painter: QPainter,
    geometry: RidgeGeometry,
    span: tuple[float, float],
    snapshot: Snapshot,
    colors: tuple[QColor, ...],
) -> None:
    """Paint the column between ``span`` for activations and updates; nothing for others."""
    if snapshot.histograms.quantity == "activations":
        _paint_states(painter, geometry, span, snapshot)
    elif snapshot.histograms.quantity == "updates":
        _paint_ratios(painter, geometry, span, snapshot, colors)


def unit_states(snapshot: Snapshot, layer: int) -> tuple[str, ...]:
    """Say how many units of ``layer`` are dead or saturated, for ever less room; "" if neither can.

    A dead unit is one of ReLU that answered 0 to every row of the batch.
    """
    histograms, row = snapshot.histograms, layer - 1
    if histograms.silent is not None and math.isfinite(histograms.silent[row]):
        dead = format_count(float(histograms.silent[row]))
        return (f"{dead} of {format_count(snapshot.layout.widths[layer])} dead", f"{dead} dead")
    if histograms.flat is not None and math.isfinite(histograms.flat[row]):
        share = format_percent(float(histograms.flat[row]), 0)
        return (f"{share} saturated", f"{share} sat.", share)
    return ("",)


def side_sentence(snapshot: Snapshot, layer: int) -> str:
    """Say in words what stands in the column for ``layer``; "" where nothing does."""
    histograms, row = snapshot.histograms, layer - 1
    if histograms.ratios is not None:
        return f"update to weight {format_value(float(histograms.ratios[row]), 3)}"
    if histograms.silent is not None and math.isfinite(histograms.silent[row]):
        dead, units = int(histograms.silent[row]), snapshot.layout.widths[layer]
        rows = counted(len(snapshot.trace.rows), "row")
        return f"{dead} of {counted(units, 'unit')} answered 0 to all of {rows}"
    if histograms.flat is not None and math.isfinite(histograms.flat[row]):
        return f"{format_percent(float(histograms.flat[row]))} of the outputs saturated"
    return ""


def _paint_states(
    painter: QPainter, geometry: RidgeGeometry, span: tuple[float, float], snapshot: Snapshot
) -> None:
    theme = current_theme()
    painter.setFont(ui_font(12))
    metrics = QFontMetricsF(ui_font(12))
    for row, layer in enumerate(geometry.layers):
        phrases = unit_states(snapshot, layer)
        room = span[1] - span[0]
        text = next((p for p in phrases if metrics.horizontalAdvance(p) <= room), phrases[-1])
        is_none = text.startswith("0 ") or not text
        painter.setPen(theme.text3 if is_none else theme.text)
        painter.drawText(_row_box(geometry, row, span), RIGHT, text or UNKNOWN)


def _paint_ratios(
    painter: QPainter,
    geometry: RidgeGeometry,
    span: tuple[float, float],
    snapshot: Snapshot,
    colors: tuple[QColor, ...],
) -> None:
    theme, ratios = current_theme(), snapshot.histograms.ratios
    assert ratios is not None
    known = known_layers(snapshot)
    shown = [float(ratios[layer - 1]) for layer in geometry.layers]
    texts = format_column(shown, RATIO_DIGITS)
    painter.setFont(ui_font(12))
    for row, layer in enumerate(geometry.layers):
        is_known = known[layer - 1]
        painter.setPen(theme.text if is_known else theme.text3)
        painter.drawText(_row_box(geometry, row, span), RIGHT, texts[row] if is_known else UNKNOWN)
    if span[1] - span[0] < scaled(WIDTH_FOR_AXIS):
        return
    left, right = span[0] + scaled(4), span[1] - scaled(NUMBER_WIDTH)
    _paint_decades(painter, geometry, left, right)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row, layer in enumerate(geometry.layers):
        if known[layer - 1] and shown[row] > 0:
            share = _share(math.log10(shown[row]) if math.isfinite(shown[row]) else HIGHEST_RATIO)
            painter.setPen(QPen(theme.panel, 1.2))
            painter.setBrush(colors[layer - 1])
            place = QPointF(left + share * (right - left), geometry.base(row))
            painter.drawEllipse(place, scaled(DOT_RADIUS), scaled(DOT_RADIUS))


def _paint_decades(painter: QPainter, geometry: RidgeGeometry, left: float, right: float) -> None:
    """Paint a line at every third decade; the usual one is dotted and has its name below."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(ui_font(11))
    for decade, label in ((LOWEST_RATIO, "10⁻⁶"), (USUAL, "10⁻³"), (HIGHEST_RATIO, "1")):
        x = left + _share(decade) * (right - left)
        pen = QPen(theme.grid, 1)
        if decade == USUAL:
            pen = QPen(theme.text3, 1)
            pen.setDashPattern([1, 2])
        painter.setPen(pen)
        painter.drawLine(QLineF(x, geometry.top, x, geometry.bottom))
        painter.setPen(theme.text2)
        box = QRectF(x - scaled(20), geometry.bottom + scaled(5), scaled(40), scaled(16))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)


def _share(decade: float) -> float:
    share = (decade - LOWEST_RATIO) / (HIGHEST_RATIO - LOWEST_RATIO)
    return min(max(share, 0.0), 1.0)


def _row_box(geometry: RidgeGeometry, row: int, span: tuple[float, float]) -> QRectF:
    top = geometry.base(row) - scaled(ROW_TEXT)
    return QRectF(span[0], top, span[1] - span[0], scaled(ROW_TEXT))
