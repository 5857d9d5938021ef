"""The narrow column that stands in for the controls while a step is taken apart."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.theme import scaled, themes
from gui.widgets.card import Card
from gui.widgets.icon_button import IconButton

SECTIONS = {"Data": "data", "Network": "net", "Training": "train"}


class SideRail(Card):
    """Three icons of the controls' sections and a chevron, each of which brings the controls back.

    Signals:
        expand_requested: the user wants the controls.
    """

    expand_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the column."""
        super().__init__("Controls, folded", parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.header.hide()
        self._column = QVBoxLayout()
        buttons = [IconButton(icon, words, size=36) for words, icon in SECTIONS.items()]
        for button in buttons:
            button.setToolTip(f"{button.accessibleName()}: show the controls")
        chevron = IconButton("right", "Show controls", size=36)
        for button in buttons:
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self._column.addWidget(chevron, 0, Qt.AlignmentFlag.AlignHCenter)
        for button in (*buttons, chevron):
            button.clicked.connect(self.expand_requested)
        self.body.addLayout(self._column)
        themes.changed.connect(self._place)
        self._place()

    @Slot()
    def _place(self) -> None:
        margin = scaled(6)
        self._column.setContentsMargins(0, margin, 0, margin)
        self._column.setSpacing(scaled(6))
