"""A set of checkable buttons of which one is chosen, addressed by key.

The set is one stop of the Tab key; arrows, Home and End move within it and choose at once, as
radio buttons do. The buttons' looks and layout are their owner's.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup


class ExclusiveButtons(QButtonGroup):
    """One of several keyed buttons is checked.

    Signals:
        selected: the user chose another key; ``set_selected`` stays silent.
    """

    selected = Signal(str)

    def __init__(self, parent: QObject, columns: int = 1) -> None:
        """Make an empty set; ``columns`` buttons stand in a row, 1 meaning one single row."""
        super().__init__(parent)
        self._columns = columns
        self._buttons: dict[str, QAbstractButton] = {}
        self._current = ""
        self.setExclusive(True)
        self.buttonClicked.connect(self._on_clicked)

    def add(self, key: str, button: QAbstractButton) -> None:
        """Append ``button`` under ``key``."""
        button.setCheckable(True)
        button.installEventFilter(self)
        self._buttons[key] = button
        self.addButton(button)
        self._update_tab_stop()

    def selected_key(self) -> str:
        """Return the chosen key, empty before anything is chosen."""
        return self._current

    def set_selected(self, key: str) -> None:
        """Check ``key`` without a signal; raises KeyError for an unknown one."""
        self._buttons[key].setChecked(True)
        self._current = key
        self._update_tab_stop()

    def button_of(self, key: str) -> QAbstractButton:
        """Return the button of ``key``; raises KeyError for an unknown one."""
        return self._buttons[key]

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        key = next(key for key, candidate in self._buttons.items() if candidate is button)
        if key == self._current:
            return
        had_focus = any(candidate.hasFocus() for candidate in self._buttons.values())
        self._current = key
        self._update_tab_stop()
        if had_focus:
            button.setFocus(Qt.FocusReason.TabFocusReason)
        self.selected.emit(key)

    def _update_tab_stop(self) -> None:
        stop = self._current or next(iter(self._buttons))
        for key, button in self._buttons.items():
            policy = Qt.FocusPolicy.TabFocus if key == stop else Qt.FocusPolicy.NoFocus
            button.setFocusPolicy(policy)

    def _target(self, key: int, index: int) -> int | None:
        rows = {Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns}
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, **rows}
        last = len(self._buttons) - 1
        if key == Qt.Key.Key_Home:
            return 0
        if key == Qt.Key.Key_End:
            return last
        if key not in moves:
            return None
        target = index + moves[Qt.Key(key)]
        return target if 0 <= target <= last else index

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn arrows, Home and End on a button into a choice."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            buttons = list(self._buttons.values())
            index = next(i for i, button in enumerate(buttons) if button is watched)
            target = self._target(event.key(), index)
            if target is not None:
                if target != index and buttons[target].isEnabled():
                    buttons[target].click()
                return True
        return super().eventFilter(watched, event)
