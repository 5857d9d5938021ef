"""The diagram as a table: the view of ``unit_rows``, in which biases and weights can be typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.training.snapshot import Snapshot
from gui.diagram.targets import Node
from gui.diagram.unit_rows import BIAS, FUNCTION, HEADS, SENTENCES, SOURCE, UNIT, WEIGHT, UnitRows
from gui.diagram.weight_editor import value_of
from gui.theme import scaled, themes
from gui.widgets.number_cells import NumberDelegate, text_to_edit, typed_number
from gui.widgets.reading_table import make_readable

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ROOT = QModelIndex()
ROW_PIXELS, NARROWEST, PADDING = 22, 54, 16
WORDS = (UNIT, FUNCTION, SOURCE)
TRIGGERS = QAbstractItemView.EditTrigger
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class UnitModel(QAbstractTableModel):
    """One row a unit.

    Signals:
        value_entered: the ParameterPlace of a weight or bias and the value that was typed.
        refused: one line about what was typed and is no value.
    """

    value_entered = Signal(object, float)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Hold nothing yet."""
        super().__init__(parent)
        self.rows: UnitRows | None = None

    def show_rows(self, rows: UnitRows) -> None:
        """Show these; they are made anew only where the network is another."""
        old, self.rows = self.rows, rows
        if old is None or old.snapshot.structure != rows.snapshot.structure:
            self.beginResetModel()
            self.endResetModel()
        else:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def as_text(self) -> str:
        """Return all of it, columns parted by tabs."""
        lines = [list(HEADS)]
        if self.rows is not None:
            columns = range(len(HEADS))
            lines += [[self.rows.text(row, c) for c in columns] for row in range(self.rows.count)]
        return "\n".join("\t".join(line) for line in lines)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return the number of units."""
        return 0 if parent.isValid() or self.rows is None else self.rows.count

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that biases and weights can be edited."""
        flags = super().flags(index)
        if self.rows is None or index.column() not in (BIAS, WEIGHT):
            return flags
        is_parameter = self.rows.place(index.row(), index.column()) is not None
        return flags | Qt.ItemFlag.ItemIsEditable if is_parameter else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the heads of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return LEFT if section in WORDS else RIGHT
        if role == Role.ToolTipRole:
            return SENTENCES[section]
        return HEADS[section] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a cell's text, what its editor begins with, or what is read aloud."""
        rows, row, column = self.rows, index.row(), index.column()
        if rows is None or not index.isValid():
            return None
        if role == Role.TextAlignmentRole:
            return LEFT if column in WORDS else RIGHT
        if role == Role.DisplayRole:
            return rows.text(row, column)
        if role == Role.EditRole:
            place = rows.place(row, column)
            return None if place is None else text_to_edit(value_of(rows.snapshot, place))
        if role == Role.AccessibleTextRole:
            text = rows.text(row, column)
            return rows.in_words(row) if column == UNIT else f"{HEADS[column]} {text}"
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Ask for the value that was typed; it is on show once it counts."""
        rows = self.rows
        place = None if rows is None else rows.place(index.row(), index.column())
        if rows is None or place is None or role != Role.EditRole:
            return False
        try:
            number = typed_number(str(value), value_of(rows.snapshot, place))
        except ValueError as error:
            head = HEADS[index.column()]
            self.refused.emit(f"{rows.text(index.row(), UNIT)}, {head}: {error}")
            return False
        if number is not None:
            self.value_entered.emit(place, number)
        return number is not None


class UnitTable(QTableView):
    """The table; the usual key copies all of it.

    Signals:
        value_entered, refused: as in ``UnitModel``.
        unit_chosen: the Node of the row that the user has come to.
    """

    value_entered = Signal(object, float)
    refused = Signal(str)
    unit_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no rows."""
        super().__init__(parent)
        self._model = UnitModel(self)
        self._is_quiet = False
        self._numbers = NumberDelegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._numbers)
        self.setAccessibleName("Units of the network")
        make_readable(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(TRIGGERS.EditKeyPressed | TRIGGERS.DoubleClicked)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(False)
        for column in WORDS:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        self._model.value_entered.connect(self.value_entered)
        self._model.refused.connect(self.refused)
        self.selectionModel().currentRowChanged.connect(self._on_row)
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the units of ``snapshot``."""
        self._is_quiet = True
        old = self._model.rows
        self._model.show_rows(UnitRows(snapshot))
        self._is_quiet = False
        if old is None or old.snapshot.structure != snapshot.structure:
            self._fit_columns()

    def choose(self, node: Node) -> None:
        """Go to the row of ``node`` without a signal, unless it is there already."""
        rows = self._model.rows
        if rows is None:
            return
        row = rows.row_of(node)
        if row != self.currentIndex().row():
            self._is_quiet = True
            self.setCurrentIndex(self._model.index(row, max(self.currentIndex().column(), UNIT)))
            self._is_quiet = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit with Return too, and copy the whole table where that is asked for."""
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._model.as_text())
        elif is_return and self.state() != QAbstractItemView.State.EditingState:
            index = self.currentIndex()
            if self._model.flags(index) & Qt.ItemFlag.ItemIsEditable:
                self.edit(index)
        else:
            super().keyPressEvent(event)

    def _fit_columns(self) -> None:
        """Give names what they need; the numbers share the rest."""
        rows = self._model.rows
        if rows is None:
            return
        metrics = QFontMetrics(self.font())
        names = max(map(metrics.horizontalAdvance, rows.longest_names()))
        functions = max(map(metrics.horizontalAdvance, rows.functions()), default=0)
        for column, width in ((UNIT, names), (SOURCE, names), (FUNCTION, functions)):
            self.setColumnWidth(column, width + scaled(PADDING))

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, current: QModelIndex, _: QModelIndex) -> None:
        if not self._is_quiet and current.isValid() and self._model.rows is not None:
            self.unit_chosen.emit(self._model.rows.node(current.row()))

    @Slot()
    def _restyle(self) -> None:
        self._fit_columns()
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(scaled(ROW_PIXELS))
        rows.setDefaultSectionSize(scaled(ROW_PIXELS))
        self.horizontalHeader().setMinimumSectionSize(scaled(NARROWEST))
