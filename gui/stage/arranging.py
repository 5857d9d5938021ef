"""Decides which layers stand on the stage and where: those at hand first, as many as find room.

Layers around the ones at hand are shown unit by unit, others are folded into narrow columns. A
small network in a large window is drawn larger, so that the stage is never a few cards in a void.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF

from gui.stage.act import Act
from gui.stage.columns import Choose, make_stand
from gui.stage.plan import (
    CARD,
    FOLDED,
    FOOT,
    HEAD,
    INPUT,
    LABEL,
    LOSS,
    MORE_BOX,
    MOST_GAP,
    OPEN_CARD,
    PICTURE,
    SMALLEST_CARD,
    SMALLEST_GAP,
    Fold,
    Plan,
    Stand,
    Wish,
)
from gui.stage.rows import box_count, full_rows
from gui.stage.units import busiest

ZOOMS = (1.4, 1.2)
Slot = int | tuple[int, int]


def arrange(
    act: Act, width: float, height: float, opened: frozenset[int], scale: float
) -> tuple[Plan, float]:
    """Return a plan for ``act`` in a room of ``width`` by ``height``, and how much it is enlarged.

    Lengths of the plan are those before it is enlarged; ``scale`` is that of the text.
    """
    layout = act.snapshot.layout
    for zoom in (*ZOOMS, 1.0):
        wish = Wish(
            width / zoom,
            height / zoom,
            layout.widths,
            layout.biases,
            act.layers_at_hand(),
            tuple(len(full_rows(act, layer)) for layer in range(1, layout.layer_count + 1)),
            tuple(box_count(layer) for layer in act.snapshot.spec.network.layers),
            opened,
            act.snapshot.dataset.image_shape,
            layout.widths[-1] > 1 and act.snapshot.task != "classification",
            scale,
        )
        plan = make_plan(wish, lambda layer, count: busiest(act, layer, count))
        if plan.is_roomy():
            return plan, zoom
    return plan, 1.0


def make_plan(wish: Wish, choose: Choose) -> Plan:
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
    shares = [_gap_share(wish, slots, index) for index in range(len(slots))]
    free = room - sum(extents)
    unit = min(free / sum(shares), MOST_GAP * s)
    # Far apart columns would read as unconnected: what is left over goes to both sides.
    margin = (free - unit * sum(shares)) / 2
    placed: list[Stand | Fold] = []
    x = left + margin
    for (slot, extent), share in zip(_zip(slots, extents), shares, strict=True):
        if isinstance(slot, tuple):
            rect = QRectF(x, body.top() + 20 * s, extent, body.height() - 40 * s)
            placed.append(Fold(slot[0], slot[1], rect))
        else:
            placed.append(
                make_stand(wish, slot, QRectF(x, body.top(), extent, body.height()), choose)
            )
        x += extent + share * unit
    ends = [slot for slot in placed if isinstance(slot, Stand) and slot.layer]
    is_output = bool(ends) and ends[-1].layer == len(wish.widths) - 1
    levels = ends[-1].levels() if ends else [0.0]
    middle = (levels[0] + levels[-1]) / 2 if is_output else 0.0
    middle = middle or body.center().y()
    loss = QRectF(right - margin - loss_width, middle - 28 * s, loss_width, 56 * s)
    return Plan(wish, tuple(placed), loss, body)


def _gap_share(wish: Wish, slots: list[Slot], index: int) -> float:
    """Return how much of the free width follows a slot: numbers stand between two layers."""
    after = slots[index + 1] if index + 1 < len(slots) else None
    if after is None and wish.targets:
        return 0.8
    return 1.0 if isinstance(slots[index], int) and isinstance(after, int) else 0.55


def _zip(slots: list[Slot], extents: list[float]) -> list[tuple[Slot, float]]:
    return list(zip(slots, extents, strict=True))


def _slots(wish: Wish) -> list[Slot]:
    """Return layers and spans of folded layers from left to right, as many as find room."""
    last = len(wish.widths) - 1
    # An op may touch many layers, those at the back being the ones that go on from there.
    at_hand = [layer for layer in reversed(wish.at_hand) if 0 <= layer <= last] or [0]
    shown = {at_hand[0]}
    # First what belongs to the op or is opened, then its neighbours, the ends, what lies nearest.
    centre = sum(at_hand) / len(at_hand)
    order = sorted(range(last + 1), key=lambda n: (n not in (0, last), abs(n - centre)))
    near = [n for n in range(last + 1) if min(abs(n - m) for m in at_hand) == 1]
    for layer in [*at_hand, *sorted(wish.opened), *near, *order]:
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
    # The loss stands nearer than a layer would.
    used -= 0.4 * SMALLEST_GAP * s
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
    if slot in wish.opened:
        return (OPEN_CARD + (wish.chains[slot - 1] - 3) * MORE_BOX) * s
    return CARD * s
