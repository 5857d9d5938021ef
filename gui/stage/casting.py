"""Puts a scene together: layers, loss, then edges with as many numbers as find room.

The edges of what is chosen or pointed at get their numbers first.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF

from core.explain.notation import split_name
from core.explain.reference import Reference
from core.explain.roles import Role
from core.explain.setting import Setting
from core.network.parameters import Floats
from gui.stage.act import Act, Figure
from gui.stage.plan import Plan, Stand
from gui.stage.scene import (
    PILL_AIR,
    PILL_HEIGHT,
    Scene,
    Spot,
    Wire,
    add_stand,
    fitting,
    text_width,
    wordings,
)
from gui.stage.wires import Gap, gaps_of, place_pill
from gui.theme import scaled

MOST_PILLS = 14
Attention = tuple[Reference | None, ...]


def make_scene(plan: Plan, act: Act, attention: Attention = (), old: Scene | None = None) -> Scene:
    """Join ``plan`` and ``act``.

    Args:
        plan: where everything stands.
        act: the snapshot with the op that is lit.
        attention: what is pointed at or chosen, the most urgent first.
        old: the scene before; of the same plan and act it hands on its curves.
    """
    weights = {n: act.weights(n) for n in range(1, act.snapshot.layout.layer_count + 1)}
    is_same = old is not None and old.plan is plan and old.act is act
    scene = Scene(plan, act, gaps=old.gaps if old and is_same else gaps_of(plan, weights))
    scene.pictured = pictured_unit(plan, attention)
    for slot in plan.slots:
        if isinstance(slot, Stand):
            add_stand(scene, slot)
    _add_loss(scene)
    for gap in scene.gaps:
        _add_wires(scene, gap, weights[gap.layer], attention)
    return scene


def pictured_unit(plan: Plan, attention: Attention) -> int:
    """Return the unit of the first layer that is looked at, else the first that is shown."""
    first = plan.stand(1)
    for focus in attention:
        if focus is not None and focus.index and _belongs_to(focus, 1):
            return focus.index[0]
    return first.units[0] if first is not None else 0


def _add_loss(scene: Scene) -> None:
    plan, act = scene.plan, scene.act
    column = len(plan.wish.widths)
    scene.spots.append(Spot(plan.loss, act.loss(), "loss", column))
    if plan.wish.widths[-1] == 1:
        figure = act.target(0)
        width = text_width(f"y = {figure.text}") + scaled(8)
        middle = plan.loss.center().x()
        below = QRectF(middle - width / 2, plan.loss.bottom() + 4, width, scaled(18))
        scene.spots.append(Spot(below, figure, "target", column))


def _add_wires(scene: Scene, gap: Gap, weights: Floats, attention: Attention) -> None:
    """Add the edges of a gap, and their numbers as far as they find room."""
    layer, role = gap.layer, _role(scene.act, gap.layer)
    wires = []
    for row in gap.wires:
        unit = gap.target.units[row[0]]
        if gap.is_bundle:
            wires.append(Wire(gap, row, Reference(f"W{layer}", (unit,)), 0.0, role))
            continue
        source = gap.source.units[row[1]]
        reference = Reference(f"W{layer}", (unit, source))
        wires.append(Wire(gap, row, reference, float(weights[unit, source]), role))
    scene.wires += wires
    if not gap.is_bundle:
        scene.unlabelled += len(wires) - _add_pills(scene, gap, wires, attention)


def _add_pills(scene: Scene, gap: Gap, wires: list[Wire], attention: Attention) -> int:
    """Write numbers on edges; return how many."""
    wanted = [w for focus in attention for w in wires if _is_near(w.reference, focus)]
    if len(wires) <= MOST_PILLS:
        wanted += wires
    taken = [s.rect for s in scene.spots if s.kind in ("pill", "bias")]
    room = gap.target.left - gap.source.right - 8
    placed = 0
    for wire in list(dict.fromkeys(wanted))[: 2 * MOST_PILLS]:
        figure = scene.act.weight(gap.layer, *wire.reference.index)
        text = fitting(_wordings(figure), room)
        size = text_width(text) + scaled(PILL_AIR), float(scaled(PILL_HEIGHT))
        rect = place_pill(gap, wire.row, size, taken)
        if rect is None:
            continue
        taken.append(rect)
        placed += 1
        unit = figure.reference.index[0]
        scene.spots.append(Spot(rect, figure, "pill", gap.layer - 0.5, unit, text))
    return placed


def _wordings(figure: Figure) -> list[str]:
    if figure.label != "W":
        return [f"{figure.label} {figure.text}", figure.text]
    if figure.role == "weights":
        return [f"× {figure.text}", figure.text]
    return wordings(figure)


def _role(act: Act, layer: int) -> Role:
    op = act.op
    if op is not None and (Setting.is_of_parameters(op) or f"dW{layer}" in op.writes):
        return "written"
    return act.role(f"W{layer}")


def _is_near(reference: Reference, focus: Reference | None) -> bool:
    """Return whether an edge leads into the unit in focus, or leaves the input in focus."""
    if focus is None or not focus.index:
        return False
    if focus.name in ("x", "dx"):
        return reference.name == "W1" and reference.index[1] == focus.index[0]
    return reference.index[0] == focus.index[0] and _belongs_to(focus, int(reference.name[1:]))


def _belongs_to(reference: Reference, layer: int) -> bool:
    """Return whether a value is one of the units of ``layer``, or a parameter of one."""
    return split_name(reference.name)[1] == str(layer)
