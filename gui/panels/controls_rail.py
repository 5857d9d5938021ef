"""The rail that stands in for the controls while a step is taken apart: their icons, no more."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.theme import scaled, themes
from gui.widgets.card import Card
from gui.widgets.icon_button import IconButton

SECTIONS = {
    "data": ("data", "Data"),
    "network": ("net", "Network"),
    "training": ("train", "Training"),
}
BUTTON_PIXELS = 32


class ControlsRail(Card):
    """Three icons, one for each section of the controls, and a chevron that brings them back.

    Signals:
        section_requested: "data", "network" or "training".
        expand_requested: the user wants all controls back.
    """

    section_requested = Signal(str)
    expand_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the rail."""
        super().__init__("Controls", parent)
        self.header.hide()
        center = Qt.AlignmentFlag.AlignHCenter
        for section, (icon_name, words) in SECTIONS.items():
            button = IconButton(icon_name, words, self, size=BUTTON_PIXELS)
            button.setProperty("section", section)
            button.clicked.connect(self._on_clicked)
            self.body.addWidget(button, 0, center)
        self.body.addStretch(1)
        chevron = IconButton("right", "Show controls", self, size=BUTTON_PIXELS)
        chevron.clicked.connect(self.expand_requested)
        self.body.addWidget(chevron, 0, center)
        themes.changed.connect(self._place)
        self._place()

    @Slot()
    def _on_clicked(self) -> None:
        self.section_requested.emit(self.sender().property("section"))

    @Slot()
    def _place(self) -> None:
        self.setMinimumWidth(scaled(48))
        self.body.setContentsMargins(0, scaled(9), 0, scaled(9))
        self.body.setSpacing(scaled(10))
