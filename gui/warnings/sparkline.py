"""How a measured quantity went since the run's start, with the threshold and where it crossed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.diagnosis.findings import Finding, History
from gui.coordinates import polygon_of
from gui.findings import SEVERITY_TOKENS
from gui.loss.polylines import thin
from gui.numbers import format_count, format_setting
from gui.theme import current_theme, mix, scaled, themes, ui_font
from gui.warnings.label_place import free_box
from gui.warnings.scale import EvidenceScale, evidence_scale
from gui.warnings.words import DIGITS

AXIS, TOP, PLOT, FOOT = 36, 6, 46, 17
BAND = 0.12
LINE_WIDTH, DOT_RADIUS = 1.8, 4.0
PIXELS_PER_TICK, PIXELS_PER_COLUMN = 15, 3
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Sparkline(QWidget):
    """A small plot of one quantity from step 0 to now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._finding: Finding | None = None
        self._history: History | None = None
        self._now = 0
        self._extra = 0
        self._scale = EvidenceScale(False, 0.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("History of the measured value")

    def show_history(self, finding: Finding, history: History, now: int) -> None:
        """Show ``history`` up to the step ``now``."""
        if finding is self._finding and history is self._history and now == self._now:
            return
        self._finding, self._history, self._now = finding, history, now
        evidence = finding.evidence
        values = history.values[np.isfinite(history.values)]
        if evidence.is_log:
            values = values[values > 0]
        ends = [float(values.min()), float(values.max())] if len(values) else []
        self._scale = evidence_scale(
            (*ends, evidence.value, evidence.threshold), log=evidence.is_log
        )
        self.setAccessibleDescription(self.in_words())
        self.update()

    def set_extra_height(self, pixels: int) -> None:
        """Be higher by so much than where room is short."""
        if pixels != self._extra:
            self._extra = pixels
            self.updateGeometry()

    def in_words(self) -> str:
        """Return where the quantity began, where it is, and when it was raised."""
        if self._finding is None or self._history is None:
            return ""
        history, raised = self._history, format_count(self._finding.step)
        ends = ""
        if len(history.values):
            first, last = history.values[0], history.values[-1]
            ends = f"{format_setting(float(first), DIGITS)} at step "
            ends += f"{format_count(float(history.steps[0]))}, "
            ends += f"{format_setting(float(last), DIGITS)} at step "
            ends += f"{format_count(float(history.steps[-1]))}; "
        return f"{ends}warned at step {raised}"

    def sizeHint(self) -> QSize:
        """Return the room for plot and axes."""
        return QSize(scaled(200), scaled(TOP + PLOT + FOOT) + self._extra)

    def minimumSizeHint(self) -> QSize:
        """Return the size at which the axes can be read."""
        return self.sizeHint()

    def area(self) -> QRectF:
        """Return the rectangle within the axes."""
        left, right = scaled(AXIS), self.width() - scaled(DOT_RADIUS + 1)
        height = scaled(PLOT) + self._extra
        return QRectF(left, scaled(TOP), max(1, right - left), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the side that alarms, axes, threshold, line and dot."""
        finding, history = self._finding, self._history
        if finding is None or history is None:
            return
        painter, area = QPainter(self), self.area()
        self._paint_ground(painter, area, finding)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self._line(area, history)
        painter.setPen(QPen(current_theme().text, LINE_WIDTH))
        painter.drawPolyline(polygon_of(*line.T))
        self._paint_dot(painter, area, finding, line)

    def _paint_ground(self, painter: QPainter, area: QRectF, finding: Finding) -> None:
        theme, evidence = current_theme(), finding.evidence
        limit = self._y(area, self._scale.share(evidence.threshold))
        band = QRectF(area)
        if evidence.is_high:
            band.setBottom(limit)
        else:
            band.setTop(limit)
        color = theme.color(SEVERITY_TOKENS[finding.severity])
        painter.fillRect(band, mix(theme.panel, color, BAND))
        painter.setPen(QPen(theme.strong, 1))
        painter.drawLine(QLineF(area.topLeft(), area.bottomLeft()))
        painter.drawLine(QLineF(area.bottomLeft(), area.bottomRight()))
        pen = QPen(theme.text2, 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawLine(QLineF(area.left(), limit, area.right(), limit))
        painter.setPen(theme.text2)
        painter.setFont(ui_font(11))
        height = scaled(14)
        most = max(2, int(area.height() / scaled(PIXELS_PER_TICK)))
        for share, text in self._scale.ticks(most):
            y = self._y(area, share)
            box = QRectF(0, y - height / 2, area.left() - scaled(5), height)
            painter.drawText(box, RIGHT, text)
        foot = QRectF(area.left(), area.bottom() + scaled(3), area.width(), height)
        painter.drawText(foot, LEFT, "0")
        painter.drawText(foot, RIGHT, f"step {format_count(self._now)}")

    def _paint_dot(
        self, painter: QPainter, area: QRectF, finding: Finding, line: NDArray[np.float64]
    ) -> None:
        theme, evidence = current_theme(), finding.evidence
        x = area.left() + min(1.0, finding.step / self._last_step()) * area.width()
        y = self._y(area, self._scale.share(evidence.value))
        painter.setPen(QPen(theme.panel, 1.5))
        painter.setBrush(theme.color(SEVERITY_TOKENS[finding.severity]))
        painter.drawEllipse(QPointF(x, y), scaled(DOT_RADIUS), scaled(DOT_RADIUS))
        text = f"warned at step {format_count(finding.step)}"
        painter.setFont(ui_font(11))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 2
        limit = self._y(area, self._scale.share(evidence.threshold))
        threshold = np.array([[area.left(), limit], [area.right(), limit]])
        bounds = (area.left(), area.top(), area.right(), area.bottom())
        left, top, _, _ = free_box(
            (x, y), (width, scaled(14)), bounds, [line, threshold], themes.font_scale
        )
        painter.setPen(theme.text2)
        painter.drawText(QRectF(left, top, width, scaled(14)), LEFT, text)

    def _line(self, area: QRectF, history: History) -> NDArray[np.float64]:
        """Return the points (n, 2) of the line, no more than there are pixels to tell apart."""
        kept = np.isfinite(history.values)
        xs = history.steps[kept] / self._last_step()
        columns = max(1, int(area.width() / PIXELS_PER_COLUMN))
        x, y = thin(xs, self._scale.shares(history.values[kept]), columns)
        return np.column_stack((area.left() + x * area.width(), area.bottom() - y * area.height()))

    def _last_step(self) -> float:
        ends = [self._history.steps[-1]] if self._history and len(self._history.steps) else []
        return float(max([1, self._now, *ends]))

    def _y(self, area: QRectF, share: float) -> float:
        return area.bottom() - share * area.height()
