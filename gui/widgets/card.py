"""The flat card every panel sits in: a header with title, facts and controls over a body."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.stylesheet import with_role
from gui.theme import scaled, themes


class Card(QFrame):
    """A titled card.

    Attributes:
        header: the 34 px row; a dock may use it as its title bar.
        body: layout for what the card is about, without margins.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        """Make a card with ``title``, no facts, no controls and an empty body."""
        super().__init__(parent)
        self.setAccessibleName(title)
        self.header = QWidget(self)
        self._title = with_role(QLabel(title), "title")
        self._facts = with_role(QLabel(), "facts")
        self._row = QHBoxLayout(self.header)
        self._row.addWidget(self._title)
        self._row.addWidget(self._facts)
        self._row.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(self.body, 1)
        themes.changed.connect(self._restyle)
        self._restyle()

    def title(self) -> str:
        """Return the title."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Change the title, also for screen readers."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_facts(self, facts: str) -> None:
        """Show a short fact beside the title, such as ``2-8-8-1 · 105 parameters``."""
        if facts != self._facts.text():
            self._facts.setText(facts)

    def replace_title(self, widget: QWidget) -> None:
        """Put ``widget``, such as tabs, where the title would be."""
        self._title.hide()
        self._row.insertWidget(0, widget)

    def add_control(self, control: QWidget) -> None:
        """Append ``control`` at the header's right end."""
        self._row.addWidget(control)

    @Slot()
    def _restyle(self) -> None:
        self.header.setFixedHeight(scaled(34))
        self._row.setContentsMargins(scaled(12), scaled(3), scaled(8), scaled(3))
        self._row.setSpacing(scaled(8))
