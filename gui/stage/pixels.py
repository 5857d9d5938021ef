"""Inputs that are a picture: the sample, and beneath it one unit's weights as a picture.

While the op writes the weights' gradient, that is shown in their place. Each pixel can be pointed
at like a number of its own.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from core.explain.reference import Reference
from gui.diagram.names import parameter_name
from gui.diagram.nodes import paint_picture
from gui.diagram.pictures import sample_pixels, weight_pixels
from gui.stage.scene import Scene
from gui.theme import Theme, scaled, ui_font


def paint_pictures(
    painter: QPainter, scene: Scene, theme: Theme, marked: frozenset[Reference]
) -> None:
    """Draw the sample and the weights of the unit that is looked at; ring ``marked`` pixels."""
    stand, act = scene.plan.stand(0), scene.act
    image = act.snapshot.dataset.image_shape
    if stand is None or stand.style != "picture" or image is None:
        return
    dataset, trace = act.snapshot.dataset, act.snapshot.trace
    rect = stand.cards[0]
    if act.value("x") is None:
        painter.setPen(QPen(theme.strong, 1))
        painter.setBrush(theme.raised)
        painter.drawRect(rect)
        painter.setPen(theme.text3)
        painter.setFont(ui_font(12))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "?")
    else:
        raw = dataset.inputs if dataset.raw_inputs is None else dataset.raw_inputs
        pixels = sample_pixels(raw[int(trace.rows[trace.sample])], image, theme)
        is_read = act.role("x") == "input"
        paint_picture(painter, rect, pixels, theme.text if is_read else theme.strong)
    if stand.weights is not None:
        _paint_weights(painter, scene, stand.weights, image, theme)
    for reference in marked:
        ring = _pixel_rect(scene, reference)
        if ring is not None:
            painter.setPen(QPen(theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(ring)


def pixel_at(scene: Scene, point: QPointF) -> Reference | None:
    """Return the input, or the weight of the pictured unit, whose pixel is at ``point``."""
    stand, image = scene.plan.stand(0), scene.plan.wish.image
    if stand is None or stand.style != "picture" or image is None:
        return None
    if stand.cards[0].contains(point):
        return Reference("x", (_pixel_in(stand.cards[0], image, point),))
    if stand.weights is not None and stand.weights.contains(point):
        return Reference("W1", (scene.pictured, _pixel_in(stand.weights, image, point)))
    return None


def _paint_weights(
    painter: QPainter, scene: Scene, rect: QRectF, image: tuple[int, int], theme: Theme
) -> None:
    act = scene.act
    is_gradient = act.op is not None and "dW1" in act.op.writes
    values = act.value("dW1") if is_gradient else act.weights(1)
    if values is None or (is_gradient and not act.has_run):
        return
    edge = theme.accent if is_gradient else theme.strong
    edge = theme.opA if act.role("W1") == "weights" else edge
    paint_picture(painter, rect, weight_pixels(values, (scene.pictured,), image, theme)[0], edge)
    painter.setFont(ui_font(11))
    painter.setPen(theme.text2)
    line = QRectF(rect.left() - 40, rect.bottom() + 3, rect.width() + 80, scaled(16))
    name = parameter_name("W", 1, scene.pictured)
    words = f"∂L/∂{name}" if is_gradient else name
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, f"{words}: {values.shape[1]} numbers")


def _pixel_in(rect: QRectF, image: tuple[int, int], point: QPointF) -> int:
    rows, columns = image
    row = min(rows - 1, int((point.y() - rect.top()) / rect.height() * rows))
    column = min(columns - 1, int((point.x() - rect.left()) / rect.width() * columns))
    return row * columns + column


def _pixel_rect(scene: Scene, reference: Reference) -> QRectF | None:
    stand, image = scene.plan.stand(0), scene.plan.wish.image
    if stand is None or image is None:
        return None
    if reference.name == "x" and reference.index:
        rect = stand.cards[0]
    elif reference.name in ("W1", "dW1") and reference.index[:1] == (scene.pictured,):
        if stand.weights is None or len(reference.index) < 2:
            return None
        rect = stand.weights
    else:
        return None
    rows, columns = image
    row, column = divmod(reference.index[-1], columns)
    width, height = rect.width() / columns, rect.height() / rows
    return QRectF(rect.left() + column * width, rect.top() + row * height, width, height)
