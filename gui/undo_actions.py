"""Undo and redo as actions whose words say which change they are about."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.training.snapshot import Snapshot
from gui.actions import allow, make_action
from gui.session import Session
from gui.typography import in_print


class UndoActions(QObject):
    """Takes changes back and makes them again.

    Attributes:
        undo, redo: the actions, off while there is nothing to take back or to make again.

    Signals:
        done: one line about what has been taken back or made again.
    """

    done = Signal(str)

    def __init__(self, session: Session, window: QWidget) -> None:
        """Make the actions of ``window``; both are off until a snapshot has something for them."""
        super().__init__(window)
        self._session = session
        self._titles = ("", "")
        self.undo = make_action(
            window, "Undo", "Take the latest change back.", "Ctrl+Z", self._take_back
        )
        self.redo = make_action(
            window, "Redo", "Make the change once more.", "Ctrl+Shift+Z", self._make_again
        )
        self._allow(self.undo, "")
        self._allow(self.redo, "")

    def follow(self, snapshot: Snapshot) -> None:
        """Name the changes that ``snapshot`` knows of."""
        undo, redo = self._titles = (in_print(snapshot.undo), in_print(snapshot.redo))
        for action, word, title in ((self.undo, "Undo", undo), (self.redo, "Redo", redo)):
            text = f"{word} {title}".strip()
            if text != action.text():
                action.setText(text)
            self._allow(action, title)

    def _allow(self, action: QAction, title: str) -> None:
        is_undo = action is self.undo
        allow(action, bool(title), "nothing was changed" if is_undo else "nothing was taken back")

    @Slot()
    def _take_back(self) -> None:
        self._session.undo()
        self.done.emit(f"Taken back: {self._titles[0]}.")

    @Slot()
    def _make_again(self) -> None:
        self._session.redo()
        self.done.emit(f"Made again: {self._titles[1]}.")
