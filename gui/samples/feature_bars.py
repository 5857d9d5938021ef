"""The gradient of the loss for every input of the sample in view: a signed bar a feature."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.training.snapshot import Snapshot
from gui.diagram.names import input_name
from gui.numbers import MINUS, format_setting, format_value
from gui.samples.sign_scale import scale_peak
from gui.theme import current_theme, scaled, ui_font

ROW, HEAD = 22, 34
MARGIN, GAP = 13, 10
BAR = 10
NUMBER, INPUT = 66, 56
# With less room for bars the column of inputs gives way.
LEAST_BARS = 90


class FeatureBars(QWidget):
    """Name, value and gradient of each input; blue bars go right, orange ones left."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._snapshot: Snapshot | None = None
        self.setAccessibleName("Gradient of the loss by input")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the probe of ``snapshot``."""
        self._snapshot = snapshot
        height = scaled(HEAD) + len(snapshot.probe.inputs) * scaled(ROW) + scaled(6)
        if self.minimumHeight() != height:
            self.setMinimumHeight(height)
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return room for all rows."""
        return QSize(scaled(220), self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint heads, axis and a row for every input."""
        snapshot = self._snapshot
        if snapshot is None:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        probe = snapshot.probe
        gradient = None if probe.saliency is None else probe.saliency.gradient
        names = [input_name(name) for name in snapshot.dataset.feature_names]
        metrics = QFontMetricsF(ui_font(12))
        margin, gap = scaled(MARGIN), scaled(GAP)
        widest = max(metrics.horizontalAdvance(name) for name in names)
        name_width = min(widest, 0.5 * self.width())
        right = self.width() - margin - scaled(NUMBER)
        left = margin + name_width + scaled(INPUT)
        shows_inputs = right - left - gap >= scaled(LEAST_BARS)
        if not shows_inputs:
            left = margin + name_width
        axis = QRectF(left + gap, 0, right - left - gap, scaled(HEAD))
        peak = 1.0 if gradient is None else scale_peak(gradient)
        self._paint_heads(painter, axis, peak, shows_inputs)
        middle, half = axis.center().x(), axis.width() / 2
        number = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        word = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(ui_font(12))
        for index, name in enumerate(names):
            top = scaled(HEAD) + index * scaled(ROW)
            painter.setPen(theme.text2)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, name_width)
            painter.drawText(QRectF(margin, top, name_width + 1, scaled(ROW)), word, shown)
            if shows_inputs:
                box = QRectF(left - scaled(INPUT), top, scaled(INPUT), scaled(ROW))
                painter.drawText(box, number, format_value(float(probe.inputs[index]), 3))
            if gradient is None:
                continue
            slope = float(gradient[index])
            painter.setPen(theme.text)
            box = QRectF(right, top, scaled(NUMBER), scaled(ROW))
            painter.drawText(box, number, format_value(slope, 3))
            if slope == slope and abs(slope) != float("inf"):
                length = half * slope / peak
                bar = QRectF(middle, top + (scaled(ROW) - scaled(BAR)) / 2, length, scaled(BAR))
                painter.fillRect(bar.normalized(), theme.posg if slope > 0 else theme.negg)
        bottom = scaled(HEAD) + len(names) * scaled(ROW)
        painter.setPen(QPen(theme.strong, 1))
        painter.drawLine(QLineF(middle, scaled(HEAD), middle, bottom))

    def _paint_heads(
        self, painter: QPainter, axis: QRectF, peak: float, shows_inputs: bool
    ) -> None:
        theme = current_theme()
        painter.setFont(ui_font(11))
        painter.setPen(theme.text3)
        line = axis.bottom() - scaled(6)
        metrics = QFontMetricsF(painter.font())
        upper = line - metrics.height()
        ends = ((f"{MINUS}{format_setting(peak)}", 0.0), (format_setting(peak), 1.0))
        for text, share in ends:
            width = metrics.horizontalAdvance(text)
            painter.drawText(
                QRectF(axis.left() + share * axis.width() - share * width, upper, width, 99),
                Qt.AlignmentFlag.AlignTop,
                text,
            )
        heads = [("∂L/∂x", self.width() - float(scaled(MARGIN)))]
        if shows_inputs:
            heads.append(("input x", axis.left() - scaled(GAP)))
        for text, right in heads:
            width = metrics.horizontalAdvance(text)
            painter.drawText(
                QRectF(right - width, upper, width, 99), Qt.AlignmentFlag.AlignTop, text
            )
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(
            QLineF(scaled(MARGIN), axis.bottom(), self.width() - scaled(MARGIN), axis.bottom())
        )
