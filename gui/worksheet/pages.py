"""A worksheet laid out on A4 pages, and the PDF that is made of them.

The layout comes first, so that every page can say how many there are. The file is written in one
piece, after the whole document has been made.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from core.errors import FileError
from core.explain.worksheet import MANY_LEFT_OUT, Exercise, Given, Line, Worksheet
from gui.worksheet.blocks import (
    FAINT,
    INK,
    UNIT,
    Answers,
    Block,
    Head,
    Matrix,
    MatrixRow,
    Words,
    page_font,
    points,
)
from gui.worksheet.formula import formula_width
from gui.worksheet.picture import Opening, picture_of

PAGE = (595.0, 842.0)
MARGIN, FOOT = 46.0, 24.0
MOST_COLUMNS = 4
MOST_ROWS_KEPT = 6


def save_worksheet(worksheet: Worksheet, path: Path | str, solved: bool) -> None:
    """Write ``worksheet`` as a PDF: with its numbers if ``solved``, else with lines to fill in.

    Raises:
        FileError: the file cannot be written.
    """
    made = _render(worksheet, solved)
    try:
        Path(path).write_bytes(made)
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({error.strerror})") from None


def lay_out(worksheet: Worksheet, solved: bool) -> list[list[Block]]:
    """Return the blocks of each page."""
    width, room = _text_size()
    pages: list[list[Block]] = [[]]
    used = 0.0
    group: list[Block] = []
    for block in _blocks(worksheet, solved):
        group.append(block)
        if block.keeps_next:
            continue
        height = sum(member.height(width) for member in group)
        if used + height > room and pages[-1]:
            pages.append([])
            used = 0.0
        pages[-1] += group
        used += height
        group = []
    return pages


def _text_size() -> tuple[float, float]:
    return points(PAGE[0] - 2 * MARGIN), points(PAGE[1] - 2 * MARGIN - FOOT)


# ---------------------------------------------------------------------- blocks


def _blocks(worksheet: Worksheet, solved: bool) -> Iterator[Block]:
    yield Words(worksheet.title, 19, 600, gap=2, keeps_next=True)
    yield Words(
        "One step of backpropagation by hand" + (": the solution" if solved else ""),
        11,
        gap=9,
        faint=True,
        keeps_next=True,
        rule=True,
    )
    yield Opening(worksheet.facts, picture_of(worksheet))
    yield Words("Given", 12, 600, before=8, gap=6, keeps_next=True)
    yield from _given_rows(worksheet.given)
    if any(given.left_out for given in worksheet.given):
        yield Words(_as_sentence(MANY_LEFT_OUT), 8.5, faint=True)
    number = 0
    for section in worksheet.sections:
        yield Words(section.title, 12, 600, before=8, gap=8, keeps_next=True, rule=True)
        for exercise in section.exercises:
            number += 1
            yield from _exercise_blocks(number, exercise, solved)


def _given_rows(given: tuple[Given, ...]) -> Iterator[Block]:
    width, _ = _text_size()
    row: list[Matrix] = []
    used = 0.0
    for one in given:
        matrix = Matrix(one)
        needed = matrix.width() + points(MatrixRow.GAP)
        if row and used + needed - points(MatrixRow.GAP) > width:
            yield MatrixRow(tuple(row))
            row, used = [], 0.0
        row.append(matrix)
        used += needed
    yield MatrixRow(tuple(row))


def _exercise_blocks(number: int, exercise: Exercise, solved: bool) -> Iterator[Block]:
    yield Head(number, exercise.formula, exercise.sentence)
    columns = _column_count(exercise.lines)
    rows = [
        exercise.lines[start : start + columns] for start in range(0, len(exercise.lines), columns)
    ]
    for place, row in enumerate(rows):
        # A short exercise stays on one page, of a long one no remark stands alone.
        is_last = place == len(rows) - 1
        keeps_next = bool(exercise.left_out) if is_last else len(rows) <= MOST_ROWS_KEPT
        yield Answers(row, solved, columns, keeps_next)
    if exercise.left_out:
        yield Words(
            _as_sentence(exercise.left_out), 8.5, before=2, faint=True, indent=Answers.INDENT
        )
    yield Words("", 3, gap=0)


def _as_sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _column_count(lines: tuple[Line, ...]) -> int:
    """Return how many results fit side by side, with room for six figures and an exponent."""
    width, _ = _text_size()
    longest = max(formula_width(f"{line.name} = ", points(Answers.SIZE)) for line in lines)
    column = longest + points(70)
    fitting = int((width - points(Answers.INDENT)) // column)
    return min(max(1, fitting), MOST_COLUMNS)


# ---------------------------------------------------------------------- PDF


def _render(worksheet: Worksheet, solved: bool) -> bytes:
    pages = lay_out(worksheet, solved)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(f"{worksheet.title}: worksheet" + (" (solution)" if solved else ""))
    writer.setCreator("Nablascope")
    writer.setResolution(72 * UNIT)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(0, 0, 0, 0),
        )
    )
    painter = QPainter(writer)
    for number, blocks in enumerate(pages, start=1):
        if number > 1:
            writer.newPage()
        _paint_page(painter, worksheet.title, blocks, (number, len(pages)), solved)
    painter.end()
    buffer.close()
    return bytes(buffer.data().data())


def _paint_page(
    painter: QPainter, title: str, blocks: list[Block], page: tuple[int, int], solved: bool
) -> None:
    width, _ = _text_size()
    painter.save()
    painter.translate(points(MARGIN), points(MARGIN))
    if page[0] == 1 and not solved:
        _paint_name_line(painter, width)
    top = 0.0
    for block in blocks:
        block.paint(painter, top, width)
        top += block.height(width)
    painter.restore()
    base = points(PAGE[1] - MARGIN)
    left, right = points(MARGIN), points(PAGE[0] - MARGIN)
    painter.setPen(QPen(FAINT, points(0.5)))
    painter.drawLine(QPointF(left, base - points(14)), QPointF(right, base - points(14)))
    painter.setPen(FAINT)
    painter.setFont(page_font(8.5))
    foot = QRectF(left, base - points(11), right - left, points(14))
    kind = "Solution" if solved else "Worksheet"
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, f"{title} · {kind} · Nablascope")
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"Page {page[0]} of {page[1]}")


def _paint_name_line(painter: QPainter, width: float) -> None:
    """Paint "Name" and a line to write it on, at the right of the title."""
    painter.setPen(INK)
    painter.setFont(page_font(9.5))
    base, left = points(17), width - points(190)
    painter.drawText(QPointF(left, base), "Name")
    painter.setPen(QPen(FAINT, points(0.5)))
    painter.drawLine(QPointF(left + points(32), base + points(2)), QPointF(width, base + points(2)))
