"""The waterfall as a widget: one row a factor, on a log axis, read by pointer and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from core.explain.reference import Reference
from core.explain.waterfall_reason import Reason
from core.explain.waterfall_steps import MOST_STEPS, Waterfall, WaterfallStep
from gui.help.gestures import how_to
from gui.theme import current_theme, scaled, themes, ui_font
from gui.waterfall.paint import paint_axis, paint_foot, paint_longest, paint_row
from gui.waterfall.plan import LogAxis, Row, fitted_axis, make_rows, row_at
from gui.waterfall.words import label_of, reason_phrases, row_in_words
from gui.widgets.painting import paint_focus_ring

MARGIN, GAP, TOP = 12, 12, 2
AXIS_HEIGHT, FOOT_HEIGHT, BOTTOM = 20, 18, 4
TALLEST_ROW = 34
SHORTEST_LABELS = 84
SHORTEST_ROW = 16
WIDEST_NUMBER = "−8.888e−88"
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class WaterfallChart(QWidget):
    """The painted factors.

    Signals:
        value_pointed: the Reference of the factor under the pointer or the focus, or None.
    """

    value_pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setAccessibleName("Factors of the gradient")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._found: Waterfall | None = None
        self._reason: Reason | None = None
        self._place = -1
        self._axis: LogAxis | None = None
        self._rows: list[Row] | None = None
        self._hovered: int | None = None
        self._focused: int | None = None
        self._pointed: Reference | None = None
        themes.changed.connect(self._renew)

    def show_waterfall(self, found: Waterfall, place: int, reason: Reason | None = None) -> None:
        """Show ``found``; the factors that the op at ``place`` brings are lit.

        ``reason`` is its longest falling bar, which is named beneath the axis.
        """
        old, self._found, self._place = self._found, found, place
        self._reason = reason
        if old is not None and old.parameter != found.parameter:
            self._axis = None
        if old is None or len(old.steps) != len(found.steps):
            self._focused = self._hovered = None
        self._axis = fitted_axis(self._axis, found)
        self._renew()
        if self._focused is not None:
            self.setAccessibleDescription(row_in_words(found.steps[self._focused]))

    def point_at(self, reference: Reference | None) -> None:
        """Light up the factor that another view points at."""
        if reference != self._pointed:
            self._pointed = reference
            self.update()

    def rows(self) -> list[Row]:
        """Return the rows as they are painted."""
        if self._found is None or self._axis is None:
            return []
        if self._rows is None:
            left, right = scaled(MARGIN), self.width() - scaled(MARGIN)
            self._rows = make_rows(
                self._found, self._axis, self.plot(), left, right, scaled(TALLEST_ROW)
            )
        return self._rows

    def plot(self) -> QRectF:
        """Return where the bars stand."""
        found = self._found
        steps = () if found is None else found.steps
        metrics = QFontMetricsF(ui_font(12, 600))
        labels = max((metrics.horizontalAdvance(label_of(step)) for step in steps), default=0.0)
        numbers = metrics.horizontalAdvance(WIDEST_NUMBER)
        left = scaled(MARGIN) + max(labels, scaled(SHORTEST_LABELS)) + scaled(GAP)
        right = self.width() - scaled(MARGIN) - numbers - scaled(GAP)
        room = self.height() - scaled(TOP + AXIS_HEIGHT + FOOT_HEIGHT + BOTTOM)
        height = min(room, len(steps) * scaled(TALLEST_ROW))
        return QRectF(left, scaled(TOP), right - left, height)

    def tallest(self) -> int:
        """Return the height from which on rows do not grow any more."""
        rows = 0 if self._found is None else len(self._found.steps)
        return scaled(rows * TALLEST_ROW + TOP + AXIS_HEIGHT + FOOT_HEIGHT + BOTTOM)

    def sizeHint(self) -> QSize:
        """Return the size in the smallest usual window."""
        return QSize(scaled(419), scaled(198))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which the most rows are legible."""
        rows = MOST_STEPS * SHORTEST_ROW
        return QSize(scaled(340), scaled(rows + TOP + AXIS_HEIGHT + FOOT_HEIGHT + BOTTOM))

    # ------------------------------------------------------------------ paint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the axis, the rows and what is pointed at."""
        found, axis = self._found, self._axis
        if found is None or axis is None:
            return
        theme, plot = current_theme(), self.plot()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, row in enumerate(self.rows()):
            if place == self._hovered or self._is_pointed(row.step):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.hover)
                wide = row.rect.adjusted(-scaled(6), 0.5, scaled(6), -0.5)
                painter.drawRoundedRect(wide, scaled(4), scaled(4))
        paint_axis(painter, axis, plot, scaled(MARGIN), theme)
        reason = self._reason
        for place, row in enumerate(self.rows()):
            painter.setPen(Qt.PenStyle.NoPen)
            paint_row(painter, row, plot, self._place in row.step.places, theme)
            if reason is not None and place == reason.index:
                paint_longest(painter, row, plot, theme)
        if reason is not None:
            top = plot.bottom() + scaled(AXIS_HEIGHT)
            room = QRectF(scaled(MARGIN), top, self.width() - 2 * scaled(MARGIN), 0)
            room.setHeight(scaled(FOOT_HEIGHT))
            paint_foot(painter, reason_phrases(reason), room, theme)
        if self.hasFocus():
            focused = self._focused
            ring = QRectF(self.rect()) if focused is None else self.rows()[focused].rect
            spread = 0 if focused is None else scaled(6)
            paint_focus_ring(painter, ring.adjusted(-spread, 0, spread, 0), scaled(4))

    def _is_pointed(self, step: WaterfallStep) -> bool:
        pointed = self._pointed
        if pointed is None:
            return False
        members = (step, *step.parts)
        return any(
            own is not None and pointed.covers(own)
            for member in members
            for own in (member.reference, member.result)
        )

    # ------------------------------------------------------------------ pointer and keys

    def event(self, event: QEvent) -> bool:
        """Answer a resting pointer with the row in words."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = row_at(self.rows(), event.pos().x(), event.pos().y())
            words = "" if place is None else row_in_words(self.rows()[place].step)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find the factor under the pointer."""
        place = row_at(self.rows(), event.position().x(), event.position().y())
        if place != self._hovered:
            self._hovered = place
            self._tell(place)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was pointed at."""
        if self._hovered is not None:
            self._hovered = None
            self._tell(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from factor to factor."""
        by, rows = STEPS.get(Qt.Key(event.key())), self.rows()
        if by is None or not rows:
            super().keyPressEvent(event)
            return
        here = self._focused
        place = 0 if here is None else min(max(here + by, 0), len(rows) - 1)
        self._focused = place
        self.setAccessibleDescription(row_in_words(rows[place].step))
        self._tell(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        super().focusOutEvent(event)
        if self._focused is not None:
            self._focused = None
            self._tell(None)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._renew()

    def _tell(self, place: int | None) -> None:
        step = None if place is None else self.rows()[place].step
        self.value_pointed.emit(None if step is None else step.reference or step.result)
        self.update()

    @Slot()
    def _renew(self) -> None:
        self._rows = None
        self.update()
