"""The words over the loss plot and where they go: changes, and what guessing would lose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from gui.numbers import format_value
from gui.theme import scaled

if TYPE_CHECKING:
    from gui.loss.decor import Decor

LINE_HEIGHT = 16
MOST_WORD_ROWS = 3


def words_of(decor: Decor, metrics: QFontMetricsF) -> list[tuple[QRectF, str]]:
    """Return the words of the marks and of guessing, and where they go."""
    words = _places_of_marks(decor, metrics)
    if decor.guessing is not None:
        text = f"guessing: {format_value(decor.guessing[1], 3)}"
        taken = [box for box, _ in words]
        words.append((_place_of_guess(decor, metrics.horizontalAdvance(text), taken), text))
    return words


def _place_of_guess(decor: Decor, width: float, taken: Sequence[QRectF]) -> QRectF:
    """Return where at the line of guessing its words go, off those that are ``taken``."""
    assert decor.guessing is not None
    area, height, gap = decor.area, scaled(LINE_HEIGHT), scaled(6)
    share, _, is_below = decor.guessing
    above, below = decor.y(share) - height - gap, decor.y(share) + gap
    has_room = below + height <= area.bottom() if is_below else above >= area.top()
    first, second = (below, above) if is_below == has_room else (above, below)
    right, left = area.right() - width - 2, area.left() + 4
    places = [QRectF(x, y, width, height) for x in (right, left) for y in (first, second)]
    within = area.adjusted(0, -1, 0, 1)
    free = (p for p in places if within.contains(p) and not any(p.intersects(t) for t in taken))
    return next(free, places[0])


def _places_of_marks(decor: Decor, metrics: QFontMetricsF) -> list[tuple[QRectF, str]]:
    """Return where the words of the marks go, in rows so that none overlap.

    They stand behind their line, near the right edge before it, and across it where neither side
    has room; what finds no row is left to the reading at the pointer.
    """
    area, height, gap = decor.area, scaled(LINE_HEIGHT), scaled(6)
    free_from = [area.left()] * MOST_WORD_ROWS
    found = []
    for share, text in sorted(mark for mark in decor.marks if 0 <= mark[0] <= 1):
        width = metrics.horizontalAdvance(text)
        left = decor.x(share) + gap
        if left + width > area.right():
            left = decor.x(share) - gap - width
        if left < area.left():
            left = max(area.left(), area.right() - width)
        row = next((row for row, free in enumerate(free_from) if free <= left), None)
        if row is None:
            continue
        free_from[row] = left + width + gap
        found.append((QRectF(left, area.top() + row * height, width, height), text))
    return found
