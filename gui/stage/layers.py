"""Paints the stage from the back to the front, and steps back what the op has no part in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from core.explain.reference import Reference
from gui.diagram.card import card_size, paint_card, place_card
from gui.diagram.facts import Facts
from gui.stage import frame, paint
from gui.stage.motion import fade, paint_travellers
from gui.stage.pixels import paint_pictures
from gui.stage.scene import Scene, Spot
from gui.stage.shortcuts import paint_shortcuts
from gui.stage.targets import faded_wires, means, parameter_of
from gui.theme import current_theme

STEP_BACK = 0.75


@dataclass(frozen=True, slots=True)
class Attention:
    """What is looked at.

    Attributes:
        hovered, pointer: what the pointer is on, and where that is.
        focused: where the keyboard is.
        pointed: what another view points at.
        chosen: the parameter that all views speak of.
    """

    hovered: Reference | None = None
    focused: Reference | None = None
    pointed: Reference | None = None
    chosen: Reference | None = None
    pointer: QPointF | None = None

    def with_changes(self, **changes: Any) -> Attention:
        """Return this with other values."""
        return replace(self, **changes)

    def in_order(self) -> tuple[Reference | None, ...]:
        """Return what is looked at, the most recent kind first."""
        return self.hovered, self.pointed, self.focused, self.chosen


def paint_scene(
    painter: QPainter, scene: Scene, attention: Attention, share: float, *, has_focus: bool
) -> None:
    """Draw everything but the card.

    Args:
        painter: on lengths of the scene.
        scene: what is on the stage.
        attention: what is looked at.
        share: how much of the motion is over; 1 where nothing moves.
        has_focus: whether the keyboard is on the stage.
    """
    theme = current_theme()
    focused = attention.focused if has_focus else None
    ringed = [r for r in (attention.hovered, attention.pointed, focused) if r is not None]
    chosen = attention.chosen
    marked = frozenset(p for p in map(parameter_of, ringed) if p is not None)
    faded = faded_wires(scene, attention.hovered or attention.pointed or focused)
    rails = marked | ({chosen} if chosen is not None else set())
    paint.paint_wires(painter, scene, theme, faded, rails)
    paint_shortcuts(painter, scene, theme)
    frame.paint_to_loss(painter, scene, theme)
    frame.paint_folds(painter, scene, theme)
    frame.paint_heads(painter, scene, theme)
    frame.paint_input_names(painter, scene, theme)
    frame.paint_pills(painter, scene, theme)
    paint_pictures(painter, scene, theme, frozenset(ringed) | rails)
    has_op = scene.act.op is not None
    for card in scene.cards:
        is_quiet = has_op and card.roles <= {"plain"}
        painter.setOpacity(STEP_BACK if is_quiet else 1.0)
        paint.paint_card(painter, card, theme)
        if card.style == "open":
            paint.paint_chain(painter, card, theme, scene.plan.wish.chains[card.layer - 1])
    lit = {(card.layer, card.unit) for card in scene.cards if not card.roles <= {"plain"}}
    for spot in scene.spots:
        is_ringed = any(means(reference, spot) for reference in ringed)
        is_chosen = chosen is not None and means(chosen, spot)
        opacity = _opacity(spot, share, has_op, lit) if not is_ringed else 1.0
        if opacity < 1 and spot.kind == "pill":
            paint.paint_ground(painter, spot, theme)
        painter.setOpacity(opacity)
        paint.paint_spot(painter, spot, theme, is_ringed=is_ringed, is_chosen=is_chosen)
    painter.setOpacity(1.0)
    paint.paint_dropped(painter, scene, theme)
    frame.paint_foot(painter, scene, theme)
    if share < 1:
        paint_travellers(painter, scene, share, theme)


def paint_card_about(
    painter: QPainter, scene: Scene, subject: Reference, facts: Facts, attention: Attention
) -> None:
    """Draw the card with ``facts`` beside ``subject``, off what it is about."""
    spot = scene.spot_of(subject)
    wish = scene.plan.wish
    area = QRectF(4, 4, wish.width - 8, wish.height - 8)
    anchor = area.center()
    if attention.hovered is not None and attention.pointer is not None:
        anchor = attention.pointer
    elif spot is not None:
        anchor = spot.rect.center()
    else:
        wire = next((w for w in scene.wires if w.reference == subject), None)
        anchor = wire.gap.middle(wire.row, 0.5) if wire is not None else anchor
    avoid = [spot.rect] if spot is not None else []
    spare = [other.rect for other in scene.spots]
    rect = place_card(card_size(facts), anchor, avoid, spare, area)
    paint_card(painter, rect, facts, current_theme())


def _opacity(spot: Spot, share: float, has_op: bool, lit: set[tuple[int, int]]) -> float:
    if spot.figure.role == "written":
        return fade(share)
    if not has_op or spot.figure.role != "plain" or spot.kind == "target":
        return 1.0
    is_in_lit_card = spot.kind in ("row", "under") and (int(spot.column), spot.unit) in lit
    return 1.0 if is_in_lit_card else STEP_BACK
