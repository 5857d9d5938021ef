"""One arranged diagram with the numbers of the latest snapshot, and the order of its painting.

Geometry and curves are made once; ``load`` takes what changes with a snapshot. Which item is
hovered or selected is handed in, so that a scene has no state of the user's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from core.training.snapshot import Snapshot
from gui.diagram import captions, marks, techniques
from gui.diagram.arrange import arrange
from gui.diagram.card import card_size, place_card
from gui.diagram.curves import curves_between
from gui.diagram.edges import EdgeLook, Gap
from gui.diagram.facts import Facts
from gui.diagram.frames import node_radius
from gui.diagram.geometry import Column, Geometry, Request
from gui.diagram.names import input_names, output_names
from gui.diagram.node_layer import NodeLayer, Shown, shows_probabilities
from gui.diagram.samples import Sample, shown_sample
from gui.diagram.strength import (
    NOT_SHOWN,
    Quantity,
    Scale,
    largest,
    quantity_vector,
    round_up,
    scale_in_words,
    steps,
    strongest,
)
from gui.diagram.targets import Bias, Edge, Node, Target, curve_of, rect_of
from gui.diagram.turns import Turns
from gui.exporting import pixel_ratio
from gui.findings import Spot
from gui.numbers import format_count
from gui.theme import Theme, current_theme, scaled, ui_font

DEEP = 6
EDGES_INTO_DEEP, EDGES_INTO_PICTURE = 2, 6


@dataclass(frozen=True, slots=True)
class Attention:
    """What is to stand out: selected, under the pointer (and where that is), pointed out.

    ``subject`` is what the card is about; ``spot`` what a finding is about.
    """

    selected: Target | None = None
    hovered: Target | None = None
    pointer: QPointF | None = None
    subject: Target | None = None
    spot: Spot | None = None


class Scene:
    """A diagram to paint.

    Attributes:
        geometry: where everything lies.
        gaps: the edges between shown neighbours.
    """

    def __init__(self, request: Request, choose: Callable[[int, int], tuple[int, ...]]) -> None:
        """Arrange ``request``; ``choose(layer, count)`` names the units of a folded layer."""
        self.geometry: Geometry = arrange(request, choose)
        self.gaps = [
            Gap(
                a,
                b,
                curves_between(a, b, request.scale),
                np.zeros((len(b.units), len(a.units)), np.int8),
            )
            for a, b in self.geometry.gaps()
        ]
        self._deep = len(request.widths) - 2 >= DEEP
        self._nodes = NodeLayer()
        self._turns: Turns[Gap] = Turns()
        self._column_turns: Turns[Column] = Turns()
        self._snapshot: Snapshot | None = None
        self._look: tuple[Quantity, Scale] = ("weight", "relative")

    def load(self, snapshot: Snapshot, quantity: Quantity, scale: Scale) -> None:
        """Take the numbers of ``snapshot``; does nothing if they are on show already."""
        if snapshot is self._snapshot and (quantity, scale) == self._look:
            return
        self._snapshot, self._look = snapshot, (quantity, scale)
        self._vector = quantity_vector(snapshot, quantity)
        self._sample = shown_sample(snapshot)
        layout = snapshot.layout
        layers = range(1, layout.layer_count + 1)
        self._bias_peak = max(largest(layout.bias(self._vector, layer)) for layer in layers)
        self._load_edges(snapshot, quantity, scale)

    def _load_edges(self, snapshot: Snapshot, quantity: Quantity, scale: Scale) -> None:
        layout = snapshot.layout
        peaks = {
            gap.right.layer: largest(layout.weights(self._vector, gap.right.layer))
            for gap in self.gaps
        }
        whole = 0.0
        if scale == "absolute":
            every = range(1, layout.layer_count + 1)
            whole = round_up(max(largest(layout.weights(self._vector, layer)) for layer in every))
        values, shares = [], []
        for gap in self.gaps:
            weights = layout.weights(self._vector, gap.right.layer)
            block = weights[np.ix_(gap.right.units, gap.left.units)]
            share = np.abs(block, dtype=np.float64) / (peaks[gap.right.layer] or 1.0)
            values.append(block)
            shares.append(np.where(np.isfinite(share), share, np.inf))
        masks = strongest(shares, [self._edges_into(gap) for gap in self.gaps])
        for gap, block, mask in zip(self.gaps, values, masks, strict=True):
            step = steps(block, whole or peaks[gap.right.layer], scale)
            gap.steps = np.where(mask, step, np.int8(NOT_SHOWN))
        self._notes = self._describe_edges(masks, scale_in_words(scale, quantity, whole))

    def _edges_into(self, gap: Gap) -> int | None:
        if gap.left.picture is not None:
            return EDGES_INTO_PICTURE
        return EDGES_INTO_DEEP if self._deep else None

    def _describe_edges(self, masks: list[NDArray[np.bool_]], scale_words: str) -> list[str]:
        widths = self.geometry.request.widths
        total = sum(a * b for a, b in pairwise(widths))
        shown = sum(int(mask.sum()) for mask in masks)
        if shown == total:
            return [scale_words, scale_words.split(" to ")[0]]
        into_each = sum(min(EDGES_INTO_DEEP, a) * b for a, b in pairwise(widths))
        if self._deep and shown == into_each:
            counted = f"the {EDGES_INTO_DEEP} strongest into each unit"
        else:
            counted = f"{format_count(shown)} strongest of {format_count(total)} edges"
        short = f"{format_count(shown)} of {format_count(total)} edges"
        return [f"{counted} · {scale_words}", counted, short]

    def paint(self, painter: QPainter, attention: Attention, *, heads: bool) -> None:
        """Draw everything but the card; ``heads`` False leaves out the texts above the nodes."""
        snapshot, theme, geometry = self._snapshot, current_theme(), self.geometry
        assert snapshot is not None
        ratio = pixel_ratio(painter.device())
        spot, region = attention.spot, None
        if spot is not None and not spot.units:
            region = marks.region_rect(geometry, spot.layers)
            if region is not None:
                marks.paint_region_fill(painter, region, spot, theme)
        look = EdgeLook(theme, self._deep, geometry.request.scale)
        running = snapshot.state == "running"
        outdated = [gap for gap in self.gaps if gap.is_outdated]
        for gap in self._turns.due(outdated, running=running):
            gap.renew(look, self._bright(gap, attention.subject), ratio)
        for gap in self.gaps:
            gap.paint(painter, look, self._bright(gap, attention.subject), ratio)
        shown = Shown(snapshot, self._sample, self._vector, theme, ratio)
        columns = geometry.columns()
        old = [column for column in columns if self._nodes.is_outdated(column, shown)]
        for column in self._column_turns.due(old, running=running):
            self._nodes.renew(column, shown)
        for column in columns:
            self._nodes.paint(painter, column, shown, self._bias_peak)
        techniques.paint_dropped(painter, geometry, snapshot, theme)
        techniques.paint_shortcuts(painter, geometry, snapshot, theme)
        if heads:
            captions.paint_heads(painter, geometry, snapshot.layout.layer_count, theme)
        captions.paint_folds(painter, geometry, theme)
        self._paint_names(painter, snapshot, self._sample, theme)
        if spot is None or not self._paint_spot(painter, spot, region, theme):
            captions.paint_activations(painter, geometry, snapshot, theme)
        captions.paint_note(
            painter, geometry, captions.paint_key(painter, geometry, theme), self._notes, theme
        )
        self._paint_non_finite(painter, theme)
        self._paint_attention(painter, attention, look)

    def _paint_spot(
        self, painter: QPainter, spot: Spot, region: QRectF | None, theme: Theme
    ) -> bool:
        """Outline what a finding is about; return whether anything of it is shown."""
        rects = marks.unit_rects(self.geometry, spot.units)
        if region is not None:
            marks.paint_region_outline(painter, region, spot, theme)
            rects = [region]
        elif rects:
            marks.paint_unit_rings(painter, rects, spot, theme)
        else:
            return False
        below = QPointF(rects[0].left() + 1, self.geometry.body.bottom() + scaled(4))
        marks.paint_spot_words(painter, below, self.geometry.request.width, spot, theme)
        return True

    def _bright(self, gap: Gap, unit: Target | None) -> NDArray[np.bool_] | None:
        """Return which edges stay bright while ``unit`` is looked at; None if nothing is."""
        if not isinstance(unit, Node | Bias):
            return None
        mask = np.zeros(gap.steps.shape, bool)
        if gap.right.layer == unit.layer and unit.unit in gap.right.units:
            mask[gap.right.units.index(unit.unit)] = True
        leaves = gap.left.layer == unit.layer and isinstance(unit, Node)
        if leaves and unit.unit in gap.left.units:
            mask[:, gap.left.units.index(unit.unit)] = True
        return mask

    def _paint_names(
        self, painter: QPainter, snapshot: Snapshot, sample: Sample, theme: Theme
    ) -> None:
        inputs, *_, outputs = self.geometry.columns()
        captions.paint_input_names(painter, inputs, input_names(snapshot), sample, theme)
        values, likeliest = None, None
        if shows_probabilities(snapshot):
            answers = sample.activations[-1]
            values = ["?"] * snapshot.layout.widths[-1]
            if answers is not None:
                values = [f"{answer:.3f}" if np.isfinite(answer) else "NaN" for answer in answers]
                likeliest = int(np.argmax(answers)) if len(answers) > 1 else None
        names = output_names(snapshot)
        room = self.geometry.request.width
        captions.paint_output_names(painter, outputs, names, values, likeliest, room, theme)

    def _paint_non_finite(self, painter: QPainter, theme: Theme) -> None:
        painter.setFont(ui_font(11, 600))
        for gap in self.gaps:
            count = gap.non_finite()
            if not count:
                continue
            words = f"{count} not finite" if self.geometry.full_headers else "NaN"
            width = painter.fontMetrics().horizontalAdvance(words) + 12
            middle = gap.label_point()
            rect = QRectF(middle.x() - width / 2, middle.y() - 9, width, 18)
            painter.setPen(theme.err)
            painter.setBrush(theme.err_soft)
            painter.drawRoundedRect(rect, 4, 4)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_attention(self, painter: QPainter, attention: Attention, look: EdgeLook) -> None:
        selected, hovered = attention.selected, attention.hovered
        for target in {selected, hovered}:
            if isinstance(target, Edge) and (found := curve_of(self.gaps, target)):
                gap, to, source = found
                curve = gap.curves.points[to, source]
                at_pointer = target == hovered and attention.pointer is not None
                point = attention.pointer if at_pointer else QPointF(*curve[len(curve) // 2])
                width = look.width(int(gap.steps[to, source]))
                marks.paint_rails(painter, curve, width, point or QPointF(), look.theme)
        for target, draw in ((selected, marks.paint_selection), (hovered, marks.paint_hover)):
            rect = rect_of(self.geometry, target)
            if rect is not None:
                draw(painter, rect, node_radius(min(rect.width(), rect.height())), look.theme)

    def card_rect(
        self, facts: Facts, target: Target, pointer: QPointF | None, area: QRectF
    ) -> QRectF:
        """Return where in ``area`` the card about ``target`` goes."""
        return self._beside(target, pointer, card_size(facts), area)

    def box_rect(
        self, target: Edge | Bias, point: QPointF | None, area: QRectF, size: QSize
    ) -> QRectF:
        """Return where a box of ``size`` goes: beside a bias, or beside an edge near ``point``."""
        found = curve_of(self.gaps, target) if isinstance(target, Edge) else None
        if found is not None and point is not None:
            gap, to, source = found
            point = marks.nearest_point(gap.curves.points[to, source], point)
        return self._beside(target, point, (size.width(), size.height()), area)

    def _beside(
        self, target: Target, point: QPointF | None, size: tuple[float, float], area: QRectF
    ) -> QRectF:
        anchor, avoid = self._anchor(target, point)
        spare = [column.bounds() for column in self.geometry.columns()]
        return place_card(size, anchor, avoid, spare, area)

    def _anchor(self, target: Target, pointer: QPointF | None) -> tuple[QPointF, list[QRectF]]:
        """Return what the card about ``target`` stays near to and what it must not cover."""
        if isinstance(target, Edge):
            found = curve_of(self.gaps, target)
            if found is None:
                return QPointF(), []
            gap, to, source = found
            ends = [gap.right.node(to), gap.right.gauge_rect(to), gap.left.node(source)]
            curve = gap.curves.points[to, source]
            return pointer or QPointF(*curve[len(curve) // 2]), ends
        rect = rect_of(self.geometry, target)
        if rect is None:
            return QPointF(), []
        column: Column | None = None
        if isinstance(target, Node | Bias):
            column = self.geometry.column(target.layer)
        avoid = [rect] if column is None else [column.bounds(), rect]
        return rect.center(), avoid
