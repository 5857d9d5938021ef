"""Wrapped text of which nothing is ever cut: it asks for the height that its width needs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.stylesheet import with_role


class Paragraph(QLabel):
    """Plain text in one of the style sheet's roles."""

    def __init__(self, role: str, text: str = "", parent: QWidget | None = None) -> None:
        """Show ``text``."""
        super().__init__(text, parent)
        with_role(self, role)
        self.setWordWrap(True)
        # Texts come from files and formulas: a "<" in them is a "<".
        self.setTextFormat(Qt.TextFormat.PlainText)
        # A least height would be that of a width which the label guesses, and a scroll area would
        # scroll what fits.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._takes_no_room = False

    def set_words(self, text: str) -> None:
        """Show ``text``; without any the paragraph takes no room."""
        if text != self.text():
            self.setText(text)
        if self._takes_no_room == bool(text):
            self._takes_no_room = not text
            self.setVisible(bool(text))
