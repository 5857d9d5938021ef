"""Panels taken by their heads: where one would land is outlined while it is on the way.

Over the side of another panel it goes beside it, over the middle both change places, at the edge of
the window it gets the whole edge, and outside of the window it gets a window of its own. Escape
leaves everything as it is.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from gui.places.layout import AT_EDGES
from gui.places.tree import Side, Split, at_edge, beside, swapped
from gui.theme import current_theme, scaled

EDGE_PIXELS = 20
# How far from a side of a panel, as a share of its size, counts as that side.
SIDE_SHARE = 0.3


def dropped(
    tree: str | Split, name: str, point: QPoint, places: dict[str, QRect], body: QRect
) -> str | Split:
    """Return ``tree`` with the panel ``name`` dropped at ``point`` of ``body``."""
    if name in AT_EDGES:
        return at_edge(tree, name, "left" if point.x() < body.center().x() else "right")
    edge = _nearest(point, body)
    if edge[1] <= scaled(EDGE_PIXELS):
        return at_edge(tree, name, edge[0])
    for target, rectangle in places.items():
        if target == name or not rectangle.contains(point):
            continue
        side, distance = _nearest(point, rectangle)
        is_row = side in ("left", "right")
        if target in AT_EDGES:
            inner: Side = "right" if rectangle.center().x() < body.center().x() else "left"
            return beside(tree, name, target, inner)
        length = rectangle.width() if is_row else rectangle.height()
        if distance > SIDE_SHARE * length:
            return swapped(tree, name, target)
        return beside(tree, name, target, side)
    return tree


def _nearest(point: QPoint, rectangle: QRect) -> tuple[Side, int]:
    """Return the side of ``rectangle`` that is nearest to ``point``, and how far it is."""
    distances: dict[Side, int] = {
        "left": point.x() - rectangle.left(),
        "right": rectangle.right() - point.x(),
        "above": point.y() - rectangle.top(),
        "below": rectangle.bottom() - point.y(),
    }
    side = min(distances, key=lambda key: distances[key])
    return side, distances[side]


class HeadDrag(QObject):
    """Watches the heads of panels.

    Signals:
        moved: name of the panel on its way, and the point of the screen.
        dropped: the same, where it was let go.
        cancelled: it stays where it was.
    """

    moved = Signal(str, QPoint)
    dropped = Signal(str, QPoint)
    cancelled = Signal()

    def __init__(self, parent: QObject) -> None:
        """Watch nothing yet."""
        super().__init__(parent)
        self._names: dict[QObject, str] = {}
        self._from: QPoint | None = None
        self._name = ""
        # For Escape it has the keyboard while it is dragged.
        self._head: QWidget | None = None

    def watch(self, head: QWidget, name: str) -> None:
        """Let ``head`` be the handle of the panel ``name``."""
        self._names[head] = name
        head.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin with a press, move from some pixels on, end with the release."""
        if isinstance(event, QKeyEvent):
            is_escape = event.key() == Qt.Key.Key_Escape
            if event.type() == QEvent.Type.KeyPress and is_escape and self._name:
                self._end()
                self.cancelled.emit()
                return True
            return False
        name = self._names.get(watched)
        if name is None or not isinstance(event, QMouseEvent):
            return False
        point = event.globalPosition().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress:
            if event.button() == Qt.MouseButton.LeftButton:
                self._from = point
                return True
        elif event.type() == QEvent.Type.MouseMove and self._from is not None:
            far = (point - self._from).manhattanLength() >= QApplication.startDragDistance()
            if far and not self._name and isinstance(watched, QWidget):
                self._name, self._head = name, watched
                self._head.grabKeyboard()
                QApplication.setOverrideCursor(Qt.CursorShape.ClosedHandCursor)
            if self._name:
                self.moved.emit(name, point)
        elif event.type() == QEvent.Type.MouseButtonRelease and self._from is not None:
            was_dragging = bool(self._name)
            self._end()
            if was_dragging:
                self.dropped.emit(name, point)
        return False

    def _end(self) -> None:
        self._from = None
        if self._name:
            self._name = ""
            if self._head is not None:
                self._head.releaseKeyboard()
            QApplication.restoreOverrideCursor()


class DropMark(QWidget):
    """Outlines where a panel would land."""

    def __init__(self, parent: QWidget) -> None:
        """Hide until something is on its way."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def mark(self, rectangle: QRect) -> None:
        """Show ``rectangle``."""
        self.setGeometry(rectangle)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an accent frame over a soft fill."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current_theme()
        fill = QColor(theme.accent_soft)
        fill.setAlphaF(0.7)
        painter.setBrush(fill)
        painter.setPen(QPen(theme.accent, 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), scaled(8), scaled(8))
