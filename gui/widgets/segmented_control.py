"""A row of words of which one is chosen, as in the transport bar and in panel headers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QPushButton, QWidget

from gui.theme import scaled, themes, ui_font
from gui.tips import tip
from gui.widgets.exclusive_buttons import ExclusiveButtons

PADDING, TIGHT_PADDING = 24, 16


class Segment(QPushButton):
    """One word. Always as wide as its semi-bold text, so that choosing moves nothing."""

    def __init__(self, word: str, padding: int) -> None:
        """Show ``word`` with ``padding`` pixels (of 100 %) around it, both sides together."""
        super().__init__(word)
        self._padding = padding

    def sizeHint(self) -> QSize:
        """Return the size for the text as it looks when chosen."""
        width = QFontMetricsF(ui_font(12, 600)).horizontalAdvance(self.text())
        return QSize(round(width) + scaled(self._padding), scaled(24))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()


class SegmentedControl(QFrame):
    """Exclusive choice between a few words.

    Signals:
        selected: the key that the user chose; ``set_selected`` stays silent.
    """

    selected = Signal(str)

    def __init__(
        self,
        options: Mapping[str, str],
        parent: QWidget | None = None,
        *,
        name: str = "",
        tight: bool = False,
    ) -> None:
        """Show ``options`` (key to word) with the first one chosen; ``name`` is read aloud.

        ``tight`` leaves less room around the words.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons = ExclusiveButtons(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        for key, word in options.items():
            segment = Segment(word, TIGHT_PADDING if tight else PADDING)
            segment.setAccessibleName(f"{name}: {word}" if name else word)
            segment.setToolTip(tip(segment.accessibleName()))
            segment.setCursor(Qt.CursorShape.PointingHandCursor)
            self._buttons.add(key, segment)
            layout.addWidget(segment)
        self._buttons.set_selected(next(iter(options)))
        self._buttons.selected.connect(self.selected)
        themes.changed.connect(self._restyle)
        self._restyle()

    def selected_key(self) -> str:
        """Return the key that is chosen."""
        return self._buttons.selected_key()

    def set_selected(self, key: str) -> None:
        """Choose ``key`` without a signal; raises KeyError for an unknown one."""
        self._buttons.set_selected(key)

    def set_word(self, key: str, word: str) -> None:
        """Write ``word`` on the button of ``key``."""
        segment = self._buttons.button_of(key)
        if word != segment.text():
            segment.setText(word)
            segment.updateGeometry()

    def segment(self, key: str) -> QAbstractButton:
        """Return the button of ``key``, for tooltips and shortcuts."""
        return self._buttons.button_of(key)

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(scaled(28))
