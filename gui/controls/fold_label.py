"""The name of a row that unfolds more rows below it: a chevron hangs in the margin beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from gui.icons import icon_pixmap
from gui.theme import current_theme, scaled, themes, ui_font
from gui.widgets.painting import field_radius, paint_focus_ring

CHEVRON_PIXELS = 10


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
        """Return room for the margin's chevron and the text."""
        width = QFontMetricsF(ui_font(12)).horizontalAdvance(self.text())
        return QSize(scaled(CHEVRON_PIXELS) + round(width) + 1, scaled(24))

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
            painter.drawPixmap(0, (self.height() - side) // 2, pixmap)
        painter.setFont(ui_font(12))
        painter.setPen(theme.text if self.isEnabled() and self.underMouse() else theme.text2)
        box = QRectF(self.rect()).adjusted(side, 0, 0, 0)
        painter.drawText(
            box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), field_radius())
