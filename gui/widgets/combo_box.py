"""A choice from a list, addressed by key, with the chevron of the theme.

The wheel counts only while the box has the focus, so that scrolling a column of controls changes
none of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QSizePolicy, QWidget

from gui.icons import icon_pixmap
from gui.theme import current_theme, scaled
from gui.tips import tip


class ComboBox(QComboBox):
    """A combo box over keyed options.

    Signals:
        selected: the key that the user chose; ``set_selected`` stays silent.
    """

    selected = Signal(str)

    def __init__(
        self, options: Mapping[str, str], parent: QWidget | None = None, *, name: str = ""
    ) -> None:
        """Offer ``options`` (key to words) with the first one chosen; ``name`` is read aloud."""
        super().__init__(parent)
        # The style sheet reaches the rows of a QListView only if it is not the style's own one.
        self.setView(QListView())
        self.setAccessibleName(name)
        self.setToolTip(tip(name))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for key, words in options.items():
            self.addItem(words, key)
        self._current = self.selected_key()
        self.activated.connect(self._on_activated)

    def selected_key(self) -> str:
        """Return the key that is chosen, empty if none is."""
        return str(self.currentData() or "")

    def set_selected(self, key: str) -> None:
        """Choose ``key`` without a signal; raises KeyError for an unknown one."""
        index = self.findData(key)
        if index < 0:
            raise KeyError(key)
        self._current = key
        self.setCurrentIndex(index)

    def showPopup(self) -> None:
        """Open the list, wide enough that no option is cut however narrow the box."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + scaled(12))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then the chevron."""
        super().paintEvent(event)
        theme = current_theme()
        side = scaled(14)
        color = theme.text2 if self.isEnabled() else theme.text3
        pixmap = icon_pixmap("down", color, side, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(self.width() - side - scaled(5), (self.height() - side) // 2, pixmap)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area unless the box has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @Slot()
    def _on_activated(self) -> None:
        key = self.selected_key()
        if key != self._current:
            self._current = key
            self.selected.emit(key)
