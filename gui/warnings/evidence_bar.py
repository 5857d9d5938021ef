"""A bar that shows a measured value against the threshold that it has crossed.

The side that alarms is tinted; both values are written above their marks, so that nothing has to
be read off the axis.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.diagnosis.findings import Evidence, Severity
from gui.findings import SEVERITY_TOKENS
from gui.theme import current_theme, mix, scaled, ui_font
from gui.warnings import words
from gui.warnings.scale import EvidenceScale, evidence_scale

LABEL, GAP, BAR, TICKS = 16, 5, 8, 16
DOT_RADIUS = 6
TINT = 0.4
MOST_TICKS = 5
CENTER = Qt.AlignmentFlag.AlignCenter


class EvidenceBar(QWidget):
    """Measured value and threshold on one axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._evidence: Evidence | None = None
        self._token = "warn"
        self._scale = EvidenceScale(False, 0.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Measured value against threshold")

    def show_evidence(self, evidence: Evidence, severity: Severity) -> None:
        """Show the numbers of ``evidence``."""
        self._evidence = evidence
        self._token = SEVERITY_TOKENS[severity]
        self._scale = evidence_scale((evidence.value, evidence.threshold), log=evidence.is_log)
        sentence = words.comparison(evidence)
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for labels, bar and axis."""
        return QSize(scaled(200), scaled(LABEL + GAP + BAR + TICKS))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which both labels can still stand beside each other."""
        return self.sizeHint()

    def label_boxes(self) -> tuple[QRectF, QRectF]:
        """Return where "measured" and "threshold" are written; they never overlap."""
        evidence = self._evidence
        assert evidence is not None
        texts = (words.measured(evidence), words.threshold(evidence))
        widths = [
            QFontMetricsF(font).horizontalAdvance(text) + 2
            for font, text in zip(_fonts(), texts, strict=True)
        ]
        places = [self._x(evidence.value), self._x(evidence.threshold)]
        lefts = [
            min(max(0.0, place - width / 2), self.width() - width)
            for place, width in zip(places, widths, strict=True)
        ]
        first, second = (0, 1) if places[0] <= places[1] else (1, 0)
        overlap = lefts[first] + widths[first] + scaled(12) - lefts[second]
        if overlap > 0:
            # Apart by halves, as far as the sides let them.
            lefts[first] = max(0.0, lefts[first] - overlap / 2)
            start = lefts[first] + widths[first] + scaled(12)
            lefts[second] = min(start, self.width() - widths[second])
            end = lefts[second] - scaled(12) - widths[first]
            lefts[first] = max(0.0, min(lefts[first], end))
        height = scaled(LABEL)
        return (
            QRectF(lefts[0], 0, widths[0], height),
            QRectF(lefts[1], 0, widths[1], height),
        )

    def _x(self, value: float) -> float:
        """Return the pixel of ``value``; what is no number stands at the end that alarms."""
        share = self._scale.share(value)
        if value != value and self._evidence is not None and not self._evidence.is_high:
            share = 0.0
        margin = scaled(DOT_RADIUS)
        return margin + share * (self.width() - 2 * margin)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar, both marks, their labels and the axis."""
        evidence = self._evidence
        if evidence is None:
            return
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, radius = scaled(LABEL + GAP), scaled(BAR) / 2
        bar = QRectF(0, top, self.width(), scaled(BAR))
        limit, color = self._x(evidence.threshold), theme.color(self._token)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.grid if theme.name == "high_contrast" else theme.strong)
        painter.drawRoundedRect(bar, radius, radius)
        painter.save()
        side = QRectF(bar)
        if evidence.is_high:
            side.setLeft(limit)
        else:
            side.setRight(limit)
        painter.setClipRect(side)
        painter.setBrush(mix(theme.panel, color, TINT))
        painter.drawRoundedRect(bar, radius, radius)
        painter.restore()
        painter.setPen(QPen(theme.text, 1.6))
        painter.drawLine(QLineF(limit, top - scaled(4), limit, bar.bottom() + scaled(4)))
        painter.setPen(QPen(theme.panel, 1.5))
        painter.setBrush(color)
        size = scaled(DOT_RADIUS)
        painter.drawEllipse(QPointF(self._x(evidence.value), bar.center().y()), size, size)
        self._paint_labels(painter, evidence)
        self._paint_ticks(painter, bar.bottom() + scaled(4))

    def _paint_labels(self, painter: QPainter, evidence: Evidence) -> None:
        texts = (words.measured(evidence), words.threshold(evidence))
        painter.setPen(current_theme().text)
        for font, box, text in zip(_fonts(), self.label_boxes(), texts, strict=True):
            painter.setFont(font)
            painter.drawText(box, CENTER, text)

    def _paint_ticks(self, painter: QPainter, top: float) -> None:
        painter.setFont(ui_font(11))
        painter.setPen(current_theme().text2)
        margin = scaled(DOT_RADIUS)
        metrics = QFontMetricsF(painter.font())
        for share, text in self._scale.ticks(MOST_TICKS):
            width = metrics.horizontalAdvance(text) + 2
            x = margin + share * (self.width() - 2 * margin)
            left = min(max(0.0, x - width / 2), self.width() - width)
            painter.drawText(QRectF(left, top, width, scaled(TICKS - 4)), CENTER, text)


def _fonts() -> tuple[QFont, QFont]:
    return ui_font(12, 600), ui_font(12)
