"""A confusion matrix: rows are the truth, columns the prediction, every count is printed.

Right answers are grey and mistakes red, the more the stronger, so that what catches the eye is what
is wrong. Arrows and a resting pointer read a cell in words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gui.confusion.geometry import MatrixGeometry, matrix_geometry
from gui.exporting import is_exporting
from gui.help.gestures import how_to
from gui.numbers import format_count, format_percent
from gui.theme import current_theme, mix, scaled, themes, ui_font
from gui.widgets.painting import paint_focus_ring

CELL_RADIUS, ROUNDEST = 3, 0.15
LABEL_HEIGHT = 14
# Weakest and strongest share of the colour in a cell.
RIGHT_SHARES, WRONG_SHARES = (0.20, 0.32), (0.35, 1.0)
# A single mistake is never the strongest red.
LEAST_FULL_RED = 4
EMPTY_SHARE_HIGH_CONTRAST = 0.1

Counts = NDArray[np.intp]


class ConfusionMatrix(QWidget):
    """The painted matrix; arrows move a cell that is read out.

    Signals:
        read: what the chosen cell says, in words; empty when none is.
    """

    read = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._counts: Counts | None = None
        self._names: tuple[str, ...] = ()
        self._picture: QPixmap | None = None
        self._places: MatrixGeometry | None = None
        self._chosen: tuple[int, int] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Confusion matrix, rows: truth, columns: predicted")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        themes.changed.connect(self._renew)

    def show_counts(self, counts: Counts | None, names: Sequence[str]) -> None:
        """Show ``counts`` (C, C), rows truth; ``names`` are the classes', or none."""
        size = 0 if counts is None else len(counts)
        labels = tuple(names) if len(names) == size else tuple(map(str, range(size)))
        same = (
            counts is not None
            and self._counts is not None
            and labels == self._names
            and np.array_equal(counts, self._counts)
        )
        if same:
            return
        if self._chosen is not None and max(self._chosen) >= size:
            self._choose(None)
        self._counts, self._names = counts, labels
        self._renew()

    def mistakes(self) -> list[tuple[int, int]]:
        """Return truth and prediction of all kinds of mistakes made, the commonest first."""
        if self._counts is None:
            return []
        wrong = _without_diagonal(self._counts)
        order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
        return [(int(i // len(wrong)), int(i % len(wrong))) for i in order]

    def sentence(self, truth: int, predicted: int) -> str:
        """Return what one cell says, in words."""
        if self._counts is None:
            return ""
        count, total = int(self._counts[truth, predicted]), int(self._counts[truth].sum())
        share = f" ({format_percent(count / total)})" if total else ""
        told = "rightly" if truth == predicted else "wrongly"
        return (
            f"truth {self._names[truth]}, {told} predicted {self._names[predicted]}: "
            f"{format_count(count)} of {format_count(total)} rows{share}"
        )

    @property
    def places(self) -> MatrixGeometry:
        """Where the cells stand."""
        if self._places is None:
            self._places = matrix_geometry(self.width(), self.height(), self._names)
        return self._places

    def sizeHint(self) -> QSize:
        """Return the size in the window's smallest layout."""
        return QSize(scaled(332), scaled(254))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which counts of ten classes still fit."""
        return QSize(scaled(270), scaled(210))

    # ------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kept picture, the chosen cell and the focus."""
        painter = QPainter(self)
        if self._counts is None:
            return
        if is_exporting():
            self._paint_parts(painter, self._counts)
            return
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatioF() != ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            self._paint_picture(self._picture, self._counts)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() and self._chosen is not None:
            ring = self.places.cell(*self._chosen).adjusted(-2, -2, 2, 2)
            paint_focus_ring(painter, ring, scaled(CELL_RADIUS) + 2)

    def _paint_picture(self, picture: QPixmap, counts: Counts) -> None:
        painter = QPainter(picture)
        self._paint_parts(painter, counts)
        painter.end()

    def _paint_parts(self, painter: QPainter, counts: Counts) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_labels(painter, self.places)
        _paint_cells(painter, self.places, counts)

    # ------------------------------------------------------------------ reading

    def event(self, event: QEvent) -> bool:
        """Answer a resting pointer with the cell's sentence."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.places.cell_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), self.sentence(*cell) if cell else "", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cell that is read out."""
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None or self._counts is None:
            super().keyPressEvent(event)
            return
        last = len(self._counts) - 1
        row, column = self._chosen or (0, 0)
        self._choose((min(max(row + move[0], 0), last), min(max(column + move[1], 0), last)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin to read in the first cell."""
        super().focusInEvent(event)
        if self._counts is not None:
            self._choose((0, 0))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Read nothing any more."""
        super().focusOutEvent(event)
        self._choose(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._renew()

    def _choose(self, cell: tuple[int, int] | None) -> None:
        self._chosen = cell
        words = self.sentence(*cell) if cell else ""
        self.setAccessibleDescription(words)
        self.read.emit(words)
        self.update()

    @Slot()
    def _renew(self) -> None:
        self._picture = None
        self._places = None
        self.update()


def _paint_cells(painter: QPainter, places: MatrixGeometry, counts: Counts) -> None:
    theme = current_theme()
    wrong = _without_diagonal(counts)
    most_wrong = max(LEAST_FULL_RED, int(wrong.max()))
    most_right = max(1, int(np.diag(counts).max()))
    metrics = QFontMetricsF(ui_font(11, 600))
    fits = places.cell_height >= metrics.capHeight() + 4
    radius = min(scaled(CELL_RADIUS), ROUNDEST * min(places.cell_width, places.cell_height))
    _paint_empty(painter, places, radius)
    for truth, predicted in np.argwhere(counts).tolist():
        count, cell = int(counts[truth, predicted]), places.cell(truth, predicted)
        if truth == predicted:
            fill = mix(theme.panel, theme.text, _between(RIGHT_SHARES, count / most_right))
        else:
            fill = mix(theme.panel, theme.err, _between(WRONG_SHARES, count / most_wrong))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(cell, radius, radius)
        text = format_count(count)
        if fits and metrics.horizontalAdvance(text) <= cell.width():
            painter.setFont(ui_font(11, 400 if truth == predicted else 600))
            painter.setPen(_ink_on(fill))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)


def _paint_empty(painter: QPainter, places: MatrixGeometry, radius: float) -> None:
    theme = current_theme()
    empty = theme.raised
    if theme.name == "high_contrast":
        empty = mix(theme.panel, theme.text, EMPTY_SHARE_HIGH_CONTRAST)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(empty)
    if not places.has_gaps:
        painter.drawRect(places.grid)
        return
    for row in range(places.size):
        for column in range(places.size):
            painter.drawRoundedRect(places.cell(row, column), radius, radius)


def _paint_labels(painter: QPainter, places: MatrixGeometry) -> None:
    theme, grid = current_theme(), places.grid
    height = scaled(16)
    every_column = math.ceil(places.label_width / places.cell_width)
    every_row = math.ceil(scaled(LABEL_HEIGHT) / places.cell_height)
    painter.setPen(theme.text2)
    painter.setFont(ui_font(11))
    for column in range(0, places.size, every_column):
        middle = places.cell(0, column).center().x()
        box = QRectF(middle - 100, grid.top() - height - 2, 200, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, places.columns[column])
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for row in range(0, places.size, every_row):
        middle = places.cell(row, 0).center().y()
        box = QRectF(0, middle - height / 2, grid.left() - scaled(6), height)
        painter.drawText(box, right, places.rows[row])
    painter.setPen(theme.text3)
    foot = QRectF(grid.left(), grid.bottom() + scaled(4), grid.width(), height)
    painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, "columns: predicted")
    painter.translate(scaled(11), grid.center().y())
    painter.rotate(-90)
    side = QRectF(-100, -height / 2, 200, height)
    painter.drawText(side, Qt.AlignmentFlag.AlignCenter, "rows: truth")
    painter.resetTransform()


def _without_diagonal(counts: Counts) -> Counts:
    return counts - np.diag(np.diag(counts))


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share


def _ink_on(fill: QColor) -> QColor:
    """Return black or white, whichever stands out more from ``fill``."""
    luminance = (
        0.2126 * fill.redF() ** 2.2 + 0.7152 * fill.greenF() ** 2.2 + 0.0722 * fill.blueF() ** 2.2
    )
    return QColor("#000000") if luminance > 0.18 else QColor("#FFFFFF")
