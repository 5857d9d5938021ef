"""Drives the real window as a person does: clicks, keys, and waiting for what they bring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from gui.main_window import MainWindow

PATIENCE_MS = 20_000
LEFT = Qt.MouseButton.LeftButton
W = TypeVar("W", bound=QWidget)


class Driver:
    """Someone at the window.

    Attributes:
        window: the window.
    """

    def __init__(
        self, qtbot: QtBot, spec: ExperimentSpec, settings: QSettings | None = None
    ) -> None:
        """Open a window on ``spec`` and wait until it shows it."""
        self._qtbot = qtbot
        self.window = MainWindow(Trainer(spec), settings)
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.settle()

    @property
    def snapshot(self) -> Snapshot:
        """Return what the window has last been told."""
        snapshot = self.window.session.snapshot
        assert snapshot is not None
        return snapshot

    @property
    def spec(self) -> ExperimentSpec:
        """Return what is trained."""
        return self.snapshot.spec

    @property
    def news(self) -> str:
        """Return the line of news in the status bar."""
        return self.window.status.news.text()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the window live until ``condition`` holds."""
        self._qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def settle(self) -> Snapshot:
        """Wait until a paused run has obeyed everything; return what it is then."""
        self.wait(self.window.session.is_idle)
        return self.snapshot

    def run_until(self, step: int) -> None:
        """Press Play and wait until ``step`` steps are done; the run goes on."""
        self.press("Play")
        self.wait(lambda: self.snapshot.step >= step)

    def pause(self) -> Snapshot:
        """Press Pause; return what the run is then."""
        self.press("Pause")
        return self.settle()

    def press(self, name: str) -> None:
        """Click the button called ``name``, once it is there."""
        self.wait(lambda: self.find(QAbstractButton, name) is not None)
        button = self.find(QAbstractButton, name)
        assert button is not None
        self.click(button)

    def click(self, widget: QWidget) -> None:
        """Click the middle of ``widget``."""
        self._qtbot.mouseClick(widget, LEFT)

    def point(self, widget: QWidget, place: QPoint) -> None:
        """Move the pointer to ``place`` over ``widget``."""
        self._qtbot.mouseMove(widget, place)
        QApplication.processEvents()

    def key(
        self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None
    ) -> None:
        """Give ``widget`` the focus and press a key there."""
        widget.setFocus()
        self.wait(lambda: QApplication.focusWidget() is widget)
        self._qtbot.keyClick(widget, key, modifier or Qt.KeyboardModifier.NoModifier)

    def enter(self, name: str, text: str) -> None:
        """Type ``text`` and Return into the field called ``name``."""
        field = self.find(QLineEdit, name)
        assert field is not None, name
        field.setFocus()
        field.selectAll()
        self._qtbot.keyClicks(field, text)
        self._qtbot.keyClick(field, Qt.Key.Key_Return)

    def choose(self, name: str, words: str) -> None:
        """Choose from the box called ``name`` by typing the first letters of an option."""
        box = self.find(QComboBox, name)
        assert box is not None, name
        box.setFocus()
        self._qtbot.keyClicks(box, words)
        assert box.currentText().startswith(words), box.currentText()

    def trigger(self, *path: str) -> None:
        """Choose from the menu by the words on the way."""
        actions: Sequence[QAction] = self.window.transport.menu.menu().actions()
        for words in path[:-1]:
            owner = _action(actions, words).menu()
            assert isinstance(owner, QMenu)
            actions = owner.actions()
        _action(actions, path[-1]).trigger()

    def find(self, kind: type[W], name: str) -> W | None:
        """Return the visible widget of ``kind`` with that text or accessible name."""
        for widget in self.window.findChildren(kind):
            names = (widget.accessibleName(), getattr(widget, "text", str)())
            if widget.isVisible() and name in names:
                return widget
        return None


OpenWindow = Callable[[str | ExperimentSpec], Driver]


def _action(actions: Sequence[QAction], words: str) -> QAction:
    return next(action for action in actions if action.text() == words)
