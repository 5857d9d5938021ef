"""The dialog of the preferences: every choice counts at once and is kept.

It stays open beside the window, so that its effect can be seen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.preferences import MOTION_WORDS, TEXT_SIZES, THEME_WORDS, PreferenceKeeper
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.widgets.check_box import CheckBox
from gui.widgets.combo_box import ComboBox

BOX_PIXELS = 180


class PreferencesDialog(QDialog):
    """Theme, size of the text, font and motion.

    Attributes:
        theme, text_size, motion, system_font: the controls.
    """

    def __init__(self, keeper: PreferenceKeeper, parent: QWidget) -> None:
        """Show the preferences of ``keeper``; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self._keeper = keeper
        self.theme = ComboBox(THEME_WORDS, name="Theme")
        self.theme.setToolTip("Theme: the colours of everything")
        sizes = {str(percent): f"{percent} %" for percent in TEXT_SIZES}
        self.text_size = ComboBox(sizes, name="Text size")
        self.text_size.setToolTip("Text size: everything in the window goes with it")
        self.motion = ComboBox(MOTION_WORDS, name="Motion")
        self.motion.setToolTip("Motion: reduced, nothing travels, fades or blinks")
        self.system_font = CheckBox("Use the system's font")
        self.system_font.setToolTip("Use the system's font for text, in place of Inter")
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(1, 1)
        for row, (words, control) in enumerate(
            (("Theme", self.theme), ("Text size", self.text_size), ("Motion", self.motion))
        ):
            label = with_role(QLabel(words), "facts")
            label.setBuddy(control)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(control, row, 1)
        self._grid.addWidget(self.system_font, 3, 1)
        self._hint = with_role(QLabel("Changes count at once and are kept."), "caption")
        self._grid.addWidget(self._hint, 4, 0, 1, 2)
        defaults = QPushButton("Restore defaults")
        defaults.setAutoDefault(False)
        close = QPushButton("Close")
        close.setDefault(True)
        self._buttons = buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(defaults)
        buttons.addWidget(close)
        self._grid.addLayout(buttons, 5, 0, 1, 2)
        self.theme.selected.connect(keeper.set_theme)
        self.motion.selected.connect(keeper.set_motion)
        self.text_size.selected.connect(self._resize_text)
        self.system_font.clicked.connect(self._choose_font)
        defaults.clicked.connect(keeper.reset)
        close.clicked.connect(self.close)
        keeper.changed.connect(self._show)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._show()

    @Slot()
    def _show(self) -> None:
        current = self._keeper.current
        self.theme.set_selected(current.theme)
        self.motion.set_selected(current.motion)
        if self.text_size.findData(str(current.text_percent)) >= 0:
            self.text_size.set_selected(str(current.text_percent))
        state = Qt.CheckState.Checked if current.system_font else Qt.CheckState.Unchecked
        self.system_font.setCheckState(state)

    @Slot(str)
    def _resize_text(self, percent: str) -> None:
        self._keeper.change(text_percent=int(percent))

    @Slot(bool)
    def _choose_font(self, is_system: bool) -> None:
        self._keeper.change(system_font=is_system)

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(16)
        self._grid.setContentsMargins(edge, edge, edge, edge)
        self._grid.setHorizontalSpacing(scaled(16))
        self._grid.setVerticalSpacing(scaled(8))
        self._buttons.setSpacing(scaled(8))
        for box in (self.theme, self.text_size, self.motion):
            box.setMinimumWidth(scaled(BOX_PIXELS))
