"""The dialog of the preferences: every choice counts at once and is kept.

It stays open beside the window, so that its effect can be seen.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.panels.threshold_page import ThresholdPage
from gui.preferences import MOTION_WORDS, TEXT_SIZES, THEME_WORDS, PreferenceKeeper
from gui.stylesheet import with_role
from gui.theme import scaled, themes
from gui.threshold_keeper import ThresholdKeeper
from gui.widgets.check_box import CheckBox
from gui.widgets.combo_box import ComboBox
from gui.widgets.paragraph import Paragraph
from gui.widgets.segmented_control import SegmentedControl

BOX_PIXELS = 180
LOOK_PIXELS, WARNINGS_PIXELS = (340, 250), (600, 560)
HINTS = {
    "look": "Changes count at once and are kept.",
    "warnings": "Changes count from the next record on and are kept; without a window all stay as "
    "measured.",
}
PAGES = {"look": "Look", "warnings": "Warnings"}
PAGE_TIPS = {
    "look": "Page: Look: theme, text and motion",
    "warnings": "Page: Warnings: from where on each of them is raised",
}


class PreferencesDialog(QDialog):
    """One page about the look, one about the warnings.

    Attributes:
        pages: the choice between them.
        theme, text_size, motion, system_font: the controls of the look.
        thresholds: the page about the warnings.
    """

    def __init__(
        self, keeper: PreferenceKeeper, thresholds: ThresholdKeeper, parent: QWidget
    ) -> None:
        """Show the preferences of both keepers; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self._keeper = keeper
        self._threshold_keeper = thresholds
        self.pages = SegmentedControl(PAGES, name="Page")
        for page, sentence in PAGE_TIPS.items():
            self.pages.segment(page).setToolTip(sentence)
        self.thresholds = ThresholdPage(thresholds)
        self._look = QWidget()
        self.theme = ComboBox(THEME_WORDS, name="Theme")
        self.theme.setToolTip("Theme: the colours of everything")
        sizes = {str(percent): f"{percent} %" for percent in TEXT_SIZES}
        self.text_size = ComboBox(sizes, name="Text size")
        self.text_size.setToolTip("Text size: everything in the window goes with it")
        self.motion = ComboBox(MOTION_WORDS, name="Motion")
        self.motion.setToolTip("Motion: reduced, nothing travels, fades or blinks")
        self.system_font = CheckBox("Use the system's font")
        self.system_font.setToolTip("Use the system's font for text, in place of Inter")
        self._grid = QGridLayout(self._look)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        for row, (words, control) in enumerate(
            (("Theme", self.theme), ("Text size", self.text_size), ("Motion", self.motion))
        ):
            label = with_role(QLabel(words), "facts")
            label.setBuddy(control)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(control, row, 1)
        self._grid.addWidget(self.system_font, 3, 1)
        self._hint = Paragraph("caption", HINTS["look"])
        defaults = QPushButton("Restore defaults")
        defaults.setToolTip("Restore defaults: all that is on this page as it was at first")
        defaults.setAutoDefault(False)
        close = QPushButton("Close")
        # Return belongs to the fields.
        close.setAutoDefault(False)
        close.setToolTip("Close this window (Esc)")
        self._buttons = buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(defaults)
        buttons.addWidget(close)
        head = QHBoxLayout()
        head.addWidget(self.pages)
        head.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self._look)
        self._column.addWidget(self.thresholds, 1)
        self._rule = with_role(QFrame(), "rule")
        self._column.addWidget(self._rule)
        self._column.addWidget(self._hint)
        self._column.addLayout(buttons)
        self.theme.selected.connect(keeper.set_theme)
        self.motion.selected.connect(keeper.set_motion)
        self.text_size.selected.connect(self._resize_text)
        self.system_font.clicked.connect(self._choose_font)
        self.pages.selected.connect(self.show_page)
        self.thresholds.refused.connect(self._tell)
        defaults.clicked.connect(self._restore)
        close.clicked.connect(self.close)
        keeper.changed.connect(self._show)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._show()
        self.show_page("look")

    @Slot(str)
    def show_page(self, page: str) -> None:
        """Show "look" or "warnings", as large as it needs to be."""
        self.pages.set_selected(page)
        self._tell("")
        self._look.setVisible(page == "look")
        for part in (self.thresholds, self._rule):
            part.setVisible(page == "warnings")
        self._fit()

    def _fit(self) -> None:
        is_look = self.pages.selected_key() == "look"
        width, height = LOOK_PIXELS if is_look else WARNINGS_PIXELS
        room = self.screen().availableSize()
        self.resize(QSize(scaled(width), scaled(height)).boundedTo(room))

    @Slot(str)
    def _tell(self, refusal: str) -> None:
        self._hint.set_words(refusal or HINTS[self.pages.selected_key()])

    @Slot()
    def _restore(self) -> None:
        if self.pages.selected_key() == "look":
            self._keeper.reset()
        else:
            self._threshold_keeper.reset()

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
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(scaled(12))
        self._grid.setHorizontalSpacing(scaled(16))
        self._grid.setVerticalSpacing(scaled(8))
        self._buttons.setSpacing(scaled(8))
        for box in (self.theme, self.text_size, self.motion):
            box.setMinimumWidth(scaled(BOX_PIXELS))
        self._fit()
