"""Paints boxes: in the colours of their values, and what is pointed at with an outline."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from core.explain.reference import Reference
from core.network.parameters import Floats
from gui.theme import current_theme, mix, scaled
from gui.trace.boxes import Area, Box, HeatGrid
from gui.trace.ink import Ink

# Of the value's colour in the ground of its matrix; of plain text's less, which is stronger.
PLATE_SHARE, PLAIN_SHARE, POINTED_SHARE = 0.16, 0.10, 0.15
ZERO = 127


def paint_box(
    painter: QPainter, origin: QPointF, box: Box, ink: Ink, pointed: Reference | None = None
) -> None:
    """Paint ``box`` with its origin at ``origin``; ``ink`` gives the colour of each value."""
    painter.save()
    painter.translate(origin)
    theme = current_theme()
    for plate in box.plates:
        color = ink(plate.name)
        share = PLAIN_SHARE if color == theme.text else PLATE_SHARE
        painter.fillRect(plate.rect, mix(theme.panel, color, share))
    answering = [area for area in box.areas if pointed is not None and area.answers(pointed)]
    for area in answering:
        _paint_pointed(painter, area)
    for grid in box.grids:
        _paint_grid(painter, grid, pointed)
    for stroke in box.strokes:
        pen = QPen(ink(stroke.name), stroke.width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in stroke.points]))
    for glyphs in box.glyphs:
        painter.setFont(glyphs.font)
        painter.setPen(ink(glyphs.name))
        painter.drawText(QPointF(glyphs.x, glyphs.y), glyphs.text)
    painter.restore()


def _paint_pointed(painter: QPainter, area: Area) -> None:
    """Paint the outline and the soft ground of what is pointed at."""
    theme = current_theme()
    out = scaled(2) if area.kind in ("symbol", "number") else 0
    rect = area.rect.adjusted(-out, -out / 2, out, out / 2)
    painter.setPen(QPen(theme.text, 1.2))
    painter.setBrush(mix(theme.panel, theme.text, POINTED_SHARE))
    painter.drawRoundedRect(rect, scaled(3), scaled(3))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_grid(painter: QPainter, grid: HeatGrid, pointed: Reference | None) -> None:
    image = _heat_image(grid, current_theme().name)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(grid.rect, image)
    cell = grid.cell(pointed) if pointed is not None else None
    if cell is None:
        return
    least = scaled(5)
    grow_x, grow_y = max(1.0, (least - cell.width()) / 2), max(1.0, (least - cell.height()) / 2)
    painter.setPen(QPen(current_theme().text, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(cell).adjusted(-grow_x, -grow_y, grow_x, grow_y))


@lru_cache(maxsize=32)
def _heat_image(grid: HeatGrid, theme_name: str) -> QImage:
    lut = current_theme().heat_lut()
    pixels = np.ascontiguousarray(lut[_steps(grid.cells, grid.scale)])
    rows, columns = grid.cells.shape
    image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy()


def _steps(cells: Floats, scale: float) -> NDArray[np.intp]:
    """Return the step of the colour scale for each cell; what is no number has that of zero."""
    shares = np.nan_to_num(cells / scale if scale else np.zeros_like(cells), nan=0.0)
    steps: NDArray[np.intp] = np.rint(ZERO + ZERO * np.clip(shares, -1, 1)).astype(np.intp)
    return steps
