"""The first rows of a data file, above them what each column is and what it is used for.

The current column is the one that is chosen for; I, T and L make it an input, the target, or leave
it out. The table knows names of roles and nothing of what they are good for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.data.loading import TextTable
from gui.own_data.words import ROLES, column_hint, column_words
from gui.stylesheet import with_role
from gui.theme import current_theme, scaled, themes, ui_font
from gui.widgets.reading_table import make_readable

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

SHOWN_ROWS = 50
ROW_PIXELS, HEAD_PIXELS = 24, 38
NARROWEST_PIXELS, WIDEST_PIXELS, HEAD_PADDING = 88, 190, 16
MOST_MEASURED = 100
KEYS = {Qt.Key.Key_I: "input", Qt.Key.Key_T: "target", Qt.Key.Key_L: "out"}


class ColumnModel(QAbstractTableModel):
    """Row 0 holds the roles of the columns, the rows below what the file begins with."""

    def __init__(self) -> None:
        """Hold nothing."""
        super().__init__()
        self.table: TextTable | None = None
        self.roles: dict[str, str] = {}

    def show_table(self, table: TextTable, roles: Mapping[str, str]) -> None:
        """Show ``table`` with the role of every column by name."""
        self.beginResetModel()
        self.table, self.roles = table, dict(roles)
        self.endResetModel()

    def show_roles(self, roles: Mapping[str, str]) -> None:
        """Show other roles."""
        if self.table is not None:
            self.roles = dict(roles)
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the roles' row and the first rows of the file."""
        if parent.isValid() or self.table is None:
            return 0
        return 1 + min(SHOWN_ROWS, len(self.table.head))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return text, colour, weight, tooltip or spoken words of a cell."""
        if self.table is None:
            return None
        column = self.table.columns[index.column()]
        use, row = self.roles[column.name], index.row()
        text = ROLES[use] if row == 0 else self.table.head[row - 1][index.column()]
        if role == Role.DisplayRole:
            return " ".join(text.split())
        if role == Role.AccessibleTextRole:
            return f"{column.name}: {' '.join(text.split()) or 'empty'}"
        if role == Role.ToolTipRole:
            return column_hint(self.table, column) or None
        if role == Role.ForegroundRole:
            theme = current_theme()
            if use == "target" and row == 0:
                return theme.accent
            return theme.text3 if use == "out" else theme.text
        if role == Role.FontRole and row == 0:
            return ui_font(12, 600)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return name and kind of a column, one below the other."""
        if self.table is None or orientation != Qt.Orientation.Horizontal:
            return None
        column = self.table.columns[section]
        if role == Role.DisplayRole:
            return f"{_shortened(column.name)}\n{column_words(column)}"
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return f"{column.name}: {column_words(column)}"
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


def _shortened(name: str) -> str:
    """Return ``name`` as far as it has room in the widest column."""
    metrics, room = QFontMetrics(ui_font(11)), scaled(WIDEST_PIXELS - HEAD_PADDING)
    return metrics.elidedText(" ".join(name.split()), Qt.TextElideMode.ElideRight, room)


class ColumnTable(QTableView):
    """The table.

    Signals:
        column_chosen: the name of the column that is now the current one.
        role_wanted: name and role that the user wants by a key.
    """

    column_chosen = Signal(str)
    role_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing."""
        super().__init__(parent)
        self.columns = ColumnModel()
        self.setModel(self.columns)
        make_readable(self)
        with_role(self, "roomy")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectColumns)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Columns and first rows")
        self.setToolTip("Choose a column; I makes it an input, T the target, L leaves it out")
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(True)
        self.selectionModel().currentColumnChanged.connect(self._on_current)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_table(self, table: TextTable, roles: Mapping[str, str], current: str) -> None:
        """Show ``table``; the column ``current`` is the one to choose for."""
        self.columns.show_table(table, roles)
        self._set_widths()
        names = [column.name for column in table.columns]
        self.choose(names.index(current))

    def choose(self, column: int) -> None:
        """Make ``column`` the current one."""
        self.setCurrentIndex(self.columns.index(0, column))
        self.selectColumn(column)

    def current_name(self) -> str:
        """Return the name of the current column, or nothing."""
        table, column = self.columns.table, self.currentIndex().column()
        return "" if table is None or column < 0 else table.columns[column].name

    def sizeHint(self) -> QSize:
        """Return the room for some rows and columns."""
        return QSize(scaled(720), scaled(HEAD_PIXELS + 9 * ROW_PIXELS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a role by its letter; everything else is the table's."""
        role = KEYS.get(Qt.Key(event.key()))
        if role is not None and not event.modifiers() and self.current_name():
            self.role_wanted.emit(self.current_name(), role)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # The dialog's own button takes it.
            event.ignore()
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self) -> None:
        if name := self.current_name():
            self.column_chosen.emit(name)

    def _set_widths(self) -> None:
        narrowest, widest = scaled(NARROWEST_PIXELS), scaled(WIDEST_PIXELS)
        self.horizontalHeader().setDefaultSectionSize((narrowest + widest) // 2)
        # To measure thousands of columns would take seconds.
        for column in range(min(self.columns.columnCount(), MOST_MEASURED)):
            wanted = max(self.sizeHintForColumn(column), self._head_width(column))
            self.setColumnWidth(column, min(max(wanted, narrowest), widest))

    def _head_width(self, column: int) -> int:
        return self.horizontalHeader().sectionSizeHint(column)

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(scaled(ROW_PIXELS))
        self.horizontalHeader().setFixedHeight(scaled(HEAD_PIXELS))
        self._set_widths()
