"""A model of rows of text under fixed heads, for tables that are read and copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class TextRows(QAbstractTableModel):
    """Rows of text; a subclass says how many there are and what stands in each.

    The first columns hold words and stand on the left, the others numbers.
    """

    def __init__(self, heads: Sequence[str], text_columns: int) -> None:
        """Stand under ``heads``, of which the first ``text_columns`` are over words."""
        super().__init__()
        self._heads = tuple(heads)
        self._text_columns = text_columns

    def row(self, number: int) -> tuple[str, ...]:
        """Return the texts of row ``number``, from 0."""
        raise NotImplementedError

    def as_text(self) -> str:
        """Return all of it, columns parted by tabs."""
        rows = [self._heads, *map(self.row, range(self.rowCount()))]
        return "\n".join("\t".join(row) for row in rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a cell's text, or what is read aloud, or its alignment."""
        if role == Role.DisplayRole:
            return self.row(index.row())[index.column()]
        if role == Role.AccessibleTextRole:
            return f"{self._heads[index.column()]} {self.row(index.row())[index.column()]}"
        return self._alignment(index.column()) if role == Role.TextAlignmentRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the heads of the columns."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Role.DisplayRole:
                return self._heads[section]
            if role == Role.TextAlignmentRole:
                return self._alignment(section)
        return None

    def _alignment(self, column: int) -> int:
        is_text = column < self._text_columns
        side = Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter
