"""Sets the values of a step as matrices in brackets: small ones as numbers, large ones as colours.

A vector is a column, transposed a row. Colours run over the matrix' own largest magnitude, which
stands beneath it; single entries are read by pointing at them. A value that does not exist yet, or
is hidden, is a question mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from core.explain.notation import Slot
from core.explain.reference import Reference
from core.network.parameters import Floats
from gui.numbers import format_value
from gui.theme import scaled, ui_font
from gui.trace.boxes import Area, Box, Glyphs, HeatGrid, Plate, Stroke, overlay
from gui.trace.ink import CAPTION, ENTRY
from gui.trace.typeset import AXIS, Style

MOST_ROWS, MOST_COLUMNS = 4, 4
LARGEST_CELL = 13
SMALLEST_SIDE = 10
SCALE_DIGITS = 3
ROW_HEIGHT, COLUMN_GAP, PAD = 1.42, 10, 6


@dataclass(frozen=True, eq=False)
class MatrixSetter:
    """Sets slots.

    Attributes:
        values: what can be shown, by name.
        side: the greatest extent of a matrix of colours, at 100 %.
        colored: the names whose matrices are colours although they are small.
    """

    values: Mapping[str, Floats]
    side: float
    colored: frozenset[str] = frozenset()

    def __call__(self, slot: Slot, style: Style) -> Box:
        """Return the box of ``slot``."""
        value = self.values.get(slot.name)
        if value is None:
            return _unknown(slot, style)
        if self.is_colored(slot):
            return _as_colors(slot, value, style, self.side)
        return _as_numbers(slot, value, style)

    def is_colored(self, slot: Slot) -> bool:
        """Return whether a slot's matrix is shown as colours."""
        value = self.values.get(slot.name)
        return value is not None and (slot.name in self.colored or not fits_numbers(value))


def fits_numbers(value: Floats) -> bool:
    """Return whether a value is small enough to be shown as numbers."""
    rows, columns = _matrix(value, transposed=False).shape
    return bool(rows <= MOST_ROWS and columns <= MOST_COLUMNS)


def has_references(name: str) -> bool:
    """Return whether a value is one of the step's, and not derived for an explanation."""
    return name not in ("share", "jacobian")


def _matrix(value: Floats, *, transposed: bool) -> Floats:
    matrix: Floats = value.reshape(-1, 1) if value.ndim < 2 else value
    return matrix.T if transposed else matrix


def _as_numbers(slot: Slot, value: Floats, style: Style) -> Box:
    cells = _matrix(value, transposed=slot.transposed)
    font = ui_font(style.numbers, style.weight)
    metrics = QFontMetricsF(font)
    texts = [[format_value(float(number)) for number in line] for line in cells]
    widths = [
        max(metrics.horizontalAdvance(text) for text in column)
        for column in zip(*texts, strict=True)
    ]
    row_height = scaled(style.numbers) * ROW_HEIGHT
    pad, gap = scaled(PAD), scaled(COLUMN_GAP)
    width = sum(widths) + gap * (len(widths) - 1) + 2 * pad
    height = row_height * len(texts) + scaled(2)
    top = -AXIS * style.size - height / 2
    glyphs, areas = [], []
    for i, line in enumerate(texts):
        x = float(pad)
        middle = top + scaled(1) + (i + 0.5) * row_height
        base = middle + metrics.capHeight() / 2
        for j, text in enumerate(line):
            left = x + widths[j] - metrics.horizontalAdvance(text)
            glyphs.append(Glyphs(left, base, text, font, ENTRY))
            if has_references(slot.name):
                room = QRectF(x - gap / 2, middle - row_height / 2, widths[j] + gap, row_height)
                reference = Reference(slot.name, _index(value, slot, i, j))
                areas.append(Area(room, reference, "entry"))
            x += widths[j] + gap
    return _bracketed(slot, width, top, height, Box(glyphs=tuple(glyphs), areas=tuple(areas)))


def _index(value: Floats, slot: Slot, i: int, j: int) -> tuple[int, ...]:
    if value.ndim < 2:
        return (max(i, j),)
    return (j, i) if slot.transposed else (i, j)


def _as_colors(slot: Slot, value: Floats, style: Style, side: float) -> Box:
    cells = _matrix(value, transposed=slot.transposed)
    limit = scaled(side)
    height, width = (
        max(scaled(SMALLEST_SIDE), min(limit, count * scaled(LARGEST_CELL)))
        for count in cells.shape
    )
    font = ui_font(11)
    metrics = QFontMetricsF(font)
    magnitudes = np.abs(cells[np.isfinite(cells)])
    scale = float(magnitudes.max()) if magnitudes.size else 0.0
    words = f"±{format_value(scale, SCALE_DIGITS)}" if magnitudes.size else "not finite"
    words_width = metrics.horizontalAdvance(words)
    pad = scaled(4)
    top = -AXIS * style.size - (height + 2 * pad) / 2
    grid = HeatGrid(
        QRectF(pad, top + pad, width, height),
        cells,
        scale,
        slot.name if has_references(slot.name) else "",
        slot.transposed,
        value.ndim < 2,
    )
    body = _bracketed(slot, width + 2 * pad, top, height + 2 * pad, Box(grids=(grid,)))
    caption_top = top + height + 2 * pad + scaled(2)
    base = caption_top + metrics.ascent()
    full = max(body.width, words_width)
    caption = Box(
        full,
        0.0,
        base + metrics.descent(),
        (Glyphs((full - words_width) / 2, base, words, font, CAPTION),),
    )
    return overlay([body.moved((full - body.width) / 2, 0), caption], full)


def _unknown(slot: Slot, style: Style) -> Box:
    font = ui_font(style.numbers, 600)
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance("?") + 2 * scaled(12)
    height = scaled(style.numbers) * ROW_HEIGHT + scaled(2)
    top = -AXIS * style.size - height / 2
    base = top + height / 2 + metrics.capHeight() / 2
    mark = Glyphs((width - metrics.horizontalAdvance("?")) / 2, base, "?", font, slot.name)
    return _bracketed(slot, width, top, height, Box(glyphs=(mark,)))


def _bracketed(slot: Slot, width: float, top: float, height: float, body: Box) -> Box:
    """Return ``body`` on its plate between square brackets, ``top`` to ``top`` + ``height``."""
    serif, thick = scaled(4), max(1.0, scaled(15) / 10)
    half = thick / 2
    bottom = top + height
    strokes = tuple(
        Stroke(
            (
                (edge + inwards * serif, top + half),
                (edge, top + half),
                (edge, bottom - half),
                (edge + inwards * serif, bottom - half),
            ),
            thick,
            slot.name,
        )
        for edge, inwards in ((half, 1), (width - half, -1))
    )
    plate = Plate(QRectF(0, top, width, height), slot.name)
    frame = Box(width, -top, bottom, strokes=strokes, plates=(plate,))
    if has_references(slot.name):
        frame = frame.with_area(Reference(slot.name), "frame")
    return overlay([frame, body], width)
