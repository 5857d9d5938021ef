"""Sets the lines in which an op's entries are written out: label, terms, result.

A sum takes two rows where it does not fit one. Of a longer one as many terms stand there as fit,
the last of them too, and how many are left out. Results of short lines stand in one column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtGui import QFontMetricsF

from core.explain.notation import Node, Number
from core.explain.written_line import Line
from gui.numbers import format_count, format_value
from gui.theme import scaled, ui_font
from gui.trace.boxes import Box, Glyphs, beside, overlay
from gui.trace.ink import WEAK
from gui.trace.typeset import Style, line_style, set_node, set_number

SIZES = (12, 11)
LABEL_GAP = 12
ROW = 22
BASE = 15
# No two rows hold more terms.
MOST_TERMS = 12


def set_lines(lines: Sequence[Line], written: str, width: float) -> list[Box]:
    """Return the box of each line; ``written`` is the value that their results are of.

    A line's ascent and descent are those of its whole rows.
    """
    if not lines:
        return []
    style = line_style(SIZES[0])
    labels = [_words(line.label, style) for line in lines]
    column = max(label.width for label in labels) + scaled(LABEL_GAP)
    room = width - column
    sums = [_sum(line, written, room) for line in lines]
    # Only what stands in one row lines up.
    single = [rows for rows in sums if len(rows) == 1]
    left = max((rows[0][0].width for rows in single), default=0.0)
    fits = all(left + rows[0][1].width <= room for rows in single)
    boxes = []
    for label, rows in zip(labels, sums, strict=True):
        parts = [label]
        for number, (terms, result) in enumerate(rows):
            drop = number * scaled(ROW - 4)
            at = left if fits and len(rows) == 1 else terms.width
            parts += [terms.moved(column, drop), result.moved(column + at, drop)]
        whole = overlay(parts)
        depth = scaled(ROW - BASE) + (len(rows) - 1) * scaled(ROW - 4)
        boxes.append(replace(whole, ascent=float(scaled(BASE)), descent=float(depth)))
    return boxes


Rows = list[tuple[Box, Box]]


def _sum(line: Line, written: str, room: float) -> Rows:
    """Return the rows of a line, each its terms and what follows them."""
    if len(line.terms) <= MOST_TERMS:
        for pixels in SIZES:
            style = line_style(pixels)
            result = _result(line, written, style)
            terms = beside(_joined([set_node(term, style) for term in line.terms], style))
            if terms.width + result.width <= room:
                return [(terms, result)]
    if len(line.terms) == 1:
        return _broken_before_result(line, written, room)
    style = line_style(SIZES[0])
    result = _result(line, written, style)
    return _two_rows(line.terms, result, style, room)


def _broken_before_result(line: Line, written: str, room: float) -> Rows:
    """Return a long term with its result in a row of its own, or that alone."""
    for pixels in SIZES:
        style = line_style(pixels)
        terms, result = set_node(line.terms[0], style), _result(line, written, style)
        if terms.width <= room:
            return [(terms, Box()), (Box(), result)]
    return [(Box(), _result(line, written, line_style(SIZES[0])))]


def _two_rows(terms: Sequence[Node], result: Box, style: Style, room: float) -> Rows:
    """Return as many terms as two rows hold; the last one is always among them."""
    plus = _words(" + ", style)
    pieces: list[Box] = []
    used = 0.0
    for term in terms[:-1]:
        box = set_node(term, style)
        pieces.append(beside([plus, box]) if pieces else box)
        used += pieces[-1].width
        if used > 2 * room:
            break
    last = beside([plus, set_node(terms[-1], style)])
    for count in range(len(pieces), 0, -1):
        rest = len(terms) - 1 - count
        gap = [_words(f" + … {format_count(rest)} more", style)] if rest else []
        above, below = _split([*pieces[:count], *gap, last], room)
        if sum(box.width for box in below) + result.width <= room:
            return [(beside(above), Box()), (beside(below), result)]
    return [(Box(), result)]


def _split(pieces: Sequence[Box], room: float) -> tuple[list[Box], list[Box]]:
    """Return the pieces that fit the first row, and the others; at least one of these."""
    used, count = 0.0, 0
    while count < len(pieces) - 1 and used + pieces[count].width <= room:
        used += pieces[count].width
        count += 1
    return list(pieces[:count]), list(pieces[count:])


def _joined(boxes: Sequence[Box], style: Style) -> list[Box]:
    plus = _words(" + ", style)
    return [piece for box in boxes for piece in (plus, box)][1:]


def _result(line: Line, written: str, style: Style) -> Box:
    parts = [_words(" = ", style), _number(line.result, written, style)]
    if line.whole is not None:
        parts += [_words(" of ", style), _number(line.whole, written, style)]
    return beside(parts)


def _number(number: Number, written: str, style: Style) -> Box:
    return set_number(number, replace(style, write=format_value), written)


def _words(text: str, style: Style) -> Box:
    font = ui_font(style.numbers)
    metrics = QFontMetricsF(font)
    glyphs = Glyphs(0.0, 0.0, text, font, WEAK)
    width = metrics.horizontalAdvance(text)
    return Box(width, metrics.ascent(), metrics.descent(), (glyphs,) if text else ())
