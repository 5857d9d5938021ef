"""The weights of the first layer as pictures over the pixels that they weigh: one for every unit.

All units share one scale, which is written below; colours are signed.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.network.parameters import Floats
from core.training.snapshot import Snapshot
from gui.controls.column_scroll import ColumnScroll
from gui.diagram.names import parameter_name
from gui.diagram.pictures import as_image, heat_pixels
from gui.numbers import counted, format_setting, format_value
from gui.samples.pixel_view import Pixel, PixelView
from gui.samples.sign_scale import HEIGHT, paint_sign_scale, scale_peak, scale_shares
from gui.samples.view import SampleView
from gui.theme import current_theme, scaled, themes, ui_font
from gui.widgets.painting import paint_focus_ring

MARGIN, GAP = 13, 8
CAPTION, ROW_GAP = 16, 8
LEAST_SIDE = 66
SCALE_WIDTH = 290


class WeightGrid(PixelView):
    """The pictures, in as many columns as fit."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__("Weights of the first layer")
        self.weights: Floats = np.zeros((0, 1))
        self.peak = 1.0

    def show_weights(self, weights: Floats, shape: tuple[int, int]) -> None:
        """Show W1 (n, pixels) of pictures of ``shape``."""
        self.weights, self.shape = weights, shape
        self.peak = scale_peak(weights)
        self._fit()
        self.announce()
        self.update()

    def picture_count(self) -> int:
        """Return the number of units."""
        return len(self.weights)

    def column_count(self) -> int:
        """Return how many pictures stand side by side."""
        return max(1, int(self._room() // scaled(LEAST_SIDE + GAP)))

    def picture_rect(self, index: int) -> QRectF:
        """Return where the picture of unit ``index`` is."""
        line, column = divmod(index, self.column_count())
        width = int(self._room() // self.column_count()) - scaled(GAP)
        left = scaled(MARGIN) + column * (width + scaled(GAP))
        return QRectF(left, scaled(4) + line * self._pitch(), width, self._height(width))

    def reading(self, pixel: Pixel) -> str:
        """Return a weight with its place."""
        place = pixel.row * self.shape[1] + pixel.column
        weight = float(self.weights[pixel.picture, place])
        name = parameter_name("W", 1, pixel.picture, place)
        where = f"row {pixel.row + 1}, column {pixel.column + 1}"
        return f"unit {pixel.picture + 1}, {where}: {name} = {format_value(weight)}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that this width needs."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures that can be seen, their numbers and the cursor."""
        theme = current_theme()
        painter = QPainter(self)
        shares = self.weights.astype(np.float64) / self.peak
        pixels = heat_pixels(shares.reshape(-1, *self.shape), theme)
        font = ui_font(11)
        ascent = QFontMetricsF(font).ascent()
        painter.setFont(font)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        seen = QRectF(event.rect())
        for index in range(self.picture_count()):
            rect = self.picture_rect(index)
            if not rect.adjusted(0, -9, 0, scaled(CAPTION) + 9).intersects(seen):
                continue
            painter.drawImage(rect, as_image(np.ascontiguousarray(pixels[index])))
            painter.setPen(QPen(theme.line, 1))
            painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
            painter.setPen(theme.text2)
            place = QPointF(rect.left(), rect.bottom() + scaled(3) + ascent)
            painter.drawText(place, f"unit {index + 1}")
        self.paint_cursor(painter)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), scaled(4))

    def _room(self) -> float:
        return self.width() - 2 * scaled(MARGIN) + scaled(GAP)

    def _height(self, width: float) -> float:
        return width * self.shape[0] / self.shape[1]

    def _pitch(self) -> float:
        width = int(self._room() // self.column_count()) - scaled(GAP)
        return self._height(width) + scaled(CAPTION + ROW_GAP)

    def _fit(self) -> None:
        lines = -(-self.picture_count() // self.column_count())
        height = int(scaled(4) + lines * self._pitch())
        if self.minimumHeight() != height:
            self.setMinimumHeight(height)


class _Scale(QWidget):
    """The colour scale of the grid."""

    def __init__(self) -> None:
        super().__init__()
        self.peak = 1.0

    def paintEvent(self, event: QPaintEvent) -> None:
        width = min(self.width() - 2 * scaled(MARGIN), scaled(SCALE_WIDTH))
        rect = QRectF((self.width() - width) / 2, scaled(2), width, self.height())
        colors = heat_pixels(scale_shares(), current_theme())
        paint_sign_scale(QPainter(self), rect, colors, self.peak, "weight, all units")


class WeightPictures(SampleView):
    """The grid, which scrolls, over its scale.

    Attributes:
        grid: the pictures.
    """

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self.grid, self._scale = WeightGrid(), _Scale()
        self.grid.setObjectName("contents")
        self._scroll = ColumnScroll(self.grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._scale)
        self.grid.pointed.connect(self.pointed)
        self.grid.cursor_moved.connect(self._scroll_to)
        themes.changed.connect(self._place)
        self._place()

    def show_snapshot(self, new: Snapshot) -> None:
        """Show the weights of ``new``, whose data are pictures."""
        shape = new.dataset.image_shape
        assert shape is not None
        self.snapshot = new
        self.grid.show_weights(new.layout.weights(new.parameters, 1), shape)
        if self._scale.peak != self.grid.peak:
            self._scale.peak = self.grid.peak
            self._scale.update()

    def hint(self) -> str:
        """Return how the colours are read."""
        return "blue: positive weight of that pixel; orange: negative"

    def facts(self) -> str:
        """Return how many units there are."""
        return f"first layer, {counted(self.grid.picture_count(), 'unit')}"

    def in_words(self) -> str:
        """Return the scale and how large the weights of each unit get."""
        sizes = np.abs(self.grid.weights).max(axis=1)
        strongest = int(sizes.argmax()) + 1 if len(sizes) else 0
        scale = format_setting(self.grid.peak)
        return f"Weights of the {self.facts()}, scale ±{scale}; largest in unit {strongest}"

    @Slot(QRect)
    def _scroll_to(self, rect: QRect) -> None:
        center = rect.center()
        self._scroll.ensureVisible(center.x(), center.y(), rect.width(), scaled(40))

    @Slot()
    def _place(self) -> None:
        self._scale.setFixedHeight(scaled(HEIGHT + 2))
