"""The name of a row that unfolds more rows below it: a chevron stands behind it."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from gui.icons import icon_pixmap
from gui.theme import current_theme, scaled, themes, ui_font
from gui.widgets.painting import field_radius, paint_focus_ring

CHEVRON_PIXELS = 10
# What the chevron takes beside the longest name: the icon has room at its sides.
GLYPH_PIXELS = 8


class FoldLabel(QAbstractButton):
    """A checkable label: checked while what it belongs to is unfolded."""

    def __init__(self, text: str, words: str) -> None:
        """Show ``text``, folded; ``words`` say what unfolds, without any nothing does."""
        super().__init__()
        self.setText(text)
        self.setCheckable(bool(words))
        self.setEnabled(bool(words))
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if words else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        themes.changed.connect(self._resize)

    @Slot()
    def _resize(self) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return room for the text and the chevron."""
        width = QFontMetricsF(ui_font(12)).horizontalAdvance(self.text())
        return QSize(math.ceil(width) + scaled(GLYPH_PIXELS), scaled(24))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint chevron, text and focus ring."""
        theme = current_theme()
        painter = QPainter(self)
        side = scaled(CHEVRON_PIXELS)
        if self.isCheckable():
            color = theme.text if self.underMouse() else theme.text2
            name = "down" if self.isChecked() else "right"
            pixmap = icon_pixmap(name, color, side, self.devicePixelRatioF())
            left = self.width() - scaled(GLYPH_PIXELS) - (side - scaled(GLYPH_PIXELS)) // 2
            painter.drawPixmap(left, (self.height() - side) // 2, pixmap)
        painter.setFont(ui_font(12))
        painter.setPen(theme.text if self.isEnabled() and self.underMouse() else theme.text2)
        line = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.rect()), line, self.text())
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), field_radius())
