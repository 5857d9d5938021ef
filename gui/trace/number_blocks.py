"""Sets the equations of an op with their numbers put in, so that they fit a width.

What is too wide is set smaller, then broken before its sign of equality, and last the largest
matrices turn into colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFontMetricsF

from core.explain.explanation import Explanation
from core.explain.notation import Fence, Node, Row, Slot, Text, Value
from core.explain.op_formula import NumberRow
from gui.theme import scaled, ui_font
from gui.trace.boxes import Box, Glyphs, overlay
from gui.trace.ink import WEAK
from gui.trace.matrices import MatrixSetter, fits_numbers
from gui.trace.typeset import formula_style, set_node

NUMBER_SIZES = (17, 16, 15, 14)
EQUALS = Text(" = ")


@dataclass(frozen=True, slots=True)
class Density:
    """How densely a sheet is set.

    Attributes:
        formula, numbers, side: the largest sizes of formulas, numbers and coloured matrices.
        entries: how many entries of a matrix are shown as numbers at most.
    """

    formula: int
    numbers: int
    side: float
    entries: int


def number_boxes(explanation: Explanation, width: float, density: Density) -> list[Box]:
    """Return the equations' boxes: smaller, broken, or in colours where they are too wide."""
    values = explanation.reading.values
    known = [name for name in _slot_names(explanation) if name in values]
    colored = frozenset(name for name in known if values[name].size > density.entries)
    small = [name for name in known if name not in colored and fits_numbers(values[name])]
    small.sort(key=lambda name: values[name].size)
    while True:
        for equations in (explanation.numbers, _broken(explanation.numbers)):
            for pixels in (size for size in NUMBER_SIZES if size <= density.numbers):
                style = formula_style(pixels, MatrixSetter(values, density.side, colored))
                boxes = [
                    _captioned(set_node(row.equation, style), row.caption) for row in equations
                ]
                if max(box.width for box in boxes) <= width:
                    return boxes
        if not small:
            return boxes
        # Too wide even when broken: the largest matrix turns into colours.
        colored |= {small.pop()}


def _broken(rows: Sequence[NumberRow]) -> tuple[NumberRow, ...]:
    """Return equations in two pieces each, broken before their sign of equality."""
    pieces: list[NumberRow] = []
    for row in rows:
        parts = row.equation.parts if isinstance(row.equation, Row) else ()
        places = [i for i, part in enumerate(parts) if part == EQUALS]
        # A symbol before the first sign of equality stays with what it is.
        place = (places or [0])[0 if parts and isinstance(parts[0], Slot) else -1]
        if place and (isinstance(parts[0], Slot) or len(places) > 1):
            pieces += [
                NumberRow(row.caption, Row(parts[:place])),
                NumberRow("", Row((Text("= "), *parts[place + 1 :]))),
            ]
        else:
            pieces.append(row)
    return tuple(pieces)


def _captioned(box: Box, caption: str) -> Box:
    """Return ``box`` with a caption above its left end."""
    if not caption:
        return box
    font = ui_font(11)
    metrics = QFontMetricsF(font)
    base = -box.ascent - scaled(4) - metrics.descent()
    width = metrics.horizontalAdvance(caption)
    words = Box(width, -base + metrics.ascent(), 0.0, (Glyphs(0.0, base, caption, font, WEAK),))
    return overlay([box, words])


def _slot_names(explanation: Explanation) -> list[str]:
    names: dict[str, None] = {}
    for row in explanation.numbers:
        names.update(dict.fromkeys(slots_of(row.equation)))
    return list(names)


def slots_of(node: Node) -> list[str]:
    """Return the names of the values that are put into ``node``."""
    match node:
        case Slot(name):
            return [name]
        case Row(parts):
            return [name for part in parts for name in slots_of(part)]
        case Fence(body) | Value(_, body):
            return slots_of(body)
    return []
