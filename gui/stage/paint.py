"""Paints a scene: edges first, then cards and numbers, lit where the op reads and writes.

Colours say roles: what is written now in the accent, weights read and error read in the two
operand colours, activations read in the colour of text. Everything else steps back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from core.explain.reference import Reference
from gui.stage.plan import BOX
from gui.stage.scene import BOX_GAP, PADDING, Card, Scene, Spot, Wire
from gui.theme import Theme, mix, scaled, ui_font

STEP_BACK = 0.75
HALO, LIT_WIDTH, RAILS = 10, 2.6, 7.4
# Where along an edge its arrow head may stand.
HEADS = (0.86, 0.92, 0.74, 0.6, 0.5)
# So many lit edges would be one blot: they get thin, and the arrow at the foot says their way.
CROWD = 18
CENTER = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TOKENS = {"written": "accent", "weights": "opA", "error": "opB", "input": "text"}
TINT = 0.16
DROPPED = 6


def role_color(role: str, theme: Theme) -> QColor:
    """Return the colour of a role."""
    return theme.color(TOKENS[role])


def paint_wires(
    painter: QPainter,
    scene: Scene,
    theme: Theme,
    faded: frozenset[int],
    marked: frozenset[Reference],
) -> None:
    """Draw all edges, the lit ones above.

    ``faded`` are places of those that step back more, ``marked`` the weights that are pointed at
    or chosen, whose edges run between rails.
    """
    lit = []
    for index, wire in enumerate(scene.wires):
        if wire.role == "plain" or index in faded:
            _paint_plain(painter, wire, theme, 0.12 if index in faded else None)
        else:
            lit.append(wire)
    crowded = len(lit) > CROWD
    if not crowded:
        for wire in lit:
            color = mix(theme.panel, role_color(wire.role, theme), 0.2)
            _draw(painter, wire, QPen(color, scaled(HALO)), dashed=False)
    for wire in scene.wires:
        if wire.reference in marked:
            _draw(painter, wire, QPen(theme.accent, RAILS), dashed=False)
            _draw(painter, wire, QPen(theme.panel, RAILS - 2.4), dashed=False)
            if wire not in lit:
                _paint_plain(painter, wire, theme, None)
    for wire in lit:
        strength = _strength(wire)
        width = 0.8 + 1.2 * strength if crowded else LIT_WIDTH
        color = role_color(wire.role, theme)
        color = mix(theme.panel, color, 0.3 + 0.6 * strength) if crowded else color
        dashed = wire.value < 0
        _draw(painter, wire, QPen(color, width, c=Qt.PenCapStyle.FlatCap), dashed=dashed)
    if scene.act.op is not None and scene.act.phase in ("forward", "backward"):
        pills = [spot.rect.adjusted(-6, -4, 6, 4) for spot in scene.spots if spot.kind == "pill"]
        for wire in lit:
            if wire.role == "weights" and not crowded:
                _paint_arrow(painter, wire, scene.act.phase == "backward", pills, theme)


def _draw(painter: QPainter, wire: Wire, pen: QPen, *, dashed: bool) -> None:
    painter.setPen(pen)
    painter.drawLines(wire.gap.lines(wire.row, dashed=dashed))


def _paint_plain(painter: QPainter, wire: Wire, theme: Theme, share: float | None) -> None:
    if wire.gap.is_bundle:
        color = mix(theme.panel, theme.text2, share or 0.3)
        _draw(painter, wire, QPen(color, 1.2), dashed=False)
        return
    strength = _strength(wire)
    color = theme.posg if wire.value >= 0 else theme.negg
    color = mix(theme.panel, color, share or 0.18 + 0.37 * strength)
    width = 0.8 + 1.6 * strength
    _draw(painter, wire, QPen(color, width, c=Qt.PenCapStyle.FlatCap), dashed=wire.value < 0)


def _strength(wire: Wire) -> float:
    """Return 0 to 1; what is not finite is strong."""
    share = abs(wire.value) / wire.gap.peak
    return share if share <= 1 else 1.0


def _paint_arrow(
    painter: QPainter, wire: Wire, is_back: bool, pills: Sequence[QRectF], theme: Theme
) -> None:
    """Draw an arrow head near the edge's end, beside its number."""
    shares = [1 - share for share in HEADS] if is_back else HEADS
    free = (s for s in shares if not any(r.contains(wire.gap.middle(wire.row, s)) for r in pills))
    share = next(free, shares[0])
    tip = wire.gap.middle(wire.row, share)
    angle = math.radians(wire.gap.direction(wire.row, share) + (180 if is_back else 0))
    size = scaled(7)
    points = [
        tip + QPointF(size * math.cos(angle + turn), size * math.sin(angle + turn))
        for turn in (0.0, 2.5, -2.5)
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(role_color(wire.role, theme))
    painter.drawPolygon(QPolygonF(points))


def paint_card(painter: QPainter, card: Card, theme: Theme) -> None:
    """Draw the frame of a unit."""
    if card.style in ("open", "one"):
        return
    lit = [role for role in ("written", "error", "input") if role in card.roles]
    color, width = (role_color(lit[0], theme), 2.0) if lit else (theme.strong, 1.0)
    painter.setPen(QPen(color, width))
    painter.setBrush(theme.raised)
    painter.drawRoundedRect(card.rect, scaled(7), scaled(7))


def paint_dropped(painter: QPainter, scene: Scene, theme: Theme) -> None:
    """Put a struck circle on the corner of every card whose unit is dropped in this step."""
    painter.setPen(QPen(theme.text2, 1.4))
    painter.setBrush(theme.panel)
    for card in scene.cards:
        mask = scene.act.value(f"mask{card.layer}")
        if mask is not None and mask[card.unit] == 0:
            corner, radius = card.rect.topRight(), scaled(DROPPED)
            painter.drawEllipse(corner, radius, radius)
            away = QPointF(0.7 * radius, -0.7 * radius)
            painter.drawLine(QLineF(corner - away, corner + away))


def paint_spot(
    painter: QPainter, spot: Spot, theme: Theme, *, is_ringed: bool, is_chosen: bool
) -> None:
    """Draw one number with its name, its frame where it has one."""
    {
        "row": _paint_row,
        "solo": _paint_solo,
        "bias": _paint_pill,
        "line": _paint_line,
        "pill": _paint_pill,
        "input": _paint_input,
        "loss": _paint_input,
        "target": _paint_target,
        "box": _paint_box,
        "under": _paint_under,
    }[spot.kind](painter, spot, theme)
    if is_ringed or is_chosen:
        away = 3.0 if is_ringed else 2.0
        painter.setPen(QPen(theme.accent, 2.0 if is_ringed else 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = scaled(7)
        painter.drawRoundedRect(spot.rect.adjusted(-away, -away, away, away), radius, radius)


def paint_ground(painter: QPainter, spot: Spot, theme: Theme) -> None:
    """Keep the edges out of a number that steps back: they would run through its digits."""
    painter.setOpacity(1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.panel)
    painter.drawRoundedRect(spot.rect, scaled(5), scaled(5))


def _frame(painter: QPainter, rect: QRectF, color: QColor, ground: QColor, radius: float) -> None:
    painter.setPen(QPen(color, 1.3))
    painter.setBrush(mix(ground, color, TINT))
    painter.drawRoundedRect(rect, radius, radius)


def _text(painter: QPainter, spot: Spot, theme: Theme) -> None:
    """Choose font and colour for a number."""
    is_lit = spot.figure.role != "plain"
    painter.setFont(ui_font(12, 600 if is_lit else 400))
    painter.setPen(theme.text3 if spot.figure.text == "?" and not is_lit else theme.text)


def _paint_row(painter: QPainter, spot: Spot, theme: Theme) -> None:
    figure = spot.figure
    if figure.role != "plain":
        frame = spot.rect.adjusted(0.5, 0.5, -0.5, -0.5)
        _frame(painter, frame, role_color(figure.role, theme), theme.raised, scaled(4))
    _paint_words(painter, spot, theme, scaled(PADDING) - 4)


def _paint_words(painter: QPainter, spot: Spot, theme: Theme, padding: float) -> None:
    """Write name and number at the two ends of a row."""
    figure = spot.figure
    _text(painter, spot, theme)
    inner = spot.rect.adjusted(padding, 0, -padding, 0)
    painter.drawText(inner, RIGHT, spot.written)
    if figure.role == "plain":
        painter.setPen(theme.text2 if figure.text != "?" else theme.text3)
    metrics = painter.fontMetrics()
    room = inner.width() - metrics.horizontalAdvance(spot.written) - scaled(2)
    if metrics.horizontalAdvance(figure.label) <= room:
        painter.drawText(inner, LEFT, figure.label)


def _paint_line(painter: QPainter, spot: Spot, theme: Theme) -> None:
    """Write a bias under its card, without a frame."""
    is_lit = spot.figure.role != "plain"
    painter.setFont(ui_font(11, 600 if is_lit else 400))
    painter.setPen(role_color(spot.figure.role, theme) if is_lit else theme.text2)
    painter.drawText(spot.rect.adjusted(4, 0, 0, 0), LEFT, spot.written)


def _paint_solo(painter: QPainter, spot: Spot, theme: Theme) -> None:
    """Draw a card that has one number: the card itself is lit."""
    radius = scaled(6)
    if spot.figure.role == "plain":
        painter.setPen(QPen(theme.strong, 1))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(spot.rect, radius, radius)
    else:
        color = role_color(spot.figure.role, theme)
        painter.setPen(QPen(color, 1.8))
        painter.setBrush(mix(theme.raised, color, TINT))
        painter.drawRoundedRect(spot.rect, radius, radius)
    _paint_words(painter, spot, theme, scaled(PADDING))


def _paint_pill(painter: QPainter, spot: Spot, theme: Theme) -> None:
    _paint_boxed(painter, spot, theme, scaled(5), theme.line, theme.panel)


def _paint_input(painter: QPainter, spot: Spot, theme: Theme) -> None:
    _paint_boxed(painter, spot, theme, scaled(7), theme.strong, theme.raised)


def _paint_boxed(
    painter: QPainter, spot: Spot, theme: Theme, radius: float, outline: QColor, ground: QColor
) -> None:
    """Draw a number in a box of its own; ``ground`` is what shows through where it is lit."""
    figure, rect = spot.figure, spot.rect
    if figure.role == "plain":
        painter.setPen(QPen(outline, 1))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(rect, radius, radius)
    else:
        _frame(painter, rect, role_color(figure.role, theme), ground, radius)
    _text(painter, spot, theme)
    painter.drawText(rect, CENTER, spot.written)


def _paint_target(painter: QPainter, spot: Spot, theme: Theme) -> None:
    is_read = spot.figure.role != "plain"
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.panel)
    painter.drawRect(spot.rect)
    painter.setFont(ui_font(11, 600 if is_read else 400))
    painter.setPen(theme.text if is_read else theme.text2)
    equals = "=" if spot.column == int(spot.column) else ""
    painter.drawText(spot.rect, CENTER, " ".join(filter(None, ("y", equals, spot.figure.text))))


def _paint_box(painter: QPainter, spot: Spot, theme: Theme) -> None:
    figure, rect = spot.figure, spot.rect
    if figure.role == "plain":
        painter.setPen(QPen(theme.strong, 1))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(rect, scaled(6), scaled(6))
    else:
        _frame(painter, rect, role_color(figure.role, theme), theme.raised, scaled(6))
    _write_box(painter, spot, theme)


def _write_box(painter: QPainter, spot: Spot, theme: Theme) -> None:
    rect, figure = spot.rect, spot.figure
    half = rect.height() / 2
    painter.setFont(ui_font(11))
    painter.setPen(theme.text2)
    painter.drawText(rect.adjusted(0, 2, 0, -half), CENTER, spot.words or figure.label)
    _text(painter, spot, theme)
    painter.drawText(rect.adjusted(0, half - 4, 0, -2), CENTER, spot.written)


def _paint_under(painter: QPainter, spot: Spot, theme: Theme) -> None:
    """Draw what comes back to an operation, name over number."""
    if spot.figure.role != "plain":
        _paint_box(painter, spot, theme)
    else:
        _write_box(painter, spot, theme)


def paint_chain(painter: QPainter, card: Card, theme: Theme, boxes: int) -> None:
    """Draw the arrows between the ``boxes`` of an opened unit."""
    gap = scaled(BOX_GAP)
    width = (card.rect.width() - (boxes - 1) * gap) / boxes
    middle = card.rect.top() + scaled(BOX) / 2
    painter.setPen(QPen(theme.text2, 1.3))
    for place in range(boxes - 1):
        left = card.rect.left() + (place + 1) * width + place * gap + 2
        right = left + gap - 4
        painter.drawLine(QLineF(left, middle, right, middle))
        painter.drawLine(QLineF(right - 4, middle - 3, right, middle))
        painter.drawLine(QLineF(right - 4, middle + 3, right, middle))
