"""The keyboard's way through the diagram: arrows over nodes, gauges and pills, pages over weights.

Pure functions from one target to the next; the keys themselves are read by ``canvas``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF

from gui.diagram.edges import Gap
from gui.diagram.geometry import Column, FoldedLayers, Geometry
from gui.diagram.targets import Bias, Edge, LayerFold, Node, Pill, Target, rect_of


def first_target(geometry: Geometry) -> Target:
    """Return where the keyboard begins: the first node of the first hidden layer."""
    columns = geometry.columns()
    column = columns[min(1, len(columns) - 1)]
    return Node(column.layer, column.units[0])


def neighbour(geometry: Geometry, target: Target, dx: int, dy: int) -> Target:
    """Return the target one step away: ``dy`` within a column, ``dx`` to gauge, node and on."""
    if isinstance(target, Edge):
        return Node(target.layer, target.unit)
    rect = rect_of(geometry, target)
    if rect is None:
        return first_target(geometry)
    if isinstance(target, LayerFold):
        return _beside(geometry, target, rect, dx) if dx else target
    column = geometry.column(target.layer)
    assert column is not None
    if dy:
        return _up_or_down(column, target, dy)
    if isinstance(target, Bias) and dx > 0:
        return Node(target.layer, target.unit)
    if isinstance(target, Node):
        if column.picture is not None:
            row = column.units.index(target.unit)
            if 0 <= row % column.across + dx < column.across:
                return Node(0, column.units[row + dx])
        elif column.gauge and dx < 0:
            return Bias(target.layer, target.unit)
    return _beside(geometry, target, rect, dx)


def _up_or_down(column: Column, target: Node | Bias | Pill, dy: int) -> Target:
    last = len(column.units) - 1
    if isinstance(target, Pill):
        return Node(column.layer, column.units[last]) if dy < 0 else target
    row = column.units.index(target.unit) + dy * column.across
    if row > last and column.pill is not None:
        return Pill(column.layer)
    if not 0 <= row <= last:
        return target
    return type(target)(column.layer, column.units[row])


def _beside(geometry: Geometry, target: Target, rect: QRectF, dx: int) -> Target:
    """Return what lies level with ``rect`` in the next column."""
    places = [_holds(slot, target) for slot in geometry.slots]
    index = places.index(True) + dx
    if not 0 <= index < len(geometry.slots):
        return target
    slot = geometry.slots[index]
    if isinstance(slot, FoldedLayers):
        return LayerFold(slot.span.first, slot.span.last)
    row = int(np.argmin(np.abs(slot.centers - rect.center().y())))
    if slot.picture is not None:
        row += slot.across - 1
    if dx > 0 and slot.gauge:
        return Bias(slot.layer, slot.units[row])
    return Node(slot.layer, slot.units[row])


def _holds(slot: Column | FoldedLayers, target: Target) -> bool:
    if isinstance(slot, FoldedLayers):
        return isinstance(target, LayerFold) and slot.span.first == target.first
    return not isinstance(target, LayerFold) and slot.layer == target.layer


def next_weight(gaps: Sequence[Gap], target: Node | Bias | Edge, step: int) -> Target:
    """Return the weight ``step`` places on among those into the unit of ``target``.

    Beyond both ends lies the unit itself, so that the keys lead round.
    """
    gap = next((gap for gap in gaps if gap.right.layer == target.layer), None)
    if gap is None:
        return target
    sources = gap.left.units
    if isinstance(target, Edge) and target.source in sources:
        place = sources.index(target.source) + step
    else:
        place = 0 if step > 0 else len(sources) - 1
    if not 0 <= place < len(sources):
        return Node(target.layer, target.unit)
    return Edge(target.layer, target.unit, sources[place])
