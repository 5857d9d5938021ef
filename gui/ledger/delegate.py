"""Paints the cells of the parameter table: what was written now in the accent."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.ledger.model import NOT_YET, WRITTEN_ROLE
from gui.theme import current_theme, mix, scaled, ui_font

PADDING = 10


class LedgerDelegate(QStyledItemDelegate):
    """Paints one cell; ``pointed`` is the row that another view points at."""

    pointed = -1

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint ground, number and the rule below."""
        theme = current_theme()
        rect = QRectF(option.rect)
        text = str(index.data())
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.accent_soft)
        elif index.row() == self.pointed:
            painter.fillRect(rect, mix(theme.panel, theme.accent, 0.12))
        written = bool(index.data(WRITTEN_ROLE)) and text != NOT_YET
        painter.setFont(ui_font(12, 600 if written else 400))
        plain = theme.text3 if text == NOT_YET else theme.text
        painter.setPen(theme.accent if written else plain)
        padding = scaled(PADDING)
        room = rect.adjusted(padding, 0, -padding, 0)
        alignment = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        painter.drawText(room, alignment, text)
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(rect.bottomLeft() - QPointF(0, 0.5), rect.bottomRight() - QPointF(0, 0.5))
        painter.restore()
