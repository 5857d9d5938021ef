"""The lines of the command palette: a model of commands and how each of them is painted.

A line has the name with the letters that are meant in bold and the keys at its end, and below it
where the command stands and what comes of it, in as many lines as that takes: nothing is cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.command_palette.commands import Command
from gui.icons import icon_pixmap
from gui.theme import current_theme, scaled, ui_font

Index = QModelIndex | QPersistentModelIndex

EDGE, TOP, BETWEEN, TICK = 12, 5, 1, 14
WRAPPED = int(Qt.TextFlag.TextWordWrap)
_NOWHERE = QModelIndex()


class CommandList(QAbstractListModel):
    """Commands with the places in their names that are meant."""

    def __init__(self) -> None:
        """Hold none."""
        super().__init__()
        self._lines: tuple[tuple[Command, tuple[int, ...]], ...] = ()

    def set_lines(self, lines: Sequence[tuple[Command, tuple[int, ...]]]) -> None:
        """Hold others."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def line(self, row: int) -> tuple[Command, tuple[int, ...]]:
        """Return the command in ``row`` and what of its name is meant."""
        return self._lines[row]

    def commands(self) -> list[Command]:
        """Return the commands in their order."""
        return [command for command, _ in self._lines]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name, or all in words for a screen reader."""
        command, _ = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return command.in_words()
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let commands that are off be read too."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class CommandPainter(QStyledItemDelegate):
    """Paints a command and knows the room that it needs.

    Attributes:
        width: the width of a line in pixels.
    """

    width = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the room of both parts of the line."""
        command, _ = _line(index)
        below = QFontMetrics(ui_font(11)).boundingRect(
            QRect(0, 0, self.width - 2 * scaled(EDGE), 0), WRAPPED, _below(command)
        )
        height = QFontMetrics(ui_font(13)).height() + scaled(BETWEEN) + below.height()
        return QSize(self.width, height + 2 * scaled(TOP))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the line; the chosen one has an edge and a soft fill."""
        command, marks = _line(index)
        theme = current_theme()
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(theme.accent)
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), scaled(5), scaled(5))
        room = rect.adjusted(scaled(EDGE), scaled(TOP), -scaled(EDGE), -scaled(TOP))
        metrics = QFontMetricsF(ui_font(13))
        base = room.top() + metrics.ascent()
        place = QPointF(room.left(), base)
        painter.setPen(theme.text if command.is_on else theme.text3)
        for is_meant, group in groupby(enumerate(command.name), lambda pair: pair[0] in marks):
            words = "".join(letter for _, letter in group)
            font = ui_font(13, 600 if is_meant else 400)
            painter.setFont(font)
            painter.drawText(place, words)
            place += QPointF(QFontMetricsF(font).horizontalAdvance(words), 0)
        if command.is_ticked:
            side = scaled(TICK)
            top = round(base - metrics.capHeight() / 2 - side / 2)
            tick = icon_pixmap("ok", theme.accent, side, painter.device().devicePixelRatioF())
            painter.drawPixmap(round(place.x()) + scaled(6), top, tick)
        painter.setFont(ui_font(12))
        painter.setPen(theme.text2 if command.is_on else theme.text3)
        keys = QFontMetricsF(ui_font(12)).horizontalAdvance(command.keys)
        painter.drawText(QPointF(room.right() - keys, base), command.keys)
        painter.setFont(ui_font(11))
        painter.setPen(theme.text3)
        below = room.adjusted(0, metrics.height() + scaled(BETWEEN), 0, 0)
        painter.drawText(below, WRAPPED, _below(command))
        painter.restore()


def _line(index: Index) -> tuple[Command, tuple[int, ...]]:
    model = index.model()
    assert isinstance(model, CommandList)
    return model.line(index.row())


def _below(command: Command) -> str:
    return " — ".join(part for part in (command.path, command.sentence) if part)
