"""Everything that is on the stage at one moment, ready to be painted, pointed at and read.

A scene joins a plan with an act. It decides which numbers stand where, which edges are lit, and
what can be pointed at; the painter only draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from core.explain.notation import function, is_gradient, parameter_of, plain, split_name
from core.explain.opened_layer import weighted_sums
from core.explain.reference import Reference
from core.explain.roles import Role
from gui.numbers import format_value
from gui.stage.act import BECOMES, UNKNOWN, Act, Figure
from gui.stage.plan import BOX, BOX_SPACE, ROW, Plan, Stand, card_padding
from gui.stage.rows import card_rows, full_rows
from gui.stage.wires import Gap
from gui.theme import scaled, ui_font

PILL_HEIGHT, PILL_AIR, LINE = 20, 12, 13
# From a card's side to its words.
PADDING = 9
BOX_GAP = 14
MOST_TARGETS = 16
# Between a name and its number.
WORD_GAP = 6


@dataclass(frozen=True, slots=True)
class Spot:
    """A number on the stage: where it stands, and what it is.

    Attributes:
        rect: its place.
        figure: the number.
        kind: "row" of a card, "solo" where it is the only one; "pill" on an edge; "bias", or "line"
            where there is no room for a pill; "input", "loss", "target"; "box" of an opened unit,
            or "under" one.
        column: counted from the left, edges half way between; for moving by keys.
        unit: whose it is, in its layer.
        words: what is written where that is not the number alone; of a box its title.
    """

    rect: QRectF
    figure: Figure
    kind: str
    column: float
    unit: int = 0
    words: str = ""

    @property
    def written(self) -> str:
        """Return what is written here; of a box the number under its title."""
        return self.words if self.words and self.kind != "box" else self.figure.text


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
    """One edge that is drawn; of a picture all edges into one unit."""

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
        pictured: the unit whose weights stand as a picture beneath the inputs' one.
    """

    plan: Plan
    act: Act
    cards: list[Card] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    gaps: tuple[Gap, ...] = ()
    unlabelled: int = 0
    pictured: int = 0

    def spot_of(self, reference: Reference) -> Spot | None:
        """Return where the number ``reference`` stands; a weight's gradient stands for it."""
        same = {reference, _twin(reference)}
        found = (spot for spot in self.spots if spot.figure.reference in same)
        return next(found, None)


def add_stand(scene: Scene, stand: Stand) -> None:
    """Add the cards of one layer with their numbers."""
    act = scene.act
    if stand.layer == 0:
        _add_inputs(scene, stand)
        return
    if stand.style == "open":
        contents = [opened_figures(act, stand.layer, unit) for unit in stand.units]
    else:
        contents = _with_names_that_fit([card_rows(act, stand, u) for u in stand.units], stand)
    for unit, rect, figures in zip(stand.units, stand.cards, contents, strict=True):
        add = _add_boxes if stand.style == "open" else _add_rows
        add(scene, stand, rect, unit, figures)
        roles = frozenset(figure.role for figure in figures)
        scene.cards.append(Card(stand.layer, unit, rect, stand.style, roles))
    if act.snapshot.layout.biases:
        _add_biases(scene, stand)
    if stand.layer == act.snapshot.layout.layer_count:
        _add_targets(scene, stand)


def opened_figures(act: Act, layer: int, unit: int) -> tuple[Figure, ...]:
    """Return the numbers of an opened unit.

    They are the dot product, the bias and the slope, then in pairs what each operation makes and
    what comes back to it: z and ∂L/∂z, perhaps s, then a, perhaps h and r; a sum with the layer's
    input hands its error on unchanged.
    """
    sums = weighted_sums(act.snapshot, layer)
    hidden = f"z{layer}" in act.hidden or sums is None
    text = UNKNOWN if hidden or sums is None else format_value(float(sums[unit]))
    product = Figure(Reference(f"Wa{layer}", (unit,)), "Σ w·a", text, act.role(f"z{layer}"))
    kinds = full_rows(act, layer)
    chain = [kind for kind in ("z", "s", "a", "h", "r") if kind in kinds]
    slope = act.figure("slope", layer, unit)
    pairs = [(k, f"d{k}" if f"d{k}" in kinds else f"d{chain[-2]}") for k in chain]
    figures = (act.figure(kind, layer, unit) for pair in pairs for kind in pair)
    return (product, act.bias(layer, unit), slope, *figures)


def opened_details(act: Act, layer: int, unit: int) -> tuple[Figure, ...]:
    """Return what else the operations of an opened unit work with: statistics, gamma, mask."""
    chain = ("z", "s", "a", "h", "r", "slope")
    kinds = [k for k in full_rows(act, layer) if k not in chain and not is_gradient(f"{k}{layer}")]
    return tuple(act.figure(kind, layer, unit) for kind in kinds)


def fitting(texts: Sequence[str], room: float) -> str:
    """Return the first of ``texts`` that fits on a pill of ``room`` pixels, else the last."""
    fits = (text for text in texts if text_width(text) + scaled(PILL_AIR) <= room)
    return next(fits, texts[-1])


def wordings(figure: Figure, label: str = "") -> list[str]:
    """Return how a parameter can be written, the longest first."""
    before, arrow, now = figure.text.partition(BECOMES)
    short = now if arrow else before
    texts = [f"{label}  {figure.text}", f"{label}  {short}"] if label else [figure.text]
    return list(dict.fromkeys([*texts, short]))


def text_width(text: str) -> float:
    """Return the width of a number on a pill."""
    return QFontMetricsF(ui_font(12, 600)).horizontalAdvance(text)


def _with_names_that_fit(
    contents: list[tuple[Figure, ...]], stand: Stand
) -> list[tuple[Figure, ...]]:
    """Call ∂L/∂a ∂a in all cards of a column where it has no room in one of them."""
    room = stand.cards[0].width() - scaled(2 * PADDING + WORD_GAP)
    figures = [figure for card in contents for figure in card]
    if all(text_width(f.label) + text_width(f.text) <= room for f in figures if f.label != "b"):
        return contents
    return [
        tuple(Figure(f.reference, f.label.replace("L/∂", ""), f.text, f.role) for f in card)
        for card in contents
    ]


def _add_rows(
    scene: Scene, stand: Stand, rect: QRectF, unit: int, figures: tuple[Figure, ...]
) -> None:
    if stand.style == "one":
        scene.spots.append(Spot(rect, figures[0], "solo", stand.layer, unit))
        return
    top = rect.top() + scaled(card_padding(stand.style) / 2)
    for figure in figures:
        row = QRectF(rect.left() + 4, top, rect.width() - 8, scaled(ROW))
        text = fitting(wordings(figure), row.width() - text_width(figure.label))
        scene.spots.append(Spot(row, figure, "row", stand.layer, unit, text))
        top += scaled(ROW)


def _add_biases(scene: Scene, stand: Stand) -> None:
    """Stand biases under their cards: as a pill, where cards are dense as a small line."""
    if stand.style not in ("full", "two", "one"):
        return
    for unit, card in zip(stand.units, stand.cards, strict=True):
        figure = scene.act.bias(stand.layer, unit)
        text = fitting(wordings(figure, figure.label), card.width())
        if stand.style == "full":
            width = max(scaled(64), text_width(text) + scaled(PILL_AIR + 4))
            rect = QRectF(card.left(), card.bottom() + scaled(4), width, scaled(PILL_HEIGHT))
            kind = "bias"
        else:
            rect = QRectF(card.left() + 4, card.bottom(), text_width(text) + 8, scaled(LINE))
            kind = "line"
        scene.spots.append(Spot(rect, figure, kind, stand.layer, unit, text))


def _add_boxes(
    scene: Scene, stand: Stand, card: QRectF, unit: int, figures: tuple[Figure, ...]
) -> None:
    """Stand the boxes in a chain; what comes back stands beneath the one it belongs to."""
    product, bias, slope, *rest = figures
    links = [(product, bias), *zip(rest[::2], rest[1::2], strict=True)]
    gap = scaled(BOX_GAP)
    width = (card.width() - (len(links) - 1) * gap) / len(links)
    height = scaled(BOX)
    layer = scene.act.snapshot.spec.network.layers[stand.layer - 1]
    plus = "+ b" if scene.act.snapshot.layout.biases else "z"
    before = "s" if layer.normalization != "none" else "z"
    last = f"a = {before}" if layer.activation == "linear" else plain(function(layer.activation))
    titles = {
        "Wa": product.label,
        "z": plus,
        "s": "γ ẑ + β",
        "a": last,
        "h": "⊙ mask",
        "r": "+ input",
    }
    for place, (figure, below) in enumerate(links):
        title = titles[split_name(figure.reference.name)[0]]
        left = card.left() + place * (width + gap)
        box = QRectF(left, card.top(), width, height)
        scene.spots.append(Spot(box, figure, "box", stand.layer, unit, title))
        under = box.translated(0, height + scaled(BOX_SPACE))
        if place:
            scene.spots.append(Spot(under, below, "under", stand.layer, unit))
        elif scene.act.snapshot.layout.biases:
            under.setHeight(scaled(PILL_HEIGHT))
            text = fitting(wordings(bias, bias.label), width)
            scene.spots.append(Spot(under, bias, "bias", stand.layer, unit, text))
    at = card.left()
    for detail in opened_details(scene.act, stand.layer, unit):
        text = f"{detail.label} {detail.text}"
        line = QRectF(at, card.bottom() - scaled(LINE), text_width(text) + 8, scaled(LINE))
        scene.spots.append(Spot(line, detail, "line", stand.layer, unit, text))
        at = line.right() + scaled(4)
    if scene.act.has_slope(stand.layer):
        text = f"slope  {slope.text}"
        left = card.right() - text_width(text) - scaled(4)
        line = QRectF(left, card.bottom() - scaled(LINE), text_width(text) + 8, scaled(LINE))
        scene.spots.append(Spot(line, slope, "line", stand.layer, unit, text))


def _add_inputs(scene: Scene, stand: Stand) -> None:
    if stand.style == "picture":
        return
    for unit, rect in zip(stand.units, stand.cards, strict=True):
        scene.spots.append(Spot(rect, scene.act.input(unit), "input", 0, unit))


def _add_targets(scene: Scene, stand: Stand) -> None:
    """Write each target on the line from its output to the loss."""
    if len(scene.act.snapshot.targets[0]) == 1 or len(stand.units) > MOST_TARGETS:
        return
    for unit, level in zip(stand.units, stand.levels(), strict=True):
        figure = scene.act.target(unit)
        width = QFontMetricsF(ui_font(11, 600)).horizontalAdvance(f"y {figure.text}") + 6
        rect = QRectF(stand.right + 5, level - scaled(8), width, scaled(16))
        scene.spots.append(Spot(rect, figure, "target", stand.layer + 0.5, unit))


def _twin(reference: Reference) -> Reference:
    """Return the gradient of a parameter, or the parameter of a gradient."""
    name = reference.name
    own = parameter_of(name)
    if own == name:
        return Reference(f"d{name}", reference.index)
    return Reference(own, reference.index) if own else reference
