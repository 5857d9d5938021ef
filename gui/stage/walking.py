"""The keyboard's way over the stage: up and down a column, across along the edges.

From a number to the side lies the edge to the unit that is most level with it, from an edge up and
down the other edges of the gap, unit by unit, and from an edge to the side the units at its ends.
So every weight between units on the stage is reached, whether its number is written or not.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.explain.notation import split_name
from core.explain.reference import Reference
from gui.stage.scene import Scene, Spot
from gui.stage.targets import parameter_of
from gui.stage.wires import Gap


def next_reference(scene: Scene, here: Reference | None, dx: int, dy: int) -> Reference | None:
    """Return what lies next to ``here``, or None where nothing does.

    From nowhere, and from what is no longer on the stage, the way begins at the left. On an edge
    lies what is written there: the weight, or while that is written its gradient.
    """
    found = _next(scene, here, dx, dy)
    weight = None if found is None else parameter_of(found)
    if weight is None or weight.name[0] != "W":
        return found
    unit, source = weight.index
    return scene.act.weight(int(weight.name[1:]), unit, source).reference


def _next(scene: Scene, here: Reference | None, dx: int, dy: int) -> Reference | None:
    weight = None if here is None else parameter_of(here)
    if weight is not None and weight.name[0] == "W":
        gap = _gap_into(scene, int(weight.name[1:]))
        if gap is not None:
            return _from_weight(scene, gap, weight, dx, dy)
    if here is not None and here.name == "x" and _is_picture(scene):
        return _from_pixel(scene, here, dx, dy)
    start = None if here is None else scene.spot_of(here)
    if start is None:
        return _first(scene)
    return _down_column(scene, start, dy) if dy else _across(scene, start, dx)


def _first(scene: Scene) -> Reference | None:
    return scene.spots[0].figure.reference if scene.spots else None


def _from_weight(scene: Scene, gap: Gap, weight: Reference, dx: int, dy: int) -> Reference | None:
    unit, source = weight.index
    if dy:
        return _along_gap(gap, weight, dy)
    if dx < 0 and gap.is_bundle:
        return Reference("x", (source,))
    layer, wanted = (gap.layer - 1, source) if dx < 0 else (gap.layer, unit)
    spots = [spot for spot in scene.spots if (spot.column, spot.unit) == (layer, wanted)]
    lit = [spot for spot in spots if spot.figure.role != "plain"]
    return (lit or spots)[0].figure.reference if spots else None


def _along_gap(gap: Gap, weight: Reference, by: int) -> Reference | None:
    """Return the next edge of a gap: into the same unit, at the end into the next one."""
    targets, sources = gap.target.units, gap.source.units
    unit, source = weight.index
    if unit not in targets or source not in sources:
        return Reference(weight.name, (targets[0], sources[0]))
    place = targets.index(unit) * len(sources) + sources.index(source) + by
    if not 0 <= place < len(targets) * len(sources):
        return None
    row, column = divmod(place, len(sources))
    return Reference(weight.name, (targets[row], sources[column]))


def _from_pixel(scene: Scene, pixel: Reference, dx: int, dy: int) -> Reference | None:
    image = scene.plan.wish.image
    assert image is not None
    rows, columns = image
    row, column = divmod(pixel.index[0], columns)
    if column + dx == columns:
        return Reference("W1", (scene.pictured, pixel.index[0]))
    if not (0 <= column + dx < columns and 0 <= row + dy < rows):
        return None
    return Reference("x", ((row + dy) * columns + column + dx,))


def _down_column(scene: Scene, start: Spot, dy: int) -> Reference | None:
    middle = start.rect.center()
    below = [
        spot
        for spot in scene.spots
        if spot.column == start.column and (spot.rect.center().y() - middle.y()) * dy > 1
    ]
    return _nearest(below, start)


def _across(scene: Scene, start: Spot, dx: int) -> Reference | None:
    middle = start.rect.center()
    beside = [
        spot
        for spot in scene.spots
        if spot.column == start.column
        and (spot.rect.center().x() - middle.x()) * dx > 4
        and spot.rect.top() < middle.y() < spot.rect.bottom()
    ]
    if beside:
        return _nearest(beside, start)
    layer = int(start.column)
    gap = _gap_into(scene, layer if dx < 0 else layer + 1) if layer == start.column else None
    if gap is not None and gap.is_bundle and dx < 0:
        return Reference(f"W{gap.layer}", (start.unit, 0))
    if gap is not None:
        other = gap.source if dx < 0 else gap.target
        levels = [abs(level - middle.y()) for level in other.levels()]
        unit = other.units[levels.index(min(levels))]
        index = (start.unit, unit) if dx < 0 else (unit, start.unit)
        return Reference(f"W{gap.layer}", index)
    columns = sorted({s.column for s in scene.spots if (s.column - start.column) * dx > 0})
    if not columns:
        return None
    column = columns[0] if dx > 0 else columns[-1]
    return _nearest([spot for spot in scene.spots if spot.column == column], start)


def _nearest(spots: Sequence[Spot], start: Spot) -> Reference | None:
    if not spots:
        return None
    middle = start.rect.center()
    spot = min(spots, key=lambda s: (s.rect.center() - middle).manhattanLength())
    return spot.figure.reference


def _gap_into(scene: Scene, layer: int) -> Gap | None:
    return next((gap for gap in scene.gaps if gap.layer == layer), None)


def _is_picture(scene: Scene) -> bool:
    stand = scene.plan.stand(0)
    return stand is not None and stand.style == "picture"


def layer_at(reference: Reference | None) -> int:
    """Return the layer that a reference belongs to, 0 for none."""
    return 0 if reference is None else int(split_name(reference.name)[1] or 0)
