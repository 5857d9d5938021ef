"""Draws the way past a layer's weights while an op uses it: from each unit to its own one behind.

Forward the layer's input is added to its answer, backward the error comes back unchanged. At rest
the word under the layer's name says that it has such a way.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from core.step.wiring import wires_of
from gui.stage.act import Act
from gui.stage.paint import role_color
from gui.stage.scene import Scene
from gui.theme import Theme, scaled

WIDTH, HEAD = 2.2, 7
# How far below the top of a card a way begins and ends, and how high it rises above that.
BELOW, RISE = 9, 26


def shortcut_in_use(act: Act) -> int:
    """Return the layer past which the op leads numbers; 0 for none."""
    op, layers = act.op, act.snapshot.spec.network.layers
    wires = wires_of(layers, drops=True)
    for n, layer in enumerate(layers, start=1):
        if op is None or not layer.residual:
            continue
        comes_back = op.name == wires[n - 1].out_gradient and wires[n].out_gradient in op.reads
        if op.name == f"r{n}" or comes_back:
            return n
    return 0


def shortcut_units(scene: Scene) -> list[tuple[QPointF, QPointF]]:
    """Return where the ways in use begin and end, left end first, of the units that are shown."""
    layer = shortcut_in_use(scene.act)
    left, right = (scene.plan.stand(n) for n in (layer - 1, layer)) if layer else (None, None)
    if left is None or right is None or left.style == "picture":
        return []
    drop = scaled(BELOW)
    ways = []
    for unit in left.units:
        before, after = (scene.plan.card(n, unit) for n in (layer - 1, layer))
        if before is not None and after is not None:
            start = QPointF(before.right(), before.top() + drop)
            ways.append((start, QPointF(after.left(), after.top() + drop)))
    return ways


def paint_shortcuts(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Draw the ways in use as arcs with arrow heads."""
    is_back = scene.act.phase == "backward"
    color = role_color("error" if is_back else "input", theme)
    for start, end in shortcut_units(scene):
        bend = 0.4 * (end.x() - start.x())
        lift = QPointF(0, -scaled(RISE))
        path = QPainterPath(start)
        path.cubicTo(start + QPointF(bend, 0) + lift, end - QPointF(bend, 0) + lift, end)
        painter.setPen(QPen(color, WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        tip, side = (start, 1) if is_back else (end, -1)
        size = scaled(HEAD)
        wings = [
            tip + QPointF(side * size, -0.75 * size),
            tip + QPointF(side * 0.9 * size, 0.35 * size),
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([tip, *wings]))
