"""The help window: every shortcut and what the pointer does, grouped, with a field to search in.

It shows what it is given and knows neither the actions nor the panels.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.help.shortcuts import Entry
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes, ui_font

SIZE_PIXELS = (780, 600)
EDGE_PIXELS, KEYS_PIXELS = 16, 260
ROW_PIXELS = 24
WRAPPED = int(Qt.TextFlag.TextWordWrap)
TO_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class HelpDialog(QDialog):
    """Keys and pointer.

    Attributes:
        search: the field; what is typed has to occur in a line, in any order.
        list: the lines under their groups.
    """

    def __init__(self, entries: Iterable[Entry], parent: QWidget | None = None) -> None:
        """List ``entries``, in their order; ``show`` opens it."""
        super().__init__(parent)
        self.setWindowTitle("Keys and pointer")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search, for instance: step back")
        self.search.setAccessibleName("Search")
        self.search.setToolTip("Search: show the lines in which all these words occur")
        self.search.setClearButtonEnabled(True)
        self.list = QTreeWidget()
        self.list.setAccessibleName("Keys and what they do")
        self.list.setAccessibleDescription("Up and Down walk over the lines")
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(0)
        self.list.setItemsExpandable(False)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.list.header().setStretchLastSection(True)
        self._nothing = with_role(QLabel("No line has all of these words."), "facts")
        self._nothing.hide()
        self.close_button = QPushButton("Close")
        self.close_button.setToolTip("Close this window (Esc)")
        # Return belongs to the search.
        self.close_button.setAutoDefault(False)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.search)
        self._column.addWidget(self._nothing)
        self._column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        self._column.addLayout(foot)
        self._fill(entries)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.close_button.clicked.connect(self.close)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.resize(self.sizeHint())

    def lines(self) -> list[tuple[str, str, str]]:
        """Return group, keys and effect of the lines that are shown."""
        return [
            (group.text(0), line.text(0), line.text(1))
            for group in self._groups()
            for line in _children(group)
            if not (group.isHidden() or line.isHidden())
        ]

    def sizeHint(self) -> QSize:
        """Return a size that shows some thirty lines."""
        return QSize(*map(scaled, SIZE_PIXELS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give every line the height that its words need."""
        super().resizeEvent(event)
        self._fit_lines()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the keys that walk in the list on to it while the search has the focus."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in TO_LIST:
                self.list.setFocus()
                self.list.keyPressEvent(event)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _fill(self, entries: Iterable[Entry]) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        for entry in entries:
            group = groups.get(entry.group)
            if group is None:
                group = groups[entry.group] = QTreeWidgetItem(self.list, [entry.group])
                group.setFirstColumnSpanned(True)
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setExpanded(True)
            QTreeWidgetItem(group, [entry.keys, entry.effect])
        first = next(iter(groups.values()), None)
        if first is not None:
            self.list.setCurrentItem(_children(first)[0])

    def _groups(self) -> list[QTreeWidgetItem]:
        found = (self.list.topLevelItem(index) for index in range(self.list.topLevelItemCount()))
        return [group for group in found if group is not None]

    @Slot(str)
    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for group in self._groups():
            for line in _children(group):
                content = f"{group.text(0)} {line.text(0)} {line.text(1)}".lower()
                line.setHidden(not all(word in content for word in words))
            group.setHidden(all(line.isHidden() for line in _children(group)))
        self._nothing.setVisible(not self.lines())

    @Slot()
    def _restyle(self) -> None:
        edge = scaled(EDGE_PIXELS)
        self._column.setContentsMargins(edge, edge, edge, scaled(12))
        self._column.setSpacing(scaled(8))
        self.list.setColumnWidth(0, scaled(KEYS_PIXELS))
        theme = current_theme()
        for group in self._groups():
            group.setFont(0, ui_font(13, 600))
            group.setForeground(0, theme.text)
            group.setSizeHint(0, QSize(0, scaled(ROW_PIXELS + 10)))
            for line in _children(group):
                line.setFont(0, ui_font(12, 500))
                line.setFont(1, ui_font(12))
                line.setForeground(1, theme.text2)
        self._fit_lines()

    def _fit_lines(self) -> None:
        """Let long words go on in the next line: nothing is cut."""
        bar = self.list.verticalScrollBar().sizeHint().width()
        keys = self.list.columnWidth(0)
        rooms = (keys, self.width() - 2 * scaled(EDGE_PIXELS) - bar - keys)
        for group in self._groups():
            for line in _children(group):
                heights = [
                    QFontMetrics(line.font(column))
                    .boundingRect(QRect(0, 0, room - scaled(12), 0), WRAPPED, line.text(column))
                    .height()
                    for column, room in enumerate(rooms)
                ]
                height = max(heights) + scaled(ROW_PIXELS) - self.fontMetrics().height()
                line.setSizeHint(0, QSize(0, height))


def _children(group: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (group.child(index) for index in range(group.childCount()))
    return [line for line in found if line is not None]
