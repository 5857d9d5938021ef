"""Draws what else layers have: shortcuts as arcs around them, units that are dropped in a step.

A shortcut leads from the layer before over the top of a layer to the plus where both are added.
Normalization and dropout are words under their column (``captions``).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from core.spec import LayerSpec
from core.training.snapshot import Snapshot
from gui.diagram.geometry import Column, Geometry
from gui.diagram.names import layer_name, technique_names
from gui.theme import Theme, mix, scaled

PLUS, ABOVE, ASIDE = 5, 15, 7
# How much of a dropped unit is covered.
COVER = 0.6
LINE = 1.4


def shortcut_columns(geometry: Geometry, snapshot: Snapshot) -> list[tuple[Column, Column]]:
    """Return the columns before and of every layer that adds its input and is shown with it."""
    layers = snapshot.spec.network.layers
    return [
        (left, right)
        for left, right in pairwise(geometry.columns())
        if right.layer == left.layer + 1 and layers[right.layer - 1].residual
    ]


def shortcut_ends(left: Column, right: Column) -> tuple[QPointF, QPointF]:
    """Return where a shortcut leaves the layer before and where it is added."""
    aside = scaled(ASIDE)
    start = QPointF(left.middle + aside, left.bounds().top())
    end = QPointF(right.middle - aside, right.bounds().top() - 2 * scaled(PLUS) - scaled(2))
    return start, end + QPointF(0, scaled(PLUS))


def paint_shortcuts(
    painter: QPainter, geometry: Geometry, snapshot: Snapshot, theme: Theme
) -> None:
    """Draw an arc around every layer that adds its input to its answer."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for left, right in shortcut_columns(geometry, snapshot):
        start, end = shortcut_ends(left, right)
        radius = scaled(PLUS)
        top = max(scaled(38), min(start.y(), end.y()) - scaled(ABOVE))
        path = QPainterPath(start)
        bend = 0.3 * (end.x() - start.x())
        into = end - QPointF(radius, 0)
        path.cubicTo(QPointF(start.x() + bend, top), QPointF(into.x() - bend, top), into)
        painter.setPen(QPen(mix(theme.panel, theme.text2, 0.8), LINE))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setBrush(theme.panel)
        painter.drawEllipse(end, radius, radius)
        half = 0.55 * radius
        painter.drawLine(QLineF(end - QPointF(half, 0), end + QPointF(half, 0)))
        painter.drawLine(QLineF(end - QPointF(0, half), end + QPointF(0, half)))
        foot = right.bounds().top() - 1
        painter.setBrush(mix(theme.panel, theme.text2, 0.8))
        tip = [QPointF(end.x(), foot + 1), QPointF(end.x() - 3, foot - 3)]
        painter.drawPolygon(QPolygonF([*tip, QPointF(end.x() + 3, foot - 3)]))


def dropped_units(snapshot: Snapshot, layer: int) -> tuple[int, ...]:
    """Return the units of ``layer`` that the step on show has dropped for the sample in view."""
    mask = snapshot.trace.values.get(f"mask{layer}") if snapshot.in_step else None
    return () if mask is None else tuple(int(unit) for unit in np.flatnonzero(mask == 0))


def paint_dropped(painter: QPainter, geometry: Geometry, snapshot: Snapshot, theme: Theme) -> None:
    """Cover and strike the units that are dropped in the step on show."""
    for column in geometry.columns():
        dropped = dropped_units(snapshot, column.layer)
        for row, unit in enumerate(column.units):
            if unit in dropped:
                paint_struck(painter, column.node(row), theme)


def paint_struck(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Cover ``rect`` and strike it through."""
    cover = QColor(theme.panel)
    cover.setAlphaF(COVER)
    painter.fillRect(rect, cover)
    painter.setPen(QPen(theme.text2, LINE))
    painter.drawLine(QLineF(rect.bottomLeft(), rect.topRight()))


def techniques_in_words(snapshot: Snapshot) -> str:
    """Return which layers have what, and what is dropped: ``Hidden 2: batch norm. ``; or ""."""
    layers = snapshot.spec.network.layers
    parts = [_layer_in_words(snapshot, n, layer) for n, layer in enumerate(layers, start=1)]
    return "".join(f"{part}. " for part in parts if part)


def _layer_in_words(snapshot: Snapshot, n: int, layer: LayerSpec) -> str:
    names = technique_names(layer)
    if not names:
        return ""
    dropped = [str(unit + 1) for unit in dropped_units(snapshot, n)]
    told = f"; dropped in this step: {', '.join(dropped)}" if dropped else ""
    return f"{layer_name(n, len(snapshot.spec.network.layers))}: {', '.join(names)}{told}"
