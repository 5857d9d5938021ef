"""Outlines and masks of one column's nodes and gauges, painted once and stamped from then on.

A rounded rectangle costs ten times what a stamp of it does, and it depends only on place and theme.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from gui.diagram.geometry import Column
from gui.theme import Theme, scaled

SPILL = 1
Paint = Callable[[QPainter], None]


def node_radius(size: float) -> float:
    """Return the corner radius of a node."""
    return min(scaled(6), 0.17 * size)


def gauge_radius(column: Column) -> float:
    """Return the corner radius of a bias gauge."""
    return min(scaled(3), 0.3 * column.gauge)


def crisp(rect: QRectF) -> QRectF:
    """Return ``rect`` moved onto pixel middles, where a 1 px outline is sharp."""
    left, top = math.floor(rect.left()) + 0.5, math.floor(rect.top()) + 0.5
    return QRectF(left, top, round(rect.width()) - 1, round(rect.height()) - 1)


class ColumnFrames:
    """The pictures to stamp for one column.

    Attributes:
        corner: where on the canvas pictures of this column begin.
        nodes, gauges: the crisp rectangles by row; gauges is empty without biases.
    """

    def __init__(self, column: Column, theme: Theme, ratio: float) -> None:
        """Paint the frames of ``column`` for a screen of scale ``ratio``."""
        bounds = column.bounds()
        left, top = math.floor(bounds.left()) - SPILL, math.floor(bounds.top()) - SPILL
        self.corner = QPointF(left, top)
        self._size = (
            math.ceil(bounds.right()) + SPILL - left,
            math.ceil(bounds.bottom()) + SPILL - top,
        )
        self._ratio = ratio
        pixels = column.picture is not None
        rows = range(0 if pixels else len(column.units))
        self.nodes = [crisp(column.node(row)) for row in rows]
        self.gauges = [crisp(column.gauge_rect(row)) for row in rows] if column.gauge else []
        radius = node_radius(column.size)
        self._mask = self.picture(self._boxes(self.nodes, radius, None, theme))
        self._outline = self.picture(self._boxes(self.nodes, radius, theme, None))
        self._gauges = self.picture(self._boxes(self.gauges, gauge_radius(column), theme, theme))

    def picture(self, paint: Paint) -> QPixmap:
        """Return a transparent picture of the column on which ``paint`` has painted."""
        width, height = self._size
        size = QSize(round(width * self._ratio), round(height * self._ratio))
        picture = QPixmap(size)
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self.corner)
        paint(painter)
        painter.end()
        return picture

    def round_corners(self, painter: QPainter) -> None:
        """Cut what has been painted to the shape of the nodes and outline them."""
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.drawPixmap(self.corner, self._mask)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.drawPixmap(self.corner, self._outline)

    def stamp_gauges(self, painter: QPainter) -> None:
        """Draw empty gauges."""
        painter.drawPixmap(self.corner, self._gauges)

    @staticmethod
    def _boxes(
        rects: list[QRectF], radius: float, outlined: Theme | None, filled: Theme | None
    ) -> Paint:
        def paint(painter: QPainter) -> None:
            painter.setPen(QPen(outlined.strong, 1) if outlined else Qt.PenStyle.NoPen)
            painter.setBrush(filled.panel if filled else Qt.BrushStyle.NoBrush)
            for rect in rects:
                painter.drawRoundedRect(rect, radius, radius)

        return paint
