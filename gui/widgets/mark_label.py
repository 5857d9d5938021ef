"""The label of a control with a mark that says when a change counts.

A bolt means at once, in the running training; a ring arrow means that training starts anew. The
two are explained by ``mark_key`` at the foot of the controls.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.icons import icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes

Mark = Literal["live", "anew"]

MARK_ICONS: dict[Mark, str] = {"live": "bolt", "anew": "restart"}
MARK_WORDS: dict[Mark, str] = {"live": "applies live", "anew": "starts anew"}

ICON_PIXELS = 12
GAP_PIXELS = 6


class MarkLabel(QLabel):
    """A label followed by its mark, or led by it; ``mark`` None leaves it plain."""

    def __init__(
        self,
        text: str,
        mark: Mark | None = None,
        parent: QWidget | None = None,
        *,
        mark_first: bool = False,
    ) -> None:
        """Show ``text`` and ``mark``; the mark's meaning is the tooltip."""
        super().__init__(text, parent)
        with_role(self, "facts")
        self._mark = mark
        self._mark_first = mark_first
        themes.changed.connect(self._restyle)
        self._restyle()
        if mark is not None:
            self.setToolTip(MARK_WORDS[mark].capitalize())

    def sizeHint(self) -> QSize:
        """Return the text's size plus room for the mark."""
        size = super().sizeHint()
        if self._mark is not None and not self._mark_first:
            size.setWidth(size.width() + scaled(GAP_PIXELS + ICON_PIXELS))
        return size

    def minimumSizeHint(self) -> QSize:
        """Neither text nor mark is ever cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, then the mark right behind it."""
        super().paintEvent(event)
        if self._mark is None:
            return
        side = scaled(ICON_PIXELS)
        pixmap = icon_pixmap(
            MARK_ICONS[self._mark], current_theme().text3, side, self.devicePixelRatioF()
        )
        x = 0
        if not self._mark_first:
            x = self.fontMetrics().horizontalAdvance(self.text()) + scaled(GAP_PIXELS)
        QPainter(self).drawPixmap(x, (self.height() - side) // 2, pixmap)

    @Slot()
    def _restyle(self) -> None:
        room = scaled(GAP_PIXELS + ICON_PIXELS) if self._mark_first else 0
        self.setContentsMargins(room, 0, 0, 0)


def mark_key(parent: QWidget | None = None) -> QWidget:
    """Return the line that explains both marks."""
    key = QWidget(parent)
    layout = QHBoxLayout(key)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(scaled(16))
    for mark, words in MARK_WORDS.items():
        layout.addWidget(MarkLabel(words, mark, mark_first=True))
    layout.addStretch(1)
    return key
