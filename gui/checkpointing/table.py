"""The table over k: a row for every distance between kept layers, the best one marked.

The model holds one ``CheckpointAccount``; the row that is chosen says which k is drawn.
"""

from __future__ import annotations

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
from PySide6.QtWidgets import QHeaderView, QWidget

from core.explain.checkpointing import CheckpointAccount
from gui.checkpointing.words import HEAD_TIPS, HEADS, LEAST, cells, in_words
from gui.theme import current_theme, scaled, themes
from gui.widgets.reading_table import CopiedTable

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

ROW_PIXELS, ROWS_SHOWN = 24, 5
COLUMN_PIXELS = (190, 90, 120, 90, 80, 100, 110)


class IntervalModel(QAbstractTableModel):
    """The rows of an account, by rising k."""

    def __init__(self) -> None:
        """Hold no rows."""
        super().__init__()
        self._texts: list[tuple[str, ...]] = []
        self._pictures: list[str] = []
        self._best = -1

    def show_account(self, account: CheckpointAccount) -> None:
        """Hold the rows of ``account``."""
        self.beginResetModel()
        self._texts = [cells(choice, account) for choice in account.choices]
        self._pictures = [in_words(choice, account) for choice in account.choices]
        self._best = [choice.every for choice in account.choices].index(account.best)
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell."""
        text = self._texts[row][column]
        return f"{text} · {LEAST}" if row == self._best and column == 0 else text

    def as_text(self) -> str:
        """Return all of it, columns parted by tabs."""
        return "\n".join("\t".join(row) for row in [HEADS, *self._texts])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of k."""
        return 0 if parent.isValid() else len(self._texts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return text, what is read aloud, the row's picture in words, alignment or colour."""
        row, column = index.row(), index.column()
        if role == Role.DisplayRole:
            return self.text(row, column)
        if role == Role.AccessibleTextRole:
            return f"{HEADS[column]} {self.text(row, column)}"
        if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole):
            return self._pictures[row]
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        if role == Role.ForegroundRole and column == 0 and row == self._best:
            return current_theme().ok
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the heads of the columns and what they mean."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Role.DisplayRole:
                return HEADS[section]
            if role == Role.ToolTipRole:
                return HEAD_TIPS[section]
            if role == Role.TextAlignmentRole:
                return _alignment(section)
        return None


class IntervalTable(CopiedTable):
    """The table; the usual key copies all of it.

    Signals:
        chosen: the user has chosen the row of this k.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no rows."""
        self._model = IntervalModel()
        super().__init__(self._model.as_text, parent)
        self._account: CheckpointAccount | None = None
        self.setModel(self._model)
        self.setAccessibleName("Memory and passes by k")
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_account(self, account: CheckpointAccount, every: int) -> None:
        """Show the rows of ``account``, that of k = ``every`` chosen."""
        self._account = account
        # A reset takes the current row away, which is no choice of the user.
        self.selectionModel().blockSignals(True)
        self._model.show_account(account)
        numbers = [choice.every for choice in account.choices]
        self.selectRow(numbers.index(every))
        self.selectionModel().blockSignals(False)
        self._fit()

    def row_text(self, row: int) -> tuple[str, ...]:
        """Return what stands in a row."""
        return tuple(self._model.text(row, column) for column in range(len(HEADS)))

    def sizeHint(self) -> QSize:
        """Return the width of all columns and the height of some rows."""
        return QSize(sum(map(scaled, COLUMN_PIXELS)), scaled((ROWS_SHOWN + 1) * ROW_PIXELS + 8))

    def _fit(self) -> None:
        """Take no more room than the rows need."""
        rows = max(self._model.rowCount(), 1) + 1
        self.setMaximumHeight(scaled(rows * ROW_PIXELS + 8))
        self.setMinimumHeight(scaled((min(rows, ROWS_SHOWN + 1)) * ROW_PIXELS + 8))

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid() and self._account is not None:
            self.chosen.emit(self._account.choices[current.row()].every)

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(scaled(ROW_PIXELS))
        for column, pixels in enumerate(COLUMN_PIXELS):
            self.setColumnWidth(column, scaled(pixels))
        self._fit()


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
