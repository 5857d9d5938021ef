"""What is drawn below and above the curves of the loss plot: grid, ticks, lines, words, read-out.

Both are items of the plot's scene. They paint what a ``Decor`` says and decide nothing; the lower
one is kept as a picture, since it changes only when a range moves or a setting changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.loss.axes import Tick
from gui.loss.reading import Reading
from gui.loss.words import LINE_HEIGHT, words_of
from gui.theme import current_theme, mix, scaled, ui_font
from gui.widgets.painting import paint_focus_ring, paint_frame

TRIAL_WORD = "trial"
PART_WORDS = "zoomed in: double-click shows all"


@dataclass(frozen=True, slots=True)
class Decor:
    """All that is drawn beside the curves; positions are shares of ``area``'s sides.

    Attributes:
        size: of the whole plot.
        area: within the axes.
        step_ticks, loss_ticks: where and what.
        marks: changes of settings: where and what.
        guessing: where the best constant's loss lies, that loss, and whether its words go below the
            line since the curves end above it; or None.
        points: curves of a single value: where, and the token of the colour.
        trial: where the curve of a trial ends and whether it falls there, or None.
        message: one line for an empty plot.
        reading: what is read at the pointer, or None.
        unit: the name of what is counted along the axis of steps.
        frame: what a drag has framed: two corners, or None.
        is_part: whether less than the whole run is on show.
        focused: whether the keyboard is with the plot.
    """

    size: QRectF
    area: QRectF
    step_ticks: Sequence[Tick] = ()
    loss_ticks: Sequence[Tick] = ()
    marks: Sequence[Tick] = ()
    guessing: tuple[float, float, bool] | None = None
    points: Sequence[tuple[float, float, str]] = ()
    trial: tuple[float, float, bool] | None = None
    message: str = ""
    reading: Reading | None = None
    unit: str = "step"
    frame: tuple[tuple[float, float], tuple[float, float]] | None = None
    is_part: bool = False
    focused: bool = False

    def x(self, share: float) -> float:
        """Return the pixel of a share of the step axis."""
        return self.area.left() + share * self.area.width()

    def y(self, share: float) -> float:
        """Return the pixel of a share of the loss axis."""
        return self.area.bottom() - share * self.area.height()

    def below(self) -> Decor:
        """Return the part that lies below the curves, to tell whether that has changed."""
        return replace(
            self,
            points=(),
            trial=None,
            message="",
            reading=None,
            frame=None,
            is_part=False,
            focused=False,
        )


class DecorItem(QGraphicsItem):
    """An item that paints one side of a ``Decor``."""

    def __init__(self, *, below: bool) -> None:
        """Paint nothing yet, ``below`` the curves or above them."""
        super().__init__()
        self._below = below
        self._decor: Decor | None = None
        self.setZValue(-100 if below else 100)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.keep(below)

    def keep(self, keeps: bool) -> None:
        """Keep what was painted as a picture, or paint it each time."""
        mode = QGraphicsItem.CacheMode
        self.setCacheMode(mode.DeviceCoordinateCache if keeps else mode.NoCache)

    def show_decor(self, decor: Decor) -> None:
        """Paint ``decor`` from now on, if this side of it has changed."""
        old = self._decor
        if old is not None and (old.below() == decor.below() if self._below else old == decor):
            return
        if old is None or old.size != decor.size:
            self.prepareGeometryChange()
        self._decor = decor
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the whole plot."""
        return QRectF() if self._decor is None else self._decor.size

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Paint the one side or the other."""
        if self._decor is None:
            return
        if self._below:
            _paint_grid(painter, self._decor)
            _paint_lines(painter, self._decor)
        else:
            _paint_words(painter, self._decor)
            _paint_trial(painter, self._decor)
            _paint_view(painter, self._decor)
            _paint_points(painter, self._decor)
            if self._decor.message:
                _paint_message(painter, self._decor)
            if self._decor.focused:
                paint_focus_ring(painter, self._decor.size, scaled(5))


def _paint_grid(painter: QPainter, decor: Decor) -> None:
    theme, area = current_theme(), decor.area
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.grid, 1))
    painter.drawLines(
        [QLineF(area.left(), decor.y(s), area.right(), decor.y(s)) for s, _ in decor.loss_ticks]
    )
    painter.drawLines(
        [
            QLineF(decor.x(s), area.bottom(), decor.x(s), area.bottom() + 3)
            for s, _ in decor.step_ticks
        ]
    )
    painter.setPen(QPen(theme.line, 1))
    painter.drawLine(QLineF(area.topLeft(), area.bottomLeft()))
    painter.drawLine(QLineF(area.bottomLeft(), area.bottomRight()))
    painter.setPen(theme.text2)
    painter.setFont(ui_font(11))
    height, gap = scaled(LINE_HEIGHT), scaled(6)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for share, text in decor.loss_ticks:
        box = QRectF(0, decor.y(share) - height / 2, area.left() - gap, height)
        painter.drawText(box, right, text)
    metrics = QFontMetricsF(ui_font(11))
    # Named where an axis never has a tick: at its start.
    unit = QRectF(scaled(8), area.bottom() + scaled(5), decor.size.width(), height)
    painter.setPen(theme.text3)
    painter.drawText(unit, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, decor.unit)
    painter.setPen(theme.text2)
    free_from = unit.left() + metrics.horizontalAdvance(decor.unit) + gap
    for share, text in decor.step_ticks:
        width = metrics.horizontalAdvance(text)
        left = min(decor.x(share) - width / 2, decor.size.right() - width - 2)
        if left < free_from:
            continue
        box = QRectF(left, area.bottom() + scaled(5), width + 1, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_lines(painter: QPainter, decor: Decor) -> None:
    theme, area = current_theme(), decor.area
    painter.setPen(_pattern(theme.text3, (1, 2)))
    for share, _ in decor.marks:
        if 0 <= share <= 1:
            painter.drawLine(QLineF(decor.x(share), area.top(), decor.x(share), area.bottom()))
    if decor.guessing is not None:
        painter.setPen(_pattern(theme.text3, (5, 4)))
        height = decor.y(decor.guessing[0])
        painter.drawLine(QLineF(area.left(), height, area.right(), height))


def _paint_words(painter: QPainter, decor: Decor) -> None:
    """Write beside each dotted line what was changed, and what guessing would lose."""
    painter.setFont(ui_font(11))
    for box, text in words_of(decor, QFontMetricsF(ui_font(11))):
        _write(painter, box, text)


def _paint_trial(painter: QPainter, decor: Decor) -> None:
    """Name the curve of a trial at its end, on the side of it that is free."""
    if decor.trial is None or not all(0 <= share <= 1 for share in decor.trial[:2]):
        return
    theme, area = current_theme(), decor.area
    painter.setFont(ui_font(11, 600))
    width = QFontMetricsF(painter.font()).horizontalAdvance(TRIAL_WORD)
    end, height = QPointF(decor.x(decor.trial[0]), decor.y(decor.trial[1])), scaled(LINE_HEIGHT)
    left, top = end.x() + scaled(6), end.y() - height / 2
    if left + width > area.right():
        left = max(area.left(), area.right() - width)
        top = end.y() + (scaled(3) if decor.trial[2] else -height - scaled(3))
    top = min(max(top, area.top()), area.bottom() - height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.panel, 1.5))
    painter.setBrush(theme.ok)
    painter.drawEllipse(end, scaled(2.5), scaled(2.5))
    _write(painter, QRectF(left, top, width + 1, height), TRIAL_WORD, theme.ok)


def _paint_view(painter: QPainter, decor: Decor) -> None:
    """Say that this is not all, and show what a drag has framed."""
    area = decor.area
    if decor.is_part and decor.reading is None:
        painter.setFont(ui_font(11))
        width = QFontMetricsF(painter.font()).horizontalAdvance(PART_WORDS)
        height = scaled(LINE_HEIGHT)
        box = QRectF(area.right() - width - 4, area.bottom() - height - 2, width + 1, height)
        _write(painter, box, PART_WORDS, current_theme().text3)
    if decor.frame is not None:
        (x0, y0), (x1, y1) = decor.frame
        start, end = QPointF(decor.x(x0), decor.y(y0)), QPointF(decor.x(x1), decor.y(y1))
        fill = QColor(current_theme().accent)
        fill.setAlphaF(0.12)
        painter.setPen(QPen(current_theme().accent, 1))
        painter.setBrush(fill)
        painter.drawRect(QRectF(start, end).normalized())


def _write(painter: QPainter, box: QRectF, text: str, color: QColor | None = None) -> None:
    theme = current_theme()
    ground = QColor(theme.panel)
    ground.setAlphaF(0.8)
    painter.fillRect(box.adjusted(-2, 1, 2, -1), ground)
    painter.setPen(color or theme.text2)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_points(painter: QPainter, decor: Decor) -> None:
    theme, reading = current_theme(), decor.reading
    if reading is not None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(theme.text3, 1))
        x = decor.x(reading.share)
        painter.drawLine(QLineF(x, decor.area.top(), x, decor.area.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for points, radius in ((decor.points, 2.5), (reading.points if reading else (), 3.5)):
        for across, up, token in points:
            if not (0 <= across <= 1 and 0 <= up <= 1):
                continue
            painter.setPen(QPen(theme.panel, 1.5))
            painter.setBrush(theme.color(token))
            size = scaled(radius)
            painter.drawEllipse(QPointF(decor.x(across), decor.y(up)), size, size)
    if reading is not None:
        _paint_reading(painter, decor, reading)


def _paint_reading(painter: QPainter, decor: Decor, reading: Reading) -> None:
    theme = current_theme()
    strong, plain = ui_font(12, 600), ui_font(12)
    metrics = QFontMetricsF(plain)
    pad, height, gap = scaled(8), scaled(18), scaled(14)
    widths = [metrics.horizontalAdvance(name + number) + gap for name, number in reading.lines]
    width = max([QFontMetricsF(strong).horizontalAdvance(reading.title), *widths]) + 2 * pad
    x = decor.x(reading.share)
    left = x + gap if x + gap + width <= decor.area.right() else x - gap - width
    left = max(left, decor.area.left())
    tall = height * (1 + len(reading.lines)) + pad
    card = QRectF(left, decor.area.top() + 2, width, tall)
    paint_frame(painter, card, scaled(6), theme.raised, mix(theme.raised, theme.strong, 0.8))
    row = QRectF(left + pad, card.top() + pad / 2, width - 2 * pad, height)
    painter.setPen(theme.text)
    painter.setFont(strong)
    painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, reading.title)
    painter.setFont(plain)
    for name, number in reading.lines:
        row.translate(0, height)
        painter.setPen(theme.text2)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(theme.text)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number)


def _paint_message(painter: QPainter, decor: Decor) -> None:
    theme = current_theme()
    centered = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.setFont(ui_font(12))
    box = painter.boundingRect(decor.area, centered, decor.message)
    painter.fillRect(box.adjusted(-6, -2, 6, 2), theme.panel)
    painter.setPen(theme.text3)
    painter.drawText(decor.area, centered, decor.message)


def _pattern(color: QColor, pattern: tuple[float, float]) -> QPen:
    pen = QPen(color, 1)
    pen.setDashPattern(pattern)
    return pen
