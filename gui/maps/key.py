"""The row beneath the output map: what the markers are and what the colours stand for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from core.training.snapshot import Snapshot
from gui.maps.markers import SHAPED_CLASSES, class_marker, draw_centred
from gui.maps.picture import heat_colors, output_scale, shows_classes
from gui.maps.points import RADIUS, class_count
from gui.numbers import format_setting
from gui.theme import current_theme, scaled, ui_font

BAR_HEIGHT = 8


def class_name(snapshot: Snapshot, index: int) -> str:
    """Return the data's own name of a class, or ``class 2``."""
    names = snapshot.dataset.class_names
    name = names[index] if names else str(index)
    return f"class {name}" if name.isdigit() else name


def paint_map_key(
    painter: QPainter, rect: QRectF, snapshot: Snapshot, ratio: float, *, discretized: bool = False
) -> None:
    """Paint the key into ``rect``: a row for markers and bar, the bar's numbers below them.

    A discretized map has no bar: its areas carry the names of the classes.
    """
    font = ui_font(12)
    painter.setFont(font)
    painter.setPen(current_theme().text2)
    metrics = QFontMetricsF(font)
    classes = class_count(snapshot)
    if classes > SHAPED_CLASSES:
        painter.drawText(rect, Qt.AlignmentFlag.AlignTop, f"numbers: classes 0 to {classes - 1}")
    elif shows_classes(snapshot) or discretized:
        _paint_classes(painter, rect, snapshot, classes, metrics, ratio)
        words = "areas: predicted class" if discretized else "shade: how sure of the winning class"
        _paint_caption(painter, rect, words)
    elif classes:
        left = _paint_marker(painter, rect.left(), rect.top(), snapshot, 0, metrics, ratio)
        width = _marker_width(class_name(snapshot, 1), metrics)
        _paint_marker(painter, rect.right() - width, rect.top(), snapshot, 1, metrics, ratio)
        room = min(left - rect.left(), width) + scaled(24)
        _paint_bar(painter, rect.adjusted(room, 0, -room, 0), snapshot, "output")
    else:
        room = rect.width() / 4
        _paint_bar(painter, rect.adjusted(room, 0, -room, 0), snapshot, "output and target")


def _paint_classes(
    painter: QPainter,
    rect: QRectF,
    snapshot: Snapshot,
    classes: int,
    metrics: QFontMetricsF,
    ratio: float,
) -> None:
    """Paint one marker a class, spread over the width; short names where long ones do not fit."""
    names = [class_name(snapshot, index) for index in range(classes)]
    gap = scaled(12)
    if sum(_marker_width(name, metrics) + gap for name in names) > rect.width() + gap:
        names = [str(index) for index in range(classes)]
    widths = [_marker_width(name, metrics) for name in names]
    left = rect.left() + (rect.width() - sum(widths) - gap * (classes - 1)) / 2
    for index, name in enumerate(names):
        _paint_marker(painter, left, rect.top(), snapshot, index, metrics, ratio, name)
        left += widths[index] + gap


def _paint_caption(painter: QPainter, rect: QRectF, words: str) -> None:
    """Write what the picture's colours say, where there is no bar."""
    font = ui_font(11)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(current_theme().text3)
    left = rect.center().x() - metrics.horizontalAdvance(words) / 2
    painter.drawText(QPointF(left, rect.top() + scaled(16) + metrics.ascent()), words)


def _marker_width(name: str, metrics: QFontMetricsF) -> float:
    return scaled(15) + metrics.horizontalAdvance(name)


def _paint_marker(
    painter: QPainter,
    left: float,
    top: float,
    snapshot: Snapshot,
    index: int,
    metrics: QFontMetricsF,
    ratio: float,
    name: str = "",
) -> float:
    """Paint marker and name of a class; return their right end."""
    text = name or class_name(snapshot, index)
    marker = class_marker(index, class_count(snapshot), RADIUS * 1.3, ratio, hollow=False)
    middle = top + metrics.height() / 2
    draw_centred(painter, QPointF(left + scaled(5), middle), marker)
    painter.drawText(QPointF(left + scaled(15), top + metrics.ascent()), text)
    return left + _marker_width(text, metrics)


def _paint_bar(painter: QPainter, rect: QRectF, snapshot: Snapshot, words: str) -> None:
    colors = np.ascontiguousarray(heat_colors(current_theme().name))
    image = QImage(colors.data, len(colors), 1, 4 * len(colors), QImage.Format.Format_RGB32)
    bar = QRectF(rect.left(), rect.top() + scaled(3), rect.width(), scaled(BAR_HEIGHT))
    painter.drawImage(bar, image)
    scale = output_scale(snapshot)
    font = ui_font(11)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    line = bar.bottom() + scaled(2) + metrics.ascent()
    for text, x in (
        (format_setting(scale.low), bar.left()),
        (words, bar.center().x()),
        (format_setting(scale.high), bar.right()),
    ):
        painter.drawText(QPointF(x - metrics.horizontalAdvance(text) / 2, line), text)
