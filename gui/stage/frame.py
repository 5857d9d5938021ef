"""Paints what stands around the cards: layers' names, folds, the way to the loss, words."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from core.training.snapshot import OpInfo, Snapshot
from gui.diagram.names import (
    architecture,
    input_names,
    layer_in_short,
    layer_in_words,
    layer_name,
    output_names,
)
from gui.numbers import counted, format_count
from gui.stage.act import Act
from gui.stage.paint import role_color
from gui.stage.plan import FOOT, HEAD, Fold, Stand
from gui.stage.scene import Scene
from gui.theme import Theme, mix, scaled, ui_font

MOST_LINES = 16
SEPARATOR = " · "
CENTER = Qt.AlignmentFlag.AlignCenter
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
    "running": ("", "the running statistics follow"),
    "batch": ("right", "a batch comes in"),
    "gradient": ("", "the loss is looked at with other parameters"),
    # Of a layer that learns from its own loss.
    "own loss": ("", "the layer's goodness meets its threshold"),
    "own gradient": ("", "the layer learns by itself"),
}


def paint_heads(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Write the layers' names and activations over the columns."""
    snapshot = scene.act.snapshot
    at_hand = set(scene.plan.wish.at_hand) if scene.act.op is not None else set()
    for slot in scene.plan.slots:
        if isinstance(slot, Fold):
            continue
        second = ""
        if slot.layer:
            layer = snapshot.spec.network.layers[slot.layer - 1]
            second = _fitting(
                (layer_in_words(layer), layer_in_short(layer)), head_rect(slot).width()
            )
        name = head_name(snapshot, slot.layer)
        _paint_head(painter, head_rect(slot), name, second, slot.layer in at_hand, theme)
    rect = QRectF(scene.plan.loss.center().x() - 70, 4, 140, scaled(HEAD - 8))
    is_lit = scene.act.phase == "loss" and scene.act.op is not None
    _paint_head(painter, rect, "Loss", LOSSES[snapshot.spec.training.loss], is_lit, theme)


def head_name(snapshot: Snapshot, layer: int) -> str:
    """Return a layer's name; the only hidden one needs no number."""
    count = snapshot.layout.layer_count
    return "Hidden" if count == 2 and layer == 1 else layer_name(layer, count)


def head_rect(slot: Stand) -> QRectF:
    """Return the area of a layer's head, which opens and closes the layer."""
    middle = (slot.left + slot.right) / 2
    width = max(slot.right - slot.left + scaled(40), scaled(90))
    return QRectF(middle - width / 2, 4, width, scaled(HEAD - 8))


def _fitting(texts: tuple[str, ...], room: float) -> str:
    """Return the first of ``texts`` that fits ``room``, else the last."""
    metrics = QFontMetricsF(ui_font(11))
    return next((text for text in texts if metrics.horizontalAdvance(text) <= room), texts[-1])


def opener_center(slot: Stand, name: str) -> QPointF:
    """Return where the button stands that opens and closes a layer: beside its name."""
    rect = head_rect(slot)
    half = QFontMetricsF(ui_font(12, 600)).horizontalAdvance(name) / 2
    return QPointF(rect.center().x() + half + scaled(11), rect.top() + rect.height() / 4)


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


def paint_folds(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Draw folded layers as narrow columns, joined to their neighbours by neutral lines."""
    slots = scene.plan.slots
    count = scene.act.snapshot.layout.layer_count
    for index, slot in enumerate(slots):
        if not isinstance(slot, Fold):
            continue
        painter.setPen(QPen(mix(theme.panel, theme.text2, 0.35), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if index:
            for y in _levels(slots[index - 1], slot):
                _paint_curve(painter, _right(slots[index - 1]), y, slot.rect.left(), y)
        after = slots[index + 1] if index + 1 < len(slots) else None
        if after is not None:
            for y in _levels(after, slot):
                _paint_curve(painter, slot.rect.right(), y, _left(after), y)
        else:
            loss = scene.plan.loss
            y = loss.center().y()
            _paint_curve(painter, slot.rect.right(), y, loss.left(), y)
        painter.setPen(QPen(theme.strong, 1, Qt.PenStyle.DashLine))
        painter.setBrush(mix(theme.panel, theme.raised, 0.6))
        painter.drawRoundedRect(slot.rect, scaled(7), scaled(7))
        painter.save()
        painter.translate(slot.rect.center())
        painter.rotate(-90)
        painter.setFont(ui_font(11))
        painter.setPen(theme.text2)
        box = QRectF(-slot.rect.height() / 2, -10, slot.rect.height(), 20)
        painter.drawText(box, CENTER, fold_name(slot, count))
        painter.restore()


def fold_name(fold: Fold, count: int) -> str:
    """Return which layers are folded, such as ``Hidden 4…7``."""
    first, last = layer_name(fold.first, count), layer_name(fold.last, count)
    if fold.first == fold.last:
        return first
    if first.startswith("Hidden") and last.startswith("Hidden"):
        return f"{first}…{fold.last}"
    return f"{first} … {last}"


def _levels(slot: Stand | Fold, fold: Fold) -> list[float]:
    """Return the heights at which lines run between a column and a folded one."""
    if isinstance(slot, Fold):
        return [fold.rect.center().y()]
    return slot.levels()[:MOST_LINES]


def _paint_curve(painter: QPainter, x0: float, y0: float, x1: float, y1: float) -> None:
    if abs(y1 - y0) < 0.5:
        painter.drawLine(QLineF(x0, y0, x1, y1))
        return
    path = QPainterPath(QPointF(x0, y0))
    bend = 0.45 * (x1 - x0)
    path.cubicTo(QPointF(x0 + bend, y0), QPointF(x1 - bend, y1), QPointF(x1, y1))
    painter.drawPath(path)


def _left(slot: Stand | Fold) -> float:
    return slot.rect.left() if isinstance(slot, Fold) else slot.left


def _right(slot: Stand | Fold) -> float:
    return slot.rect.right() if isinstance(slot, Fold) else slot.right


def is_meeting_the_target(act: Act) -> bool:
    """Return whether the op compares outputs with targets: in the loss or in its derivative."""
    return act.op is not None and "y" in act.op.reads


def paint_to_loss(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Draw the way from the outputs to the loss, and under it the class that was right."""
    act, loss = scene.act, scene.plan.loss
    stand = scene.plan.stand(act.snapshot.layout.layer_count)
    is_lit = is_meeting_the_target(act)
    color = role_color("written", theme) if is_lit else mix(theme.panel, theme.text2, 0.4)
    painter.setPen(QPen(color, 2 if is_lit else 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if stand is not None:
        for level in stand.levels()[:MOST_LINES]:
            _paint_curve(painter, stand.right, level, loss.left(), loss.center().y())
    painter.setFont(ui_font(11))
    painter.setPen(theme.text2)
    room = QRectF(loss.left() - 40, loss.bottom() + 4, loss.width() + 80, scaled(18))
    seen = int(2 * min(scene.plan.wish.width - room.center().x(), room.width() / 2))
    words = painter.fontMetrics().elidedText(class_words(act), Qt.TextElideMode.ElideMiddle, seen)
    painter.drawText(room, CENTER, words)


def class_words(act: Act) -> str:
    """Return which of several classes is the right one, as far as that is known."""
    y = act.value("y")
    if act.snapshot.task != "classification" or act.snapshot.layout.widths[-1] == 1:
        return ""
    return "y: ?" if y is None else f"y: {output_names(act.snapshot)[int(y.argmax())]}"


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


def _direction(act: Act, op: OpInfo) -> str:
    """Return under which of ``DIRECTIONS`` the words for ``op`` stand."""
    is_hidden = 0 < op.layer < act.snapshot.layout.layer_count
    if act.is_local and is_hidden and op.phase in ("loss", "backward"):
        return "own loss" if op.phase == "loss" else "own gradient"
    return op.name if op.name in DIRECTIONS else op.phase


def paint_foot(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Write which way the numbers go, and what is not shown."""
    wish = scene.plan.wish
    top = wish.height - scaled(FOOT) + 8
    room = QRectF(scaled(16), top, wish.width - scaled(32), scaled(20))
    middle, used = room.center(), 0.0
    notes = not_shown(scene)
    first_note = QFontMetricsF(ui_font(11)).horizontalAdvance(notes[0]) if notes else 0.0
    if scene.act.op is not None:
        arrow, words = DIRECTIONS[_direction(scene.act, scene.act.op)]
        painter.setFont(ui_font(11, 600))
        painter.setPen(theme.text2)
        text_width = painter.fontMetrics().horizontalAdvance(words)
        length = scaled(38) if arrow else 0
        used = text_width + length + scaled(10)
        left = middle.x() - used / 2
        if first_note > room.width() / 2 - used / 2 - scaled(16):
            left = room.left()
        painter.drawText(QPointF(left + length + scaled(10), middle.y() + 4), words)
        if arrow:
            _paint_long_arrow(painter, left, middle.y(), length, arrow, theme)
    painter.setFont(ui_font(11))
    painter.setPen(theme.text3)
    metrics = painter.fontMetrics()
    free = max(room.width() / 2 - used / 2 - scaled(16), first_note)
    while metrics.horizontalAdvance(SEPARATOR.join(notes)) > free and len(notes) > 1:
        notes.pop()
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, right, SEPARATOR.join(notes))


def _paint_long_arrow(
    painter: QPainter, left: float, y: float, length: float, direction: str, theme: Theme
) -> None:
    painter.setPen(QPen(theme.text2, 1.5))
    right = left + length
    painter.drawLine(QLineF(left, y, right, y))
    tip, back = (right, -6) if direction == "right" else (left, 6)
    painter.drawLine(QLineF(tip, y, tip + back, y - 4))
    painter.drawLine(QLineF(tip, y, tip + back, y + 4))


def not_shown(scene: Scene) -> list[str]:
    """Return whose gradient it is, and which edges are not drawn or have no number."""
    act, wish = scene.act, scene.plan.wish
    bundles = [gap for gap in scene.gaps if gap.is_bundle]
    drawn = sum(1 for wire in scene.wires if not wire.gap.is_bundle)
    total = sum(gap.total for gap in scene.gaps if not gap.is_bundle)
    parts = []
    samples = len(act.snapshot.trace.rows)
    if act.op is not None and samples > 1 and any(n[:2] == "dW" for n in act.op.writes):
        parts.append(f"∂ of all {format_count(samples)} samples")
    if drawn < total:
        parts.append(f"{format_count(drawn)} strongest of {counted(total, 'edge')}")
    elif scene.unlabelled:
        parts.append("point at a unit for the numbers of its edges")
    if bundles and drawn == total:
        parts.append(f"each line from the picture: {format_count(wish.widths[0])} weights")
    if act.op is not None and act.phase != "update" and not act.snapshot.trace.holds_start:
        parts.append("weights as they are now")
    return parts


def facts_of(snapshot: Snapshot) -> list[str]:
    """Return which network and which step is on the stage, and the same in fewer words."""
    step = f"step {format_count(snapshot.trace.step)}"
    name = snapshot.spec.name or snapshot.dataset.name
    layers = architecture(snapshot)
    # A name such as "Ten sigmoid layers" may have become untrue with the first change.
    named = [] if snapshot.undo else [f"{layers} · {name} · {step}"]
    return [*named, f"{layers} · {step}", step, ""]
