"""One k as a picture: the layers that are kept, and how much is held from op to op.

Above a box a layer; below the bytes that the forward pass's values take after every op, beside
those of a pass that keeps all. It draws what it is given and computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from core.explain.checkpointing import AGAIN, FORWARD, CheckpointAccount, Checkpointing
from gui.checkpointing.words import EMPTY, in_words
from gui.diagram.names import short_layer_name
from gui.gradient_ways.words import size
from gui.theme import Theme, current_theme, scaled, ui_font

SMALLEST, USUAL = (640, 230), (860, 290)
LEFT, BOX, APART, FOOT, KEY, HEAD = 64, 26, 26, 20, 20, 18
GAP, WIDEST, RADIUS = 4, 56, 4
SWATCH, NEXT = 18, 16
ALIGN = Qt.AlignmentFlag
KEPT, DROPPED, HELD = "only the output kept", "dropped", "not dropped"


class CheckpointChart(QWidget):
    """The painted pass."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setAccessibleName("Kept layers and memory")
        self._account: CheckpointAccount | None = None
        self._choice: Checkpointing | None = None

    def show_choice(self, account: CheckpointAccount, choice: Checkpointing) -> None:
        """Draw ``choice``, one of those of ``account``."""
        self._account, self._choice = account, choice
        self.setAccessibleDescription(in_words(choice, account))
        self.setToolTip(in_words(choice, account))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size in the window as it opens."""
        return QSize(*map(scaled, USUAL))

    def minimumSizeHint(self) -> QSize:
        """Return the size at which all can be told apart."""
        return QSize(*map(scaled, SMALLEST))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint layers, plot and key."""
        theme, account, choice = current_theme(), self._account, self._choice
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(11))
        if account is None or choice is None:
            painter.setPen(theme.text3)
            painter.drawText(QRectF(self.rect()), ALIGN.AlignCenter, EMPTY)
            return
        left, width, box = scaled(LEFT), self.width() - scaled(LEFT) - 2, scaled(BOX)
        _paint_layers(painter, QRectF(left, 1, width, box), account, choice, theme)
        top = box + scaled(APART)
        height = self.height() - top - scaled(FOOT) - scaled(KEY)
        plot = _Plot(QRectF(left, top, width, height), account, choice)
        plot.paint(painter, theme)
        key = QRectF(left, self.height() - scaled(KEY), width, scaled(KEY))
        _paint_key(painter, key, theme, choice)


def _paint_layers(
    painter: QPainter,
    room: QRectF,
    account: CheckpointAccount,
    choice: Checkpointing,
    theme: Theme,
) -> None:
    count = account.layer_count
    painter.setPen(theme.text2)
    label = QRectF(0, room.top(), room.left() - scaled(8), room.height())
    painter.drawText(label, ALIGN.AlignRight | ALIGN.AlignVCenter, "layers")
    gap = scaled(GAP) if room.width() / count > scaled(12) else 1.0
    step = min((room.width() + gap) / count, scaled(WIDEST + GAP))
    metrics = QFontMetricsF(ui_font(11))
    widest = max(metrics.horizontalAdvance(short_layer_name(n, count)) for n in (count - 1, count))
    is_named = step - gap >= widest + 2
    for n in range(1, count + 1):
        box = QRectF(room.left() + (n - 1) * step, room.top(), step - gap, room.height())
        name = short_layer_name(n, count) if is_named else ""
        _paint_box(painter, box, _state(n, choice), theme, name)


def _state(layer: int, choice: Checkpointing) -> str:
    if layer in choice.kept:
        return KEPT
    return DROPPED if layer in choice.recomputed else HELD


def _paint_box(painter: QPainter, box: QRectF, state: str, theme: Theme, name: str = "") -> None:
    box = box.adjusted(0.5, 0.5, -0.5, -0.5)
    pen = QPen(theme.accent if state == KEPT else theme.text3, 1.0)
    if state == DROPPED:
        pen.setDashPattern((3, 3))
    painter.setPen(pen)
    fills = {KEPT: theme.accent, DROPPED: theme.panel, HELD: theme.hover}
    painter.setBrush(fills[state])
    radius = min(scaled(RADIUS), box.width() / 3)
    painter.drawRoundedRect(box, radius, radius)
    painter.setPen(theme.accent_ink if state == KEPT else theme.text2)
    painter.drawText(box, ALIGN.AlignCenter, name)


class _Plot:
    """Bytes from op to op; the whole height is what a pass takes that keeps all."""

    def __init__(self, area: QRectF, account: CheckpointAccount, choice: Checkpointing) -> None:
        self._area, self._account, self._choice = area, account, choice
        self._whole = account.choice(account.layer_count)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint ground, both courses and their words."""
        area, choice = self._area, self._choice
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.hover)
        for way, first, stop in _stretches(choice.ways):
            if way == AGAIN:
                left, right = self._x(first), self._x(stop)
                painter.drawRect(QRectF(left, area.top(), right - left, area.height()))
        painter.setPen(QPen(theme.grid, 1.0))
        for y in (area.top(), area.bottom()):
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
        back = choice.ways.count(FORWARD)
        painter.drawLine(QLineF(self._x(back), area.top(), self._x(back), area.bottom()))
        self._paint_words(painter, theme, back)
        self._paint_course(
            painter, self._whole.course, QPen(theme.text3, 1.2, Qt.PenStyle.DashLine)
        )
        if choice is not self._whole:
            self._paint_course(painter, choice.course, QPen(theme.accent, 2.0))
        self._paint_peak(painter, theme)

    def _paint_words(self, painter: QPainter, theme: Theme, back: int) -> None:
        area, high = self._area, scaled(HEAD)
        painter.setPen(theme.text3)
        side = ALIGN.AlignRight | ALIGN.AlignVCenter
        for y, words in ((area.top(), size(self._account.byte_count)), (area.bottom(), "0")):
            painter.drawText(QRectF(0, y - high / 2, area.left() - scaled(8), high), side, words)
        for first, stop, words in (
            (0, back, "forward and loss"),
            (back, len(self._choice.course), "back"),
        ):
            room = QRectF(self._x(first), area.bottom(), self._x(stop) - self._x(first), high)
            painter.drawText(room, ALIGN.AlignCenter, words)

    def _paint_course(self, painter: QPainter, course: Sequence[int], pen: QPen) -> None:
        points = [QPointF(self._x(0), self._y(0))]
        for place, held in enumerate(course):
            points += [
                QPointF(self._x(place), self._y(held)),
                QPointF(self._x(place + 1), self._y(held)),
            ]
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))

    def _paint_peak(self, painter: QPainter, theme: Theme) -> None:
        """Mark the worst moment with its bytes."""
        choice = self._choice
        place = choice.course.index(choice.byte_count)
        at = QPointF(self._x(place) + (self._x(1) - self._x(0)) / 2, self._y(choice.byte_count))
        painter.setPen(QPen(theme.panel, 1.0))
        painter.setBrush(theme.text)
        painter.drawEllipse(at, scaled(4), scaled(4))
        words, metrics = size(choice.byte_count), QFontMetricsF(ui_font(12, 600))
        wide, high = metrics.horizontalAdvance(words) + 2, scaled(HEAD)
        left = min(max(at.x() - wide / 2, self._area.left()), self._area.right() - wide)
        room = QRectF(left, at.y() - high - scaled(4), wide, high)
        painter.fillRect(room.adjusted(-2, 2, 2, -2), theme.panel)
        painter.setFont(ui_font(12, 600))
        painter.setPen(theme.text)
        painter.drawText(room, ALIGN.AlignCenter, words)
        painter.setFont(ui_font(11))

    def _x(self, place: float) -> float:
        most = max(len(self._choice.course), len(self._whole.course))
        return self._area.left() + self._area.width() * place / most

    def _y(self, held: float) -> float:
        return self._area.bottom() - self._area.height() * held / self._account.byte_count


def _stretches(ways: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return the runs of equal ``ways`` with their first place and the one behind them."""
    found, first = [], 0
    for way, group in groupby(ways):
        stop = first + sum(1 for _ in group)
        found.append((way, first, stop))
        first = stop
    return found


def _paint_key(painter: QPainter, row: QRectF, theme: Theme, choice: Checkpointing) -> None:
    """Paint what boxes, ground and lines stand for."""
    middle, wide, half = row.center().y(), scaled(SWATCH), scaled(6)
    metrics = QFontMetricsF(ui_font(11))

    def line(pen: QPen) -> Callable[[float], None]:
        def paint(x: float) -> None:
            painter.setPen(pen)
            painter.drawLine(QLineF(x, middle, x + wide, middle))

        return paint

    def box(state: str) -> Callable[[float], None]:
        return lambda x: _paint_box(painter, QRectF(x, middle - half, wide, 2 * half), state, theme)

    def ground(x: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.hover)
        painter.drawRect(QRectF(x, middle - half, wide, 2 * half))

    states = (KEPT, DROPPED, HELD) if choice.kept else (HELD,)
    entries = [(box(state), state) for state in states]
    whole = QPen(theme.text3, 1.2, Qt.PenStyle.DashLine)
    if choice.kept:
        entries += [
            (line(QPen(theme.accent, 2.0)), "held"),
            (ground, "computing again"),
        ]
    entries.append((line(whole), "held without checkpoints"))
    x = row.left()
    for paint, words in entries:
        paint(x)
        x += wide + scaled(6)
        painter.setPen(theme.text2)
        room = QRectF(x, row.top(), row.right() - x, row.height())
        painter.drawText(room, ALIGN.AlignLeft | ALIGN.AlignVCenter, words)
        x += metrics.horizontalAdvance(words) + scaled(NEXT)
