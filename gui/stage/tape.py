"""The op tape: one cell an op, grouped by phase; done, now and to come. A click goes there."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.training.snapshot import OpInfo, Snapshot
from gui.theme import current_theme, scaled, themes, ui_font
from gui.trace.words import PHASE_TITLES

HEIGHT = 58
MARGIN, TITLE, CELL = 14, 22, 22
GAP, PHASE_GAP = 2, 10
# Narrower cells have no room for their number.
NUMBERED = 20
CENTER = Qt.AlignmentFlag.AlignCenter


class OpTape(QWidget):
    """All ops of the step in a row.

    Signals:
        op_requested: the place of the op that the user wants to be the last run.
    """

    op_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setAccessibleName("Op tape")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._ops: tuple[OpInfo, ...] = ()
        self._position = 0
        self._place = -1
        self._focused = 0
        themes.changed.connect(self._restyle)

    def show_snapshot(self, snapshot: Snapshot, place: int) -> None:
        """Show how far the step is; the op at ``place`` is the one that is lit."""
        trace = snapshot.trace
        if (trace.ops, trace.position, place) != (self._ops, self._position, self._place):
            self._ops, self._position, self._place = trace.ops, trace.position, place
            self._focused = max(0, min(place, len(self._ops) - 1))
            self._describe()
            self.update()

    def cells(self) -> list[QRectF]:
        """Return where each op's cell lies."""
        phases = len({op.phase for op in self._ops})
        room = self.width() - 2 * scaled(MARGIN) - (phases - 1) * scaled(PHASE_GAP)
        width = room / max(1, len(self._ops))
        gap = scaled(GAP) if width > 8 else 0
        cells, x, before = [], float(scaled(MARGIN)), None
        for op in self._ops:
            if before is not None and op.phase != before:
                x += scaled(PHASE_GAP)
            cells.append(QRectF(x, scaled(TITLE + 4), max(1.0, width - gap), scaled(CELL)))
            x += width
            before = op.phase
        return cells

    def sizeHint(self) -> QSize:
        """Return the height of the design."""
        return QSize(scaled(400), scaled(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells under the names of their phases."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(QPointF(0, 0.5), QPointF(self.width(), 0.5))
        cells = self.cells()
        self._paint_titles(painter, cells)
        radius = scaled(4) if cells and cells[0].width() > 10 else 1
        for place, cell in enumerate(cells):
            is_now = place == self._place
            if is_now:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.accent)
            elif place < self._position:
                # Where outlines are as bright as text, a number needs darker ground.
                is_bright = theme.strong == theme.text
                painter.setPen(QPen(theme.strong, 1) if is_bright else Qt.PenStyle.NoPen)
                painter.setBrush(theme.hover if is_bright else theme.strong)
            else:
                painter.setPen(QPen(theme.strong, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            if cell.width() >= scaled(NUMBERED):
                ink = theme.text if place < self._position else theme.text3
                painter.setPen(theme.accent_ink if is_now else ink)
                painter.setFont(ui_font(11, 600))
                painter.drawText(cell, CENTER, str(place + 1))
            if self.hasFocus() and place == self._focused:
                painter.setPen(QPen(theme.accent, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(cell.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)

    def _paint_titles(self, painter: QPainter, cells: list[QRectF]) -> None:
        theme = current_theme()
        place = 0
        free = 0.0
        for phase, group in groupby(self._ops, key=lambda op: op.phase):
            count = len(list(group))
            is_now = place <= self._place < place + count
            painter.setFont(ui_font(11, 600 if is_now else 400))
            painter.setPen(theme.text if is_now else theme.text2)
            words = PHASE_TITLES[phase]
            if is_now and cells[0].width() < scaled(NUMBERED):
                words += f" · op {self._place + 1} of {len(self._ops)}"
            width = painter.fontMetrics().horizontalAdvance(words)
            # A short phase may have a long name: it is written as soon as there is room.
            left = max(cells[place].left(), free)
            left = min(left, self.width() - scaled(MARGIN) - width)
            painter.drawText(QPointF(left, scaled(TITLE - 3)), words)
            free = left + width + scaled(8)
            place += count

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the op under the pointer."""
        place = self._at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._focused = place
            self.op_requested.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the cells; Return goes there."""
        key, last = event.key(), len(self._ops) - 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            by = 1 if key == Qt.Key.Key_Right else -1
            self._focused = max(0, min(self._focused + by, last))
            self._describe()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._ops:
            self.op_requested.emit(self._focused)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show the formula of the op under the pointer as tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(QPointF(event.pos()))
            words = "" if place is None else self._words(place)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def _at(self, point: QPointF) -> int | None:
        for place, cell in enumerate(self.cells()):
            if cell.adjusted(-1, -2, 1, 2).contains(point):
                return place
        return None

    def _words(self, place: int) -> str:
        return f"Op {place + 1} of {len(self._ops)}: {self._ops[place].formula}"

    def _describe(self) -> None:
        if self._ops:
            self.setAccessibleDescription(self._words(self._focused))

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
