"""How much goodness hidden layers give to the sample in view with each label written into it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)

from core.training.snapshot import Snapshot
from gui.diagram.names import layer_name, output_names
from gui.help.gestures import how_to
from gui.loss.axes import round_limit
from gui.numbers import format_count, format_setting, format_value
from gui.ridges.table import layer_colors
from gui.samples.view import SampleView
from gui.theme import current_theme, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

HEAD, TALLEST_ROW, MARGIN, GAP = 38, 34, 13, 8
NUMBER, TRUE = 44, 34
BAR_SHARE = 0.62
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LabelGoodness(SampleView):
    """A bar a label, a stretch a hidden layer; the longest is what the row is taken for."""

    steps_rows = True

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._label = -1
        self.setAccessibleName("Goodness of each label")
        self.setAccessibleDescription(how_to(self.accessibleName()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_snapshot(self, new: Snapshot) -> None:
        """Show the probe of ``new``."""
        self.snapshot = new
        self.update()

    def hint(self) -> str:
        """Return how the bars are read."""
        return "a stretch a hidden layer; dashed: all thresholds"

    def facts(self) -> str:
        """Return which row it is, what it is taken for and what it is."""
        shown, best = self.snapshot, self.best()
        if shown is None or best < 0:
            return ""
        split = "test" if shown.probe.split == "test" else "training"
        names = output_names(shown)
        words = f"{split} row {format_count(shown.probe.row + 1)}: most goodness for {names[best]}"
        is_right = best == self.truth()
        return f"{words}, right" if is_right else f"{words} \u2260 {names[self.truth()]}"

    def in_words(self) -> str:
        """Return the row and all labels with their goodness."""
        if self.snapshot is None or self.snapshot.probe.goodness is None:
            return self.facts()
        count = len(self.snapshot.probe.goodness)
        return f"{self.facts()}. {'; '.join(self.reading(label) for label in range(count))}"

    def best(self) -> int:
        """Return the label of the most goodness, -1 where none is known."""
        goodness = None if self.snapshot is None else self.snapshot.probe.goodness
        return -1 if goodness is None else int(goodness.sum(axis=1).argmax())

    def truth(self) -> int:
        """Return the label that the row has."""
        assert self.snapshot is not None
        return int(self.snapshot.probe.target.argmax())

    def reading(self, label: int) -> str:
        """Return the goodness of ``label`` as a sum over the layers."""
        shown = self.snapshot
        if shown is None or shown.probe.goodness is None:
            return ""
        parts = shown.probe.goodness[label]
        count = shown.layout.layer_count
        named = [
            f"{layer_name(layer, count)} {format_value(float(part), 3)}"
            for layer, part in enumerate(parts, start=1)
        ]
        total = format_value(float(parts.sum()), 3)
        return f"{output_names(shown)[label]}: {total} = {' + '.join(named)}"

    def row_rect(self, label: int) -> QRectF:
        """Return the row of ``label``."""
        count = 1 if self.snapshot is None else self.snapshot.layout.widths[-1]
        height = min((self.height() - scaled(HEAD)) / count, float(scaled(TALLEST_ROW)))
        return QRectF(0, scaled(HEAD) + label * height, self.width(), height)

    def minimumSizeHint(self) -> QSize:
        """Return the size at which bars can be told apart."""
        return QSize(scaled(220), scaled(200))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the axis and a row for every label."""
        shown = self.snapshot
        if shown is None or shown.probe.goodness is None:
            return
        theme, goodness, names = current_theme(), shown.probe.goodness, output_names(shown)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        widest = max(QFontMetricsF(ui_font(12, 600)).horizontalAdvance(name) for name in names)
        left = scaled(MARGIN) + widest + scaled(GAP)
        right = self.width() - scaled(MARGIN + NUMBER + TRUE)
        threshold = float(sum(shown.layout.widths[1:-1]))
        limit = round_limit(max(float(goodness.sum(axis=1).max()), threshold))
        scale = (right - left) / limit
        colors = layer_colors(theme, shown.layout.layer_count)
        for label, parts in enumerate(goodness):
            row = self.row_rect(label)
            if label == self._label:
                painter.fillRect(row, theme.hover)
            x, high = left, BAR_SHARE * row.height()
            for layer, part in enumerate(parts.tolist()):
                bar = QRectF(x, row.center().y() - high / 2, part * scale, high)
                painter.fillRect(bar, colors[layer])
                x = bar.right()
            is_best, is_true = label == self.best(), label == self.truth()
            painter.setFont(ui_font(12, 600 if is_best else 400))
            painter.setPen(theme.text if is_best else theme.text2)
            painter.drawText(
                QRectF(scaled(MARGIN), row.top(), widest + 2, row.height()), LEFT, names[label]
            )
            number = QRectF(right, row.top(), scaled(NUMBER), row.height())
            painter.drawText(number, RIGHT, format_value(float(parts.sum()), 3))
            if is_true:
                painter.setFont(ui_font(11))
                painter.setPen(theme.text2)
                word = QRectF(number.right(), row.top(), scaled(TRUE), row.height())
                painter.drawText(word, RIGHT, "true")
        self._paint_axis(painter, left, right, limit, left + threshold * scale)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), scaled(4))

    def _paint_axis(
        self, painter: QPainter, left: float, right: float, limit: float, threshold: float
    ) -> None:
        theme = current_theme()
        bottom = self.row_rect(0 if self.snapshot is None else self.snapshot.layout.widths[-1] - 1)
        painter.setFont(ui_font(11))
        painter.setPen(theme.text3)
        line = QRectF(0, scaled(HEAD - 20), self.width(), scaled(16))
        painter.drawText(line.adjusted(left, 0, 0, 0), LEFT, "0")
        painter.drawText(
            QRectF(0, line.top(), right, line.height()), RIGHT, format_setting(limit, 4)
        )
        painter.drawText(line.adjusted(0, 0, -scaled(MARGIN), 0), RIGHT, "goodness")
        pen = QPen(theme.text, 1.4)
        pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        painter.drawLine(QLineF(threshold, scaled(HEAD), threshold, bottom.bottom()))

    # ------------------------------------------------------------------ pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the label under the pointer."""
        self._point(self._label_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing any more."""
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from label to label."""
        by, shown = STEPS.get(Qt.Key(event.key())), self.snapshot
        if by is None or shown is None:
            super().keyPressEvent(event)
            return
        last = shown.layout.widths[-1] - 1
        start = self.best() if self._label < 0 else self._label + by
        self._point(min(max(start, 0), last))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Read nothing any more."""
        super().focusOutEvent(event)
        self._point(-1)
        self.update()

    def _label_at(self, y: float) -> int:
        count = 0 if self.snapshot is None else self.snapshot.layout.widths[-1]
        rows = (k for k in range(count) if self.row_rect(k).top() <= y < self.row_rect(k).bottom())
        return next(rows, -1)

    def _point(self, label: int) -> None:
        if label != self._label:
            self._label = label
            self.update()
        self.pointed.emit(self.reading(label) if label >= 0 else "")
