"""Rectangles for a tree of panels, and the gaps between them that can be dragged.

Every panel has a size that the design gives it in a window of this size. Where the sizes of a row
or column leave room or need more, all its parts but those of fixed width share that in proportion,
and none gets less than it needs to be read while the others can spare it. Factors say how much
larger than in the design the user made a part. Where nothing was changed, in a window that is
large enough, the rectangles are those of the design.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from PySide6.QtCore import QRect

from gui.places.tree import Split, names

# The part that gets what is left: its factor is 1, and those beside it are relative to it.
MAIN = frozenset({"network", "stage"})
# What a panel needs to be read, at 100 % text size: width, height.
LEAST: dict[str, tuple[int, int]] = {
    "network": (320, 220),
    "right": (332, 220),
    "loss": (140, 140),
    "gradients": (205, 140),
    "confusion": (200, 200),
    "stage": (603, 240),
    "waterfall": (290, 200),
    "ledger": (328, 140),
}


@dataclass(frozen=True)
class Sizes:
    """What is known of the panels.

    Attributes:
        natural: width and height in the design, in pixels; only panels that are to be seen.
        factors: by ``part_key``, how much larger the user made a part; 1 where there is none.
        fixed: panels whose width never changes.
        gap: pixels between two panels.
        scale: the size of the text.
    """

    natural: Mapping[str, tuple[int, int]]
    factors: Mapping[str, float]
    fixed: Set[str]
    gap: int
    scale: float = 1.0


@dataclass(frozen=True)
class Gap:
    """The gap between two parts that can be dragged.

    Attributes:
        area: where it is.
        is_row: whether it parts left from right.
        split: all parts of the row or column that have a place.
        before, after: the parts on its two sides.
        lengths: how long the two are, in pixels.
    """

    area: QRect
    is_row: bool
    split: tuple[str | Split, ...]
    before: str | Split
    after: str | Split
    lengths: tuple[int, int]


def part_key(part: str | Split, is_row: bool) -> str:
    """Return what the factor of ``part`` is called in a row, or in a column."""
    return f"{'width' if is_row else 'height'} {' '.join(names(part))}"


def place(node: str | Split, area: QRect, sizes: Sizes) -> tuple[dict[str, QRect], list[Gap]]:
    """Return the rectangle of every panel of ``node`` that is to be seen, and the gaps."""
    if isinstance(node, str):
        return ({node: area}, []) if node in sizes.natural else ({}, [])
    parts = [part for part in node.parts if _is_seen(part, sizes)]
    places: dict[str, QRect] = {}
    gaps: list[Gap] = []
    start = area.x() if node.is_row else area.y()
    lengths = _lengths(parts, area.width() if node.is_row else area.height(), node.is_row, sizes)
    for index, (part, length) in enumerate(zip(parts, lengths, strict=True)):
        inner, inner_gaps = place(part, _slice(area, node.is_row, start, length), sizes)
        places |= inner
        gaps += inner_gaps
        start += length + sizes.gap
        if index + 1 < len(parts) and not {True} & {
            _is_fixed(side, node.is_row, sizes) for side in parts[index : index + 2]
        }:
            where = _slice(area, node.is_row, start - sizes.gap, sizes.gap)
            pair = (length, lengths[index + 1])
            gaps.append(Gap(where, node.is_row, tuple(parts), part, parts[index + 1], pair))
    return places, gaps


def dragged(gap: Gap, pixels: int, sizes: Sizes) -> dict[str, float]:
    """Return the factors once ``gap`` is dragged so far to the right, or down."""
    first, second = gap.lengths
    low = min(_least(gap.before, gap.is_row, sizes), first)
    high = first + second - min(_least(gap.after, gap.is_row, sizes), second)
    moved = min(max(first + pixels, low), high)
    factors = dict(sizes.factors)
    for part, old, new in (
        (gap.before, first, moved),
        (gap.after, second, first + second - moved),
    ):
        key = part_key(part, gap.is_row)
        factors[key] = factors.get(key, 1.0) * max(new, 1) / max(old, 1)
    keys = [part_key(part, gap.is_row) for part in gap.split]
    unit = next(
        (factors.get(key, 1.0) for key in keys if MAIN & set(key.split())),
        factors.get(keys[0], 1.0),
    )
    for key in keys:
        factors[key] = factors.get(key, 1.0) / unit
    return {key: factor for key, factor in factors.items() if abs(factor - 1) > 1e-9}


def undragged(gap: Gap, factors: Mapping[str, float]) -> dict[str, float]:
    """Return the factors once the parts of ``gap`` have the sizes of the design again."""
    keys = {part_key(part, gap.is_row) for part in gap.split}
    return {key: factor for key, factor in factors.items() if key not in keys}


def _lengths(parts: list[str | Split], room: int, is_row: bool, sizes: Sizes) -> list[int]:
    """Return how long each of ``parts`` is; they and the gaps between them fill ``room``."""
    natural = [float(_natural(part, is_row, sizes)) for part in parts]
    fixed = [_is_fixed(part, is_row, sizes) for part in parts]
    free = room - sizes.gap * (len(parts) - 1)
    free -= sum(round(length) for length, is_fixed in zip(natural, fixed, strict=True) if is_fixed)
    wanted = [
        length * sizes.factors.get(part_key(part, is_row), 1.0)
        for part, length in zip(parts, natural, strict=True)
    ]
    wanted = _spared(
        wanted,
        [
            0 if is_fixed else _least(part, is_row, sizes)
            for part, is_fixed in zip(parts, fixed, strict=True)
        ],
        [not is_fixed for is_fixed in fixed],
        max(free, 0),
    )
    lengths, done, given = [], 0.0, 0
    for length, want, is_fixed in zip(natural, wanted, fixed, strict=True):
        if is_fixed:
            lengths.append(round(length))
            continue
        # Rounded where each ends, so that none of the room is lost.
        done += want
        lengths.append(round(done) - given)
        given = round(done)
    return lengths


def _spared(wanted: list[float], least: list[int], is_free: list[bool], room: float) -> list[float]:
    """Return lengths that fill ``room`` as ``wanted`` do to each other, none below ``least``.

    Where there is not enough room for that, they are to each other as ``least`` are.
    """
    free = [index for index, is_one in enumerate(is_free) if is_one]
    found = [0.0] * len(wanted)
    if sum(least[index] for index in free) >= room:
        wanted = [float(length) for length in least]
    else:
        while True:
            total = sum(wanted[index] for index in free)
            short = [i for i in free if total and wanted[i] * room / total < least[i]]
            if not short:
                break
            for index in short:
                found[index] = least[index]
                room -= least[index]
                free.remove(index)
    total = sum(wanted[index] for index in free)
    for index in free:
        found[index] = wanted[index] * room / total if total else 0.0
    return found


def least_size(node: str | Split, sizes: Sizes) -> tuple[int, int]:
    """Return the width and height in which what is to be seen of ``node`` can be read."""
    if not _is_seen(node, sizes):
        return (0, 0)
    return _least(node, True, sizes), _least(node, False, sizes)


def _least(node: str | Split, is_row: bool, sizes: Sizes) -> int:
    """Return what ``node`` needs to be read."""
    if isinstance(node, str):
        if is_row and node in sizes.fixed:
            return sizes.natural[node][0]
        return round(LEAST.get(node, (0, 0))[not is_row] * sizes.scale)
    lengths = [_least(part, is_row, sizes) for part in node.parts if _is_seen(part, sizes)]
    if node.is_row == is_row:
        return sum(lengths) + sizes.gap * (len(lengths) - 1)
    return max(lengths)


def _natural(node: str | Split, is_row: bool, sizes: Sizes) -> int:
    """Return the width of ``node`` in the design, or its height."""
    if isinstance(node, str):
        return sizes.natural[node][0 if is_row else 1]
    lengths = [_natural(part, is_row, sizes) for part in node.parts if _is_seen(part, sizes)]
    if node.is_row == is_row:
        return sum(lengths) + sizes.gap * (len(lengths) - 1)
    return max(lengths)


def _is_seen(part: str | Split, sizes: Sizes) -> bool:
    return any(name in sizes.natural for name in names(part))


def _is_fixed(part: str | Split, is_row: bool, sizes: Sizes) -> bool:
    return is_row and isinstance(part, str) and part in sizes.fixed


def _slice(area: QRect, is_row: bool, start: int, length: int) -> QRect:
    if is_row:
        return QRect(start, area.y(), length, area.height())
    return QRect(area.x(), start, area.width(), length)
