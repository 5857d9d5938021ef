"""The parts of the status bar: the state's dot and word, a line that is cut, the badge.

They paint themselves in the theme's colours, so that a change of colour costs no style sheet; what
they say is their text.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from gui.icons import icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

DOT_PIXELS = 8
ICON_PIXELS = 14
GAP_PIXELS = 7
LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class StateLabel(QLabel):
    """A dot and a word; the dot's colour, and the word's where it is an error, is a token."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Say nothing yet."""
        super().__init__(parent)
        with_role(self, "emphasis")
        self.setAccessibleName("State")
        self._token = "text3"

    def set_state(self, word: str, token: str) -> None:
        """Show ``word`` beside a dot of colour ``token``."""
        self._token = token
        self.setText(word)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of dot and word."""
        size = super().sizeHint()
        return QSize(size.width() + scaled(DOT_PIXELS + GAP_PIXELS), size.height())

    def minimumSizeHint(self) -> QSize:
        """The word is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._token))
        radius = scaled(DOT_PIXELS) / 2
        painter.drawEllipse(QPointF(radius, self.height() / 2), radius, radius)
        painter.setPen(theme.err if self._token == "err" else theme.text)
        left = scaled(DOT_PIXELS + GAP_PIXELS)
        painter.drawText(QRect(left, 0, self.width() - left, self.height()), LINE, self.text())


class NewsLabel(QLabel):
    """One line, or shorter words for it where room is short; the whole of it is the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Say nothing yet."""
        super().__init__(parent)
        with_role(self, "facts")
        self.setAccessibleName("News")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._token = "text2"
        self._icon = ""
        self._short = ""

    def set_line(self, line: str, token: str = "text2", icon: str = "", *, short: str = "") -> None:
        """Say ``line`` in colour ``token``, behind ``icon`` if one is named.

        Where it finds no room ``short`` is said in its place, and without that its beginning.
        """
        if (line, token, icon, short) == (self.text(), self._token, self._icon, self._short):
            return
        self._token, self._icon, self._short = token, icon, short
        self.setText(line)
        self.setToolTip(line)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the whole line."""
        return QSize(self._text_left() + super().sizeHint().width(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Be content with nothing."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon and as much of the line as there is room for."""
        theme = current_theme()
        painter = QPainter(self)
        line = self.shown_line()
        if not line:
            return
        left = self._text_left()
        if self._icon:
            side = scaled(ICON_PIXELS)
            ratio = self.devicePixelRatioF()
            pixmap = icon_pixmap(self._icon, theme.color(self._token), side, ratio)
            painter.drawPixmap(0, (self.height() - side) // 2, pixmap)
        painter.setPen(theme.color(self._token))
        painter.drawText(QRect(left, 0, self.width() - left, self.height()), LINE, line)

    def shown_line(self) -> str:
        """Return as much of the line as there is room for; empty where that is next to nothing."""
        room = self.width() - self._text_left()
        metrics = self.fontMetrics()
        line = self.text()
        if self._short and metrics.horizontalAdvance(line) > room:
            line = self._short
        line = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
        return line if len(line) > 1 else ""

    def _text_left(self) -> int:
        return scaled(ICON_PIXELS + GAP_PIXELS) if self._icon else 0


class Badge(QPushButton):
    """How many warnings there are and of which kind; an icon, words, and a soft ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Say nothing yet."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._token = "ok"
        self._icon = "ok"

    def set_badge(self, words: str, token: str, icon: str, sentence: str) -> None:
        """Say ``words`` behind ``icon``; ``token`` is "ok", "warn" or "err"."""
        if (words, sentence) == (self.text(), self.toolTip()):
            return
        self._token, self._icon = token, icon
        self.setText(words)
        self.setAccessibleName(words)
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of icon and words."""
        width = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        return QSize(round(width) + scaled(ICON_PIXELS + GAP_PIXELS + 16), scaled(24))

    def minimumSizeHint(self) -> QSize:
        """The kind is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon and words."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0, 2, 0, -2)
        radius = scaled(5)
        if self._token != "ok":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(f"{self._token}_soft"))
            painter.drawRoundedRect(rect, radius, radius)
        elif self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.hover)
            painter.drawRoundedRect(rect, radius, radius)
        side, color = scaled(ICON_PIXELS), theme.color(self._token)
        pixmap = icon_pixmap(self._icon, color, side, self.devicePixelRatioF())
        painter.drawPixmap(scaled(8), (self.height() - side) // 2, pixmap)
        left = scaled(8 + ICON_PIXELS + GAP_PIXELS)
        painter.setFont(self._font())
        painter.setPen(theme.text if self._token == "ok" else color)
        painter.drawText(QRect(left, 0, self.width() - left, self.height()), LINE, self.text())
        if self.hasFocus():
            paint_focus_ring(painter, rect, radius)

    def _font(self) -> QFont:
        return ui_font(12, 400 if self._token == "ok" else 600)
