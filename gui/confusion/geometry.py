"""Where the cells and labels of a confusion matrix stand, and which labels fit.

Names that do not fit above their columns give way to their places in the list, which then stand
beside the names of the rows as well. Lengths are pixels at the user's scale; nothing here paints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from gui.theme import scaled, ui_font

SIDE, HEAD, FOOT, MARGIN = 22, 22, 24, 8
LABEL_GAP = 6
# Of the width, for names beside the rows.
WIDEST_NAMES = 0.3
GAP, SMALLEST_WITH_GAP = 2, 10


@dataclass(frozen=True)
class MatrixGeometry:
    """Where everything stands.

    Attributes:
        size: number of classes.
        grid: all cells together.
        columns, rows: the labels above and beside them.
        label_width: the widest label above a column and the gap to the next.
    """

    size: int
    grid: QRectF
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    label_width: float

    @property
    def cell_width(self) -> float:
        """Distance from column to column."""
        return self.grid.width() / self.size

    @property
    def cell_height(self) -> float:
        """Distance from row to row."""
        return self.grid.height() / self.size

    @property
    def has_gaps(self) -> bool:
        """Whether cells are large enough to stand apart."""
        return min(self.cell_width, self.cell_height) > scaled(SMALLEST_WITH_GAP)

    def cell(self, row: int, column: int) -> QRectF:
        """Return the place of one cell."""
        inset = GAP / 2 if self.has_gaps else 0.0
        return QRectF(
            self.grid.left() + column * self.cell_width + inset,
            self.grid.top() + row * self.cell_height + inset,
            self.cell_width - 2 * inset,
            self.cell_height - 2 * inset,
        )

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of the cell at a place, or None beside all cells."""
        if not self.size or not self.grid.contains(x, y):
            return None
        row = int((y - self.grid.top()) / self.cell_height)
        column = int((x - self.grid.left()) / self.cell_width)
        return min(row, self.size - 1), min(column, self.size - 1)


def matrix_geometry(width: int, height: int, names: Sequence[str]) -> MatrixGeometry:
    """Place a matrix of the classes ``names`` in a widget of ``width`` by ``height``."""
    columns, rows = _labels(width, tuple(names))
    left = scaled(SIDE) + _widest(rows)
    top = scaled(HEAD)
    grid = QRectF(
        left,
        top,
        max(1.0, width - left - scaled(MARGIN)),
        max(1.0, height - top - scaled(FOOT)),
    )
    return MatrixGeometry(len(names), grid, columns, rows, _widest(columns))


def _labels(width: int, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    places = tuple(map(str, range(len(names))))
    widest, limit = _widest(names), width * WIDEST_NAMES
    room = (width - scaled(SIDE + MARGIN) - widest) / max(1, len(names))
    if names == places or widest <= min(room, limit):
        return names, names
    numbered = tuple(f"{name} {place}" for name, place in zip(names, places, strict=True))
    return places, numbered if _widest(numbered) <= limit else places


def _widest(texts: Sequence[str]) -> float:
    metrics = QFontMetricsF(ui_font(11))
    return max(map(metrics.horizontalAdvance, texts), default=0.0) + scaled(LABEL_GAP)
