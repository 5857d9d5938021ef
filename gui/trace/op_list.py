"""The list of a step's ops: what is selected, what folds, and how it follows the step.

Only the rows in sight are painted, so a program of hundreds of ops costs as much as a short one.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from core.training.snapshot import Snapshot
from gui.help.gestures import how_to
from gui.trace.model import ROW_ROLE, TraceModel, TraceRow
from gui.trace.op_rows import TraceDelegate


class TraceList(QListView):
    """The list.

    Signals:
        op_selected: the place in the program of the op that the user or the step has come to;
            -1 for a phase.
        op_activated: the place of the op that the user wants to go to.
    """

    op_selected = Signal(int)
    op_activated = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty list."""
        super().__init__(parent)
        self.rows = TraceModel(self)
        self._standing: tuple[int, int, int] | None = None
        self.setModel(self.rows)
        self._delegate = TraceDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Operations of the step")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def show_snapshot(self, new: Snapshot) -> None:
        """Show ``new`` and, where the position is another, go to the op last run."""
        rows_before = self.rows.rowCount()
        self.rows.show_snapshot(new)
        trace = new.trace
        # Finished steps follow each other while training runs: the selection stays where it is.
        standing = trace.position, -1 if trace.completed else trace.step, len(trace.ops)
        if standing != self._standing or rows_before != self.rows.rowCount():
            self._standing = standing
            self._follow(new)

    def select_op(self, place: int) -> None:
        """Select the op at ``place``, opening its phase."""
        self.rows.set_open(self.rows.op(place).phase, True)
        row = self.rows.row_of_op(place)
        if row is not None:
            self.setCurrentIndex(self.rows.index(row))
            self.scrollTo(self.rows.index(row))

    def _follow(self, snapshot: Snapshot) -> None:
        """Select the op last run, or the first one before anything has run."""
        trace = snapshot.trace
        is_run = trace.completed and not trace.holds_start
        row = None if is_run else self.rows.row_of_op(max(0, trace.position - 1))
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        self.setCurrentIndex(self.rows.index(row))
        self._scroll_to_position(snapshot)

    def _scroll_to_position(self, snapshot: Snapshot) -> None:
        """Bring the op last run into sight, and the next one if both have room."""
        position = snapshot.trace.position
        for place in (position, max(0, position - 1)):
            row = self.rows.row_of_op(place)
            if row is not None:
                self.scrollTo(self.rows.index(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the step's position in sight."""
        super().resizeEvent(event)
        if self.rows.snapshot is not None and not self.rows.snapshot.trace.completed:
            self._scroll_to_position(self.rows.snapshot)

    def _toggle(self, row: TraceRow, opened: bool) -> None:
        self.rows.set_open(row.phase, opened)
        self.setCurrentIndex(self.rows.index(self.rows.row_of_phase(row.phase)))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        row: TraceRow = index.data(ROW_ROLE)
        if row.is_phase:
            self._toggle(row, not self.rows.is_open(row.phase))

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        row: TraceRow = index.data(ROW_ROLE)
        if not row.is_phase:
            self.op_activated.emit(row.first)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        row: TraceRow | None = current.data(ROW_ROLE) if current.isValid() else None
        self.op_selected.emit(-1 if row is None or row.is_phase else row.first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fold and open phases by Return and the arrows to the sides, go to an op by Return."""
        index = self.currentIndex()
        row: TraceRow | None = index.data(ROW_ROLE) if index.isValid() else None
        confirms = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if row is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Left:
            self._toggle(row, False)
        elif row.is_phase and event.key() == Qt.Key.Key_Right:
            self._toggle(row, True)
        elif row.is_phase and confirms:
            self._toggle(row, not self.rows.is_open(row.phase))
        elif confirms:
            self.op_activated.emit(row.first)
        else:
            super().keyPressEvent(event)
