"""A thin horizontal slider: filled groove, round handle, focus ring.

A click on the groove goes there at once. The wheel counts only while the slider has the focus, so
that scrolling a column of controls changes none of them.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from gui.theme import current_theme, scaled
from gui.widgets.painting import field_radius, paint_focus_ring

HANDLE_PIXELS = 12
GROOVE_PIXELS = 4


class Slider(QSlider):
    """A horizontal slider over whole numbers, painted in the theme's colours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make a slider over 0 to 99."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a control's height and a usual width."""
        return QSize(scaled(82), scaled(24))

    def minimumSizeHint(self) -> QSize:
        """Leave a handle's way of some use."""
        return QSize(scaled(48), scaled(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint groove, filled part, handle and focus ring."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        center = self._handle_center()
        thickness = scaled(GROOVE_PIXELS)
        groove = QRectF(0, (self.height() - thickness) / 2, self.width(), thickness)
        painter.setBrush(theme.strong if theme.name != "high_contrast" else theme.grid)
        painter.drawRoundedRect(groove, thickness / 2, thickness / 2)
        if self.isEnabled():
            painter.setBrush(theme.accent)
            filled = QRectF(groove.topLeft(), groove.bottomRight())
            filled.setRight(center)
            painter.drawRoundedRect(filled, thickness / 2, thickness / 2)
        diameter = scaled(HANDLE_PIXELS)
        handle = QRectF(center - diameter / 2, (self.height() - diameter) / 2, diameter, diameter)
        painter.setBrush(theme.text if self.isEnabled() else theme.text3)
        painter.drawEllipse(handle)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), field_radius())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer, then drag from there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setSliderPosition(self._position_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if self.isSliderDown():
            self.setSliderPosition(self._position_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area unless the slider has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _handle_center(self) -> float:
        span = max(1, self.maximum() - self.minimum())
        share = (self.sliderPosition() - self.minimum()) / span
        margin = scaled(HANDLE_PIXELS) / 2
        return margin + share * (self.width() - 2 * margin)

    def _position_at(self, x: float) -> int:
        margin = scaled(HANDLE_PIXELS) / 2
        share = (x - margin) / max(1.0, self.width() - 2 * margin)
        share = min(max(share, 0.0), 1.0)
        return round(self.minimum() + share * (self.maximum() - self.minimum()))
