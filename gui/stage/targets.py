"""What on the stage is pointed at, and what belongs to it."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from core.explain.notation import parameter_of as own_parameter
from core.explain.notation import split_name
from core.explain.reference import Reference
from gui.stage.pixels import pixel_at
from gui.stage.scene import Scene, Spot, Wire

# An edge is hit this close to its line.
REACH = 5.0


def reference_at(scene: Scene, point: QPointF) -> Reference | None:
    """Return the number at ``point``, or the weight of the edge there."""
    for spot in reversed(scene.spots):
        if spot.rect.contains(point):
            return spot.figure.reference
    pixel = pixel_at(scene, point)
    if pixel is not None:
        return pixel
    nearest: tuple[float, Reference] | None = None
    for gap in scene.gaps:
        found = None if gap.is_bundle else gap.nearest(point)
        if found is not None and found[0] < (REACH if nearest is None else nearest[0]):
            target, source = found[1]
            index = gap.target.units[target], gap.source.units[source]
            nearest = found[0], Reference(f"W{gap.layer}", index)
    return None if nearest is None else nearest[1]


def parameter_of(reference: Reference) -> Reference | None:
    """Return the parameter that a reference is about, or None."""
    name = own_parameter(reference.name)
    length = 2 if name.startswith("W") else 1
    return Reference(name, reference.index) if name and length == len(reference.index) else None


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
    layer, unit = int(split_name(focus.name)[1] or 0), focus.index[0]
    return frozenset(
        index for index, wire in enumerate(scene.wires) if not _touches(wire, layer, unit)
    )


def _touches(wire: Wire, layer: int, unit: int) -> bool:
    if wire.gap.layer == layer:
        return wire.gap.target.units[wire.row[0]] == unit
    if wire.gap.layer == layer + 1 and not wire.gap.is_bundle:
        return wire.gap.source.units[wire.row[1]] == unit
    return wire.gap.is_bundle and layer == 0
