"""Everything that is on the stage at one moment, ready to be painted, pointed at and read.

A scene joins a plan with an act. It decides which numbers stand where, which edges are lit, and
what can be pointed at; the painter only draws it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from core.explain.opened_layer import weighted_sums
from core.explain.reference import Reference
from core.network.parameters import Floats
from gui.numbers import format_setting, format_value
from gui.stages.act import UNKNOWN, Act, Figure, Role
from gui.stages.plan import CARD_PADDING, ROW, Plan, Stand
from gui.stages.rows import card_rows
from gui.stages.wires import Gap, gaps_of, place_pill
from gui.theme import scaled, ui_font

MOST_PILLS = 14
PILL_HEIGHT = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """A number on the stage: where it stands, and what it is.

    Attributes:
        rect: its place.
        figure: the number.
        kind: "row", "pill" on an edge, "bias", "input", "loss", "box" of an opened unit, or
            "under" one.
        column: counted from the left, edges half way between; for moving by keys.
    """

    rect: QRectF
    figure: Figure
    kind: str
    column: float


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """One unit: its frame and whether the op writes or reads there."""

    layer: int
    unit: int
    rect: QRectF
    style: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, eq=False)
class Wire:
    """One edge that is drawn."""

    gap: Gap
    row: tuple[int, int]
    reference: Reference
    value: float
    role: Role


@dataclass(slots=True, eq=False)
class Scene:
    """What is painted.

    Attributes:
        plan, act: what it was made from.
        cards, wires, spots: units, edges and numbers.
        gaps: the edges by columns.
        unlabelled: how many drawn edges have no number beside them.
    """

    plan: Plan
    act: Act
    cards: list[Card] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    gaps: tuple[Gap, ...] = ()
    unlabelled: int = 0

    def spot_of(self, reference: Reference) -> Spot | None:
        """Return the number that ``reference`` is, or its weight if it is a gradient."""
        found = (spot for spot in self.spots if spot.figure.reference == reference)
        return next(found, None)


def make_scene(plan: Plan, act: Act, chosen: Reference | None, pointed: Reference | None) -> Scene:
    """Join ``plan`` and ``act``; the edges of ``chosen`` and ``pointed`` get numbers first."""
    weights = {n: act.weights(n) for n in range(1, act.snapshot.layout.layer_count + 1)}
    scene = Scene(plan, act, gaps=gaps_of(plan, weights))
    for slot in plan.slots:
        if isinstance(slot, Stand):
            _add_stand(scene, slot)
    scene.spots.append(Spot(plan.loss, act.loss(), "loss", len(plan.wish.widths)))
    for gap in scene.gaps:
        _add_wires(scene, gap, weights[gap.layer], (chosen, pointed))
    return scene


def _add_stand(scene: Scene, stand: Stand) -> None:
    act = scene.act
    if stand.layer == 0:
        _add_inputs(scene, stand)
        return
    for unit, rect in zip(stand.units, stand.cards, strict=True):
        figures = act_boxes(act, stand, unit) if stand.style == "open" else ()
        if stand.style == "open":
            _add_boxes(scene, stand, rect, figures)
        else:
            figures = card_rows(act, stand, unit)
            _add_rows(scene, stand, rect, figures)
        roles = frozenset(figure.role for figure in figures)
        scene.cards.append(Card(stand.layer, unit, rect, stand.style, roles))
        if act.snapshot.layout.biases and stand.style == "full":
            _add_bias(scene, stand, rect, act.bias(stand.layer, unit))


def _add_rows(scene: Scene, stand: Stand, rect: QRectF, figures: tuple[Figure, ...]) -> None:
    top = rect.top() + scaled(4 if stand.style == "one" else CARD_PADDING / 2)
    for figure in figures:
        row = QRectF(rect.left() + 4, top, rect.width() - 8, scaled(ROW))
        scene.spots.append(Spot(row, figure, "row", stand.layer))
        top += scaled(ROW)


def _add_bias(scene: Scene, stand: Stand, card: QRectF, figure: Figure) -> None:
    width = max(scaled(64), text_width(f"{figure.label}  {figure.text}") + scaled(18))
    top = card.bottom() + scaled(4)
    pill = QRectF(card.left(), top, min(card.width(), width), scaled(PILL_HEIGHT))
    scene.spots.append(Spot(pill, figure, "bias", stand.layer))


def act_boxes(act: Act, stand: Stand, unit: int) -> tuple[Figure, ...]:
    """Return the numbers of an opened unit: dot product, bias, z, a and what comes back."""
    layer = stand.layer
    sums = weighted_sums(act.snapshot, layer)
    hidden = f"z{layer}" in act.hidden or sums is None
    text = UNKNOWN if hidden or sums is None else format_value(float(sums[unit]))
    product = Figure(Reference(f"Wa{layer}", (unit,)), "Σ w·a", text, act.role(f"z{layer}"))
    kinds = ("z", "a", "dz", "da")
    return (product, act.bias(layer, unit), *(act.figure(k, layer, unit) for k in kinds))


def _add_boxes(scene: Scene, stand: Stand, card: QRectF, figures: tuple[Figure, ...]) -> None:
    """Stand three boxes in a chain; what comes back stands beneath the one it belongs to."""
    product, bias, z, a, dz, da = figures
    gap = scaled(14)
    width = (card.width() - 2 * gap) / 3
    height = scaled(2 * ROW + 4)
    for place, figure, below in ((0, product, bias), (1, z, dz), (2, a, da)):
        left = card.left() + place * (width + gap)
        box = QRectF(left, card.top(), width, height)
        scene.spots.append(Spot(box, figure, "box", stand.layer))
        under = QRectF(left, box.bottom() + scaled(3), width, scaled(ROW + 4))
        kind = "bias" if place == 0 else "under"
        if place or scene.act.snapshot.layout.biases:
            scene.spots.append(Spot(under, below, kind, stand.layer))


def _add_inputs(scene: Scene, stand: Stand) -> None:
    if stand.style == "picture":
        return
    act = scene.act
    name = "dx" if act.role("dx") == "written" else "x"
    values = act.value(name)
    for unit, rect in zip(stand.units, stand.cards, strict=True):
        text = UNKNOWN if values is None else format_setting(float(values[unit]), 4)
        label = "∂L/∂x" if name == "dx" else "x"
        figure = Figure(Reference(name, (unit,)), label, text, act.role(name))
        scene.spots.append(Spot(rect, figure, "input", 0))


def _add_wires(
    scene: Scene, gap: Gap, weights: Floats, first: tuple[Reference | None, ...]
) -> None:
    """Add the edges of a gap, and their numbers as far as they find room."""
    act, layer = scene.act, gap.layer
    wires = []
    for row in gap.wires:
        unit = gap.target.units[row[0]]
        if gap.is_bundle:
            reference, value, role = Reference(f"W{layer}", (unit,)), 0.0, _role(act, layer)
        else:
            source = gap.source.units[row[1]]
            reference = Reference(f"W{layer}", (unit, source))
            value, role = float(weights[unit, source]), _role(act, layer)
        wires.append(Wire(gap, row, reference, value, role))
    scene.wires += wires
    if gap.is_bundle:
        scene.unlabelled += len(wires)
        return
    wanted = [w for w in wires if any(_is_near(w.reference, f) for f in first)]
    if len(wires) <= MOST_PILLS:
        wanted += [w for w in wires if w not in wanted]
    taken = [s.rect for s in scene.spots if s.kind == "pill"]
    placed = 0
    for wire in wanted[: 2 * MOST_PILLS]:
        figure = act.weight(layer, *wire.reference.index)
        times = "× " if figure.role == "weights" and act.op is not None else ""
        text = f"{figure.label} {figure.text}" if figure.label in "∂Δmvs" else times + figure.text
        rect = place_pill(gap, wire.row, (text_width(text) + 14, scaled(PILL_HEIGHT)), taken)
        if rect is None:
            continue
        taken.append(rect)
        placed += 1
        shown = Figure(figure.reference, figure.label, text, figure.role)
        scene.spots.append(Spot(rect, shown, "pill", layer - 0.5))
    scene.unlabelled += len(wires) - placed


def _role(act: Act, layer: int) -> Role:
    op = act.op
    if op is not None and (op.phase == "update" or f"dW{layer}" in op.writes):
        return "written"
    return act.role(f"W{layer}")


def _is_near(reference: Reference, focus: Reference | None) -> bool:
    """Return whether an edge is the one in focus or leads into the unit in focus."""
    if focus is None or not focus.index:
        return False
    name = focus.name.removeprefix("d")
    if name[:1] == "W":
        same_layer = name == reference.name
        return same_layer and focus.index[0] == reference.index[0]
    digits = "".join(c for c in focus.name if c.isdigit())
    return f"W{digits}" == reference.name and focus.index[0] == reference.index[0]


def text_width(text: str) -> float:
    """Return the width of a number on a pill."""
    return QFontMetricsF(ui_font(12, 600)).horizontalAdvance(text)
