"""Paints the rows of the trace: marks, formulas and values, phases with what they brought.

Formulas are set once and kept as pictures, since setting one is slow.
"""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.explain.formulas import formula_of
from core.explain.notation import Node
from core.explain.setting import setting_of
from core.training.snapshot import OpInfo
from gui.icons import icon_pixmap
from gui.theme import current_theme, scaled, themes, ui_font
from gui.trace.boxes import Box
from gui.trace.ink import Ink, op_ink, plain_ink
from gui.trace.model import ROW_ROLE, Mark, TraceModel, TraceRow
from gui.trace.painter import paint_box
from gui.trace.typeset import formula_style, set_formula
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
        assert model.snapshot is not None
        line = formula_of(op, setting_of(model.snapshot)).line
        formula = self._formula(line, op, mark, rect)
        left = rect.left() + scaled(FORMULA_LEFT)
        painter.drawPixmap(QPointF(left, rect.top()), formula)
        value = model.written(row.first)
        if value is None and not model.hides(row.first):
            return
        used = left + formula.deviceIndependentSize().width()
        room = rect.right() - scaled(RIGHT) - used - scaled(8)
        painter.setFont(self._plain)
        painter.setPen(theme.text)
        box = rect.adjusted(0, 0, -scaled(RIGHT), 0)
        fits = self._metrics.horizontalAdvance
        words = "?" if value is None else entries(value, lambda text: fits(text) <= room)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(box, flags, words)

    def _formula(self, line: Node, op: OpInfo, mark: Mark, rect: QRectF) -> QPixmap:
        """Return a row's formula as a picture; pictures are kept, for setting one is slow."""
        owner = self.parent()
        assert isinstance(owner, QWidget)
        size, ratio = rect.size().toSize(), owner.devicePixelRatioF()
        key = line, op.formula, mark, size.width(), size.height(), ratio
        if key not in self._formulas:
            if len(self._formulas) >= KEPT_FORMULAS:
                self._formulas.clear()
            box = _fitting(line, size.width())
            width = box.width + scaled(4)
            pixmap = QPixmap(ceil(width * ratio), round(size.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            base = size.height() / 2 + scaled(FORMULA_SIZES[0]) * 0.32
            paint_box(painter, QPointF(0, base), box, _row_ink(op, mark))
            painter.end()
            self._formulas[key] = pixmap
        return self._formulas[key]

    @Slot()
    def _restyle(self) -> None:
        self._formulas.clear()
        self._plain, self._strong = ui_font(12), ui_font(12, 600)
        self._metrics = QFontMetricsF(self._plain)


def _fitting(line: Node, width: int) -> Box:
    """Return the formula so that values keep some room: smaller where it is long."""
    room = width - scaled(FORMULA_LEFT + RIGHT) - width * VALUES_SHARE
    for pixels in FORMULA_SIZES:
        box = set_formula(line, formula_style(pixels))
        if box.width <= room:
            break
    return box


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
