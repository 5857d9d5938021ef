"""The one large button of the window: filled "Play" while paused, outlined "Pause" while running.

Its word is there for screen readers and programs; people see the icon and the tooltip.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget

from gui.icons import icon_pixmap
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes

WIDTH_PIXELS, HEIGHT_PIXELS = 56, 36
ICON_PIXELS = 20


class PlayButton(QPushButton):
    """Play or pause."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the button of a paused run."""
        super().__init__(parent)
        self._is_running = False
        self._keys = ""
        self._show_state()
        themes.changed.connect(self._resize)
        self._resize()

    def is_running(self) -> bool:
        """Return whether pressing it means to pause."""
        return self._is_running

    def set_running(self, is_running: bool) -> None:
        """Follow the run."""
        if is_running != self._is_running:
            self._is_running = is_running
            self._show_state()

    def set_keys(self, keys: str) -> None:
        """Say ``keys`` in the tooltip."""
        self._keys = f" ({keys})"
        self._show_state()

    def sizeHint(self) -> QSize:
        """Return the size of the design; the word takes no room."""
        return QSize(scaled(WIDTH_PIXELS), scaled(HEIGHT_PIXELS))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button without its word, then the icon."""
        theme = current_theme()
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        # The window opens with the focus here: no ring before a key has moved it.
        if not self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            option.state &= ~QStyle.StateFlag.State_HasFocus
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        side = scaled(ICON_PIXELS)
        name, color = ("pause", theme.text) if self._is_running else ("play", theme.accent_ink)
        color = color if self.isEnabled() else theme.text3
        pixmap = icon_pixmap(name, color, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, pixmap)

    def _show_state(self) -> None:
        word = "Pause" if self._is_running else "Play"
        self.setText(word)
        self.setAccessibleName(word)
        sentence = "Pause at the end of the step" if self._is_running else "Play: train"
        self.setToolTip(sentence + self._keys)
        with_role(self, "live" if self._is_running else "primary")

    @Slot()
    def _resize(self) -> None:
        self.setFixedSize(self.sizeHint())
