"""What on the stage is pointed at, what belongs to it, and the way from one number to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF

from core.explain.reference import Reference
from gui.stages.scene import Scene, Spot, Wire

# An edge is hit this close to its line.
REACH = 5.0


def reference_at(scene: Scene, point: QPointF) -> Reference | None:
    """Return the number at ``point``, or the weight of the edge there."""
    for spot in reversed(scene.spots):
        if spot.rect.contains(point):
            return spot.figure.reference
    nearest: tuple[float, Reference] | None = None
    for wire in scene.wires:
        if not wire.gap.is_bundle:
            distance = wire.gap.distance(wire.row, point)
            if distance < REACH and (nearest is None or distance < nearest[0]):
                nearest = distance, wire.reference
    return None if nearest is None else nearest[1]


def neighbour(spots: Sequence[Spot], here: Reference | None, dx: int, dy: int) -> Reference | None:
    """Return the number next to ``here`` in a direction; the first one from nowhere."""
    start = next((s for s in spots if s.figure.reference == here), None)
    if start is None:
        return spots[0].figure.reference if spots else None
    middle = start.rect.center()
    if dx:
        columns = sorted({s.column for s in spots if (s.column - start.column) * dx > 0})
        column = None if not columns else columns[0] if dx > 0 else columns[-1]
        candidates = [s for s in spots if s.column == column]
    else:
        same = [s for s in spots if s.column == start.column]
        candidates = [s for s in same if (s.rect.center().y() - middle.y()) * dy > 1]
    if not candidates:
        return None
    nearest = min(candidates, key=lambda s: (s.rect.center() - middle).manhattanLength())
    return nearest.figure.reference


def parameter_of(reference: Reference) -> Reference | None:
    """Return the weight or bias that a reference is about, or None."""
    name = reference.name.removeprefix("d")
    is_parameter = name[:1] in ("W", "b") and name[1:].isdigit()
    has_entry = len(reference.index) == (2 if name[:1] == "W" else 1)
    return Reference(name, reference.index) if is_parameter and has_entry else None


def means(reference: Reference, spot: Spot) -> bool:
    """Return whether a number is what is pointed at, or belongs to the same parameter."""
    figure = spot.figure.reference
    if reference.covers(figure):
        return True
    own, other = parameter_of(figure), parameter_of(reference)
    return own is not None and own == other


def faded_wires(scene: Scene, focus: Reference | None) -> frozenset[int]:
    """Return the places of the edges that step back while a unit is looked at."""
    if focus is None or not focus.index or parameter_of(focus) is not None:
        return frozenset()
    digits = "".join(c for c in focus.name if c.isdigit())
    layer, unit = int(digits or 0), focus.index[0]
    return frozenset(
        index for index, wire in enumerate(scene.wires) if not _touches(wire, layer, unit)
    )


def _touches(wire: Wire, layer: int, unit: int) -> bool:
    if wire.gap.layer == layer:
        return wire.gap.target.units[wire.row[0]] == unit
    if wire.gap.layer == layer + 1 and not wire.gap.is_bundle:
        return wire.gap.source.units[wire.row[1]] == unit
    return False
