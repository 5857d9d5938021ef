"""The parameter table as Qt asks for it: a model that holds nothing but the cells of a snapshot."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from gui.ledger.cells import NAME, NOT_YET, VALUE, Cells
from gui.stage.act import UNKNOWN
from gui.widgets.number_cells import text_to_edit, typed_number

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ROOT = QModelIndex()

WRITTEN_ROLE = Role.UserRole
KNOWN_ROLE = Role.UserRole + 1


class ParameterModel(QAbstractTableModel):
    """One row a parameter: layer by layer the weights of each unit, then biases and the like.

    Signals:
        value_entered: the Reference of a weight or bias and the value that was typed.
        refused: one line about what was typed and is no value.
    """

    value_entered = Signal(object, float)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Hold nothing yet."""
        super().__init__(parent)
        self._cells: Cells | None = None

    @property
    def cells(self) -> Cells | None:
        """Return what is shown."""
        return self._cells

    def show_cells(self, cells: Cells) -> None:
        """Show these; rows are made anew only where the network or the optimizer is another."""
        old = self._cells
        is_same = (
            old is not None
            and old.snapshot.layout == cells.snapshot.layout
            and old.heads == cells.heads
        )
        if not is_same:
            self.beginResetModel()
        self._cells = cells
        if not is_same:
            self.endResetModel()
            return
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of parameters."""
        return 0 if parent.isValid() or self._cells is None else self._cells.snapshot.layout.size

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns, those of the optimizer's state among them."""
        return 0 if parent.isValid() or self._cells is None else len(self._cells.heads)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that values can be edited, unless they are still to be guessed."""
        flags, cells = super().flags(index), self._cells
        if cells is None or index.column() != VALUE or not cells.is_editable(index.row()):
            return flags
        return flags | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Ask for the value that was typed; it is on show once it counts."""
        cells = self._cells
        if cells is None or role != Role.EditRole or index.column() != VALUE:
            return False
        try:
            number = typed_number(str(value), cells.value(index.row()))
        except ValueError as error:
            self.refused.emit(f"{cells.text(index.row(), NAME)}: {error}")
            return False
        if number is not None:
            self.value_entered.emit(cells.parameter(index.row()), number)
        return number is not None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the heads of the columns."""
        if self._cells is None or orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return self._cells.heads[section]
        return _alignment(section) if role == Role.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a cell's text, alignment and state, or what is said of it."""
        cells, row, column = self._cells, index.row(), index.column()
        if cells is None or not index.isValid():
            return None
        if role == Role.DisplayRole:
            return cells.text(row, column)
        if role == Role.EditRole:
            return text_to_edit(cells.value(row)) if column == VALUE else None
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        if role == WRITTEN_ROLE:
            return cells.is_written(row, column)
        if role == KNOWN_ROLE:
            return cells.text(row, column) not in (NOT_YET, UNKNOWN)
        if role == Role.AccessibleTextRole:
            return cells.in_words(row) if column == NAME else cells.text(row, column)
        if role == Role.ToolTipRole:
            return cells.state_in_words(row) or None
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == NAME else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
