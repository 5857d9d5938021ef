"""An offer in the status bar: why a choice does not fit, and a button for what makes it fit.

It stands where news stands and takes nobody's focus; its action's keys take it from anywhere.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAction, QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gui.help.shortcuts import keys_of
from gui.status.line import NewsLabel
from gui.stylesheet import with_role
from gui.theme import scaled, themes, ui_font
from gui.widgets.icon_button import IconButton


class OfferButton(QPushButton):
    """A button as low as the status bar allows, whose words are never cut."""

    def sizeHint(self) -> QSize:
        """Return the size of the words with a little room."""
        width = QFontMetricsF(ui_font(12, 600)).horizontalAdvance(self.text())
        return QSize(round(width) + scaled(30), scaled(24))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()


class OfferLine(QWidget):
    """A sentence, a button that accepts, and one that puts the offer away.

    Attributes:
        sentence: why the choice does not fit.
        accept, decline: the buttons.

    Signals:
        accepted, declined: the user wants so.
    """

    accepted = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Offer nothing yet."""
        super().__init__(parent)
        self.setAccessibleName("Offer")
        self.sentence = NewsLabel()
        self.sentence.setAccessibleName("Why the choice does not fit")
        self.accept = with_role(OfferButton(), "offer")
        self.accept.setAutoDefault(False)
        self.decline = IconButton("x", "Not now: leave everything as it is", size=24, icon_size=14)
        self._keys = ""
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.sentence, 0)
        self._layout.addWidget(self.accept)
        self._layout.addWidget(self.decline)
        self._layout.addStretch(1)
        self.accept.clicked.connect(self.accepted)
        self.decline.clicked.connect(self.declined)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def set_action(self, action: QAction) -> None:
        """Say the keys of ``action``, which accepts the offer from anywhere."""
        self._keys = keys_of(action)

    def show_offer(self, sentence: str, proposal: str) -> None:
        """Say ``sentence`` and offer ``proposal``."""
        self.sentence.set_line(sentence, "text", "warn")
        self.accept.setText(proposal)
        self.accept.setToolTip(f"{proposal} ({self._keys})\n{sentence}")
        self.accept.setAccessibleDescription(sentence)
        self.show()

    @Slot()
    def _restyle(self) -> None:
        self._layout.setSpacing(scaled(10))
