"""The network as it is drawn at the top of a worksheet, beside the facts.

Small networks carry their weights on the edges and their biases under the units; of larger ones the
first units are drawn, with thicker lines for larger weights. Black on white: a negative weight is
dashed. The numbers are those that the sheet gives; nothing is read from anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from core.explain.worksheet import Worksheet
from gui.numbers import format_count, format_setting
from gui.worksheet.blocks import FAINT, INK, Block, Words, page_font, points
from gui.worksheet.formula import formula_width, paint_formula

MOST_COLUMNS, MOST_UNITS = 8, 4
# Up to here every weight finds room on its edge.
MOST_LABELLED_UNITS, MOST_LABELLED_COLUMNS = 3, 4

SHARE = 0.50
RADIUS, CAPTION, LABEL, NUMBER = 9.0, 9.5, 7.0, 8.0
PITCH_LABELLED, PITCH = 37.0, 24.0
# Above the uppermost unit its column's name, below the lowest a bias or what is left out.
ABOVE, BELOW = 17.0, 12.0
# Where a weight stands on its edge, from its source: before the edges cross.
LABEL_PLACE = 0.30
THINNEST, THICKEST = 0.4, 1.6


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn of a network.

    Attributes:
        widths: (n[0], ..., n[L]), of all units.
        weights: per layer from 1 the weights, row by row, of at least the units that are drawn.
        biases: likewise; None without biases.
    """

    widths: tuple[int, ...]
    weights: tuple[tuple[tuple[float, ...], ...], ...]
    biases: tuple[tuple[float, ...], ...] | None

    @property
    def is_labelled(self) -> bool:
        """Return whether every weight is printed."""
        return max(self.widths) <= MOST_LABELLED_UNITS and len(self.widths) <= MOST_LABELLED_COLUMNS

    def drawn(self, column: int) -> int:
        """Return how many units of a column (0: the inputs) are drawn."""
        return min(self.widths[column], MOST_UNITS)

    def note(self) -> str:
        """Return what the reader has to know of the lines."""
        if self.is_labelled:
            return "Dashed: negative." if self._has_negative() else ""
        first = f"The first {MOST_UNITS} units are drawn. " if max(self.widths) > MOST_UNITS else ""
        return f"{first}Thicker: larger; dashed: negative."

    def _has_negative(self) -> bool:
        return any(w < 0 for layer in self.weights for row in layer for w in row)

    def height(self) -> float:
        """Return the height without the note."""
        rows = max(self.drawn(column) for column in range(len(self.widths)))
        return points(ABOVE + 2 * RADIUS + BELOW) + (rows - 1) * self._pitch()

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint into ``area``, which has this height."""
        centers = self._centers(area)
        self._paint_edges(painter, centers)
        for column, units in enumerate(centers):
            self._paint_column(painter, column, units, area)

    def _centers(self, area: QRectF) -> list[list[QPointF]]:
        """Return the middle of every unit that is drawn."""
        pitch, last = self._pitch(), len(self.widths) - 1
        margin = points(2 * RADIUS)
        rows = max(self.drawn(column) for column in range(len(self.widths)))
        centers = []
        for column in range(len(self.widths)):
            x = area.left() + margin + column * (area.width() - 2 * margin) / last
            first = area.top() + points(ABOVE + RADIUS) + (rows - self.drawn(column)) * pitch / 2
            centers.append([QPointF(x, first + i * pitch) for i in range(self.drawn(column))])
        return centers

    def _edges(
        self, centers: list[list[QPointF]]
    ) -> Iterator[tuple[QPointF, QPointF, float, float]]:
        """Yield start, end, weight and its size relative to the largest drawn of its layer."""
        for layer, weights in enumerate(self.weights, start=1):
            sources, units = centers[layer - 1], centers[layer]
            shown = [row[: len(sources)] for row in weights[: len(units)]]
            largest = max(abs(w) for row in shown for w in row) or 1.0
            for unit, row in zip(units, shown, strict=True):
                for source, weight in zip(sources, row, strict=True):
                    yield source, unit, weight, abs(weight) / largest

    def _paint_edges(self, painter: QPainter, centers: list[list[QPointF]]) -> None:
        edges = list(self._edges(centers))
        for start, end, weight, share in edges:
            width = 0.6 if self.is_labelled else THINNEST + share * (THICKEST - THINNEST)
            pen = QPen(INK, points(width))
            if weight < 0:
                pen.setDashPattern([points(3) / pen.widthF(), points(2.2) / pen.widthF()])
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(start, end)
        if self.is_labelled:
            for start, end, weight, _ in edges:
                middle = start + (end - start) * LABEL_PLACE
                _paint_label(painter, middle, format_setting(weight, 4))

    def _paint_column(
        self, painter: QPainter, column: int, units: list[QPointF], area: QRectF
    ) -> None:
        name = f"a{column}" if column else "x"
        painter.setPen(INK)
        left = units[0].x() - formula_width(name, points(CAPTION + 1.5)) / 2
        base = area.top() + points(CAPTION)
        paint_formula(painter, QPointF(left, base), name, points(CAPTION + 1.5))
        for place, unit in enumerate(units):
            painter.setPen(QPen(INK, points(0.9)))
            painter.setBrush(Qt.GlobalColor.white)
            painter.drawEllipse(unit, points(RADIUS), points(RADIUS))
            painter.setFont(page_font(NUMBER))
            box = QRectF(-points(RADIUS), -points(RADIUS), points(2 * RADIUS), points(2 * RADIUS))
            painter.drawText(box.translated(unit), Qt.AlignmentFlag.AlignCenter, str(place + 1))
            if column and self.biases is not None and self.is_labelled:
                text = f"b = {format_setting(self.biases[column - 1][place], 4)}"
                _paint_label(painter, unit + QPointF(0, points(RADIUS + 7)), text)
        if self.widths[column] > len(units):
            text = f"+ {format_count(self.widths[column] - len(units))}"
            _paint_label(painter, units[-1] + QPointF(0, points(RADIUS + 6)), text)

    def _pitch(self) -> float:
        """Return the distance of two units of a column."""
        return points(PITCH_LABELLED if self.is_labelled else PITCH)

    def text(self) -> str:
        """Return what is drawn, in words."""
        return f"[drawing of the network {'-'.join(map(str, self.widths))}]"


@dataclass(frozen=True)
class Opening(Block):
    """The facts, and beside them the picture where there is one."""

    facts: tuple[str, ...]
    picture: Picture | None

    def height(self, width: float) -> float:
        """Return the height of the higher of the two."""
        facts = sum(line.height(self._facts_width(width)) for line in self._lines())
        if self.picture is None:
            return facts
        note = self._note().height(width * SHARE) if self.picture.note() else 0.0
        return max(facts, self.picture.height() + note)

    def paint(self, painter: QPainter, top: float, width: float) -> None:
        """Paint the facts at the left and the picture at the right."""
        y = top
        for line in self._lines():
            line.paint(painter, y, self._facts_width(width))
            y += line.height(self._facts_width(width))
        if self.picture is None:
            return
        left, room = width * (1 - SHARE), width * SHARE
        height = self.picture.height()
        self.picture.paint(painter, QRectF(left, top, room, height))
        if self.picture.note():
            painter.save()
            painter.translate(left + points(RADIUS), 0)
            self._note().paint(painter, top + height, room - points(RADIUS))
            painter.restore()

    def text(self) -> str:
        """Return the facts, and that there is a picture."""
        drawing = () if self.picture is None else (self.picture.text(),)
        return " ".join((*self.facts, *drawing))

    def _lines(self) -> list[Words]:
        return [Words(fact, 9.5, gap=3) for fact in self.facts]

    def _note(self) -> Words:
        note = self.picture.note() if self.picture is not None else ""
        return Words(note, 8, gap=2, faint=True)

    def _facts_width(self, width: float) -> float:
        return width if self.picture is None else width * (1 - SHARE) - points(14)


def picture_of(worksheet: Worksheet) -> Picture | None:
    """Return the picture of a worksheet's network; None where its layers are too many to draw."""
    widths = worksheet.widths
    if len(widths) > MOST_COLUMNS:
        return None
    given = {block.name: block.values for block in worksheet.given}
    layers = range(1, len(widths))
    biases = None
    if "b1" in given:
        biases = tuple(tuple(row[0] for row in given[f"b{n}"]) for n in layers)
    return Picture(widths, tuple(given[f"W{n}"] for n in layers), biases)


def _paint_label(painter: QPainter, middle: QPointF, text: str) -> None:
    """Paint a number on white, so that no line runs through it."""
    font = page_font(LABEL)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + points(3), points(LABEL + 1)
    box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    painter.fillRect(box, Qt.GlobalColor.white)
    painter.setPen(FAINT if text.startswith("+") else INK)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
