"""Which panel lies next to another."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect

from gui.places.tree import Side


def neighbour(places: Mapping[str, QRect], name: str, side: Side, gap: int) -> str | None:
    """Return the panel across the ``gap`` at ``side`` of ``name`` that shares most of that side."""
    if name not in places:
        return None
    is_row, is_before = side in ("left", "right"), side in ("left", "above")
    start, end, low, high = _extent(places[name], is_row)
    shared: dict[str, int] = {}
    for other, rectangle in places.items():
        other_start, other_end, other_low, other_high = _extent(rectangle, is_row)
        distance = start - other_end if is_before else other_start - end
        length = min(high, other_high) - max(low, other_low)
        # Two pixels more, for what rounding may do.
        if other != name and 0 < distance <= gap + 2 and length > 0:
            shared[other] = length
    return max(shared, key=lambda other: shared[other], default=None)


def _extent(rectangle: QRect, is_row: bool) -> tuple[int, int, int, int]:
    """Return where ``rectangle`` begins and ends along a row, or column, and across it."""
    across = rectangle.left(), rectangle.right()
    down = rectangle.top(), rectangle.bottom()
    return (*across, *down) if is_row else (*down, *across)
