"""A small flat button that is one arrow, for turning to the thing before or after."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from gui.theme import scaled, themes, ui_font


class ArrowButton(QToolButton):
    """Shows ``arrow``; what it does stands in the tooltip and the accessible name."""

    def __init__(self, arrow: str, words: str, parent: QWidget | None = None) -> None:
        """Make the button."""
        super().__init__(parent)
        self.setText(arrow)
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        themes.changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        self.setFont(ui_font(18))
        self.setFixedSize(scaled(24), scaled(26))
