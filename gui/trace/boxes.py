"""Boxes that a formula is built of: things to draw, in their places round a base line.

A box is flat: setting one inside another moves its pieces, so that painting and hit-testing are
loops. Coordinates grow to the right and down, the origin is the left end of the base line. Colours
and nodes are unknown here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from core.explain.reference import Reference
from core.network.parameters import Floats

AreaKind = Literal["symbol", "frame", "entry", "number"]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Text at a place; ``name`` is the value that it belongs to, "" for none."""

    x: float
    y: float
    text: str
    font: QFont
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, such as the bar of a fraction."""

    points: tuple[tuple[float, float], ...]
    width: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Plate:
    """The tinted ground of a matrix."""

    rect: QRectF
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class HeatGrid:
    """A matrix as colours.

    Attributes:
        rect: where.
        cells: (rows, columns) as shown.
        scale: the magnitude at the ends of the colour scale.
        name: the value whose entries these are.
        transposed: whether rows and columns are exchanged against that value.
        is_vector: whether that value has one index only.
    """

    rect: QRectF
    cells: Floats
    scale: float
    name: str
    transposed: bool
    is_vector: bool

    def reference_at(self, x: float, y: float) -> Reference | None:
        """Return the entry drawn at a point, None outside."""
        if not self.rect.contains(x, y):
            return None
        rows, columns = self.cells.shape
        i = min(int((y - self.rect.top()) / self.rect.height() * rows), rows - 1)
        j = min(int((x - self.rect.left()) / self.rect.width() * columns), columns - 1)
        if self.is_vector:
            return Reference(self.name, (max(i, j),))
        return Reference(self.name, (j, i) if self.transposed else (i, j))

    def cell(self, reference: Reference) -> QRectF | None:
        """Return where an entry is drawn, None for an entry of another value."""
        if reference.name != self.name or not reference.index:
            return None
        rows, columns = self.cells.shape
        if self.is_vector:
            place = reference.index[0]
            i, j = (0, place) if columns > 1 else (place, 0)
        else:
            i, j = reference.index[::-1] if self.transposed else reference.index
        if not (i < rows and j < columns):
            return None
        width, height = self.rect.width() / columns, self.rect.height() / rows
        return QRectF(self.rect.left() + j * width, self.rect.top() + i * height, width, height)


@dataclass(frozen=True, slots=True)
class Area:
    """The room of a symbol, a matrix, or a number, by which it is found under the pointer."""

    rect: QRectF
    reference: Reference
    kind: AreaKind

    def answers(self, pointed: Reference) -> bool:
        """Return whether this is to stand out when ``pointed`` is pointed at."""
        if self.kind in ("frame", "entry"):
            return self.reference == pointed
        return self.reference.covers(pointed) or pointed.covers(self.reference)


@dataclass(frozen=True, slots=True)
class Box:
    """Pieces around a base line.

    Attributes:
        width, ascent, descent: the room taken.
        glyphs, strokes, plates, grids: what is drawn.
        areas: what can be pointed at.
    """

    width: float = 0.0
    ascent: float = 0.0
    descent: float = 0.0
    glyphs: tuple[Glyphs, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    plates: tuple[Plate, ...] = ()
    grids: tuple[HeatGrid, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def height(self) -> float:
        """Return the room from top to bottom."""
        return self.ascent + self.descent

    def moved(self, dx: float, dy: float) -> Box:
        """Return the pieces elsewhere, the room grown or shrunk to match."""
        if dx == 0 and dy == 0:
            return self
        # Written out, since dataclasses.replace takes most of the time of setting a formula.
        return Box(
            self.width + dx,
            self.ascent - dy,
            self.descent + dy,
            tuple([Glyphs(g.x + dx, g.y + dy, g.text, g.font, g.name) for g in self.glyphs]),
            tuple(
                [
                    Stroke(tuple([(x + dx, y + dy) for x, y in s.points]), s.width, s.name)
                    for s in self.strokes
                ]
            ),
            tuple([Plate(p.rect.translated(dx, dy), p.name) for p in self.plates]),
            tuple([replace(g, rect=g.rect.translated(dx, dy)) for g in self.grids]),
            tuple([Area(a.rect.translated(dx, dy), a.reference, a.kind) for a in self.areas]),
        )

    def with_area(self, reference: Reference, kind: AreaKind) -> Box:
        """Return this box as something that can be pointed at as a whole."""
        rect = QRectF(0, -self.ascent, self.width, self.height)
        return replace(self, areas=(*self.areas, Area(rect, reference, kind)))

    def named(self, name: str) -> Box:
        """Return this box with all that has no value yet belonging to ``name``."""
        glyphs = [Glyphs(g.x, g.y, g.text, g.font, g.name or name) for g in self.glyphs]
        strokes = [Stroke(s.points, s.width, s.name or name) for s in self.strokes]
        return replace(self, glyphs=tuple(glyphs), strokes=tuple(strokes))

    def reference_at(self, point: QPointF) -> Reference | None:
        """Return what is under ``point``: the smallest thing there, None for nothing."""
        x, y = point.x(), point.y()
        for grid in self.grids:
            if (found := grid.reference_at(x, y)) is not None:
                return found
        hits = [area for area in self.areas if area.rect.contains(point)]
        if not hits:
            return None
        return min(hits, key=lambda a: a.rect.width() * a.rect.height()).reference


def overlay(boxes: Sequence[Box], width: float | None = None) -> Box:
    """Return boxes drawn over each other; ``width`` in place of the widest one's."""
    return Box(
        max((box.width for box in boxes), default=0.0) if width is None else width,
        max((box.ascent for box in boxes), default=0.0),
        max((box.descent for box in boxes), default=0.0),
        tuple(piece for box in boxes for piece in box.glyphs),
        tuple(piece for box in boxes for piece in box.strokes),
        tuple(piece for box in boxes for piece in box.plates),
        tuple(piece for box in boxes for piece in box.grids),
        tuple(piece for box in boxes for piece in box.areas),
    )


def beside(boxes: Sequence[Box], gap: float = 0.0) -> Box:
    """Return boxes beside each other on one base line."""
    placed, x = [], 0.0
    for box in boxes:
        placed.append(box.moved(x, 0))
        x += box.width + gap
    return overlay(placed, max(0.0, x - gap))
