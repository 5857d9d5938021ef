"""Predicted against true values of a regression: a perfect prediction lies on the diagonal.

Both axes have the same range, which the true values decide, so that it stands still while the
network trains; what lies beyond is drawn at the edge and counted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from core.training.snapshot import Snapshot
from gui.exporting import pixel_ratio
from gui.maps.markers import stamp, value_marker
from gui.maps.picture import rounded_up
from gui.numbers import counted, format_count, format_setting, format_value
from gui.samples.facts import split_word
from gui.samples.view import SampleView
from gui.theme import current_theme, mix, scaled, ui_font
from gui.widgets.painting import paint_focus_ring

LEFT, RIGHT, TOP, BOTTOM = 44, 16, 8, 38
RADIUS, REACH = 3.0, 9
MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}


class Scatter(SampleView):
    """A point for every row of the predicted split; of several outputs the first is shown."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._pointed = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Predicted against true")

    def show_snapshot(self, new: Snapshot) -> None:
        """Show the predictions of ``new``, a regression."""
        self.snapshot = new
        if self._pointed >= len(new.predictions.targets):
            self._pointed = -1
        self._announce()
        self.update()

    def hint(self) -> str:
        """Return how the picture is read."""
        outside = self.outside()
        if outside:
            return f"{counted(outside, 'prediction')} beyond the axis, drawn at its edge"
        return "on the diagonal: predicted = true; click a point to look into it"

    def facts(self) -> str:
        """Return R² and over how many rows."""
        if self.snapshot is None:
            return ""
        predictions = self.snapshot.predictions
        rows = f"{format_count(len(predictions.targets))} {split_word(self.snapshot)} rows"
        if predictions.r2 is None:
            return f"no R², all targets are the same · {rows}"
        return f"R² {format_value(predictions.r2, 3)} · {rows}"

    def in_words(self) -> str:
        """Return R² and how many predictions are off the axis."""
        outside = self.outside()
        words = f"Predicted against true values: {self.facts()}"
        return f"{words}; {self.hint()}" if outside else words

    def range(self) -> tuple[float, float]:
        """Return low and high end of both axes."""
        assert self.snapshot is not None
        splits = (self.snapshot.targets, self.snapshot.test_targets)
        true = np.concatenate([split[:, 0] for split in splits if split is not None])
        low, high = float(true.min()), float(true.max())
        room = 0.15 * (high - low) or 1.0
        step = rounded_up(room)
        return float(np.floor((low - room) / step) * step), float(
            np.ceil((high + room) / step) * step
        )

    def square(self) -> QRectF:
        """Return where the axes span."""
        width = self.width() - scaled(LEFT) - scaled(RIGHT)
        height = self.height() - scaled(TOP) - scaled(BOTTOM)
        side = max(1, min(width, height))
        return QRectF(scaled(LEFT) + (width - side) / 2, scaled(TOP), side, side)

    def outside(self) -> int:
        """Return how many predictions lie beyond the axis or are not finite."""
        if self.snapshot is None:
            return 0
        low, high = self.range()
        output = self.snapshot.predictions.outputs[:, 0]
        return int(np.count_nonzero(~((output >= low) & (output <= high))))

    def places(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y of every row in the widget."""
        assert self.snapshot is not None
        predictions, square = self.snapshot.predictions, self.square()
        low, high = self.range()
        true = (predictions.targets[:, 0].astype(np.float64) - low) / (high - low)
        found = np.nan_to_num(predictions.outputs[:, 0].astype(np.float64), nan=low)
        found = np.clip((found - low) / (high - low), 0, 1)
        return (
            square.left() + np.clip(true, 0, 1) * square.width(),
            square.bottom() - found * square.height(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axes, diagonal, points, and the rings of the chosen and the pointed one."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        theme, square = current_theme(), self.square()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, square)
        painter.setPen(QPen(theme.text2, 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(square.bottomLeft(), square.topRight())
        x, y = self.places()
        marker = value_marker(mix(theme.panel, theme.text, 0.7), RADIUS, pixel_ratio(self), False)
        stamp(painter, x, y, [marker], np.zeros(len(x), np.intp))
        probe = snapshot.probe
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = scaled(RADIUS + 4)
        if probe.split == snapshot.predictions.split and probe.row < len(x):
            painter.setPen(QPen(theme.accent, 2))
            painter.drawEllipse(QPointF(x[probe.row], y[probe.row]), ring, ring)
        if self._pointed >= 0:
            painter.setPen(QPen(theme.text, 1.2))
            place = QPointF(x[self._pointed], y[self._pointed])
            painter.drawEllipse(place, ring + 2, ring + 2)
        if self.hasFocus():
            paint_focus_ring(painter, square.adjusted(-3, -3, 3, 3), scaled(4))

    def _paint_axes(self, painter: QPainter, square: QRectF) -> None:
        theme, (low, high) = current_theme(), self.range()
        painter.setFont(ui_font(11))
        metrics = QFontMetricsF(painter.font())
        for value in (low, (low + high) / 2, high):
            share = (value - low) / (high - low)
            x, y = square.left() + share * square.width(), square.bottom() - share * square.height()
            painter.setPen(QPen(theme.grid, 1))
            painter.drawLine(QLineF(x, square.top(), x, square.bottom()))
            painter.drawLine(QLineF(square.left(), y, square.right(), y))
            painter.setPen(theme.text3)
            text = format_setting(value, 4)
            width = metrics.horizontalAdvance(text)
            across = QPointF(x - width / 2, square.bottom() + scaled(4) + metrics.ascent())
            painter.drawText(across, text)
            up = QPointF(square.left() - width - scaled(5), y + metrics.capHeight() / 2)
            painter.drawText(up, text)
        painter.setPen(theme.text2)
        is_scaled = self.snapshot is not None and self.snapshot.spec.data.standardize_target
        name = "true, in standard deviations" if is_scaled else "true"
        below = square.bottom() + scaled(18) + metrics.ascent()
        middle = square.center().x() - metrics.horizontalAdvance(name) / 2
        painter.drawText(QPointF(middle, below), name)
        painter.save()
        name = "predicted"
        painter.translate(square.left() - scaled(30), square.center().y())
        painter.rotate(-90)
        painter.drawText(QPointF(-metrics.horizontalAdvance(name) / 2, 0), name)
        painter.restore()

    # ------------------------------------------------------------------ pointer and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the point under the pointer."""
        self._point_at(self._nearest(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing any more."""
        self._point_at(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point under the pointer."""
        row = self._nearest(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.row_chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the true values with the arrows; Return chooses."""
        if self.snapshot is None:
            return
        order = self.snapshot.predictions.targets[:, 0].argsort(kind="stable")
        if event.key() in MOVES:
            at = np.flatnonzero(order == self._pointed)
            place = int(at[0]) + MOVES[Qt.Key(event.key())] if len(at) else 0
            self._point_at(int(order[min(max(place, 0), len(order) - 1)]))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pointed >= 0:
            self.row_chosen.emit(self._pointed)
        else:
            super().keyPressEvent(event)

    def _nearest(self, position: QPointF) -> int:
        if self.snapshot is None:
            return -1
        x, y = self.places()
        distance = np.hypot(x - position.x(), y - position.y())
        row = int(distance.argmin())
        return row if distance[row] <= scaled(REACH) else -1

    def _point_at(self, row: int) -> None:
        if row != self._pointed:
            self._pointed = row
            self.update()
        self._announce()

    def _announce(self) -> None:
        if self.snapshot is None or self._pointed < 0:
            self.pointed.emit("")
            return
        predictions, row = self.snapshot.predictions, self._pointed
        true, found = float(predictions.targets[row, 0]), float(predictions.outputs[row, 0])
        words = f"row {format_count(row + 1)}: true {format_value(true, 3)}"
        self.pointed.emit(f"{words}, predicted {format_value(found, 3)}")
