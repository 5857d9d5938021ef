"""Small pictures to choose from, five a row: the data sets.

A picture is a function that paints into a square; it is called once per theme, size and screen
scale and its result kept. What the pictures show is their owner's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from gui.theme import Theme, current_theme, scaled, themes
from gui.widgets.exclusive_buttons import ExclusiveButtons
from gui.widgets.painting import paint_focus_ring, paint_frame

Draw = Callable[[QPainter, QRectF, Theme], None]

COLUMNS = 5
CELL_PIXELS = 45
TILE_PIXELS = 41
INSET_PIXELS = 5


class Thumbnail(QAbstractButton):
    """One picture; the ring of focus lies in the gap between two."""

    def __init__(self, name: str, draw: Draw) -> None:
        """Show what ``draw`` paints; ``name`` is tooltip and accessible name."""
        super().__init__()
        self._draw = draw
        self._picture = QPixmap()
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        themes.changed.connect(self._forget)

    def sizeHint(self) -> QSize:
        """Return the tile plus its share of the gap."""
        return QSize(scaled(CELL_PIXELS), scaled(CELL_PIXELS))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, picture, choice and focus."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = (scaled(CELL_PIXELS) - scaled(TILE_PIXELS)) / 2
        tile = QRectF(self.rect()).adjusted(gap, gap, -gap, -gap)
        radius = scaled(7)
        if self.isChecked():
            paint_frame(painter, tile, radius, theme.thumb, theme.accent, 2.0)
        else:
            edge = theme.text3 if self.underMouse() else theme.line
            paint_frame(painter, tile, radius, theme.thumb, edge)
        inset = scaled(INSET_PIXELS)
        inner = tile.adjusted(inset, inset, -inset, -inset)
        size = inner.size().toSize()
        if not size.isEmpty():
            painter.drawPixmap(inner, self._rendered(size), QRectF())
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), radius + 2)

    def _rendered(self, size: QSize) -> QPixmap:
        ratio = self.devicePixelRatioF()
        # A picture may be painted before it is laid out, at a size that it does not keep.
        if self._picture.size() != size * ratio or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter, QRectF(0, 0, size.width(), size.height()), current_theme())
            painter.end()
        return self._picture

    @Slot()
    def _forget(self) -> None:
        self._picture = QPixmap()
        self.updateGeometry()


class ThumbnailGrid(QWidget):
    """Exclusive choice between pictures.

    Signals:
        selected: the key that the user chose; ``set_selected`` stays silent.
    """

    selected = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        """Make an empty grid; ``name`` is read aloud."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons = ExclusiveButtons(self, COLUMNS)
        self._buttons.selected.connect(self.selected)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.setColumnStretch(COLUMNS, 1)

    def add(self, key: str, name: str, draw: Draw, cell: int | None = None) -> None:
        """Append a picture under ``key``; ``draw(painter, square, theme)`` paints it.

        ``cell`` puts it elsewhere: pictures of which only one is there at a time may share a cell.
        """
        thumbnail = Thumbnail(name, draw)
        place = len(self._buttons.buttons()) if cell is None else cell
        self._layout.addWidget(thumbnail, *divmod(place, COLUMNS))
        self._buttons.add(key, thumbnail)

    def add_button(self, name: str, draw: Draw, cell: int) -> QAbstractButton:
        """Return a button that looks like a picture but is no choice: it does something."""
        button = Thumbnail(name, draw)
        button.setCheckable(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._layout.addWidget(button, *divmod(cell, COLUMNS))
        return button

    def selected_key(self) -> str:
        """Return the chosen key, empty before anything is chosen."""
        return self._buttons.selected_key()

    def set_selected(self, key: str) -> None:
        """Choose ``key`` without a signal; raises KeyError for an unknown one."""
        self._buttons.set_selected(key)

    def thumbnail(self, key: str) -> QAbstractButton:
        """Return the button of ``key``."""
        return self._buttons.button_of(key)
