"""Lays out a diagram: from the shape of a network and the size of the canvas to columns.

Depends on neither weights nor theme, so it runs once per size and structure. Which units of a
folded layer are shown is asked of the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from gui.diagram.folding import (
    LARGEST_NODE,
    NODE_SPACE,
    OPENED_SPACE,
    PILL_ROW,
    Span,
    fold_layers,
    unit_capacity,
)
from gui.diagram.geometry import (
    FOOTER,
    FULL_HEADER_PITCH,
    HEADER,
    Column,
    FoldedLayers,
    Geometry,
    Request,
)

SMALLEST_COLUMN = 46
DEEP_NODE = 21
PICTURE = 112
MARGIN = 14
GAUGE, NARROW_GAUGE = 13, 8
PILL_WIDTH, OPENED_PILL_WIDTH, PILL_HEIGHT = 84, 120, 22
SPAN_WIDTH = 26


def arrange(request: Request, choose: Callable[[int, int], tuple[int, ...]]) -> Geometry:
    """Lay out ``request``; ``choose(layer, count)`` names the units to show of a folded layer."""
    s = request.scale
    count = len(request.widths)
    body = QRectF(0, HEADER * s, request.width, request.height - (HEADER + FOOTER) * s)
    left = MARGIN * s + request.label_left
    room = request.width - left - MARGIN * s - request.label_right
    first_width = PICTURE * s if request.image else 0.0
    capacity = int((room - first_width) // (SMALLEST_COLUMN * s)) + (1 if request.image else 0)
    shown = fold_layers(count, max(capacity, 5), request.first_layer)
    pitch = (room - first_width) / max(1, len(shown) - 1)
    sizes = _node_sizes(request, shown, body.height() / s, pitch / s)
    compact = pitch < FULL_HEADER_PITCH * s
    gauge = (NARROW_GAUGE if compact else GAUGE) * s if request.biases else 0.0

    extents = [_extent(request, slot, sizes, gauge) for slot in shown]
    gap = (room - sum(extents)) / max(1, len(shown) - 1)
    slots: list[Column | FoldedLayers] = []
    x = left
    for slot, extent in zip(shown, extents, strict=True):
        if isinstance(slot, Span):
            rect = QRectF(x, body.top(), extent, body.height())
            slots.append(FoldedLayers(slot, rect))
        else:
            own_gauge = gauge if slot > 0 else 0.0
            node_left = x + (own_gauge + 1 if own_gauge else 0)
            pill = OPENED_PILL_WIDTH if slot in request.opened else PILL_WIDTH
            pill_width = min(pill * s, pitch - 10 - gauge)
            place = _Place(slot, node_left, sizes[slot], own_gauge, pill_width, body)
            slots.append(_column(request, place, choose))
        x += extent + gap
    return Geometry(request, tuple(slots), pitch, body)


def _node_sizes(
    request: Request, shown: tuple[int | Span, ...], room: float, pitch: float
) -> dict[int, float]:
    """Return the side of each shown layer's nodes, scaled."""
    widest = max(DEEP_NODE, 0.45 * pitch)
    own: dict[int, float] = {}
    for layer in shown:
        if isinstance(layer, Span):
            continue
        rows, pill = _rows(request, layer, room)
        fitting = (room - (PILL_ROW if pill else 0)) / rows - NODE_SPACE
        if layer in request.opened:
            fitting += NODE_SPACE - OPENED_SPACE
        own[layer] = min(LARGEST_NODE, widest, max(8.0, fitting))
    last = len(request.widths) - 1
    hidden = [size for layer, size in own.items() if 0 < layer < last]
    # Inputs and output, often few, do not outgrow the hidden layers.
    limit = max(hidden, default=LARGEST_NODE)
    return {layer: min(size, limit) * request.scale for layer, size in own.items()}


def _rows(request: Request, layer: int, room: float) -> tuple[int, bool]:
    """Return how many units of ``layer`` are shown and whether a pill follows them."""
    units = request.widths[layer]
    opened = layer in request.opened
    rows = unit_capacity(units, room, opened=opened)
    return rows, rows < units or opened


def _extent(request: Request, slot: int | Span, sizes: dict[int, float], gauge: float) -> float:
    if isinstance(slot, Span):
        return SPAN_WIDTH * request.scale
    if slot == 0:
        return PICTURE * request.scale if request.image else sizes[0]
    return sizes[slot] + (gauge + 1 if gauge else 0)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one layer goes."""

    layer: int
    left: float
    size: float
    gauge: float
    pill_width: float
    body: QRectF


def _column(
    request: Request, place: _Place, choose: Callable[[int, int], tuple[int, ...]]
) -> Column:
    s, layer, body = request.scale, place.layer, place.body
    if layer == 0 and request.image:
        return _picture_column(request.image, place.left, s, body)
    rows, has_pill = _rows(request, layer, body.height() / s)
    room = body.height() - (PILL_ROW * s if has_pill else 0)
    pitch = min(room / rows, place.size + max(17 * s, 0.5 * place.size))
    top = body.top() + (room - pitch * rows) / 2
    centers = top + pitch * (np.arange(rows, dtype=np.float64) + 0.5)
    pill = None
    if has_pill:
        middle = place.left + (place.size - place.gauge) / 2
        # The pill of the inputs, at the canvas's side, moves in.
        rightmost = request.width - place.pill_width - 4
        pill_left = min(max(4.0, middle - place.pill_width / 2), rightmost)
        pill_top = centers[-1] + place.size / 2 + 8 * s
        pill = QRectF(pill_left, pill_top, place.pill_width, PILL_HEIGHT * s)
    return Column(
        layer,
        choose(layer, rows),
        request.widths[layer] - rows,
        place.left,
        place.size,
        centers,
        place.gauge,
        pill,
    )


def _picture_column(image: tuple[int, int], left: float, scale: float, body: QRectF) -> Column:
    rows, columns = image
    width = PICTURE * scale
    height = min(width * rows / columns, body.height() - 24 * scale)
    top = body.center().y() - height / 2 - 6 * scale
    pixel_rows = np.arange(rows * columns) // columns
    centers = top + (pixel_rows + 0.5) * height / rows
    units = tuple(range(rows * columns))
    picture = QRectF(left, top, width, height)
    return Column(0, units, 0, left, width, centers, 0.0, None, picture, columns)
