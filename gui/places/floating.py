"""Windows of their own for panels; closing one brings the panel back to its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.places.layout import TITLES

Rectangle = tuple[int, int, int, int]


class FloatingPanel(QWidget):
    """Holds one panel over the main window.

    Signals:
        closed: the user closed the window; the name of the panel.
        moved: the window was moved or resized.
    """

    closed = Signal(str)
    moved = Signal()

    def __init__(self, name: str, title: str, panel: QWidget, owner: QWidget) -> None:
        """Take ``panel`` in; the window belongs to ``owner``, whose keys work here too."""
        # Qt hands the keys of the owner on to tool windows only.
        super().__init__(owner, Qt.WindowType.Tool)
        self.name = name
        self.panel = panel
        self.setWindowTitle(f"{title} — Nablascope")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        panel.show()

    def rectangle(self) -> Rectangle:
        """Return x, y, width and height, without the frame."""
        place = self.geometry()
        return place.x(), place.y(), place.width(), place.height()

    def go_to(self, rectangle: Rectangle) -> None:
        """Take the ``rectangle``, or its size only where no screen shows that place."""
        wanted = QRect(*rectangle)
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        if not any(screen.intersects(wanted.adjusted(40, 0, -40, 0)) for screen in screens):
            wanted.moveCenter(screens[0].center())
        self.setGeometry(wanted)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Have the panel docked, which ends this window."""
        event.ignore()
        self.closed.emit(self.name)

    def moveEvent(self, event: QMoveEvent) -> None:
        """Tell of the new place."""
        super().moveEvent(event)
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of the new size."""
        super().resizeEvent(event)
        self.moved.emit()


class FloatingPanels(QObject):
    """The windows of all panels that float.

    Signals:
        closed: the user closed the window of the panel of that name.
        moved: the name of a panel, and the new rectangle of its window.
    """

    closed = Signal(str)
    moved = Signal(str, object)

    def __init__(self, home: QWidget) -> None:
        """Begin without windows; ``home`` gets back what floats no longer."""
        super().__init__(home)
        self._home = home
        self._windows: dict[str, FloatingPanel] = {}

    def fit(
        self,
        panels: Mapping[str, QWidget],
        floating: Mapping[str, Rectangle],
        is_wanted: Callable[[str], bool],
    ) -> None:
        """Have a window for each of the ``floating`` panels, shown where it ``is_wanted``."""
        for name in self._windows.keys() - floating.keys():
            window = self._windows.pop(name)
            window.panel.setParent(self._home)
            window.hide()
            window.deleteLater()
        owner = self._home.window()
        for name in panels.keys() & floating.keys():
            if name not in self._windows:
                window = FloatingPanel(name, TITLES[name], panels[name], owner)
                window.go_to(floating[name])
                window.closed.connect(self.closed)
                window.moved.connect(self._tell)
                self._windows[name] = window
            self._windows[name].setVisible(owner.isVisible() and is_wanted(name))

    def move(self, name: str, corner: QPoint) -> None:
        """Move the window of a panel."""
        self._windows[name].move(corner)

    def put_away(self) -> None:
        """Hide all windows."""
        for window in self._windows.values():
            window.hide()

    @Slot()
    def _tell(self) -> None:
        window = self.sender()
        if isinstance(window, FloatingPanel) and window.isVisible():
            self.moved.emit(window.name, window.rectangle())
