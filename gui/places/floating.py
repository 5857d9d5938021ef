"""A window of its own for one panel; closing it brings the panel back to its place."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


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

    def rectangle(self) -> tuple[int, int, int, int]:
        """Return x, y, width and height, without the frame."""
        place = self.geometry()
        return place.x(), place.y(), place.width(), place.height()

    def go_to(self, rectangle: tuple[int, int, int, int]) -> None:
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
