"""Pictures that are read pixel by pixel, by the pointer or by a cursor that the arrow keys move.

What the pictures show and where they stand is the subclass's; this finds the pixel and says so.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import current_theme

MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class Pixel(NamedTuple):
    """A pixel: its picture, row and column, all from 0."""

    picture: int
    row: int
    column: int


class PixelView(QWidget):
    """One or several pictures of the same shape.

    Attributes:
        shape: rows and columns of every picture.

    Signals:
        pointed: what is read, empty when the pointer leaves.
        cursor_moved: where the pixel of the cursor is, to be scrolled into view.
    """

    pointed = Signal(str)
    cursor_moved = Signal(QRect)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make a view that is read aloud as ``name``."""
        super().__init__(parent)
        self.shape = (1, 1)
        self._pointer: Pixel | None = None
        self._cursor: Pixel | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)

    def picture_count(self) -> int:
        """Return how many pictures there are."""
        return 1

    def column_count(self) -> int:
        """Return how many pictures stand side by side."""
        return 1

    def picture_rect(self, index: int) -> QRectF:
        """Return where picture ``index`` is."""
        raise NotImplementedError

    def reading(self, pixel: Pixel) -> str:
        """Return what is read at ``pixel``."""
        raise NotImplementedError

    def pixel_rect(self, pixel: Pixel) -> QRectF:
        """Return where ``pixel`` is."""
        rect = self.picture_rect(pixel.picture)
        height, width = rect.height() / self.shape[0], rect.width() / self.shape[1]
        left, top = rect.left() + pixel.column * width, rect.top() + pixel.row * height
        return QRectF(left, top, width, height)

    def announce(self) -> None:
        """Tell what is read now."""
        pixel = self._pointer or self._cursor
        if pixel is not None and pixel.picture >= self.picture_count():
            pixel = self._pointer = self._cursor = None
        self.pointed.emit("" if pixel is None else self.reading(pixel))

    def paint_cursor(self, painter: QPainter) -> None:
        """Frame the pixel that the arrow keys have reached."""
        if self._cursor is None or self._cursor.picture >= self.picture_count():
            return
        rect = self.pixel_rect(self._cursor)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        theme = current_theme()
        for color, width in ((theme.panel, 4.0), (theme.accent, 2.0)):
            painter.setPen(QPen(color, width))
            painter.drawRect(rect)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the pixel under the pointer."""
        self._pointer = self._pixel_at(event.position().x(), event.position().y())
        self.announce()

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing any more."""
        self._pointer = None
        self.announce()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor by a pixel, over the edges into the neighbouring picture."""
        if event.key() not in MOVES:
            super().keyPressEvent(event)
            return
        down, right = MOVES[Qt.Key(event.key())]
        self._cursor = self._moved(self._cursor or Pixel(0, 0, 0), down, right)
        self.cursor_moved.emit(self.pixel_rect(self._cursor).toAlignedRect())
        self.announce()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Put the cursor on the first pixel when the keyboard arrives."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self._cursor = Pixel(0, 0, 0)
            self.announce()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the cursor away."""
        super().focusOutEvent(event)
        self._cursor = None
        self.announce()
        self.update()

    def _moved(self, pixel: Pixel, down: int, right: int) -> Pixel:
        rows, columns = self.shape
        picture, row, column = pixel.picture, pixel.row + down, pixel.column + right
        if not 0 <= column < columns:
            picture, column = picture + right, column % columns
        if not 0 <= row < rows:
            picture, row = picture + down * self.column_count(), row % rows
        return Pixel(picture, row, column) if 0 <= picture < self.picture_count() else pixel

    def _pixel_at(self, x: float, y: float) -> Pixel | None:
        for index in range(self.picture_count()):
            rect = self.picture_rect(index)
            if rect.contains(x, y):
                row = int((y - rect.top()) / rect.height() * self.shape[0])
                column = int((x - rect.left()) / rect.width() * self.shape[1])
                return Pixel(index, min(row, self.shape[0] - 1), min(column, self.shape[1] - 1))
        return None
