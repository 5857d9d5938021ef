"""How panels share the window: rows and columns within each other, down to the panels.

A tree says what lies beside what and nothing of sizes: ``placing`` makes rectangles of it. Trees
are values; a change makes another tree. No Qt in here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Side = Literal["left", "right", "above", "below"]


@dataclass(frozen=True)
class Split:
    """Parts side by side in a row, or one above the other in a column."""

    is_row: bool
    parts: tuple[str | Split, ...]


def row(*parts: str | Split) -> Split:
    """Return ``parts`` from left to right."""
    return Split(True, parts)


def column(*parts: str | Split) -> Split:
    """Return ``parts`` from top to bottom."""
    return Split(False, parts)


def names(node: str | Split) -> tuple[str, ...]:
    """Return the panels of ``node`` in order."""
    if isinstance(node, str):
        return (node,)
    return tuple(name for part in node.parts for name in names(part))


def without(node: str | Split, name: str) -> str | Split | None:
    """Return ``node`` without the panel ``name``; None where nothing is left."""
    if isinstance(node, str):
        return None if node == name else node
    kept = [part for part in (without(part, name) for part in node.parts) if part is not None]
    return _joined(node.is_row, kept) if kept else None


def swapped(node: str | Split, one: str, other: str) -> str | Split:
    """Return ``node`` with two panels in each other's place."""
    if isinstance(node, str):
        return {one: other, other: one}.get(node, node)
    return Split(node.is_row, tuple(swapped(part, one, other) for part in node.parts))


def beside(node: str | Split, name: str, target: str, side: Side) -> str | Split:
    """Return ``node`` with the panel ``name`` taken to a ``side`` of the panel ``target``."""
    rest = without(node, name)
    if rest is None or name == target:
        return node
    return _inserted(rest, name, target, side)


def at_edge(node: str | Split, name: str, side: Side) -> str | Split:
    """Return ``node`` with the panel ``name`` along a whole ``side`` of it."""
    rest = without(node, name)
    if rest is None:
        return node
    parts = [name, rest] if side in ("left", "above") else [rest, name]
    return _joined(side in ("left", "right"), parts)


def as_data(node: str | Split) -> object:
    """Return ``node`` as lists and words, for a file."""
    if isinstance(node, str):
        return node
    return ["row" if node.is_row else "column", *map(as_data, node.parts)]


def from_data(data: object, expected: Iterable[str]) -> str | Split:
    """Return the tree that ``as_data`` wrote.

    Raises:
        ValueError: it is none, or does not hold each of the ``expected`` panels once.
    """
    node = _read(data, depth=0)
    if sorted(names(node)) != sorted(expected):
        raise ValueError(f"panels {sorted(names(node))} in place of {sorted(expected)}")
    return node


def _inserted(node: str | Split, name: str, target: str, side: Side) -> str | Split:
    if isinstance(node, str):
        if node != target:
            return node
        pair = [name, node] if side in ("left", "above") else [node, name]
        return _joined(side in ("left", "right"), pair)
    return _joined(node.is_row, [_inserted(part, name, target, side) for part in node.parts])


def _joined(is_row: bool, parts: Sequence[str | Split]) -> str | Split:
    """Return one split of ``parts``, those of the same direction taken apart."""
    flat: list[str | Split] = []
    for part in parts:
        if isinstance(part, Split) and part.is_row == is_row:
            flat += part.parts
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Split(is_row, tuple(flat))


def _read(data: object, depth: int) -> str | Split:
    if isinstance(data, str):
        return data
    if not isinstance(data, list) or len(data) < 3 or depth > 20:
        raise ValueError(f"expected a panel or a row or column of some, got {data!r:.60}")
    if data[0] not in ("row", "column"):
        raise ValueError(f"expected 'row' or 'column', got {data[0]!r:.60}")
    return _joined(data[0] == "row", [_read(part, depth + 1) for part in data[1:]])
