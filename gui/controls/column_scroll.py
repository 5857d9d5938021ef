"""A scroll area for a column of fixed width: its bar lies over the column's right margin.

So nothing is cut or moves aside when the window is too low for the whole column. The column is as
wide with the bar as without: were it not, wrapped text that fits in one of the two widths only
would go back and forth between them for ever.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtWidgets import QScrollArea, QWidget


class ColumnScroll(QScrollArea):
    """Scrolls one widget up and down."""

    def __init__(self, column: QWidget) -> None:
        """Show ``column``, whose right margin is as wide as a scroll bar."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there, and painted only where there is something to scroll.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setWidget(column)
        self.verticalScrollBar().setEnabled(False)
        self.verticalScrollBar().rangeChanged.connect(self._show_bar)
        self._extend_under_bar()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the width of the bar, which the style sheet gives."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._extend_under_bar()

    @Slot(QWidget)
    def reveal(self, widget: QWidget) -> None:
        """Scroll until ``widget``, which may have been shown just now, is in sight."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self.ensureWidgetVisible(widget, 0, 0)

    @Slot(int, int)
    def _show_bar(self, lowest: int, highest: int) -> None:
        self.verticalScrollBar().setEnabled(highest > lowest)

    def _extend_under_bar(self) -> None:
        self.setViewportMargins(0, 0, -self.verticalScrollBar().sizeHint().width(), 0)
