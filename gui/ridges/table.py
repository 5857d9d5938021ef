"""The text around the ridges: heads, names, counts, RMS, histories, and the grid behind them.

It is painted into a picture that ``Ridges`` keeps, since text costs more than ridges do.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from core.training.snapshot import Snapshot
from gui.coordinates import polygon_of
from gui.diagram.names import layer_name
from gui.exporting import pixel_ratio
from gui.findings import SEVERITY_ICONS, SEVERITY_TOKENS, Spot
from gui.icons import icon_pixmap
from gui.numbers import format_column, format_count
from gui.ridges.decade_axis import DecadeAxis
from gui.ridges.quantities import known_layers, words_of
from gui.ridges.rows import MARGIN, NAME, RidgeGeometry
from gui.ridges.side import paint_side
from gui.theme import Theme, current_theme, scaled, ui_font

ROW_TEXT = 20
LABEL_ROOM = 30
# What stands for a number that this step has not computed yet.
UNKNOWN = "–"
RMS_DIGITS = 3
HISTORY_POINTS = 64
HISTORY_WIDTH = 1.3
# A history spans at least a decade, so that noise does not look like a change.
HISTORY_DECADES = 1.0

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


def paint_table(
    painter: QPainter,
    geometry: RidgeGeometry,
    axis: DecadeAxis,
    snapshot: Snapshot | None,
    spot: Spot | None,
) -> None:
    """Paint everything but the ridges; no numbers where ``snapshot`` is None.

    The layers of ``spot`` are marked.
    """
    _paint_heads(painter, geometry, snapshot)
    _paint_axis(painter, geometry, axis)
    _paint_names(painter, geometry, spot)
    if snapshot is not None:
        _paint_numbers(painter, geometry, snapshot)
        _paint_cut_off(painter, geometry, axis, snapshot)
        if geometry.history is not None and snapshot.histograms.quantity == "gradients":
            _paint_histories(painter, geometry, snapshot, geometry.history)
        elif geometry.history is not None:
            colors = layer_colors(current_theme(), geometry.layer_count)
            paint_side(painter, geometry, geometry.history, snapshot, colors)


def _paint_heads(painter: QPainter, geometry: RidgeGeometry, snapshot: Snapshot | None) -> None:
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(ui_font(11))
    metrics = QFontMetricsF(ui_font(11))
    painter.setPen(theme.text3)
    height = scaled(16)
    hidden = geometry.layer_count - len(geometry.layers)
    if hidden:
        box = QRectF(scaled(MARGIN), 0, scaled(NAME), height)
        painter.drawText(box, LEFT, f"{hidden} not shown")
    room = geometry.width - metrics.horizontalAdvance("RMS") - scaled(24)
    words = words_of(snapshot)
    phrases = words.phrases
    has_trial = snapshot is not None and has_trial_profile(snapshot)
    if has_trial:
        # What the second line of dots is has to be said; what they measure is the panel's name.
        room -= metrics.horizontalAdvance("trial") + scaled(20)
        phrases += ("",)
    phrase = next((p for p in phrases if metrics.horizontalAdvance(p) <= room), phrases[-1])
    width = metrics.horizontalAdvance(phrase)
    painter.drawText(QRectF(geometry.left, 0, width + 1, height), LEFT, phrase)
    dot = QPointF(geometry.left + width + scaled(13), height / 2)
    has_room_for_dot = width <= room or has_trial
    if has_room_for_dot:
        painter.drawText(QRectF(dot.x() + scaled(7), 0, scaled(40), height), LEFT, "RMS")
    if has_trial:
        after = dot.x() + scaled(7) + metrics.horizontalAdvance("RMS") + scaled(13)
        painter.setPen(theme.ok)
        painter.drawText(QRectF(after + scaled(7), 0, scaled(40), height), LEFT, "trial")
        paint_trial_dot(painter, QPointF(after, height / 2))
        painter.setPen(theme.text3)
    for head, middle in zip(("0", "∞", "NaN"), geometry.counts, strict=False):
        painter.drawText(QRectF(middle - scaled(20), 0, scaled(40), height), CENTER, head)
    painter.drawText(QRectF(geometry.rms - scaled(40), 0, scaled(40), height), RIGHT, "RMS")
    if geometry.history is not None and words.heads:
        left, right = geometry.history
        fitting = (head for head in words.heads if metrics.horizontalAdvance(head) <= right - left)
        head = next(fitting, words.heads[-1])
        painter.drawText(QRectF(left, 0, right - left, height), RIGHT, head)
    elif geometry.history is not None and snapshot is not None and len(snapshot.curves.rms_steps):
        step = format_count(float(snapshot.curves.rms_steps[0]))
        room = geometry.history[1] - geometry.history[0]
        since = f"since step {step}"
        if metrics.horizontalAdvance(since) > room:
            since = f"since {step}"
        painter.drawText(QRectF(geometry.history[0], 0, scaled(120), height), LEFT, since)
    if has_room_for_dot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text)
        painter.drawEllipse(dot, scaled(3.2), scaled(3.2))


def _paint_axis(painter: QPainter, geometry: RidgeGeometry, axis: DecadeAxis) -> None:
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.grid, 1))
    labelled = axis.decades(geometry.width, scaled(LABEL_ROOM))
    fine = axis.decades(geometry.width, scaled(8))
    for decade in fine:
        x = geometry.x(axis.share(decade))
        painter.drawLine(QLineF(x, geometry.top, x, geometry.bottom))
    for row in range(len(geometry.layers)):
        base = geometry.base(row)
        right = geometry.history[1] if geometry.history else geometry.rms
        painter.drawLine(QLineF(scaled(MARGIN) + scaled(10), base, right, base))
    painter.setPen(theme.text2)
    painter.setFont(ui_font(11))
    metrics, free_from = QFontMetricsF(painter.font()), -math.inf
    for decade in labelled:
        x, words = geometry.x(axis.share(decade)), axis.label(decade)
        half = metrics.horizontalAdvance(words) / 2
        if x - half < free_from:
            continue
        free_from = x + half + scaled(4)
        box = QRectF(x - scaled(30), geometry.bottom + scaled(5), scaled(60), scaled(16))
        painter.drawText(box, CENTER, words)


def _paint_names(painter: QPainter, geometry: RidgeGeometry, spot: Spot | None) -> None:
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(ui_font(12))
    left, icon, ratio = scaled(MARGIN), scaled(12), pixel_ratio(painter.device())
    colors = layer_colors(theme, geometry.layer_count)
    for row, layer in enumerate(geometry.layers):
        middle = geometry.base(row) - scaled(ROW_TEXT) / 2
        if spot is not None and spot.holds_layer(layer):
            color = theme.color(SEVERITY_TOKENS[spot.severity])
            pixmap = icon_pixmap(SEVERITY_ICONS[spot.severity], color, icon, ratio)
            painter.drawPixmap(QPointF(left - scaled(4), middle - icon / 2), pixmap)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors[layer - 1])
            swatch = QRectF(left - scaled(2), middle - scaled(4), scaled(6), scaled(8))
            painter.drawRoundedRect(swatch, 2, 2)
        painter.setPen(theme.text)
        box = QRectF(left + scaled(10), middle - scaled(10), scaled(NAME), scaled(20))
        painter.drawText(box, LEFT, layer_name(layer, geometry.layer_count))


def _paint_numbers(painter: QPainter, geometry: RidgeGeometry, snapshot: Snapshot) -> None:
    theme, histograms = current_theme(), snapshot.histograms
    painter.setFont(ui_font(12))
    shown = [layer - 1 for layer in geometry.layers]
    is_known = known_layers(snapshot)
    texts = format_column([float(histograms.rms[row]) for row in shown], RMS_DIGITS)
    kinds = (histograms.zeros, histograms.infinite, histograms.nan)
    for row, layer_row in enumerate(shown):
        top = geometry.base(row) - scaled(ROW_TEXT)
        known = is_known[layer_row]
        for middle, counts in zip(geometry.counts, kinds, strict=False):
            count = int(counts[layer_row])
            painter.setPen(theme.text if count and known else theme.text3)
            box = QRectF(middle - scaled(20), top, scaled(40), scaled(ROW_TEXT))
            painter.drawText(box, CENTER, short_count(count) if known else UNKNOWN)
        painter.setPen(theme.text if known else theme.text3)
        box = QRectF(geometry.rms - scaled(70), top, scaled(70), scaled(ROW_TEXT))
        painter.drawText(box, RIGHT, texts[row] if known else UNKNOWN)


def _paint_cut_off(
    painter: QPainter, geometry: RidgeGeometry, axis: DecadeAxis, snapshot: Snapshot
) -> None:
    """Say at the axis's left end how many entries lie beyond it."""
    painter.setFont(ui_font(11))
    painter.setPen(current_theme().text3)
    for row, layer in enumerate(geometry.layers):
        below = axis.entries_below(snapshot.histograms.counts[layer - 1])
        if below:
            # High in its row: low at the left end a flat ridge may begin.
            top = geometry.base(row) - min(geometry.row_height, scaled(2 * ROW_TEXT))
            box = QRectF(geometry.left + scaled(4), top, scaled(90), scaled(ROW_TEXT))
            painter.drawText(box, LEFT, f"‹ {short_count(below)} below")


def _paint_histories(
    painter: QPainter,
    geometry: RidgeGeometry,
    snapshot: Snapshot,
    span: tuple[float, float],
) -> None:
    curves, theme = snapshot.curves, current_theme()
    if len(curves.rms_steps) < 2:
        return
    chosen = np.linspace(0, len(curves.rms_steps) - 1, HISTORY_POINTS).astype(int)
    steps = curves.rms_steps[chosen]
    xs = span[0] + (steps - steps[0]) / (steps[-1] - steps[0]) * (span[1] - span[0])
    height = min(geometry.row_height, scaled(28)) - scaled(6)
    colors = layer_colors(theme, geometry.layer_count)
    for row, layer in enumerate(geometry.layers):
        rms = curves.rms[chosen, layer - 1]
        kept = np.isfinite(rms) & (rms > 0)
        decades = np.log10(rms[kept])
        if len(decades) < 2:
            continue
        middle = (decades.max() + decades.min()) / 2
        size = max(HISTORY_DECADES, decades.max() - decades.min())
        center = geometry.base(row) - scaled(3) - height / 2
        ys = center - (decades - middle) / size * height
        painter.setPen(QPen(colors[layer - 1], HISTORY_WIDTH))
        painter.drawPolyline(polygon_of(xs[kept], ys))


def has_trial_profile(snapshot: Snapshot) -> bool:
    """Return whether a trial of as many layers has gradients to show beside the run's."""
    trial = snapshot.trial
    if snapshot.histograms.quantity != "gradients":
        return False
    return trial is not None and len(trial.gradient_rms) == snapshot.layout.layer_count


def paint_trial_dot(painter: QPainter, place: QPointF) -> None:
    """Paint the hollow dot that stands for a layer's RMS in a trial."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.ok, 1.6))
    painter.setBrush(theme.panel)
    painter.drawEllipse(place, scaled(3.2), scaled(3.2))


def short_count(count: int) -> str:
    """Write a count in at most four characters: ``567``, ``12k``, ``3M``."""
    if count < 1_000:
        return str(count)
    return f"{count // 1_000}k" if count < 1_000_000 else f"{count // 1_000_000}M"


@cache
def layer_colors(theme: Theme, layer_count: int) -> tuple[QColor, ...]:
    """Return the colours of layers 1 to ``layer_count``; treat them as read-only."""
    return tuple(theme.layer_color(index, layer_count) for index in range(layer_count))
