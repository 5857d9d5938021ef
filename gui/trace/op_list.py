"""The list of a step's ops with marks, formulas and values, painted row by row.

Only the rows in sight are painted, so a program of hundreds of ops costs as much as a short one.
"""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.training.snapshot import OpInfo, Snapshot
from gui.icons import icon_pixmap
from gui.theme import current_theme, scaled, themes, ui_font
from gui.trace.formula_painter import Ink, Layout, largest_layout
from gui.trace.ink import op_ink, plain_ink
from gui.trace.model import ROW_ROLE, Mark, TraceModel, TraceRow
from gui.trace.words import PHASE_TITLES, entries
from gui.widgets.painting import paint_focus_ring

ROW = 27
FORMULA_SIZES = (16, 14, 13)
KEPT_FORMULAS = 256
FORMULA_LEFT, RIGHT = 36, 14
# Values keep at least this share of a row.
VALUES_SHARE = 0.34


class TraceDelegate(QStyledItemDelegate):
    """Paints the rows of a ``TraceModel``."""

    def __init__(self, owner: QWidget) -> None:
        """Paint for ``owner``, whose screen decides how fine pictures are; keep no formula yet."""
        super().__init__(owner)
        self._formulas: dict[tuple[object, ...], QPixmap] = {}
        themes.changed.connect(self._restyle)
        self._restyle()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All rows are equally high."""
        return QSize(scaled(200), scaled(ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        model = index.model()
        assert isinstance(model, TraceModel)
        row: TraceRow = index.data(ROW_ROLE)
        state = option.state
        rect = QRectF(option.rect)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = rect.adjusted(scaled(6), 1, -scaled(6), -1)
        if row.is_phase:
            self._paint_phase(painter, rect, row, model)
        else:
            self._paint_op(painter, rect, frame, row, model, selected)
        if focused:
            paint_focus_ring(painter, frame, scaled(4))
        painter.restore()

    def _paint_phase(
        self, painter: QPainter, rect: QRectF, row: TraceRow, model: TraceModel
    ) -> None:
        theme = current_theme()
        chevron = "down" if model.is_open(row.phase) else "right"
        _draw_icon(painter, rect, chevron, theme.text2)
        box = rect.adjusted(scaled(34), 0, -scaled(RIGHT), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        snapshot = model.snapshot
        started = snapshot is not None and snapshot.trace.position > row.first
        painter.setFont(self._strong)
        painter.setPen(theme.text if started or model.is_open(row.phase) else theme.text2)
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, PHASE_TITLES[row.phase])
        painter.setFont(self._plain)
        painter.setPen(theme.text2)
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, model.phase_facts(row))

    def _paint_op(
        self,
        painter: QPainter,
        rect: QRectF,
        frame: QRectF,
        row: TraceRow,
        model: TraceModel,
        selected: bool,
    ) -> None:
        theme = current_theme()
        op, mark = model.op(row.first), model.mark(row.first)
        if selected:
            painter.setPen(QPen(theme.accent, 1.5))
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(frame, scaled(4), scaled(4))
        elif mark == Mark.NEXT:
            painter.setPen(QPen(theme.text3, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, scaled(4), scaled(4))
        _paint_mark(painter, rect, mark)
        formula = self._formula(op, mark, rect)
        left = rect.left() + scaled(FORMULA_LEFT)
        painter.drawPixmap(QPointF(left, rect.top()), formula)
        value = model.written(row.first)
        if value is None:
            return
        used = left + formula.deviceIndependentSize().width()
        room = rect.right() - scaled(RIGHT) - used - scaled(8)
        painter.setFont(self._plain)
        painter.setPen(theme.text)
        box = rect.adjusted(0, 0, -scaled(RIGHT), 0)
        words = entries(value, lambda text: self._metrics.horizontalAdvance(text) <= room)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(box, flags, words)

    def _formula(self, op: OpInfo, mark: Mark, rect: QRectF) -> QPixmap:
        """Return a row's formula as a picture; pictures are kept, for setting one is slow."""
        owner = self.parent()
        assert isinstance(owner, QWidget)
        size, ratio = rect.size().toSize(), owner.devicePixelRatioF()
        key = op.formula, mark, size.width(), size.height(), ratio
        if key not in self._formulas:
            if len(self._formulas) >= KEPT_FORMULAS:
                self._formulas.clear()
            layout = _fitting(op.formula, size.width())
            width = layout.width + scaled(4)
            pixmap = QPixmap(ceil(width * ratio), round(size.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            base = size.height() / 2 + scaled(FORMULA_SIZES[0]) * 0.32
            layout.paint(painter, QPointF(0, base), _row_ink(op, mark))
            painter.end()
            self._formulas[key] = pixmap
        return self._formulas[key]

    @Slot()
    def _restyle(self) -> None:
        self._formulas.clear()
        self._plain, self._strong = ui_font(12), ui_font(12, 600)
        self._metrics = QFontMetricsF(self._plain)


class TraceList(QListView):
    """The list.

    Signals:
        op_selected: the place in the program of the op that the user or the step has come to;
            -1 for a phase.
    """

    op_selected = Signal(int)

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
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Operations of the step")
        self.clicked.connect(self._on_clicked)
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

    def _follow(self, snapshot: Snapshot) -> None:
        """Select the op last run, or the first one before anything has run."""
        trace = snapshot.trace
        row = None if trace.completed else self.rows.row_of_op(max(0, trace.position - 1))
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        self.setCurrentIndex(self.rows.index(row))
        following = self.rows.row_of_op(trace.position)
        if following is not None:
            self.scrollTo(self.rows.index(following))
        self.scrollTo(self.rows.index(row))

    def _toggle(self, row: TraceRow, opened: bool) -> None:
        self.rows.set_open(row.phase, opened)
        self.setCurrentIndex(self.rows.index(self.rows.row_of_phase(row.phase)))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        row: TraceRow = index.data(ROW_ROLE)
        if row.is_phase:
            self._toggle(row, not self.rows.is_open(row.phase))

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        row: TraceRow | None = current.data(ROW_ROLE) if current.isValid() else None
        self.op_selected.emit(-1 if row is None or row.is_phase else row.first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and the arrows to the sides fold and open phases; the rest is Qt's."""
        index = self.currentIndex()
        row: TraceRow | None = index.data(ROW_ROLE) if index.isValid() else None
        if row is not None and event.key() == Qt.Key.Key_Left:
            self._toggle(row, False)
        elif row is not None and row.is_phase and event.key() == Qt.Key.Key_Right:
            self._toggle(row, True)
        elif (
            row is not None
            and row.is_phase
            and event.key()
            in (
                Qt.Key.Key_Return,
                Qt.Key.Key_Enter,
            )
        ):
            self._toggle(row, not self.rows.is_open(row.phase))
        else:
            super().keyPressEvent(event)


def _fitting(formula: str, width: int) -> Layout:
    """Return the formula so that values keep some room: smaller, or only its first equation."""
    room = width - scaled(FORMULA_LEFT + RIGHT) - width * VALUES_SHARE
    whole = largest_layout(formula, FORMULA_SIZES[:2], room)
    if whole.width <= room:
        return whole
    return largest_layout(formula.partition(",  ")[0], FORMULA_SIZES, room)


def _row_ink(op: OpInfo, mark: Mark) -> Ink:
    theme = current_theme()
    if mark == Mark.NOW:
        return op_ink(op)
    tokens = {Mark.DONE: theme.text, Mark.NEXT: theme.text2, Mark.TO_COME: theme.text3}
    return plain_ink(tokens[mark])


def _paint_mark(painter: QPainter, rect: QRectF, mark: Mark) -> None:
    theme = current_theme()
    if mark == Mark.DONE:
        _draw_icon(painter, rect, "ok", theme.text2)
    elif mark == Mark.NOW:
        _draw_icon(painter, rect, "play", theme.accent)
    else:
        radius = scaled(3.4)
        painter.setPen(QPen(theme.text2 if mark == Mark.NEXT else theme.text3, 1.3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        centre = QPointF(rect.left() + scaled(19), rect.center().y())
        painter.drawEllipse(centre, radius, radius)


def _draw_icon(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    size = scaled(12)
    top = rect.center().y() - size / 2
    pixmap = icon_pixmap(name, color, size)
    painter.drawPixmap(QPointF(rect.left() + scaled(13), top), pixmap)
