"""A flat button that is only an icon; its words are the tooltip and the accessible name."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from gui.icons import icon
from gui.theme import scaled, themes


class IconButton(QToolButton):
    """A flat icon that keeps the theme's colours."""

    def __init__(
        self,
        icon_name: str,
        words: str,
        parent: QWidget | None = None,
        *,
        token: str = "text2",
        size: int = 28,
        icon_size: int = 16,
    ) -> None:
        """Show ``icon_name`` in colour ``token``; ``size`` is the side of the target."""
        super().__init__(parent)
        self._icon_name = icon_name
        self._token = token
        self._size = size
        self._icon_size = icon_size
        self.set_words(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        themes.changed.connect(self._restyle)
        self._restyle()

    def set_words(self, words: str) -> None:
        """Say what the button does: tooltip and accessible name."""
        self.setToolTip(words)
        self.setAccessibleName(words)

    def set_icon(self, icon_name: str, token: str | None = None) -> None:
        """Show another icon, or the same in another colour."""
        self._icon_name = icon_name
        self._token = token or self._token
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        self.setIcon(icon(self._icon_name, self._token, self._icon_size))
        self.setIconSize(QSize(scaled(self._icon_size), scaled(self._icon_size)))
        self.setFixedSize(scaled(self._size), scaled(self._size))
