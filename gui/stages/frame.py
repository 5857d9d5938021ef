"""Paints what stands around the cards: layers' names, folds, the way to the loss, words."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from core.training.snapshot import Snapshot
from gui.diagram.names import (
    activation_name,
    input_names,
    layer_name,
    output_names,
)
from gui.icons import icon_pixmap
from gui.numbers import counted, format_count, format_value
from gui.stages.act import Act
from gui.stages.paint import role_color
from gui.stages.plan import FOOT, HEAD, Fold, Stand
from gui.stages.scene import Scene
from gui.theme import Theme, mix, scaled, ui_font

CENTER = Qt.AlignmentFlag.AlignCenter
MOST_NEUTRAL = 16
LOSSES = {
    "mean_squared_error": "(a − y)²",
    "half_squared_error": "½ (a − y)²",
    "binary_cross_entropy": "cross-entropy",
    "cross_entropy": "cross-entropy",
}
DIRECTIONS = {
    "forward": ("right", "answers travel forward"),
    "loss": ("right", "the answer meets the target"),
    "backward": ("left", "error travels back"),
    "update": ("", "every weight takes its step"),
    "batch": ("right", "a batch comes in"),
}


def paint_heads(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Write the layers' names and activations over the columns."""
    snapshot = scene.act.snapshot
    at_hand = set(scene.plan.wish.at_hand) if scene.act.op is not None else set()
    count = snapshot.layout.layer_count
    for slot in scene.plan.slots:
        if isinstance(slot, Fold):
            continue
        rect = _head(slot)
        second = ""
        if slot.layer:
            second = activation_name(snapshot.spec.network.layers[slot.layer - 1].activation)
        name = layer_name(slot.layer, count)
        name = "Hidden" if count == 2 and slot.layer == 1 else name
        _paint_head(painter, rect, name, second, slot.layer in at_hand, theme)
        if slot.layer:
            _paint_opener(painter, rect, name, slot.style == "open", theme)
    rect = QRectF(scene.plan.loss.center().x() - 70, 4, 140, scaled(HEAD - 8))
    is_lit = scene.act.phase == "loss" and scene.act.op is not None
    _paint_head(painter, rect, "Loss", LOSSES[snapshot.spec.training.loss], is_lit, theme)


def head_rect(slot: Stand) -> QRectF:
    """Return the area of a layer's head, which opens and closes the layer."""
    return _head(slot)


def _head(slot: Stand) -> QRectF:
    middle = (slot.left + slot.right) / 2
    width = max(slot.right - slot.left, scaled(90))
    return QRectF(middle - width / 2, 4, width, scaled(HEAD - 8))


def _paint_head(
    painter: QPainter, rect: QRectF, name: str, second: str, is_lit: bool, theme: Theme
) -> None:
    half = rect.height() / 2
    painter.setFont(ui_font(12, 600))
    painter.setPen(theme.text if is_lit else theme.text2)
    painter.drawText(rect.adjusted(0, 0, 0, -half), CENTER, name)
    painter.setFont(ui_font(11))
    painter.setPen(theme.text2 if is_lit else theme.text3)
    painter.drawText(rect.adjusted(0, half - 4, 0, -2), CENTER, second)


def _paint_opener(painter: QPainter, rect: QRectF, name: str, is_open: bool, theme: Theme) -> None:
    """Draw the plus or minus beside a layer's name: its head opens and closes it."""
    width = QFontMetricsF(ui_font(12, 600)).horizontalAdvance(name)
    side = scaled(12)
    left = rect.center().x() + width / 2 + scaled(5)
    top = rect.top() + rect.height() / 4 - side / 2
    pixmap = icon_pixmap("minus" if is_open else "plus", theme.text3, side)
    painter.drawPixmap(QPointF(left, top), pixmap)


def paint_folds(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Draw folded layers as narrow columns, joined to their neighbours by a neutral line."""
    slots = scene.plan.slots
    count = scene.act.snapshot.layout.layer_count
    for index, slot in enumerate(slots):
        if not isinstance(slot, Fold):
            continue
        painter.setPen(QPen(mix(theme.panel, theme.text2, 0.4), 1.3))
        middle = slot.rect.center().y()
        if index:
            _fan(painter, slots[index - 1], QPointF(slot.rect.left(), middle), from_right=True)
        if index + 1 < len(slots):
            _fan(painter, slots[index + 1], QPointF(slot.rect.right(), middle), from_right=False)
        painter.setPen(QPen(theme.strong, 1, Qt.PenStyle.DashLine))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(slot.rect, scaled(7), scaled(7))
        first, last = layer_name(slot.first, count), layer_name(slot.last, count)
        if first.startswith("Hidden") and last.startswith("Hidden"):
            last = last.removeprefix("Hidden ")
        name = f"{first}, folded" if slot.first == slot.last else f"{first} to {last}, folded"
        painter.save()
        painter.translate(slot.rect.center())
        painter.rotate(-90)
        painter.setFont(ui_font(11))
        painter.setPen(theme.text2)
        box = QRectF(-slot.rect.height() / 2, -10, slot.rect.height(), 20)
        painter.drawText(box, CENTER, name)
        painter.restore()


def _fan(painter: QPainter, slot: Stand | Fold, end: QPointF, *, from_right: bool) -> None:
    """Draw the neutral lines between a fold and the cards beside it."""
    if isinstance(slot, Stand):
        for card in slot.cards[:MOST_NEUTRAL]:
            side = card.right() if from_right else card.left()
            painter.drawLine(QLineF(QPointF(side, card.center().y()), end))


def paint_to_loss(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Draw the way from the outputs to the loss, and the target under it."""
    act, loss = scene.act, scene.plan.loss
    last = act.snapshot.layout.layer_count
    stand = scene.plan.stand(last)
    op = act.op
    is_lit = op is not None and ("loss" in op.writes or f"da{last}" in op.writes)
    color = role_color("written", theme) if is_lit else mix(theme.panel, theme.text2, 0.4)
    painter.setPen(QPen(color, 2 if is_lit else 1.3))
    if stand is not None:
        for card in stand.cards[:MOST_NEUTRAL]:
            start = QPointF(stand.right, card.center().y())
            painter.drawLine(QLineF(start, QPointF(loss.left(), loss.center().y())))
    painter.setFont(ui_font(11))
    painter.setPen(theme.text2)
    room = QRectF(loss.left() - 40, loss.bottom() + 4, loss.width() + 80, scaled(18))
    painter.drawText(room, CENTER, target_words(act))


def target_words(act: Act) -> str:
    """Return the target of the sample in view in a few words."""
    y = act.value("y")
    if y is None:
        return "y = ?"
    if y.size == 1:
        return f"y = {format_value(float(y[0])).rstrip('0').rstrip('.')}" if y[0] else "y = 0"
    if act.snapshot.task == "classification":
        return f"y: {output_names(act.snapshot)[int(y.argmax())]}"
    return f"{y.size} targets"


def paint_input_names(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Write the inputs' names beside their boxes."""
    stand = scene.plan.stand(0)
    names = input_names(scene.act.snapshot)
    if stand is None or stand.style == "picture" or not names:
        return
    painter.setFont(ui_font(12))
    painter.setPen(theme.text2)
    metrics = painter.fontMetrics()
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for unit, card in zip(stand.units, stand.cards, strict=True):
        room = QRectF(2, card.top(), card.left() - 8, card.height())
        name = names[unit]
        if metrics.horizontalAdvance(name) > room.width():
            room = QRectF(card.left() - scaled(16), card.top() - scaled(16), 120, scaled(14))
            painter.setFont(ui_font(11))
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, left, words)
            continue
        painter.drawText(room, right, name)


def paint_pills(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Draw how many units of a layer are not shown."""
    painter.setFont(ui_font(11))
    for slot in scene.plan.slots:
        if isinstance(slot, Stand) and slot.pill is not None:
            painter.setPen(QPen(theme.strong, 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(slot.pill, scaled(6), scaled(6))
            painter.setPen(theme.text2)
            painter.drawText(slot.pill, CENTER, f"{format_count(slot.hidden)} more")


def paint_foot(painter: QPainter, scene: Scene, theme: Theme, width: float) -> None:
    """Write which way the numbers go, and what is not shown."""
    wish = scene.plan.wish
    top = wish.height - scaled(FOOT) + 8
    room = QRectF(scaled(16), top, width - scaled(32), scaled(20))
    if scene.act.op is not None:
        arrow, words = DIRECTIONS[scene.act.phase]
        painter.setFont(ui_font(11, 600))
        painter.setPen(theme.text2)
        text_width = painter.fontMetrics().horizontalAdvance(words)
        length = scaled(38) if arrow else 0
        left = room.center().x() - (text_width + length + scaled(10)) / 2
        painter.drawText(QPointF(left + length + scaled(10), room.center().y() + 4), words)
        if arrow:
            _paint_long_arrow(painter, left, room.center().y(), length, arrow, theme)
    painter.setFont(ui_font(11))
    painter.setPen(theme.text3)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, right, not_shown(scene))


def _paint_long_arrow(
    painter: QPainter, left: float, y: float, length: float, direction: str, theme: Theme
) -> None:
    painter.setPen(QPen(theme.text2, 1.5))
    right = left + length
    painter.drawLine(QLineF(left, y, right, y))
    tip, back = (right, -6) if direction == "right" else (left, 6)
    painter.drawLine(QLineF(tip, y, tip + back, y - 4))
    painter.drawLine(QLineF(tip, y, tip + back, y + 4))


def not_shown(scene: Scene) -> str:
    """Return in words which edges are not drawn, or have no number."""
    drawn, total = len(scene.wires), sum(gap.total for gap in scene.gaps)
    if any(gap.is_bundle for gap in scene.gaps):
        return "point at a unit for its weights"
    if drawn < total:
        return f"{format_count(drawn)} strongest of {counted(total, 'edge')}"
    return "point at a unit for the numbers of its edges" if scene.unlabelled else ""


def facts_of(snapshot: Snapshot) -> str:
    """Return which step is on the stage."""
    trace = snapshot.trace
    name = snapshot.spec.name or snapshot.dataset.name
    return f"{name} · step {format_count(trace.step)}"
