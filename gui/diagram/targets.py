"""What in the diagram can be pointed at, and how it is found by point.

A target is named by what it is (layer and unit), never by where it lies, so that it survives a new
size and another choice of units. The arrow keys' way of finding one is in ``keyboard``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.diagram.curves import Points
from gui.diagram.edges import Gap
from gui.diagram.geometry import GAUGE_REACH, FoldedLayers, Geometry

EDGE_REACH = 4


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of a layer; both count from 0 here, layer 0 being the inputs."""

    layer: int
    unit: int


@dataclass(frozen=True, slots=True)
class Bias:
    """The bias of a unit."""

    layer: int
    unit: int


@dataclass(frozen=True, slots=True)
class Edge:
    """The weight from unit ``source`` of the layer before into ``unit`` of ``layer``."""

    layer: int
    unit: int
    source: int


@dataclass(frozen=True, slots=True)
class Pill:
    """What stands for the units of a layer that are not shown."""

    layer: int


@dataclass(frozen=True, slots=True)
class LayerFold:
    """What stands for the layers ``first`` to ``last``."""

    first: int
    last: int


Target = Node | Bias | Edge | Pill | LayerFold


def target_at(geometry: Geometry, gaps: Sequence[Gap], point: QPointF) -> Target | None:
    """Return what lies under ``point``; nodes and gauges go before edges."""
    reach = GAUGE_REACH * geometry.request.scale
    for slot in geometry.slots:
        if isinstance(slot, FoldedLayers):
            if slot.rect.contains(point):
                return LayerFold(slot.span.first, slot.span.last)
            continue
        if slot.pill is not None and slot.pill.contains(point):
            return Pill(slot.layer)
        if not slot.bounds().adjusted(-reach, -2, 2, 2).contains(point):
            continue
        for row, unit in enumerate(slot.units):
            if slot.node(row).contains(point):
                return Node(slot.layer, unit)
            if slot.gauge and slot.gauge_rect(row).adjusted(-reach, 0, 1, 0).contains(point):
                return Bias(slot.layer, unit)
    return _edge_at(gaps, point, EDGE_REACH * geometry.request.scale)


def exists(target: Target | None, widths: Sequence[int]) -> bool:
    """Tell whether a network of ``widths`` (inputs first) has this unit, bias or weight."""
    if not isinstance(target, Node | Bias | Edge) or target.layer >= len(widths):
        return False
    source = target.source if isinstance(target, Edge) else 0
    return target.unit < widths[target.layer] and source < widths[max(0, target.layer - 1)]


def rect_of(geometry: Geometry, target: Target | None) -> QRectF | None:
    """Return where ``target`` lies; None for edges and for what is not shown."""
    if isinstance(target, LayerFold):
        for slot in geometry.slots:
            if isinstance(slot, FoldedLayers) and slot.span.first == target.first:
                return slot.rect
        return None
    column = None if target is None else geometry.column(target.layer)
    if column is None:
        return None
    if isinstance(target, Pill):
        return column.pill
    if isinstance(target, Edge) or target is None or target.unit not in column.units:
        return None
    row = column.units.index(target.unit)
    return column.node(row) if isinstance(target, Node) else column.gauge_rect(row)


def curve_of(gaps: Sequence[Gap], edge: Edge) -> tuple[Gap, int, int] | None:
    """Return the gap of ``edge`` and its rows there, None if it is not shown."""
    for gap in gaps:
        if gap.right.layer != edge.layer:
            continue
        if edge.unit in gap.right.units and edge.source in gap.left.units:
            return gap, gap.right.units.index(edge.unit), gap.left.units.index(edge.source)
    return None


def _edge_at(gaps: Sequence[Gap], point: QPointF, reach: float) -> Edge | None:
    for gap in gaps:
        if not gap.left.right <= point.x() <= gap.right.edge_left:
            continue
        rows = np.argwhere(gap.steps != 0)
        if not len(rows):
            return None
        curves = gap.curves.points[rows[:, 0], rows[:, 1]]
        distances = _distances(curves, np.array([point.x(), point.y()]))
        nearest = int(np.argmin(distances))
        if distances[nearest] > reach:
            return None
        to, source = rows[nearest].tolist()
        return Edge(gap.right.layer, gap.right.units[to], gap.left.units[source])
    return None


def _distances(curves: Points, point: Points) -> Points:
    """Return the distance of ``point`` (2,) from each polyline of (E, SAMPLES, 2)."""
    starts, along = curves[:, :-1], np.diff(curves, axis=1)
    squared = np.maximum((along**2).sum(axis=2), 1e-12)
    share = np.clip(((point - starts) * along).sum(axis=2) / squared, 0.0, 1.0)
    offsets = starts + share[..., None] * along - point
    nearest: Points = np.hypot(offsets[..., 0], offsets[..., 1]).min(axis=1)
    return nearest
