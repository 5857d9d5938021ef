"""The table of checked derivatives: one row a parameter, sortable by every column.

The model holds one ``GradientCheck``; sorting is the proxy's and stays when another check of the
same parameters comes.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.explain.numeric_check import EntryCheck, GradientCheck
from gui.help.gestures import how_to
from gui.icons import icon
from gui.numbers import format_column
from gui.numeric_check.words import (
    ERROR_DIGITS,
    VALUE_DIGITS,
    VERDICT_WORDS,
    icon_and_colors,
)
from gui.theme import current_theme, scaled, themes
from gui.typography import in_print
from gui.widgets.reading_table import make_readable

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
SORT_ROLE = Role.UserRole

HEADERS = ("parameter", "analytic", "numeric", "relative error", "verdict")
PARAMETER, ANALYTIC, NUMERIC, ERROR, VERDICT = range(5)
ROW_PIXELS = 24
COLUMN_PIXELS = (84, 104, 104, 96, 104)


class EntryModel(QAbstractTableModel):
    """The entries of a check, as parameters are listed."""

    def __init__(self) -> None:
        """Hold no entries."""
        super().__init__()
        self.entries: tuple[EntryCheck, ...] = ()
        self._texts: list[list[str]] = [[] for _ in HEADERS]

    def show_entries(self, entries: tuple[EntryCheck, ...]) -> None:
        """Show these; rows that are the same parameters as before stay selected."""
        same = [e.index for e in entries] == [e.index for e in self.entries]
        if not same:
            self.beginResetModel()
        self.entries = entries
        self._texts = [
            [in_print(entry.name) for entry in entries],
            format_column([entry.analytic for entry in entries], VALUE_DIGITS),
            format_column([entry.numeric for entry in entries], VALUE_DIGITS),
            format_column([entry.relative_error for entry in entries], ERROR_DIGITS),
            [VERDICT_WORDS[entry.verdict] for entry in entries],
        ]
        if same and entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(entries) - 1, VERDICT))
        elif not same:
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of entries."""
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADERS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return text, sort key, alignment, colour or icon of a cell."""
        entry, column = self.entries[index.row()], index.column()
        if role == Role.DisplayRole:
            return self._texts[column][index.row()]
        if role == SORT_ROLE:
            return _sort_key(entry, column, index.row())
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        if role == Role.AccessibleTextRole:
            return f"{HEADERS[column]} {self._texts[column][index.row()]}"
        name, token, _ = icon_and_colors(entry.verdict)
        if role == Role.DecorationRole and column == VERDICT:
            return icon(name, token, 12)
        if role == Role.ForegroundRole and column >= ERROR and entry.verdict != "good":
            return current_theme().color(token)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the heads of the columns."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Role.DisplayRole:
                return HEADERS[section]
            if role == Role.TextAlignmentRole:
                return _alignment(section)
            if role == Role.InitialSortOrderRole and section == ERROR:
                # A first click brings the largest error to the top.
                return Qt.SortOrder.DescendingOrder
        return None


class EntryTable(QTableView):
    """The table.

    Signals:
        chosen: the user has chosen the row of this parameter, an index into all parameters.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no rows."""
        super().__init__(parent)
        self._model = EntryModel()
        self._sorted = QSortFilterProxyModel()
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setAccessibleName("Derivatives")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        make_readable(self)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        self.setSortingEnabled(True)
        self.sortByColumn(PARAMETER, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_check(self, check: GradientCheck) -> None:
        """Show the entries of ``check``."""
        # A reset takes the current row away, which is no choice of the user.
        self.selectionModel().blockSignals(True)
        self._model.show_entries(check.entries)
        self.selectionModel().blockSignals(False)

    def chosen_index(self) -> int | None:
        """Return the parameter of the current row, or None."""
        current = self._sorted.mapToSource(self.currentIndex())
        return self._model.entries[current.row()].index if current.isValid() else None

    def choose(self, index: int) -> None:
        """Make the row of this parameter current without saying so; none where it has no row."""
        rows = [row for row, entry in enumerate(self._model.entries) if entry.index == index]
        selection = self.selectionModel()
        selection.blockSignals(True)
        if rows:
            place = self._sorted.mapFromSource(self._model.index(rows[0], PARAMETER))
            flags = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(place, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(place)
        else:
            selection.clear()
        selection.blockSignals(False)
        self.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """Have the chosen row in view: it was chosen before there was a view."""
        super().showEvent(event)
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def sizeHint(self) -> QSize:
        """Return the width of all columns and the height of some rows."""
        return QSize(sum(map(scaled, COLUMN_PIXELS)) + scaled(16), 12 * scaled(ROW_PIXELS))

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _: QModelIndex) -> None:
        source = self._sorted.mapToSource(current)
        if source.isValid():
            self.chosen.emit(self._model.entries[source.row()].index)

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(scaled(ROW_PIXELS))
        for column, pixels in enumerate(COLUMN_PIXELS):
            self.setColumnWidth(column, scaled(pixels))
        self.setMinimumWidth(self.sizeHint().width())


def _sort_key(entry: EntryCheck, column: int, place: int) -> float | str:
    keys = (place, entry.analytic, entry.numeric, entry.relative_error, entry.verdict)
    return keys[column]


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if PARAMETER < column < VERDICT else None
    return (side or Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
