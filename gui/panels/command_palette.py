"""The command palette: one field that finds every command of the window by what is typed.

It opens over the window, below its bar. The keys stay in the field: arrows choose a line, Return
runs it, Esc closes. What can be found is read from the menus each time it opens.
"""

from __future__ import annotations

from collections.abc import Mapping

import shiboken6
from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from gui.command_palette.commands import Command, commands_of
from gui.command_palette.matching import match
from gui.command_palette.rows import EDGE, CommandList, CommandPainter
from gui.help.gestures import how_to
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes

WIDTH_PIXELS, HEIGHT_PIXELS = 640, 480
EDGE_PIXELS, TOP_PIXELS = 8, 62
NAME = "Commands"
MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 6,
    Qt.Key.Key_PageUp: -6,
}


class CommandPalette(QDialog):
    """Finds commands and runs them.

    Attributes:
        field: where one types.
        list: the commands that are meant, the best first.
    """

    def __init__(self, places: Mapping[str, QWidget], parent: QWidget) -> None:
        """Offer the actions of ``places``: menus, or widgets, by the first word of the path."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setWindowTitle(NAME)
        self._owner = parent
        self._places = places
        self._commands: list[Command] = []
        self._most = scaled(HEIGHT_PIXELS)
        self.field = QLineEdit()
        self.field.setAccessibleName("Command")
        self.field.setPlaceholderText("Type a command, a preset, or a file: step back, xor …")
        self.field.setToolTip("Command: words or first letters of what is to be done")
        self.list = QListView()
        self.list.setAccessibleName(NAME)
        self.list.setAccessibleDescription(how_to(NAME))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self._model = CommandList()
        self._model.setParent(self)
        self._painter = CommandPainter(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._painter)
        self._nothing = with_role(QLabel("No command has all of these words."), "facts")
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.field)
        self._column.addWidget(self._nothing)
        self._column.addWidget(self.list, 1)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.list.viewport().installEventFilter(self)
        self.list.clicked.connect(self._run)
        self.list.selectionModel().currentChanged.connect(self._tell)
        themes.changed.connect(self._restyle)
        self._restyle()

    def open_without(self, but: QAction | None) -> None:
        """Open with all that can be done now and nothing typed, without the action ``but``."""
        owner = self._owner
        self._commands = commands_of(self._places, but)
        self._restyle()
        edge = scaled(EDGE_PIXELS)
        width = min(scaled(WIDTH_PIXELS), owner.width() - 2 * edge)
        self._most = min(scaled(HEIGHT_PIXELS), owner.height() - scaled(TOP_PIXELS) - edge)
        self.setFixedWidth(width)
        bar = self.list.verticalScrollBar().sizeHint().width()
        self._painter.width = width - 2 * edge - bar
        corner = QPoint((owner.width() - width) // 2, scaled(TOP_PIXELS))
        self.move(owner.mapToGlobal(corner))
        self.field.clear()
        self._find()
        self.show()
        self.field.setFocus()

    def found(self) -> list[Command]:
        """Return the commands on show, the best first."""
        return self._model.commands()

    def current(self) -> Command | None:
        """Return the command that Return would run."""
        index = self.list.currentIndex()
        return self._model.line(index.row())[0] if index.isValid() else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk over the lines by the keys that are pressed in the field, or by the pointer."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            # Not where lines pass under a pointer that rests.
            under = self.list.indexAt(event.position().toPoint())
            if under.isValid():
                self.list.setCurrentIndex(under)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in MOVES:
                self._walk(MOVES[Qt.Key(event.key())])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentIndex())
                return True
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the keys back to the window, where they were."""
        super().hideEvent(event)
        if self._owner.isVisible():
            self._owner.activateWindow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an edge round it."""
        super().paintEvent(event)
        theme = current_theme()
        painter = QPainter(self)
        painter.setPen(theme.strong)
        painter.setBrush(theme.panel)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _walk(self, by: int) -> None:
        """Choose a line farther on; a single step leads round the ends."""
        count = self._model.rowCount()
        if count:
            row = self.list.currentIndex().row() + by
            row = row % count if abs(by) == 1 else min(max(row, 0), count - 1)
            self.list.setCurrentIndex(self._model.index(row))

    @Slot()
    def _find(self) -> None:
        """Show the commands that are meant; equally good ones in the order of the menus."""
        query = self.field.text()
        found = [
            (suits.rank, command, suits.marks)
            for command in self._commands
            if (suits := match(query, command.name, command.path, command.sentence)) is not None
        ]
        found.sort(key=lambda line: line[0])
        self._model.set_lines([(command, marks) for _, command, marks in found])
        self._nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        if found:
            self.list.setCurrentIndex(self._model.index(0))
        self.list.scrollToTop()
        self._fit_height()

    def _fit_height(self) -> None:
        """Be as high as what is found needs, up to the most."""
        edge = scaled(EDGE_PIXELS)
        height = 3 * edge + self.field.sizeHint().height() + scaled(2)
        below = self._most - height
        needed = 0 if self._model.rowCount() else self._nothing.sizeHint().height()
        for row in range(self._model.rowCount()):
            needed += self.list.sizeHintForIndex(self._model.index(row)).height()
            if needed >= below:
                break
        self.setFixedHeight(height + min(needed, below))

    @Slot(QModelIndex)
    def _run(self, index: QModelIndex) -> None:
        """Close and run a command; one that is off stays where it says why."""
        if not index.isValid():
            return
        command, _ = self._model.line(index.row())
        if command.is_on:
            self.close()
            # A menu may have been filled anew meanwhile.
            if shiboken6.isValid(command.action):
                command.action.trigger()

    @Slot(QModelIndex)
    def _tell(self, index: QModelIndex) -> None:
        """Let a screen reader at the field say which line is chosen."""
        words = self._model.line(index.row())[0].in_words() if index.isValid() else ""
        self.field.setAccessibleDescription(words)

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(edge)
        self._nothing.setIndent(scaled(EDGE))
