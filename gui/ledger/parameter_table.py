"""The parameter table as a view: rows that are chosen, pointed at and lit, in tabular figures."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QLineF,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from core.explain.notation import parameter_of
from core.explain.parameter_order import is_parameter, number_of
from core.explain.reference import Reference
from gui.diagram.names import parameter_name
from gui.help.gestures import how_to
from gui.ledger.cells import HEADS, NAME, VALUE, Cells
from gui.ledger.parameter_model import KNOWN_ROLE, WRITTEN_ROLE, ParameterModel
from gui.theme import current_theme, scaled, themes, ui_font
from gui.widgets.number_cells import NumberDelegate
from gui.widgets.reading_table import make_readable

ROW_PIXELS, HEAD_PIXELS = 19, 22
PADDING = 6
NARROWEST_NUMBER = 92
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CHOSEN = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class CellPainter(NumberDelegate):
    """Paints one cell.

    Attributes:
        pointed: what another view points at, or None.
    """

    pointed: Reference | None = None

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint ground, number and the rule beneath."""
        theme, rect = current_theme(), QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.accent_soft)
        elif self._is_pointed(index):
            painter.fillRect(rect, theme.hover)
        painter.setPen(QPen(theme.line, 1))
        below = rect.bottom() - 0.5
        painter.drawLine(QLineF(rect.left(), below, rect.right(), below))
        is_known, is_written = index.data(KNOWN_ROLE), index.data(WRITTEN_ROLE)
        painter.setFont(ui_font(12, 500 if is_written and is_known else 400))
        painter.setPen(theme.text3 if not is_known else theme.accent if is_written else theme.text)
        room = rect.adjusted(scaled(PADDING), 0, -scaled(PADDING), 0)
        painter.drawText(room, LEFT if index.column() == NAME else RIGHT, str(index.data()))

    def _is_pointed(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        model = index.model()
        if self.pointed is None or not isinstance(model, ParameterModel) or model.cells is None:
            return False
        own = Reference(parameter_of(self.pointed.name), self.pointed.index)
        return own.covers(model.cells.parameter(index.row()))


class ParameterTable(QTableView):
    """The table. Columns of the optimizer's state are shown where they have room.

    Signals:
        chosen: the user has chosen the row of this Reference.
        pointed: the Reference of the row under the pointer, or None.
        value_entered: the Reference of a row and the value that the user has typed there.
        refused: one line about what was typed and is no value.
    """

    chosen = Signal(object)
    pointed = Signal(object)
    value_entered = Signal(object, float)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show no rows."""
        super().__init__(parent)
        self._model = ParameterModel(self)
        self._painter = CellPainter(self)
        self._wanted: Reference | None = None
        self._is_quiet = False
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("Parameters")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        make_readable(self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self._model.value_entered.connect(self.value_entered)
        self._model.refused.connect(self.refused)
        self.setMouseTracking(True)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(False)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.entered.connect(self._on_entered)
        themes.changed.connect(self._restyle)
        self._restyle()

    @property
    def cells(self) -> Cells | None:
        """Return what is shown."""
        return self._model.cells

    def show_cells(self, cells: Cells) -> None:
        """Show the parameters of a snapshot."""
        self._is_quiet = True
        self._model.show_cells(cells)
        self._is_quiet = False
        self._fit_columns()
        if not self.currentIndex().isValid():
            self._choose_wanted()

    def choose(self, reference: Reference) -> None:
        """Choose the row of a weight or bias without saying so."""
        self._wanted = reference
        self._choose_wanted()

    def chosen_row(self) -> int | None:
        """Return the chosen row, or None."""
        current = self.currentIndex()
        return current.row() if current.isValid() else None

    def point_at(self, reference: Reference | None) -> None:
        """Tint the rows of what another view points at."""
        if reference != self._painter.pointed:
            self._painter.pointed = reference
            self.viewport().update()

    def sizeHint(self) -> QSize:
        """Return the size in the smallest usual window."""
        return QSize(scaled(381), scaled(198))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, and a frame round the chosen one."""
        super().paintEvent(event)
        row = self.chosen_row()
        if row is None:
            return
        top = self.rowViewportPosition(row)
        rect = QRect(0, top, self.viewport().width(), self.rowHeight(row))
        width = 2.0 if self.hasFocus() else 1.0
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(current_theme().accent, width))
        inset = width / 2
        painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), 3, 3)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit the value of the chosen row with Return or F2."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
        row = self.chosen_row()
        is_editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() not in keys or row is None or is_editing:
            super().keyPressEvent(event)
            return
        index = self._model.index(row, VALUE)
        if self._model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def viewportEvent(self, event: QEvent) -> bool:
        """Notice when the pointer leaves the rows."""
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit(None)
        return super().viewportEvent(event)

    def _choose_wanted(self) -> None:
        cells, wanted = self._model.cells, self._wanted
        if cells is None or wanted is None or not is_parameter(cells.snapshot.layout, wanted):
            return
        self._is_quiet = True
        index = self._model.index(number_of(cells.snapshot.layout, wanted), NAME)
        self.selectionModel().setCurrentIndex(index, _CHOSEN)
        self.scrollTo(index)
        self._is_quiet = False
        self.viewport().update()

    def _fit_columns(self) -> None:
        """Give the names what they need and the numbers equal shares of the rest."""
        cells = self._model.cells
        if cells is None:
            return
        states = len(cells.heads) - len(HEADS)
        names = self._widest_name(cells) + 2 * scaled(PADDING)
        room = self.viewport().width() - names
        has_room = room >= (len(HEADS) - 1 + states) * scaled(NARROWEST_NUMBER)
        shown = len(HEADS) - 1 + (states if has_room else 0)
        for column in range(len(cells.heads)):
            self.setColumnHidden(column, column > shown)
        self.setColumnWidth(NAME, names + max(0, room % shown))
        for column in range(1, shown + 1):
            self.setColumnWidth(column, max(room // shown, 1))

    def _widest_name(self, cells: Cells) -> int:
        widths = cells.snapshot.layout.widths
        metrics = QFontMetrics(ui_font(12))
        names = (
            parameter_name("W", layer, widths[layer] - 1, widths[layer - 1] - 1)
            for layer in range(1, len(widths))
        )
        head = QFontMetrics(ui_font(11)).horizontalAdvance(HEADS[NAME])
        return max(head, *map(metrics.horizontalAdvance, names))

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _: QModelIndex) -> None:
        cells = self._model.cells
        if self._is_quiet or cells is None or not current.isValid():
            return
        self._wanted = cells.parameter(current.row())
        self.chosen.emit(self._wanted)

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        if self._model.cells is not None:
            self.pointed.emit(self._model.cells.parameter(index.row()))

    @Slot()
    def _restyle(self) -> None:
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(scaled(ROW_PIXELS))
        rows.setDefaultSectionSize(scaled(ROW_PIXELS))
        self.horizontalHeader().setFixedHeight(scaled(HEAD_PIXELS))
        self._fit_columns()
