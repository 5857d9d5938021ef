"""One op up close: its formula, the shapes, and the numbers that it wrote and read."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.network.parameters import Floats
from core.training.snapshot import OpInfo, Snapshot
from gui.diagram.names import layer_name
from gui.numbers import counted
from gui.theme import current_theme, scaled, ui_font
from gui.trace.formula_painter import Layout, formula_layout, largest_layout
from gui.trace.ink import KEY, op_ink, plain_ink
from gui.trace.words import entries, sentence, shapes_line, symbol

MARGIN = 16
FORMULA_SIZES = (24, 20, 17, 15, 13)
SHAPE_SIZES = (15, 13, 11)
VALUE_ROW = 22
HEIGHT = 290
HINT_TITLE = "Between two steps"
HINT = (
    "Press F7 to run the next step one operation at a time (or choose Op above and press the "
    "step button beside Play). Each shows its formula and its numbers here."
)
NEXT_HINT = "F7 runs it."
SPOKEN = 80
AFTER_UPDATE = "  (after the update)"


class TraceDetail(QWidget):
    """The op that is selected in the list, or a hint where none is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing."""
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._place = -1
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Operation")

    def show_op(self, snapshot: Snapshot, place: int) -> None:
        """Show the op at ``place`` in the program; -1: none."""
        if snapshot is not self._snapshot or place != self._place:
            self._snapshot, self._place = snapshot, place
            self.update()

    def in_words(self) -> str:
        """Return all that is shown as text."""
        op, snapshot = self._op(), self._snapshot
        if op is None or snapshot is None:
            return f"{HINT_TITLE}. {HINT}"
        lines = [self._caption(op, snapshot), op.formula, shapes_line(op, snapshot)]
        for name in self._value_names(op, snapshot):
            value = snapshot.trace.values[name]
            words = entries(value, lambda text: len(text) <= SPOKEN)
            lines.append(f"{symbol(name)}: {words}{self._note(op, name, snapshot)}")
        return ". ".join([*lines, self._sentence(op, snapshot)])

    def sizeHint(self) -> QSize:
        """Keep the height whatever the op, so that the list above stands still."""
        return QSize(scaled(300), scaled(HEIGHT))

    def _op(self) -> OpInfo | None:
        if self._snapshot is None or not 0 <= self._place < len(self._snapshot.trace.ops):
            return None
        return self._snapshot.trace.ops[self._place]

    def _has_run(self, snapshot: Snapshot) -> bool:
        return self._place < snapshot.trace.position

    def _caption(self, op: OpInfo, snapshot: Snapshot) -> str:
        words = f"Op {self._place + 1} of {len(snapshot.trace.ops)}"
        if not self._has_run(snapshot):
            words += " · to come"
        if op.layer == 0:
            return words
        return f"{words} · {layer_name(op.layer, snapshot.layout.layer_count)}"

    def _value_names(self, op: OpInfo, snapshot: Snapshot) -> list[str]:
        """Return the values that exist for this op, the written ones first."""
        written = op.writes if self._has_run(snapshot) else ()
        read = (name for name in op.reads if name not in op.writes)
        return [name for name in (*written, *read) if name in snapshot.trace.values]

    def _sentence(self, op: OpInfo, snapshot: Snapshot) -> str:
        """Return what the op does, and at the next one how to run it."""
        is_next = self._place == snapshot.trace.position
        words = sentence(op, snapshot)
        return f"{words} {NEXT_HINT}" if is_next else words

    def _note(self, op: OpInfo, name: str, snapshot: Snapshot) -> str:
        """Say that weights are no longer those which the op has read."""
        is_read = name in op.reads and name not in op.writes
        changed = snapshot.trace.completed and (name == "parameters" or name[0] in "Wb")
        return AFTER_UPDATE if is_read and changed else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint from the top: caption, formula, shapes, values, sentence; the key at the foot."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(QPointF(0, 0.5), QPointF(self.width(), 0.5))
        margin = scaled(MARGIN)
        room = QRectF(self.rect()).adjusted(margin, scaled(10), -margin, 0)
        op, snapshot = self._op(), self._snapshot
        if op is None or snapshot is None:
            painter.setFont(ui_font(13, 600))
            painter.setPen(theme.text)
            painter.drawText(room, 0, HINT_TITLE)
            room.setTop(room.top() + scaled(26))
            painter.setFont(ui_font(13))
            painter.setPen(theme.text2)
            painter.drawText(room, Qt.TextFlag.TextWordWrap, HINT)
            return
        painter.setFont(ui_font(11))
        painter.setPen(theme.text2)
        painter.drawText(room, 0, self._caption(op, snapshot))
        room.setTop(room.top() + scaled(22))
        for layout in _formula_lines(op.formula, room.width()):
            layout.paint(painter, room.topLeft() + QPointF(0, layout.ascent), op_ink(op))
            room.setTop(room.top() + layout.ascent + layout.descent + scaled(2))
        room.setTop(room.top() + scaled(6))
        self._paint_shapes(painter, room, shapes_line(op, snapshot))
        room.setTop(room.top() + scaled(30))
        foot = QRectF(room.left(), self.height() - scaled(28), room.width(), scaled(20))
        words = self._sentence(op, snapshot)
        metrics = QFontMetricsF(ui_font(13))
        words_height = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, words).height()
        room.setBottom(foot.top() - scaled(4) - words_height)
        room.setTop(self._paint_values(painter, room, op, snapshot) + scaled(8))
        room.setBottom(foot.top())
        painter.setFont(ui_font(13))
        painter.setPen(theme.text)
        painter.drawText(room, Qt.TextFlag.TextWordWrap, words)
        _paint_key(painter, foot)

    def _paint_shapes(self, painter: QPainter, room: QRectF, line: str) -> None:
        font = ui_font(11)
        color = current_theme().text2
        painter.setFont(font)
        painter.setPen(color)
        base = room.topLeft() + QPointF(0, scaled(14))
        painter.drawText(base, "shapes")
        label = QFontMetricsF(font).horizontalAdvance("shapes") + scaled(10)
        layout = largest_layout(line, SHAPE_SIZES, room.width() - label)
        layout.paint(painter, base + QPointF(label, 0), plain_ink(color))

    def _paint_values(
        self, painter: QPainter, room: QRectF, op: OpInfo, snapshot: Snapshot
    ) -> float:
        """Paint a line for each value, its name before its first entries; return where they end.

        As many as fit; where some have no room, the last line says how many.
        """
        names = self._value_names(op, snapshot)
        fitting = max(1, int((room.height() - scaled(8)) // scaled(VALUE_ROW)))
        shown = names if len(names) <= fitting else names[: fitting - 1]
        ink = op_ink(op)
        font = ui_font(12)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        layouts = [formula_layout(symbol(name), 16) for name in shown]
        column = max((layout.width for layout in layouts), default=0.0) + scaled(14)
        base = room.topLeft() + QPointF(0, scaled(15))
        for name, layout in zip(shown, layouts, strict=True):
            layout.paint(painter, base, plain_ink(ink(name)))
            painter.setPen(ink(name))
            note = self._note(op, name, snapshot)
            words = _within(snapshot.trace.values[name], note, metrics, room.width() - column)
            painter.drawText(base + QPointF(column, 0), words)
            base += QPointF(0, scaled(VALUE_ROW))
        hidden = len(names) - len(shown)
        if hidden:
            painter.setFont(ui_font(11))
            painter.setPen(current_theme().text3)
            painter.drawText(base, f"and {counted(hidden, 'more value')}")
            base += QPointF(0, scaled(VALUE_ROW))
        return base.y() - scaled(15)


def _within(value: Floats, note: str, metrics: QFontMetricsF, width: float) -> str:
    """Return as many entries as fit ``width`` together with ``note``, and the note."""
    limit = width - metrics.horizontalAdvance(note)
    return entries(value, lambda text: metrics.horizontalAdvance(text) <= limit) + note


def _formula_lines(formula: str, width: float) -> list[Layout]:
    """Return ``formula`` in one line, or an equation a line where it would get small."""
    whole = formula_layout(formula, FORMULA_SIZES[1])
    if whole.width <= width or ",  " not in formula:
        return [largest_layout(formula, FORMULA_SIZES, width)]
    head, _, rest = formula.partition(",  ")
    sizes = FORMULA_SIZES[1:]
    return [largest_layout(head, sizes, width), largest_layout(rest, sizes, width)]


def _paint_key(painter: QPainter, room: QRectF) -> None:
    theme = current_theme()
    font = ui_font(11)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    side, left = scaled(11), room.left()
    for token, words in KEY:
        painter.setPen(QPen(theme.color(token), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(left, room.top() + scaled(3), side, side), 3, 3)
        painter.setPen(theme.text2)
        left += side + scaled(7)
        painter.drawText(QPointF(left, room.top() + scaled(12.5)), words)
        left += metrics.horizontalAdvance(words) + scaled(18)
