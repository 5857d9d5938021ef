"""What every sample of the batch adds to the gradient: a bar each, their sum is the gradient.

A positive share stands up, a negative one hangs down. Pointing at a bar names its training row, a
click chooses the sample.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from core.explain.waterfall_steps import Waterfall
from core.network.parameters import Floats
from core.training.snapshot import Trace
from gui.theme import Theme, current_theme, scaled, themes, ui_font
from gui.waterfall.paint import fitting
from gui.waterfall.strip_plan import StripPlan, strip_plan
from gui.waterfall.words import batch_phrases, scale_words, share_phrases, strip_words
from gui.widgets.painting import paint_focus_ring

MARGIN, GAP, HEAD, BOTTOM = 12, 12, 18, 6
LOWEST, TALLEST, SCALE_ROOM = 58, 110, 62
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SampleStrip(QWidget):
    """The painted bars under a line of words.

    Signals:
        sample_requested: the place in the batch of the sample that the user chose.
    """

    sample_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setAccessibleName("Share of each sample")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._found: Waterfall | None = None
        self._trace: Trace | None = None
        self._shares: Floats | None = None
        self._pointed: int | None = None
        self._plan: StripPlan | None = None
        themes.changed.connect(self._restyle)
        self._restyle()

    def show_shares(self, found: Waterfall, trace: Trace, shares: Floats | None) -> None:
        """Show ``shares`` (B,) of the gradient in ``found``; None where they are not known."""
        old, self._trace = self._trace, trace
        self._found, self._shares, self._plan = found, shares, None
        if old is not None and len(old.rows) != len(trace.rows):
            self._pointed = None
        self._describe()
        self.update()

    def plan(self) -> StripPlan | None:
        """Return where the bars stand; None before the first snapshot."""
        if self._trace is not None and self._plan is None:
            left = scaled(MARGIN)
            width = self.width() - 2 * left - scaled(GAP) - scaled(SCALE_ROOM)
            count = len(self._trace.rows)
            self._plan = strip_plan(self._shares, count, self._trace.sample, left, width)
        return self._plan

    def take_height(self, height: int) -> None:
        """Be as high as that, within what is legible and what is of use."""
        self.setFixedHeight(min(max(height, scaled(LOWEST)), scaled(TALLEST)))

    def words(self) -> str:
        """Return the line above the bars: of the sample that is pointed at, else of the batch."""
        found, trace = self._found, self._trace
        if found is None or trace is None:
            return ""
        phrases = batch_phrases(found)
        if self._pointed is not None:
            phrases = share_phrases(found, trace.rows, self._shares, self._pointed)
        return fitting(phrases, self.width() - 2 * scaled(MARGIN))

    def sizeHint(self) -> QSize:
        """Return the size in the smallest usual window."""
        return QSize(scaled(419), scaled(LOWEST))

    # ------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words, the bars and their scale."""
        plan, trace, theme = self.plan(), self._trace, current_theme()
        if plan is None or trace is None:
            return
        painter = QPainter(self)
        painter.setFont(ui_font(11))
        margin = scaled(MARGIN)
        painter.setPen(theme.text if self._pointed is not None else theme.text2)
        painter.drawText(QRectF(margin, 0, self.width() - margin, scaled(HEAD)), LEFT, self.words())
        area = self._area()
        self._paint_columns(painter, plan, area, trace.sample, theme)
        painter.setPen(QPen(theme.strong, 1))
        middle = round(area.center().y()) + 0.5
        painter.drawLine(QLineF(plan.left, middle, plan.right, middle))
        if self._shares is not None:
            self._paint_bars(painter, plan, area, self._shares, theme)
        painter.setPen(theme.text2)
        room = QRectF(area.right(), area.top(), self.width() - margin - area.right(), area.height())
        painter.drawText(room, RIGHT, scale_words(plan.scale, len(plan.places), len(trace.rows)))
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), scaled(4))

    def _paint_columns(
        self, painter: QPainter, plan: StripPlan, area: QRectF, sample: int, theme: Theme
    ) -> None:
        """Paint what lies behind the sample that is pointed at and the one in view."""
        for place, fill, edge in (
            (self._pointed, theme.hover, theme.hover),
            (sample, theme.accent_soft, theme.accent),
        ):
            bar = None if place is None else plan.bar_of(place)
            if bar is not None:
                column = QRectF(plan.left + bar * plan.pitch, area.top(), plan.pitch, area.height())
                painter.setPen(QPen(edge, 1))
                painter.setBrush(fill)
                painter.drawRect(column.adjusted(-1.5, 0.5, 0.5, -0.5))

    def _paint_bars(
        self, painter: QPainter, plan: StripPlan, area: QRectF, shares: Floats, theme: Theme
    ) -> None:
        middle, half = round(area.center().y()) + 0.5, area.height() / 2 - 1
        painter.setPen(Qt.PenStyle.NoPen)
        width = max(plan.pitch - (1 if plan.pitch < scaled(8) else 3), 1.0)
        for bar, place in enumerate(plan.places):
            height = plan.height(float(shares[place]))
            left = plan.left + bar * plan.pitch + (plan.pitch - width) / 2 - 0.5
            if math.isnan(height):
                painter.setBrush(theme.err)
                painter.drawRect(QRectF(left, middle - half, width, 2 * half))
                continue
            painter.setBrush(theme.posg if height > 0 else theme.negg)
            length = abs(height) * half
            painter.drawRect(QRectF(left, middle - max(height, 0.0) * half, width, length))

    def _area(self) -> QRectF:
        top, bottom = scaled(HEAD), self.height() - scaled(BOTTOM)
        right = self.width() - scaled(MARGIN) - scaled(SCALE_ROOM)
        return QRectF(scaled(MARGIN), top, right - scaled(MARGIN), bottom - top)

    # ------------------------------------------------------------------ pointer and keys

    def event(self, event: QEvent) -> bool:
        """Answer a resting pointer with the sample's words."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = "" if self._pointed is None else self.words()
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find the sample under the pointer."""
        self._point(self._place_at(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the sample under the pointer."""
        place = self._place_at(event)
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.sample_requested.emit(place)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was pointed at."""
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from sample to sample; Return chooses the one at hand."""
        plan, trace, key = self.plan(), self._trace, Qt.Key(event.key())
        if plan is None or trace is None or not (key in STEPS or key in CHOOSE):
            super().keyPressEvent(event)
        elif key in CHOOSE:
            if self._pointed is not None:
                self.sample_requested.emit(self._pointed)
        else:
            here = plan.bar_of(trace.sample if self._pointed is None else self._pointed) or 0
            by = 0 if self._pointed is None else STEPS[key]
            self._point(int(plan.places[min(max(here + by, 0), len(plan.places) - 1)]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        super().focusOutEvent(event)
        self._point(None)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the bars anew."""
        super().resizeEvent(event)
        self._plan = None

    def _place_at(self, event: QMouseEvent) -> int | None:
        plan = self.plan()
        bar = None if plan is None else plan.bar_at(event.position().x())
        return None if plan is None or bar is None else int(plan.places[bar])

    def _point(self, place: int | None) -> None:
        if place != self._pointed:
            self._pointed = place
            self._describe()
            self.update()

    def _describe(self) -> None:
        found, trace = self._found, self._trace
        if found is not None and trace is not None:
            words = self.words() if self._pointed is not None else strip_words(found, self._shares)
            self.setAccessibleDescription(words)

    @Slot()
    def _restyle(self) -> None:
        self._plan = None
        self.take_height(self.height())
        self.update()
