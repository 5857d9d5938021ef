"""What a worksheet's page is made of: blocks that know their height and paint themselves.

A block spans the width of the text and is never cut; a block that needs its successor on the same
page says so. Lengths are device units, ``UNIT`` to a point; everything is black on white.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from core.explain.worksheet import Given, Line
from gui.fonts import Weight, build_ui_font
from gui.numbers import format_setting, format_value
from gui.worksheet.formula import formula_width, paint_formula

UNIT = 10
INK, FAINT = QColor("#000000"), QColor("#555555")
RESULT_DIGITS = 6
WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def points(length: float) -> float:
    """Return a length given in points."""
    return length * UNIT


def page_font(size: float, weight: Weight = 400) -> QFont:
    """Return the font of words at ``size`` points."""
    font = build_ui_font(round(points(size)), weight)
    # A PDF has no letters for the figures that this feature puts in: nobody could copy them.
    font.unsetFeature(QFont.Tag("tnum"))
    return font


class Block(ABC):
    """A part of a page.

    Attributes:
        keeps_next: whether the next block must stand on the same page.
    """

    keeps_next = False

    @abstractmethod
    def height(self, width: float) -> float:
        """Return the height in a column of ``width``, the space below it included."""

    @abstractmethod
    def paint(self, painter: QPainter, top: float, width: float) -> None:
        """Paint at the left edge of the column, ``top`` below its start."""

    @abstractmethod
    def text(self) -> str:
        """Return what is written."""


@dataclass(frozen=True)
class Words(Block):
    """A paragraph.

    Attributes:
        words, size, weight: what is written and how.
        before, gap, indent: space above, below and at the left, in points.
        faint: whether they stand back.
        keeps_next: as in ``Block``.
        rule: whether a line is drawn below.
    """

    words: str
    size: float = 9.5
    weight: Weight = 400
    before: float = 0
    indent: float = 0
    gap: float = 4
    faint: bool = False
    keeps_next: bool = False
    rule: bool = False

    def height(self, width: float) -> float:
        """Return the height of the wrapped words."""
        metrics = QFontMetricsF(page_font(self.size, self.weight))
        room = QRectF(0, 0, width - points(self.indent), 1e6)
        return metrics.boundingRect(room, WRAP, self.words).height() + points(
            self.before + self.gap
        )

    def paint(self, painter: QPainter, top: float, width: float) -> None:
        """Paint the words."""
        height = self.height(width)
        painter.setPen(FAINT if self.faint else INK)
        painter.setFont(page_font(self.size, self.weight))
        top, height = top + points(self.before), height - points(self.before)
        left = points(self.indent)
        painter.drawText(QRectF(left, top, width - left, height), WRAP, self.words)
        if self.rule:
            y = top + height - points(self.gap) + points(2)
            painter.setPen(QPen(INK, points(0.75)))
            painter.drawLine(QPointF(0, y), QPointF(width, y))

    def text(self) -> str:
        """Return the words."""
        return self.words


@dataclass(frozen=True)
class Head(Block):
    """Number, formula and sentence of an exercise."""

    number: int
    formula: str
    sentence: str
    keeps_next: bool = True

    SIZE = 13.0
    INDENT = 22.0

    def height(self, width: float) -> float:
        """Return the height of both lines."""
        return points(22) + self._sentence().height(width - points(self.INDENT))

    def paint(self, painter: QPainter, top: float, width: float) -> None:
        """Paint the number in the margin of the formula, the sentence below."""
        base, indent = top + points(15), points(self.INDENT)
        painter.setPen(INK)
        painter.setFont(page_font(10, 600))
        painter.drawText(QPointF(0, base), f"{self.number}.")
        painter.setPen(QPen(INK, points(0.6)))
        paint_formula(painter, QPointF(indent, base), self.formula, points(self.SIZE))
        painter.save()
        painter.translate(indent, 0)
        self._sentence().paint(painter, top + points(21), width - indent)
        painter.restore()

    def text(self) -> str:
        """Return formula and sentence."""
        return f"{self.number}. {self.formula}. {self.sentence}"

    def _sentence(self) -> Words:
        return Words(self.sentence, 9, gap=4, faint=True)


@dataclass(frozen=True)
class Answers(Block):
    """A row of results, side by side: numbers in a solution, lines to write on otherwise."""

    lines: tuple[Line, ...]
    solved: bool
    columns: int
    keeps_next: bool = False

    SIZE = 10.5
    INDENT = 22.0
    GUTTER = 12.0

    def height(self, width: float) -> float:
        """Return the height of a row, with room for a hand where it is to be filled in."""
        return points(17 if self.solved else 22)

    def paint(self, painter: QPainter, top: float, width: float) -> None:
        """Paint ``name = number``."""
        base = top + points(11 if self.solved else 16)
        indent, gutter, size = points(self.INDENT), points(self.GUTTER), points(self.SIZE)
        column = (width - indent) / self.columns
        for place, line in enumerate(self.lines):
            x = indent + place * column
            painter.setPen(INK)
            end = x + paint_formula(painter, QPointF(x, base), f"{line.name} = ", size)
            if self.solved:
                painter.setFont(page_font(9.5, 600))
                painter.drawText(QPointF(end, base), format_value(line.value, RESULT_DIGITS))
            else:
                painter.setPen(QPen(FAINT, points(0.5)))
                below = base + points(2)
                painter.drawLine(QPointF(end, below), QPointF(x + column - gutter, below))

    def text(self) -> str:
        """Return the lines, with their numbers where they are solved."""
        return "; ".join(
            f"{line.name} = {format_value(line.value, RESULT_DIGITS) if self.solved else '____'}"
            for line in self.lines
        )


@dataclass(frozen=True)
class Matrix:
    """A given block of numbers as it is set: name, equals sign, brackets."""

    given: Given

    SIZE, NAME_SIZE = 9.5, 12.0
    ROW, CELL_GAP, PAD, TICK = 14.0, 10.0, 5.0, 3.0

    def rows(self) -> list[list[str]]:
        """Return the numbers as text."""
        return [[format_setting(value, 6) for value in row] for row in self.given.values]

    def width(self) -> float:
        """Return the width with its name."""
        cells = sum(self._columns()) + points(self.CELL_GAP) * (len(self._columns()) - 1)
        return self._name_width() + cells + 2 * points(self.PAD)

    def height(self) -> float:
        """Return the height of the brackets."""
        return points(self.ROW) * len(self.given.values)

    def paint(self, painter: QPainter, x: float, top: float) -> None:
        """Paint with the upper left corner at (x, top)."""
        middle = top + self.height() / 2
        painter.setPen(INK)
        at = QPointF(x, middle + points(4))
        paint_formula(painter, at, f"{self.given.name} = ", points(self.NAME_SIZE))
        left, right = x + self._name_width(), x + self.width()
        tick, bottom = points(self.TICK), top + self.height()
        painter.setPen(QPen(INK, points(0.75)))
        for edge, inward in ((left, tick), (right, -tick)):
            painter.drawPolyline(
                [
                    QPointF(edge + inward, top),
                    QPointF(edge, top),
                    QPointF(edge, bottom),
                    QPointF(edge + inward, bottom),
                ]
            )
        painter.setFont(page_font(self.SIZE))
        for place, row in enumerate(self.rows()):
            base = top + points(self.ROW) * (place + 0.5) + points(3.4)
            self._paint_row(painter, left + points(self.PAD), base, row)

    def _paint_row(self, painter: QPainter, x: float, base: float, row: list[str]) -> None:
        metrics = QFontMetricsF(page_font(self.SIZE))
        for text, width in zip(row, self._columns(), strict=True):
            painter.drawText(QPointF(x + width - metrics.horizontalAdvance(text), base), text)
            x += width + points(self.CELL_GAP)

    def _columns(self) -> list[float]:
        metrics = QFontMetricsF(page_font(self.SIZE))
        return [
            max(metrics.horizontalAdvance(text) for text in column)
            for column in zip(*self.rows(), strict=True)
        ]

    def _name_width(self) -> float:
        return formula_width(f"{self.given.name} = ", points(self.NAME_SIZE)) + points(2)


@dataclass(frozen=True)
class MatrixRow(Block):
    """Matrices side by side, on one middle line."""

    matrices: tuple[Matrix, ...]

    GAP = 22.0

    def height(self, width: float) -> float:
        """Return the height of the highest."""
        return max(matrix.height() for matrix in self.matrices) + points(10)

    def paint(self, painter: QPainter, top: float, width: float) -> None:
        """Paint all."""
        x, full = 0.0, self.height(width) - points(10)
        for matrix in self.matrices:
            matrix.paint(painter, x, top + (full - matrix.height()) / 2)
            x += matrix.width() + points(self.GAP)

    def text(self) -> str:
        """Return names and numbers."""
        return "; ".join(
            f"{matrix.given.name} = {[', '.join(row) for row in matrix.rows()]}"
            for matrix in self.matrices
        )
