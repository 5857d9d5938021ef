"""Where everything stands on the stage: columns of cards, folded layers and the loss.

A plan depends on the shape of the network, the room and the layer at hand, not on values. Layers
around the one at hand are shown unit by unit as long as there is room, others are folded into
narrow columns. Cards get smaller with the number of units: all rows of a unit, three of them, one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF

Style = Literal["full", "some", "one", "open", "input", "picture"]

HEAD, FOOT = 44, 30
ROW, CARD_PADDING = 18, 12
CARD, SMALLEST_CARD = 132, 104
OPEN_CARD = 226
INPUT, LOSS = 58, 66
PICTURE = 112
FOLDED = 30
LABEL = 26
SMALLEST_GAP = 58
GAUGE = 9
BIAS_PILL = 24
SPACE = {"full": 10, "some": 8, "one": 6, "open": 12, "input": 10}
MOST_SPACE = 76
PILL_ROW = 28


@dataclass(frozen=True, slots=True)
class Wish:
    """What a plan is made for.

    Attributes:
        width, height: of the room.
        widths: units per layer, the inputs first.
        biases: whether layers have them.
        at_hand: the layers that the op reads and writes, which are shown first.
        rows: per layer (from 1) how many rows a full card has.
        opened: the layers that are opened into their operations.
        image: rows and columns of the inputs where they are a picture.
        scale: of the text.
    """

    width: float
    height: float
    widths: tuple[int, ...]
    biases: bool
    at_hand: tuple[int, ...]
    rows: tuple[int, ...]
    opened: frozenset[int] = frozenset()
    image: tuple[int, int] | None = None
    scale: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One layer unit by unit.

    Attributes:
        layer: 0 for the inputs.
        style: how its cards are drawn.
        units: those shown, from 0, in order; the rest is counted in ``hidden``.
        cards: their rectangles; of a picture the picture's alone.
        pill: where the hidden units are counted.
    """

    layer: int
    style: Style
    units: tuple[int, ...]
    hidden: int
    cards: tuple[QRectF, ...]
    pill: QRectF | None

    @property
    def left(self) -> float:
        """Where edges arrive."""
        return self.cards[0].left()

    @property
    def right(self) -> float:
        """Where edges leave."""
        return self.cards[0].right()


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Layers that stand folded in one narrow column."""

    first: int
    last: int
    rect: QRectF


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A stage with everything in its place.

    Attributes:
        wish: what it was made for.
        slots: columns from left to right.
        loss: the box of the loss.
        body: the area of the cards.
    """

    wish: Wish
    slots: tuple[Stand | Fold, ...]
    loss: QRectF
    body: QRectF

    def stand(self, layer: int) -> Stand | None:
        """Return where ``layer`` stands, None where it is folded."""
        found = (s for s in self.slots if isinstance(s, Stand) and s.layer == layer)
        return next(found, None)

    def card(self, layer: int, unit: int) -> QRectF | None:
        """Return the card of a unit, None where it is not shown."""
        stand = self.stand(layer)
        if stand is None or stand.style == "picture" or unit not in stand.units:
            return None
        return stand.cards[stand.units.index(unit)]


def make_plan(wish: Wish, choose: Callable[[int, int], tuple[int, ...]]) -> Plan:
    """Arrange ``wish``; ``choose(layer, count)`` names the units to show of a folded layer."""
    s = wish.scale
    body = QRectF(0, HEAD * s, wish.width, wish.height - (HEAD + FOOT) * s)
    slots = _slots(wish)
    extents = [_extent(wish, slot, body.height()) for slot in slots]
    left, right = (LABEL + 14) * s, wish.width - 20 * s
    loss_width = LOSS * s
    room = right - left - loss_width
    shrink = _card_width(slots, extents, room, s)
    extents = [min(e, shrink) if _is_card(wish, slot) else e for slot, e in _zip(slots, extents)]
    shares = [_gap_share(slots, index) for index in range(len(slots))]
    unit = (room - sum(extents)) / sum(shares)
    placed: list[Stand | Fold] = []
    x = left
    for (slot, extent), share in zip(_zip(slots, extents), shares, strict=True):
        if isinstance(slot, tuple):
            rect = QRectF(x, body.top() + 20 * s, extent, body.height() - 40 * s)
            placed.append(Fold(slot[0], slot[1], rect))
        else:
            placed.append(_stand(wish, slot, QRectF(x, body.top(), extent, body.height()), choose))
        x += extent + share * unit
    ends = [slot for slot in placed if isinstance(slot, Stand) and slot.layer]
    cards = ends[-1].cards if ends else ()
    is_output = bool(ends) and ends[-1].layer == len(wish.widths) - 1
    middle = (cards[0].center().y() + cards[-1].center().y()) / 2 if is_output else 0.0
    middle = middle or body.center().y()
    loss = QRectF(right - loss_width, middle - 28 * s, loss_width, 56 * s)
    return Plan(wish, tuple(placed), loss, body)


Slot = int | tuple[int, int]


def _gap_share(slots: list[Slot], index: int) -> float:
    """Return how much of the free width follows a slot: numbers stand between two layers."""
    after = slots[index + 1] if index + 1 < len(slots) else None
    return 1.0 if isinstance(slots[index], int) and isinstance(after, int) else 0.55


def _zip(slots: list[Slot], extents: list[float]) -> list[tuple[Slot, float]]:
    return list(zip(slots, extents, strict=True))


def _slots(wish: Wish) -> list[Slot]:
    """Return layers and spans of folded layers from left to right, as many as find room."""
    last = len(wish.widths) - 1
    shown = {layer for layer in wish.at_hand if 0 <= layer <= last} or {0}
    # First what belongs to the op, then its neighbours, the ends, and what lies nearest.
    centre = sum(shown) / len(shown)
    order = sorted(range(last + 1), key=lambda n: (n not in (0, last), abs(n - centre)))
    near = [n for n in range(last + 1) if min(abs(n - m) for m in shown) == 1]
    for layer in [*near, *order]:
        if layer not in shown and _fits(wish, shown | {layer}):
            shown.add(layer)
    return _with_folds(shown, last)


def _with_folds(shown: set[int], last: int) -> list[Slot]:
    slots: list[Slot] = []
    layer = 0
    while layer <= last:
        if layer in shown:
            slots.append(layer)
            layer += 1
            continue
        first = layer
        while layer <= last and layer not in shown:
            layer += 1
        slots.append((first, layer - 1))
    return slots


def _fits(wish: Wish, shown: set[int]) -> bool:
    s = wish.scale
    slots = _with_folds(shown, len(wish.widths) - 1)
    used = 0.0
    for slot in slots:
        extent = _extent(wish, slot, wish.height - (HEAD + FOOT) * s)
        used += min(extent, SMALLEST_CARD * s) if _is_card(wish, slot) else extent
        used += (SMALLEST_GAP if isinstance(slot, int) else 0.5 * SMALLEST_GAP) * s
    return used + (LOSS + LABEL + 34) * s <= wish.width


def _is_card(wish: Wish, slot: Slot) -> bool:
    return isinstance(slot, int) and slot > 0 and slot not in wish.opened


def _card_width(slots: list[Slot], extents: list[float], room: float, scale: float) -> float:
    """Return the width of cards with which the gaps stay wide enough for numbers."""
    cards = sum(1 for e in extents if e == CARD * scale)
    if not cards:
        return CARD * scale
    others = sum(e for e in extents if e != CARD * scale)
    wide = (room - others - len(slots) * 84 * scale) / cards
    return max(SMALLEST_CARD * scale, min(CARD * scale, wide))


def _extent(wish: Wish, slot: Slot, height: float) -> float:
    s = wish.scale
    if isinstance(slot, tuple):
        return FOLDED * s
    if slot == 0:
        return (PICTURE if wish.image else INPUT) * s
    return (OPEN_CARD if slot in wish.opened else CARD) * s


def card_height(style: Style, rows: int, scale: float) -> float:
    """Return the height of a card."""
    if style == "input":
        return 36 * scale
    if style == "open":
        return (3 * ROW + CARD_PADDING) * scale
    count = {"full": rows, "some": 3, "one": 1}[style]
    return (count * ROW + (CARD_PADDING if style != "one" else 8)) * scale


def _styles(wish: Wish, layer: int) -> tuple[Style, ...]:
    if layer == 0:
        return ("input",)
    if layer in wish.opened:
        return ("open",)
    return ("full", "some", "one")


def _pitch(wish: Wish, layer: int, style: Style) -> float:
    rows = wish.rows[layer - 1] if layer else 0
    height = card_height(style, rows, wish.scale) + SPACE[style] * wish.scale
    has_pill = wish.biases and layer > 0 and style == "full"
    return height + (BIAS_PILL * wish.scale if has_pill else 0)


def _stand(
    wish: Wish, layer: int, place: QRectF, choose: Callable[[int, int], tuple[int, ...]]
) -> Stand:
    if layer == 0 and wish.image:
        return _picture(wish, place)
    units, s = wish.widths[layer], wish.scale
    style = next(
        (k for k in _styles(wish, layer) if units * _pitch(wish, layer, k) <= place.height()),
        _styles(wish, layer)[-1],
    )
    pitch = _pitch(wish, layer, style)
    count = units
    if units * pitch > place.height():
        count = max(1, int((place.height() - PILL_ROW * s) // pitch))
    room = place.height() - (PILL_ROW * s if count < units else 0)
    pitch = min(room / count, pitch + MOST_SPACE * s)
    height = card_height(style, wish.rows[layer - 1] if layer else 0, s)
    below = BIAS_PILL * s if wish.biases and layer and style == "full" else 0.0
    top = place.top() + (room - pitch * count) / 2
    cards = tuple(
        QRectF(
            place.left(),
            top + pitch * (row + 0.5) - (height + below) / 2,
            place.width(),
            height,
        )
        for row in range(count)
    )
    pill = None
    if count < units:
        bottom = cards[-1].bottom() + below + 6 * s
        width = max(place.width(), 78 * s)
        pill = QRectF(place.center().x() - width / 2, bottom, width, 22 * s)
    return Stand(layer, style, choose(layer, count), units - count, cards, pill)


def _picture(wish: Wish, place: QRectF) -> Stand:
    assert wish.image is not None
    rows, columns = wish.image
    width = PICTURE * wish.scale
    height = min(width * rows / columns, place.height() - 30 * wish.scale)
    rect = QRectF(place.left(), place.center().y() - height / 2, width, height)
    return Stand(0, "picture", tuple(range(wish.widths[0])), 0, (rect,), None)
