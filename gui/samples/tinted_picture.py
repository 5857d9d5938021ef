"""The sample in view as one large picture, tinted by the gradient of its loss for every pixel."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from core.network.parameters import Floats
from core.training.views import Probe
from gui.diagram.pictures import Pixels, as_image, sample_pixels
from gui.numbers import format_setting, format_value
from gui.palette import Theme
from gui.samples.pixel_view import Pixel, PixelView
from gui.samples.sign_scale import HEIGHT, paint_sign_scale, scale_peak, scale_shares
from gui.theme import current_theme, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

MARGIN = 13
SCALE_WIDTH = 290
# How much of a pixel the strongest tint covers: the ink stays visible below.
STRONGEST = 0.75
# A sign is written into pixels this large (at 100 %) and from this share of the scale on.
SIGNED_PIXEL, SIGNED_SHARE = 14, 0.25


class TintedPicture(PixelView):
    """Ink in greys, above it blue where the loss rises with a pixel and orange where it falls."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__("Sample in view")
        self._probe: Probe | None = None
        self._is_tinted = True

    @property
    def peak(self) -> float:
        """Return what the ends of the colour scale stand for."""
        gradient = self._gradient()
        return 1.0 if gradient is None else scale_peak(gradient)

    def show_probe(self, probe: Probe) -> None:
        """Show a row whose ``image_shape`` is known."""
        assert probe.image_shape is not None
        self._probe, self.shape = probe, probe.image_shape
        self.announce()
        self.update()

    def set_tinted(self, is_tinted: bool) -> None:
        """Show the tint, or the picture alone."""
        self._is_tinted = is_tinted
        self.update()

    def picture_rect(self, index: int) -> QRectF:
        """Return where the picture is: as large as whole pixels allow."""
        rows, columns = self.shape
        width = self.width() - 2 * scaled(MARGIN)
        height = self.height() - scaled(HEIGHT) - 2 * scaled(6)
        side = max(1.0, min(width / columns, height / rows))
        side = float(int(side))
        left = (self.width() - side * columns) / 2
        return QRectF(int(left), scaled(6), side * columns, side * rows)

    def reading(self, pixel: Pixel) -> str:
        """Return the pixel's value and gradient."""
        probe, gradient = self._probe, self._gradient()
        assert probe is not None
        place = pixel.row * self.shape[1] + pixel.column
        words = f"row {pixel.row + 1}, column {pixel.column + 1}: "
        words += f"pixel {format_setting(float(probe.raw[place]), 3)}"
        if gradient is None:
            return words
        return f"{words}, ∂L/∂x {format_value(float(gradient[place]))}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, the signs of the strongest pixels, the scale and the cursor."""
        probe, gradient = self._probe, self._gradient()
        if probe is None:
            return
        theme, rect = current_theme(), self.picture_rect(0)
        pixels = sample_pixels(probe.raw, self.shape, theme)
        shares = np.zeros(self.shape)
        if gradient is not None and self._is_tinted:
            finite = np.nan_to_num(gradient.astype(np.float64), posinf=0.0, neginf=0.0)
            shares = np.clip(finite / self.peak, -1, 1).reshape(self.shape)
            pixels = tinted(pixels, shares, theme)
        painter = QPainter(self)
        painter.drawImage(rect, as_image(np.ascontiguousarray(pixels)))
        painter.setPen(QPen(theme.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        if gradient is not None and self._is_tinted:
            self._paint_signs(painter, pixels, shares)
            width = min(rect.width(), scaled(SCALE_WIDTH))
            below = QRectF(
                rect.center().x() - width / 2, rect.bottom() + scaled(6), width, scaled(HEIGHT)
            )
            ground = np.full(scale_shares().shape, theme.raised.rgb(), np.uint32)
            colors = tinted(ground, scale_shares(), theme)
            paint_sign_scale(painter, below, colors, self.peak, "∂L/∂x")
        self.paint_cursor(painter)
        if self.hasFocus():
            paint_focus_ring(painter, rect.adjusted(-4, -4, 4, 4), scaled(4))

    def _paint_signs(self, painter: QPainter, pixels: Pixels, shares: Floats) -> None:
        side = self.pixel_rect(Pixel(0, 0, 0)).width()
        if side < scaled(SIGNED_PIXEL):
            return
        painter.setFont(ui_font(min(16, max(11, side / scaled(1) * 0.42)), 600))
        for row, column in np.argwhere(np.abs(shares) >= SIGNED_SHARE).tolist():
            ground = QColor(int(pixels[row, column]))
            painter.setPen(QColor("#0B0E12" if ground.lightnessF() > 0.45 else "#FFFFFF"))
            sign = "+" if shares[row, column] > 0 else "−"
            rect = self.pixel_rect(Pixel(0, row, column))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, sign)

    def _gradient(self) -> Floats | None:
        if self._probe is None or self._probe.saliency is None:
            return None
        return self._probe.saliency.gradient


def tinted(pixels: Pixels, shares: Floats, theme: Theme) -> Pixels:
    """Mix each pixel with blue or orange, by its share (-1 to 1) of the scale."""
    channels = [(pixels >> shift) & 0xFF for shift in (16, 8, 0)]
    cover = np.abs(shares) * STRONGEST
    mixed = np.full(pixels.shape, 0xFF000000, np.uint32)
    ends = [(c.red(), c.green(), c.blue()) for c in (theme.posg, theme.negg)]
    for shift, channel, above, below in zip((16, 8, 0), channels, *ends, strict=True):
        color = np.where(shares > 0, above, below)
        byte = np.rint(channel + (color - channel.astype(np.float64)) * cover).astype(np.uint32)
        mixed |= byte << np.uint32(shift)
    result: Pixels = mixed
    return result
