"""A combo box that follows the specification: its options may change, and it may be mixed.

A choice counts however it is made: by the list, by keys or from outside the window.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from gui.controls.names import MIXED
from gui.theme import scaled
from gui.widgets.combo_box import ComboBox

MINIMUM_PIXELS = 72


class Choice(ComboBox):
    """A combo box whose options can be exchanged and which can show none of them."""

    def __init__(
        self, options: Mapping[str, str], parent: QWidget | None = None, *, name: str = ""
    ) -> None:
        """Offer ``options`` (key to words) with the first one chosen; ``name`` is read aloud."""
        super().__init__(options, parent, name=name)
        self._options = dict(options)
        self.setPlaceholderText(MIXED)
        # The base class hears of choices from the list only. The second news of one choice finds
        # it known already.
        self.currentIndexChanged.connect(self._on_activated)

    def minimumSizeHint(self) -> QSize:
        """Let the row decide: some option that is not chosen may be wider than the box."""
        return QSize(scaled(MINIMUM_PIXELS), super().minimumSizeHint().height())

    def set_options(self, options: Mapping[str, str]) -> None:
        """Offer ``options`` instead, without a signal; choose one with ``set_selected`` next."""
        if options == self._options:
            return
        self._options = dict(options)
        self.blockSignals(True)
        self.clear()
        for key, words in options.items():
            self.addItem(words, key)
        self.blockSignals(False)
        self._current = self.selected_key()

    def set_selected(self, key: str | None) -> None:
        """Show ``key`` without a signal, or that there is no common one where it is None."""
        if key is None:
            self._current = ""
            self.setCurrentIndex(-1)
        else:
            super().set_selected(key)
