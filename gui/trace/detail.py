"""One op up close: its formula, its shapes, its numbers put in, entries written out, a sentence.

What it shows is laid out anew when the op, the snapshot or the size change, and then only painted.
It tells what the pointer rests on, and lets what another view points at stand out.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.explain.explanation import Explanation, explain
from core.explain.notation import parameter_label
from core.explain.reference import Reference
from core.training.snapshot import Snapshot
from gui.help.gestures import how_to
from gui.numbers import format_value
from gui.theme import current_theme, mix, scaled, themes, ui_font
from gui.trace.boxes import beside
from gui.trace.ink import KEY, op_ink
from gui.trace.painter import paint_box
from gui.trace.sheet import Sheet, Words, lay_out, text_height
from gui.trace.spoken import (
    HINT,
    HINT_TITLE,
    caption_of,
    entry_value,
    explanation_in_words,
    head_note,
    sentence_of,
)
from gui.trace.typeset import line_style, set_node
from gui.trace.words import shapes_node
from gui.widgets.painting import paint_focus_ring

MARGIN = 16
KEY_HEIGHT, KEY_GAP = 30, 6
WHEEL_NOTCH = 120


class TraceDetail(QWidget):
    """The op that is selected in the list, or a hint where none is.

    Signals:
        value_pointed: the Reference that the pointer rests on, or None.
    """

    value_pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing."""
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._place = -1
        self._parameter: Reference | None = None
        self._hidden: frozenset[str] = frozenset()
        self._explanation: Explanation | None = None
        self._sheet: Sheet | None = None
        self._first: int | None = None
        self._pointed: Reference | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Operation")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        themes.changed.connect(self._on_theme_changed)

    def show_op(self, snapshot: Snapshot, place: int, hidden: frozenset[str] = frozenset()) -> None:
        """Show the op at ``place`` in the program, -1: none; values called ``hidden`` are not."""
        same_op = place == self._place and self._names_of(snapshot) == self._names_of(
            self._snapshot
        )
        if snapshot is self._snapshot and place == self._place and hidden == self._hidden:
            return
        self._snapshot, self._place, self._hidden = snapshot, place, hidden
        if not same_op:
            self._first = None
        self._explain()

    def select_parameter(self, parameter: Reference) -> None:
        """Let ``parameter`` stand for all in the ops of the update."""
        if parameter != self._parameter:
            self._parameter = parameter
            self._first = None
            self._explain()

    def point_at(self, reference: Reference | None) -> None:
        """Let what stands for ``reference`` stand out; None: nothing."""
        if reference != self._pointed:
            self._pointed = reference
            self.update()

    def in_words(self) -> str:
        """Return all that is shown as text."""
        if self._explanation is None:
            return f"{HINT_TITLE}. {HINT}"
        first = self._first_line(self._explanation)
        return explanation_in_words(self._explanation, first)

    def sizeHint(self) -> QSize:
        """Be as high as an op of a small network needs; the panel gives more where there is."""
        return QSize(scaled(300), scaled(360))

    def sheet(self) -> Sheet | None:
        """Return what is laid out, None where no op is shown."""
        if self._sheet is None and self._explanation is not None:
            self._sheet = self._laid_out(self._explanation)
        return self._sheet

    # ------------------------------------------------------------------ what is shown

    def _names_of(self, snapshot: Snapshot | None) -> tuple[str, ...]:
        if snapshot is None or not 0 <= self._place < len(snapshot.trace.ops):
            return ()
        return snapshot.trace.ops[self._place].writes

    def _explain(self) -> None:
        snapshot, place = self._snapshot, self._place
        shows = snapshot is not None and 0 <= place < len(snapshot.trace.ops)
        self._explanation = (
            explain(snapshot, place, self._parameter, self._hidden)
            if shows and snapshot is not None
            else None
        )
        self._forget_layout()

    def _forget_layout(self) -> None:
        self._sheet = None
        self.update()

    def _first_line(self, explanation: Explanation) -> int:
        return explanation.first_line if self._first is None else self._first

    def _room(self) -> QRectF:
        margin = scaled(MARGIN)
        return QRectF(self.rect()).adjusted(margin, 0, -margin, -scaled(KEY_HEIGHT))

    def _laid_out(self, explanation: Explanation) -> Sheet:
        shapes = set_node(
            shapes_node(explanation.reading.op, explanation.reading.snapshot),
            line_style(12, 400),
        )
        return lay_out(
            explanation,
            self._room(),
            caption_of(explanation),
            beside([box for box in (head_note(explanation), shapes) if box.width], scaled(10)),
            sentence_of(explanation),
            self._first_line(explanation),
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        self._forget_layout()

    # ------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet; the key at the foot."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(QPointF(0, 0.5), QPointF(self.width(), 0.5))
        explanation, sheet = self._explanation, self.sheet()
        if explanation is None or sheet is None:
            self._paint_hint(painter)
        else:
            ink = op_ink(explanation.reading.op)
            for origin, box in sheet.boxes:
                paint_box(painter, origin, box, ink, self._pointed)
            for words in sheet.words:
                _paint_words(painter, words)
            self._paint_entry(painter, explanation, sheet)
            foot = QRectF(self._room())
            foot.setTop(self.height() - scaled(KEY_HEIGHT) + scaled(4))
            _paint_key(painter, foot)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()).adjusted(2, 3, -2, -2), scaled(5))

    def _paint_hint(self, painter: QPainter) -> None:
        room = self._room().adjusted(0, scaled(14), 0, 0)
        width, title_height = room.width(), scaled(18)
        _paint_words(
            painter,
            Words(
                QRectF(room.topLeft(), QSize(int(width), title_height)), HINT_TITLE, 13, "text", 600
            ),
        )
        height = text_height(HINT, 13, width)
        rect = QRectF(room.left(), room.top() + scaled(26), width, height)
        _paint_words(painter, Words(rect, HINT, 13, "text2"))

    def _paint_entry(self, painter: QPainter, explanation: Explanation, sheet: Sheet) -> None:
        """Paint the shapes, or the entry that is pointed at."""
        ink = op_ink(explanation.reading.op)
        base = QPointF(sheet.entry.left(), sheet.entry.top() + scaled(13))
        pointed = self._pointed
        value = entry_value(explanation, pointed) if pointed is not None else None
        if pointed is None or value is None:
            paint_box(painter, base, sheet.shapes, ink)
            return
        painter.setFont(ui_font(12, 600))
        painter.setPen(ink(pointed.name))
        painter.drawText(base, f"{parameter_label(pointed)} = {format_value(value)}")

    # ------------------------------------------------------------------ pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what the pointer rests on."""
        sheet = self.sheet()
        self._point(None if sheet is None else sheet.reference_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing any more."""
        super().leaveEvent(event)
        self._point(None)

    def _point(self, reference: Reference | None) -> None:
        if reference != self._pointed:
            self._pointed = reference
            self.update()
            self.value_pointed.emit(reference)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go through the entries."""
        if not self._scroll(-round(event.angleDelta().y() / WHEEL_NOTCH)):
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the entries by arrows, pages, Home and End."""
        sheet = self.sheet()
        page = max(1, sheet.shown) if sheet is not None else 1
        total = sheet.total if sheet is not None else 0
        moves = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_Home: -total,
            Qt.Key.Key_End: total,
        }
        if event.key() not in moves or not self._scroll(moves[Qt.Key(event.key())]):
            super().keyPressEvent(event)

    def _scroll(self, by: int) -> bool:
        """Begin the entries ``by`` further down; return whether there are any to go through."""
        sheet = self.sheet()
        if sheet is None or sheet.shown >= sheet.total:
            return False
        first = max(0, min(sheet.first + by, sheet.total - sheet.shown))
        if first != sheet.first:
            self._first = first
            self._forget_layout()
        return True

    def resizeEvent(self, event: object) -> None:
        """Lay out anew."""
        self._forget_layout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()


def _paint_words(painter: QPainter, words: Words) -> None:
    painter.setFont(ui_font(words.pixels, words.weight))
    painter.setPen(current_theme().color(words.token))
    painter.drawText(words.rect, Qt.TextFlag.TextWordWrap, words.text)


def _paint_key(painter: QPainter, room: QRectF) -> None:
    theme = current_theme()
    font = ui_font(11)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    side, left = scaled(12), room.left()
    taken = sum(side + scaled(KEY_GAP) + metrics.horizontalAdvance(words) for _, words in KEY)
    between = min(scaled(18), (room.width() - taken) / (len(KEY) - 1))
    for token, words in KEY:
        color = theme.color(token)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(mix(theme.panel, color, 0.2))
        painter.drawRoundedRect(QRectF(left + 0.5, room.top() + scaled(2), side, side), 3, 3)
        painter.setPen(theme.text2)
        left += side + scaled(KEY_GAP)
        painter.drawText(QPointF(left, room.top() + scaled(12)), words)
        left += metrics.horizontalAdvance(words) + between
