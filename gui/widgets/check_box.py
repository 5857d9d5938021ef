"""A check box with the theme's tick, which a style sheet cannot draw without a picture file."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from gui.icons import icon_pixmap
from gui.theme import current_theme


class CheckBox(QCheckBox):
    """A check box whose tick stands on the accent."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box and words, then the tick."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        tick = icon_pixmap("ok", current_theme().accent_ink, box.width(), self.devicePixelRatioF())
        QPainter(self).drawPixmap(box.topLeft(), tick)
