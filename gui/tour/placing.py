"""Where a bubble stands: beside what it points at, inside the area that it may cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QRect, QSize

Side = Literal["right", "below", "left", "above", "none"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a bubble.

    Attributes:
        rect: the bubble without its pointer.
        side: on which side of its target it stands; "none": over it, without a pointer.
        tip: where the pointer ends.
    """

    rect: QRect
    side: Side
    tip: QPoint


def place_bubble(target: QRect, size: QSize, area: QRect, gap: int) -> Place:
    """Return the first place beside ``target`` that fits into ``area``; ``gap`` is for the pointer.

    All in the coordinates of the window. Where no side has room the bubble lies over the target.
    """
    width, height = size.width(), size.height()
    middle = target.center()
    sides: tuple[tuple[Side, QPoint, QPoint], ...] = (
        (
            "right",
            QPoint(target.right() + 1 + gap, middle.y() - height // 2),
            QPoint(target.right() + 1, middle.y()),
        ),
        (
            "below",
            QPoint(middle.x() - width // 2, target.bottom() + 1 + gap),
            QPoint(middle.x(), target.bottom() + 1),
        ),
        (
            "left",
            QPoint(target.left() - gap - width, middle.y() - height // 2),
            QPoint(target.left(), middle.y()),
        ),
        (
            "above",
            QPoint(middle.x() - width // 2, target.top() - gap - height),
            QPoint(middle.x(), target.top()),
        ),
    )
    for side, corner, tip in sides:
        rect = _inside(QRect(corner, size), area)
        is_beside = rect.left() <= tip.x() <= rect.right() or rect.top() <= tip.y() <= rect.bottom()
        if area.contains(rect) and is_beside and not rect.intersects(target):
            return Place(rect, side, tip)
    rect = _inside(QRect(middle - QPoint(width // 2, height // 2), size), area)
    return Place(rect, "none", rect.center())


def _inside(rect: QRect, area: QRect) -> QRect:
    """Return ``rect`` moved into ``area``."""
    x = max(area.left(), min(rect.x(), area.right() + 1 - rect.width()))
    y = max(area.top(), min(rect.y(), area.bottom() + 1 - rect.height()))
    return QRect(QPoint(x, y), rect.size())
