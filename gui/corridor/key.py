"""The key of the corridor's chart: what bands, line and dot stand for, in one row beneath it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui.corridor.geometry import ChartGeometry
from gui.corridor.paint import (
    DASHES,
    DOT_RADIUS,
    LEFT,
    LIGHT_BAND,
    MEDIAN_WIDTH,
    STRONG_BAND,
    THEORY_WIDTH,
)
from gui.theme import Theme, mix, scaled, ui_font

SWATCH, GAP, NEXT = 18, 6, 16


def paint_key(painter: QPainter, geometry: ChartGeometry, lack: str, theme: Theme) -> None:
    """Paint the row of samples with their words; last what is not all written, if it is not.

    ``lack`` says why there is no theory, "" where there is one.
    """
    metrics = QFontMetricsF(ui_font(11))
    painter.setFont(ui_font(11))
    row = geometry.key
    x, middle = row.left(), row.center().y()

    def band(shares: dict[str, float]) -> Callable[[QRectF], None]:
        def paint(room: QRectF) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mix(theme.panel, theme.text2, shares[theme.name]))
            painter.drawRect(room.adjusted(0, -scaled(5), 0, scaled(5)))

        return paint

    def line(room: QRectF) -> None:
        painter.setPen(QPen(theme.text2, MEDIAN_WIDTH))
        painter.drawLine(QLineF(room.left(), middle, room.right(), middle))

    def dot(room: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text)
        painter.drawEllipse(QPointF(room.center().x(), middle), *(scaled(DOT_RADIUS),) * 2)

    def dashes(room: QRectF) -> None:
        pen = QPen(theme.text, THEORY_WIDTH)
        pen.setDashPattern(DASHES)
        painter.setPen(pen)
        painter.drawLine(QLineF(room.left(), middle, room.right(), middle))

    entries: list[tuple[Callable[[QRectF], None] | None, str]] = [
        (band(LIGHT_BAND), "5 to 95 %"),
        (band(STRONG_BAND), "25 to 75 %"),
        (line, "median"),
        (dot, "RMS"),
        (None, lack) if lack else (dashes, "RMS by theory"),
    ]
    if geometry.stride > 1:
        entries.append((None, f"factor of every {_ordinal(geometry.stride)} layer written"))
    for paint, words in entries:
        if paint is not None:
            paint(QRectF(x, middle, scaled(SWATCH), 0))
            x += scaled(SWATCH + GAP)
        painter.setPen(theme.text2)
        painter.drawText(QRectF(x, row.top(), row.right() - x, row.height()), LEFT, words)
        x += metrics.horizontalAdvance(words) + scaled(NEXT)


def _ordinal(number: int) -> str:
    return {2: "2nd", 3: "3rd"}.get(number, f"{number}th")
