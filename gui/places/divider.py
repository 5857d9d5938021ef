"""The gap between two panels as something to take hold of: it moves what it parts.

By mouse, or by arrows once it has the focus; a double click or Home gives the sizes of the design
back. It paints nothing but the focus and, under the pointer, a thin line.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.places.placing import Gap
from gui.theme import current_theme, scaled

KEY_PIXELS = 16


class Divider(QWidget):
    """One gap.

    Signals:
        taken: a drag begins.
        dragged: pixels to the right or down since then; also for one press of a key.
        released: a drag ends.
        reset: the parts shall have the sizes of the design.
    """

    taken = Signal()
    dragged = Signal(int)
    released = Signal()
    reset = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Make a divider that is shown with its first gap."""
        super().__init__(parent)
        self.gap: Gap | None = None
        self._from: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_gap(self, gap: Gap, words: str) -> None:
        """Lie in ``gap``, described by ``words``."""
        self.gap = gap
        self.setGeometry(gap.area)
        shape = Qt.CursorShape.SplitHCursor if gap.is_row else Qt.CursorShape.SplitVCursor
        self.setCursor(shape)
        self.setAccessibleName(words)
        keys = "left and right" if gap.is_row else "up and down"
        self.setToolTip(f"{words}\nDrag it, or use the arrows {keys}; double-click: as designed")
        self.show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.globalPosition().toPoint()
            self.taken.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what it parts."""
        if self._from is not None and self.gap is not None:
            way = event.globalPosition().toPoint() - self._from
            self.dragged.emit(way.x() if self.gap.is_row else way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._from is not None:
            self._from = None
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the sizes of the design."""
        self.reset.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrows, also in larger steps with Shift."""
        keys = {
            (True, Qt.Key.Key_Left): -1,
            (True, Qt.Key.Key_Right): 1,
            (False, Qt.Key.Key_Up): -1,
            (False, Qt.Key.Key_Down): 1,
        }
        is_row = self.gap is not None and self.gap.is_row
        sign = keys.get((is_row, Qt.Key(event.key())))
        if sign is not None:
            more = 4 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.taken.emit()
            self.dragged.emit(sign * more * scaled(KEY_PIXELS))
            self.released.emit()
        elif event.key() == Qt.Key.Key_Home:
            self.reset.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the line."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the line."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a line where the pointer or the focus is."""
        if not (self.hasFocus() or self.underMouse() or self._from is not None):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        theme = current_theme()
        painter.setBrush(theme.accent if self.hasFocus() else theme.strong)
        thick = max(2, scaled(3))
        length = min(scaled(48), max(self.width(), self.height()))
        if self.hasFocus():
            length = max(self.width(), self.height())
        is_row = self.gap is not None and self.gap.is_row
        width, height = (thick, length) if is_row else (length, thick)
        line = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        painter.drawRoundedRect(line, thick / 2, thick / 2)
