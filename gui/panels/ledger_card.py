"""The card "Parameters": value, gradient and change of every weight and bias in this step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from core.explain.reference import Reference
from core.training.snapshot import Snapshot
from gui.ledger.delegate import LedgerDelegate
from gui.ledger.model import COLUMNS, LedgerModel, reference_of, row_of
from gui.numbers import format_count
from gui.snapshot_card import SnapshotCard
from gui.stages.act import Act
from gui.theme import scaled, themes

ROW_PIXELS = 19
MOST_SPOKEN = 12


class LedgerCard(SnapshotCard):
    """The table.

    Attributes:
        table, model: the view and its rows.

    Signals:
        parameter_selected: the Reference of the weight or bias whose row was chosen.
        value_pointed: the Reference of the row under the pointer, or None.
    """

    parameter_selected = Signal(object)
    value_pointed = Signal(object)

    def __init__(self) -> None:
        """Make an empty table."""
        super().__init__("Parameters")
        self._place: int | None = None
        self._hidden: frozenset[str] = frozenset()
        self._wanted: Reference | None = None
        self.model = LedgerModel(self)
        self.table = QTableView()
        self.table.setAccessibleName("Parameters")
        self.table.setModel(self.model)
        self._delegate = LedgerDelegate(self.table)
        self.table.setItemDelegate(self._delegate)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setMouseTracking(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setTabKeyNavigation(False)
        self.table.setCornerButtonEnabled(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        self.body.addWidget(self.table, 1)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.table.entered.connect(self._on_entered)
        self.table.viewport().installEventFilter(self)
        themes.changed.connect(self._fit_rows)
        self._fit_rows()

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the parameters of ``new``."""
        if old is not None and old.trace.position != new.trace.position:
            self._place = None
        self.set_facts(format_count(new.layout.size))
        self._show()
        if old is None or old.structure != new.structure:
            self._select_wanted()

    def show_op(self, place: int) -> None:
        """Light what the op at ``place`` wrote."""
        self._place = place
        self._show()

    def set_hidden(self, names: frozenset[str]) -> None:
        """Show the values called so as unknown although they exist."""
        self._hidden = names
        self._show()

    def select_parameter(self, reference: Reference) -> None:
        """Select the row of a weight or bias, without a signal."""
        self._wanted = reference
        self._select_wanted()

    def point_at(self, reference: Reference | None) -> None:
        """Tint the row of what another view points at."""
        row = None
        if reference is not None and self._shown is not None:
            row = row_of(self._shown.layout, reference)
        self._delegate.pointed = -1 if row is None else row
        self.table.viewport().update()

    def describe(self, shown: Snapshot) -> str:
        """Return the first rows as text."""
        rows = range(min(MOST_SPOKEN, self.model.rowCount()))
        return "; ".join(self.row_in_words(row) for row in rows)

    def row_in_words(self, row: int) -> str:
        """Return one row as text."""
        cells = [str(self.model.index(row, column).data()) for column in range(len(COLUMNS))]
        words = (f"{name} {cell}" for name, cell in zip(COLUMNS[1:], cells[1:], strict=True))
        return f"{cells[0]}: {', '.join(words)}"

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when the pointer leaves the rows."""
        if event.type() == QEvent.Type.Leave:
            self.value_pointed.emit(None)
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        shown = self._shown
        if shown is not None:
            place = shown.trace.position - 1 if self._place is None else self._place
            self.model.show_act(Act(shown, place, self._hidden))

    def _select_wanted(self) -> None:
        if self._wanted is None or self._shown is None:
            return
        row = row_of(self._shown.layout, self._wanted)
        if row is not None:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))

    @Slot(QModelIndex, QModelIndex)
    def _on_row_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if self._shown is None or not current.isValid():
            return
        reference = reference_of(self._shown.layout, current.row())
        if reference != self._wanted:
            self._wanted = reference
            self.parameter_selected.emit(reference)

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        if self._shown is not None:
            self.value_pointed.emit(reference_of(self._shown.layout, index.row()))

    @Slot()
    def _fit_rows(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(scaled(ROW_PIXELS))
        self.table.verticalHeader().setMinimumSectionSize(scaled(ROW_PIXELS))
        self.table.horizontalHeader().setFixedHeight(scaled(ROW_PIXELS))
