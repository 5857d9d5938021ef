"""Stands the units of one layer above each other, in cards as large as there is room for.

Cards get smaller with the number of units: all rows of a unit, three of them, two, one. What still
does not fit is counted beneath.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF

from gui.stage.plan import (
    BIASES,
    CAPTION,
    MOST_SPACE,
    OPEN_HEIGHT,
    PICTURE,
    PILL_ROW,
    ROW,
    SPACE,
    Stand,
    Style,
    Wish,
    card_padding,
)

Choose = Callable[[int, int], tuple[int, ...]]


def card_height(style: Style, rows: int, scale: float) -> float:
    """Return the height of a card."""
    if style == "input":
        return 36 * scale
    if style == "open":
        return OPEN_HEIGHT * scale
    count = {"full": rows, "some": 3, "two": 2, "one": 1}[style]
    return (count * ROW + card_padding(style)) * scale


def _styles(wish: Wish, layer: int) -> tuple[Style, ...]:
    if layer == 0:
        return ("input",)
    if layer in wish.opened:
        return ("open",)
    return ("full", "some", "two", "one")


def _pitch(wish: Wish, layer: int, style: Style) -> float:
    rows = wish.rows[layer - 1] if layer else 0
    height = card_height(style, rows, wish.scale) + SPACE[style] * wish.scale
    return height + _below(wish, layer, style)


def _below(wish: Wish, layer: int, style: Style) -> float:
    return BIASES.get(style, 0) * wish.scale if wish.biases and layer else 0.0


def make_stand(wish: Wish, layer: int, place: QRectF, choose: Choose) -> Stand:
    """Return ``layer`` in its column ``place``; ``choose(layer, count)`` names units to show."""
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
    below = _below(wish, layer, style)
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
    width, caption = PICTURE * wish.scale, CAPTION * wish.scale
    height = width * rows / columns
    has_weights = 2 * height + 2.5 * caption <= place.height()
    height = min(height, place.height() - 2 * caption)
    total = 2 * height + 2.5 * caption if has_weights else height
    rect = QRectF(place.left(), place.center().y() - total / 2, width, height)
    weights = rect.translated(0, height + 1.5 * caption) if has_weights else None
    return Stand(0, "picture", tuple(range(wish.widths[0])), 0, (rect,), None, weights)
