"""A scroll area for a column of fixed width: its bar lies over the column's right margin.

So nothing is cut or moves aside when the window is too low for the whole column.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QScrollArea, QWidget


class ColumnScroll(QScrollArea):
    """Scrolls one widget up and down."""

    def __init__(self, column: QWidget) -> None:
        """Show ``column``, whose right margin is as wide as a scroll bar."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(column)
        self.verticalScrollBar().rangeChanged.connect(self._extend_under_bar)

    @Slot(int, int)
    def _extend_under_bar(self, lowest: int, highest: int) -> None:
        bar = self.verticalScrollBar()
        self.setViewportMargins(0, 0, -bar.sizeHint().width() if highest > lowest else 0, 0)
