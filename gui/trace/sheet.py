"""Lays an explained op out on a sheet of a given size.

From the top: caption, formula, shapes, numbers, entries written out, sentence. What is too wide is
set smaller in steps; what is too high is set more densely until some entries have room; entries
that have none are counted. The order and the places do not depend on colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from core.explain.explanation import Explanation
from core.explain.notation import Node
from core.explain.reference import Reference
from gui.fonts import Weight
from gui.theme import scaled, ui_font
from gui.trace.boxes import Box, beside
from gui.trace.lines import ROW, set_lines
from gui.trace.number_blocks import Density, number_boxes
from gui.trace.typeset import formula_style, set_formula

FORMULA_SIZES = (24, 21, 18, 16)
EQUATION_GAP, BLOCK_GAP, ROW_GAP = 26, 22, 8
WIDE_SPACE = 0.40
# So many entries are worth a denser sheet; of few all.
WANTED_LINES, FEW_LINES = 3, 6
TOP = 12
MORE = "arrow keys or wheel for more"


DENSITIES = (
    Density(24, 17, 104, 16),
    Density(24, 17, 84, 16),
    Density(24, 17, 66, 16),
    Density(21, 16, 54, 16),
    Density(18, 15, 46, 8),
    Density(16, 14, 40, 4),
)


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of plain text: where, how large, and in the colour of which token."""

    rect: QRectF
    text: str
    pixels: float
    token: str
    weight: Weight = 400


@dataclass(slots=True)
class Sheet:
    """An op laid out.

    Attributes:
        boxes: with the place of each one's origin.
        words: plain text.
        entry: where the shapes stand, and a pointed entry in their place.
        shapes: those.
        first, shown, total: the entries written out: from which one, how many, of how many.
    """

    boxes: list[tuple[QPointF, Box]] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    entry: QRectF = field(default_factory=QRectF)
    shapes: Box = field(default_factory=Box)
    first: int = 0
    shown: int = 0
    total: int = 0

    @property
    def bottom(self) -> float:
        """Return where the lowest thing ends."""
        ends = [origin.y() + box.descent for origin, box in self.boxes]
        return max([*ends, *(words.rect.bottom() for words in self.words)], default=0.0)

    @property
    def right(self) -> float:
        """Return where the rightmost thing ends."""
        ends = [origin.x() + box.width for origin, box in self.boxes]
        return max([*ends, *(words.rect.right() for words in self.words)], default=0.0)

    def reference_at(self, point: QPointF) -> Reference | None:
        """Return the value, or the entry of one, that is drawn at ``point``."""
        for origin, box in self.boxes:
            found = box.reference_at(point - origin)
            if found is not None:
                return found
        return None


def lay_out(
    explanation: Explanation,
    room: QRectF,
    caption: str,
    shapes: Box,
    sentence: str,
    first: int,
) -> Sheet:
    """Return ``explanation`` in ``room``; ``first`` is the entry to begin writing out with."""
    words_height = text_height(sentence, 13, room.width())
    count = explanation.line_count
    wanted = (count if count <= FEW_LINES else WANTED_LINES) * scaled(ROW)
    best: tuple[float, Sheet, float] | None = None
    for density in DENSITIES:
        sheet = Sheet(total=explanation.line_count)
        y = _head(sheet, explanation, room, caption, shapes, density)
        y = _numbers(sheet, explanation, room, y, density)
        left = room.bottom() - words_height - scaled(8) - y
        if best is None or left > best[0]:
            best = left, sheet, y
        if left >= wanted:
            break
    assert best is not None
    left, sheet, y = best
    y = _lines(sheet, explanation, room, y, first, left)
    _sentence(sheet, room, y + scaled(8), sentence, words_height)
    return sheet


def text_height(text: str, pixels: float, width: float) -> float:
    """Return how high ``text`` is in lines of ``width``."""
    metrics = QFontMetricsF(ui_font(pixels))
    return metrics.boundingRect(QRectF(0, 0, width, 9999), Qt.TextFlag.TextWordWrap, text).height()


def _head(
    sheet: Sheet,
    explanation: Explanation,
    room: QRectF,
    caption: str,
    shapes: Box,
    density: Density,
) -> float:
    """Set caption, formula and shapes; return where they end."""
    y = room.top() + scaled(TOP)
    height = text_height(caption, 11, room.width())
    sheet.words.append(Words(QRectF(room.left(), y, room.width(), height), caption, 11, "text2"))
    y += height + scaled(8)
    rows = _formula_rows(explanation.formula.equations, room.width(), density.formula)
    y = _stack(sheet, rows, room.left(), y, EQUATION_GAP, scaled(5))
    y += scaled(8)
    sheet.entry = QRectF(room.left(), y, room.width(), scaled(17))
    sheet.shapes = shapes
    return sheet.entry.bottom() + scaled(ROW_GAP)


def _formula_rows(equations: Sequence[Node], width: float, largest: int) -> list[list[Box]]:
    for pixels in (size for size in FORMULA_SIZES if size <= largest):
        style = formula_style(pixels, space=WIDE_SPACE)
        boxes = [set_formula(node, style) for node in equations]
        if max(box.width for box in boxes) <= width:
            break
    return pack(boxes, width, scaled(EQUATION_GAP))


def _numbers(
    sheet: Sheet, explanation: Explanation, room: QRectF, y: float, density: Density
) -> float:
    """Set the equations with their numbers; return where they end."""
    if not explanation.numbers:
        return y
    boxes = number_boxes(explanation, room.width(), density)
    rows = pack(boxes, room.width(), scaled(BLOCK_GAP))
    return _stack(sheet, rows, room.left(), y, BLOCK_GAP, scaled(6)) + scaled(ROW_GAP)


def _lines(
    sheet: Sheet, explanation: Explanation, room: QRectF, y: float, first: int, height: float
) -> float:
    """Write entries out, as many as fit ``height`` but at least one; return where they end."""
    total = explanation.line_count
    if not total:
        return y
    first = max(0, min(first, total - 1))
    written = explanation.reading.op.writes[0]
    # Entries of an op are mostly alike: the first one tells how many to set.
    sample = set_lines(explanation.lines(first, 1), written, room.width())[0]
    most = max(1, int(height // sample.height)) + 1
    boxes = set_lines(explanation.lines(first, most), written, room.width())
    shown = _fitting(boxes, height)
    if shown < total:
        shown = _fitting(boxes, height - scaled(ROW))
        # At the end of the list as many stand before the last one as there is room for.
        while first and first + shown >= total:
            earlier = set_lines(explanation.lines(first - 1, most), written, room.width())
            if _fitting(earlier, height - scaled(ROW)) < total - first + 1:
                break
            first, boxes, shown = first - 1, earlier, shown + 1
    for box in boxes[:shown]:
        sheet.boxes.append((QPointF(room.left(), y + box.ascent), box))
        y += box.height
    sheet.first, sheet.shown = first, shown
    if shown < total:
        span = f"{first + 1:,} to {first + shown:,}" if shown > 1 else f"{first + 1:,}"
        rect = QRectF(room.left(), y + scaled(2), room.width(), scaled(16))
        sheet.words.append(Words(rect, f"{span} of {total:,}: {MORE}", 11, "text3"))
        y += scaled(ROW) - scaled(2)
    return y


def _fitting(boxes: Sequence[Box], height: float) -> int:
    """Return how many boxes fit ``height`` beneath each other, at least one."""
    used, count = 0.0, 0
    for box in boxes:
        used += box.height
        if used > height + 0.5:
            break
        count += 1
    return max(1, count)


def _sentence(sheet: Sheet, room: QRectF, y: float, sentence: str, height: float) -> None:
    rect = QRectF(room.left(), y, room.width(), height)
    sheet.words.append(Words(rect, sentence, 13, "text"))


def pack(boxes: Sequence[Box], width: float, gap: float) -> list[list[Box]]:
    """Return boxes in rows, as many beside each other as fit ``width``."""
    rows: list[list[Box]] = []
    used = 0.0
    for box in boxes:
        if rows and used + gap + box.width <= width:
            rows[-1].append(box)
            used += gap + box.width
        else:
            rows.append([box])
            used = box.width
    return rows


def _stack(
    sheet: Sheet, rows: Sequence[Sequence[Box]], left: float, y: float, gap: float, leading: float
) -> float:
    for number, boxes in enumerate(rows):
        row = beside(boxes, scaled(gap))
        y += leading if number else 0.0
        sheet.boxes.append((QPointF(left, y + row.ascent), row))
        y += row.height
    return y
