"""The inputs that can be derived from two coordinates, each a chip that is on or off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from core.data import FEATURES
from gui.diagram.names import input_name
from gui.stylesheet import with_role
from gui.theme import scaled, themes, ui_font
from gui.widgets.control_row import ROW_PIXELS

PADDING_PIXELS = 8


class FeatureChip(QPushButton):
    """A chip as narrow as its word allows."""

    def sizeHint(self) -> QSize:
        """Return the size of the word with a little room, 24 at least."""
        width = QFontMetricsF(ui_font(12)).horizontalAdvance(self.text())
        return QSize(max(scaled(24), round(width) + scaled(PADDING_PIXELS)), scaled(24))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()


class FeatureChips(QWidget):
    """Which features the network is given; at least one.

    Signals:
        chosen: the features that the user wants, in their usual order.
        refused: why a chip cannot be taken out.
    """

    chosen = Signal(list)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make a chip for every feature, all off."""
        super().__init__(parent)
        self.setAccessibleName("Inputs")
        self._chips: dict[str, QPushButton] = {}
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for feature in FEATURES:
            chip = with_role(FeatureChip(input_name(feature)), "chip")
            chip.setCheckable(True)
            chip.setToolTip(f"Input {input_name(feature)}: starts anew")
            chip.setAccessibleName(f"Input {input_name(feature)}")
            chip.clicked.connect(self._on_clicked)
            self._chips[feature] = chip
            self._layout.addWidget(chip, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        themes.changed.connect(self._restyle)
        self._restyle()

    def set_features(self, features: Sequence[str]) -> None:
        """Show which features are on, without a signal."""
        for feature, chip in self._chips.items():
            chip.setChecked(feature in features)

    def chip(self, feature: str) -> QPushButton:
        """Return the button of ``feature``."""
        return self._chips[feature]

    @Slot()
    def _on_clicked(self) -> None:
        features = [feature for feature, chip in self._chips.items() if chip.isChecked()]
        if features:
            self.chosen.emit(features)
            return
        chip = self.sender()
        assert isinstance(chip, QPushButton)
        chip.setChecked(True)
        self.refused.emit("data.features: the network needs at least one input")

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(scaled(ROW_PIXELS))
        self._layout.setSpacing(scaled(3))
