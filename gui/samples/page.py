"""What the two views of samples share: a page of cells, one of them chosen, by mouse and keys.

Which rows are on the page is the panel's affair; a view says how many fit, paints them and tells
what the user wants.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.training.snapshot import Snapshot
from gui.theme import themes

_PAGE_KEYS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class SamplePage(QWidget):
    """A page of samples.

    Signals:
        row_chosen: the row whose cell was clicked.
        moved: by how many samples an arrow key moves the choice.
        paged: -1 or 1, for the page before or after.
        capacity_changed: another number of cells fits now.
    """

    row_chosen = Signal(int)
    moved = Signal(int)
    paged = Signal(int)
    capacity_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty page."""
        super().__init__(parent)
        self.snapshot: Snapshot | None = None
        self.rows: NDArray[np.intp] = np.empty(0, np.intp)
        self.selected = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Samples")
        themes.changed.connect(self._on_theme_changed)

    def show_page(self, snapshot: Snapshot, rows: NDArray[np.intp], selected: int) -> None:
        """Show ``rows`` of the predictions in ``snapshot``; ``selected`` is framed."""
        rebuild = self.snapshot is None or self.snapshot.dataset is not snapshot.dataset
        rebuild = rebuild or not np.array_equal(rows, self.rows)
        self.snapshot, self.rows, self.selected = snapshot, rows, selected
        if rebuild:
            self.prepare()
        if snapshot.state != "running" and selected in rows:
            self.setAccessibleDescription(self.describe(selected))
        self.update()

    def prepare(self) -> None:
        """Make what painting these rows needs again and again; called when they change."""

    def column_count(self) -> int:
        """Return how many samples stand side by side."""
        return 1

    def capacity(self) -> int:
        """Return how many samples fit on the page, at least one."""
        raise NotImplementedError

    def cell_rect(self, index: int) -> QRectF:
        """Return where the page's sample ``index`` is."""
        raise NotImplementedError

    def describe(self, row: int) -> str:
        """Return one line about ``row``, for tooltips and screen readers."""
        raise NotImplementedError

    def in_words(self) -> str:
        """Return the whole page as text."""
        return "; ".join(self.describe(int(row)) for row in self.rows)

    def _row_at(self, x: float, y: float) -> int | None:
        for index, row in enumerate(self.rows):
            if self.cell_rect(index).contains(x, y):
                return int(row)
        return None

    @Slot()
    def _on_theme_changed(self) -> None:
        if self.snapshot is not None:
            self.prepare()
        self.capacity_changed.emit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that more or fewer samples fit."""
        super().resizeEvent(event)
        self.capacity_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the sample under the pointer."""
        row = self._row_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self.row_chosen.emit(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the page."""
        if event.angleDelta().y():
            self.paged.emit(-1 if event.angleDelta().y() > 0 else 1)
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice with the arrows, turn pages with Page Up and Page Down."""
        columns = self.column_count()
        moves = {
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
        }
        if event.key() in moves:
            self.moved.emit(moves[Qt.Key(event.key())])
        elif event.key() in _PAGE_KEYS:
            self.paged.emit(_PAGE_KEYS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show the line about the sample under the pointer as its tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self._row_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), "" if row is None else self.describe(row), self)
            return True
        return super().event(event)
