"""What moves while an op is shown: numbers travel along their edges, and new ones fade in.

It shows which way the numbers go and is never needed to read them: everything stands where it
belongs when the motion ends, and at once where there is none.
"""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from gui.stage.act import UNKNOWN, Figure
from gui.stage.frame import is_meeting_the_target
from gui.stage.paint import role_color
from gui.stage.scene import Scene, Wire
from gui.theme import Theme, mix, scaled, ui_font

MILLISECONDS = 180
# Above so many lit edges numbers, and then dots, would be a swarm.
MOST_NUMBERS, MOST_DOTS = 8, 40
FAINTEST = 0.15


def make_motion(widget: QWidget) -> QVariantAnimation:
    """Return a motion from 0 to 1 that belongs to ``widget``."""
    motion = QVariantAnimation(widget)
    motion.setDuration(MILLISECONDS)
    motion.setStartValue(0.0)
    motion.setEndValue(1.0)
    motion.setEasingCurve(QEasingCurve.Type.OutCubic)
    return motion


def fade(share: float) -> float:
    """Return how much of a new number is to be seen at ``share`` of the motion."""
    return FAINTEST + (1 - FAINTEST) * share


def paint_travellers(painter: QPainter, scene: Scene, share: float, theme: Theme) -> None:
    """Draw what travels at ``share`` of its way."""
    is_back = scene.act.phase == "backward"
    lit = [wire for wire in scene.wires if wire.role == "weights"]
    place = 1 - share if is_back else share
    if lit and len(lit) <= MOST_DOTS:
        for wire in lit:
            words = _sent(scene, wire, is_back) if len(lit) <= MOST_NUMBERS else ""
            _paint_traveller(painter, wire.gap.middle(wire.row, place), words, theme)
    elif is_meeting_the_target(scene.act):
        stand = scene.plan.stand(scene.act.snapshot.layout.layer_count)
        loss = scene.plan.loss
        end = QPointF(loss.left(), loss.center().y())
        for level in stand.levels()[:MOST_NUMBERS] if stand is not None else ():
            start = QPointF(stand.right, level) if stand is not None else end
            _paint_traveller(painter, start + (end - start) * place, "", theme)


def _sent(scene: Scene, wire: Wire, is_back: bool) -> str:
    """Return the number that sets out on an edge: the activation, or the error."""
    act, gap = scene.act, wire.gap
    if gap.is_bundle:
        return ""
    unit, source = gap.target.units[wire.row[0]], gap.source.units[wire.row[1]]
    if is_back:
        figure: Figure = act.figure("dz", gap.layer, unit)
    else:
        figure = act.figure("a", gap.layer - 1, source) if gap.layer > 1 else act.input(source)
    return "" if figure.text == UNKNOWN else figure.text


def _paint_traveller(painter: QPainter, point: QPointF, words: str, theme: Theme) -> None:
    color = role_color("written", theme)
    if not words:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(point, scaled(4), scaled(4))
        return
    font = ui_font(11, 600)
    width = QFontMetricsF(font).horizontalAdvance(words) + scaled(10)
    rect = QRectF(point.x() - width / 2, point.y() - scaled(9), width, scaled(18))
    painter.setPen(color)
    painter.setBrush(mix(theme.panel, color, 0.25))
    painter.drawRoundedRect(rect, scaled(9), scaled(9))
    painter.setFont(font)
    painter.setPen(theme.text)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
