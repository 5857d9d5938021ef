"""Where everything in the diagram lies, in logical pixels of the canvas.

``arrange`` turns the shape of a network and the size of the canvas into columns of nodes with
bias gauges, pills and spans. It depends on neither weights nor theme, so it is computed once per
size and structure. Painting and hit testing both read it, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.diagram.folding import (
    LARGEST_NODE,
    NODE_SPACE,
    OPENED_SPACE,
    PILL_ROW,
    Span,
    fold_layers,
    unit_capacity,
)

HEADER = 46
FOOTER = 48
FULL_HEADER_PITCH = 100
SMALLEST_COLUMN = 46
DEEP_NODE = 21
PICTURE = 112
MARGIN = 14
GAUGE, NARROW_GAUGE = 13, 8
GAUGE_REACH = 12
PILL_WIDTH, PILL_HEIGHT = 84, 22
SPAN_WIDTH = 26


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be arranged.

    Attributes:
        width, height: of the canvas.
        scale: the user's scale of all lengths.
        widths: units of every layer, the inputs first.
        biases: whether layers have biases.
        image: rows and columns where the inputs are a picture.
        label_left, label_right: width of the longest text beside inputs and outputs.
        first_layer: where the window of shown hidden layers begins if not all fit.
        opened: layers whose units are shown as far as they fit.
    """

    width: float
    height: float
    scale: float
    widths: tuple[int, ...]
    biases: bool
    image: tuple[int, int] | None
    label_left: float
    label_right: float
    first_layer: int = 1
    opened: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One layer's nodes.

    Attributes:
        layer: 0 for the inputs.
        units: the units shown, from 0, in order.
        hidden: how many are not.
        left, size: of the nodes.
        centers: (len(units),) heights of the nodes' middles; of an image's pixel rows.
        gauge: width of the bias gauges, 0 without.
        pill: what stands for the hidden units.
        picture: where the inputs are shown as an image; its pixels are the nodes then.
        across: pixels in a row of that image.
    """

    layer: int
    units: tuple[int, ...]
    hidden: int
    left: float
    size: float
    centers: NDArray[np.float64]
    gauge: float
    pill: QRectF | None
    picture: QRectF | None = None
    across: int = 1

    @property
    def edge_left(self) -> float:
        """Where incoming edges end."""
        return self.left - (self.gauge + 1 if self.gauge else 0)

    @property
    def right(self) -> float:
        """Where outgoing edges begin."""
        return self.left + self.size

    @property
    def middle(self) -> float:
        """The middle of the nodes, across."""
        return self.left + self.size / 2

    def node(self, row: int) -> QRectF:
        """Return the square of the node in ``row``, or that pixel's rectangle."""
        if self.picture is not None:
            width = self.picture.width() / self.across
            height = self.picture.height() * self.across / len(self.units)
            left = self.picture.left() + (row % self.across) * width
            return QRectF(left, self.centers[row] - height / 2, width, height)
        return QRectF(self.left, self.centers[row] - self.size / 2, self.size, self.size)

    def gauge_rect(self, row: int) -> QRectF:
        """Return the bias gauge of the node in ``row``."""
        top = self.centers[row] - self.size / 2
        return QRectF(self.edge_left, top, self.gauge, self.size)

    def bounds(self) -> QRectF:
        """Return what encloses nodes and gauges, or the picture."""
        if self.picture is not None:
            return self.picture
        height = self.centers[-1] - self.centers[0] + self.size
        top = self.centers[0] - self.size / 2
        return QRectF(self.edge_left, top, self.right - self.edge_left, height)


@dataclass(frozen=True, slots=True, eq=False)
class FoldedLayers:
    """A span of layers in one narrow column."""

    span: Span
    rect: QRectF

    @property
    def edge_left(self) -> float:
        """Its left side."""
        return self.rect.left()

    @property
    def right(self) -> float:
        """Its right side."""
        return self.rect.right()

    @property
    def middle(self) -> float:
        """Its middle, across."""
        return self.rect.center().x()


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """An arranged diagram.

    Attributes:
        request: what it was made for.
        slots: columns and folded layers from left to right.
        pitch: from one column to the next.
        body: the area of the nodes.
    """

    request: Request
    slots: tuple[Column | FoldedLayers, ...]
    pitch: float
    body: QRectF

    @property
    def full_headers(self) -> bool:
        """Whether there is room for buttons over the columns."""
        return self.pitch >= FULL_HEADER_PITCH * self.request.scale

    def columns(self) -> list[Column]:
        """Return the layers shown."""
        return [slot for slot in self.slots if isinstance(slot, Column)]

    def column(self, layer: int) -> Column | None:
        """Return the column of ``layer`` unless it is folded away."""
        return next((c for c in self.columns() if c.layer == layer), None)

    def gaps(self) -> list[tuple[Column, Column]]:
        """Return neighbouring columns whose layers follow each other."""
        slots = self.slots
        return [
            (a, b)
            for a, b in zip(slots, slots[1:], strict=False)
            if isinstance(a, Column) and isinstance(b, Column)
        ]

    def insert_points(self) -> list[tuple[int, QPointF]]:
        """Return (layer before, point in the header) of every place for a new layer."""
        y = 17 * self.request.scale
        return [(a.layer, QPointF((a.middle + b.middle) / 2, y)) for a, b in self.gaps()]


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
            pill = min(PILL_WIDTH * s, pitch - 6)
            place = _Place(slot, node_left, sizes[slot], own_gauge, pill, body)
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


def _extent(
    request: Request, slot: int | Span, sizes: dict[int, float], gauge: float
) -> float:
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
    centers = top + pitch * (np.arange(rows) + 0.5)
    pill = None
    if has_pill:
        middle = place.left + (place.size - place.gauge) / 2
        pill_left = middle - place.pill_width / 2
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


def _picture_column(
    image: tuple[int, int], left: float, scale: float, body: QRectF
) -> Column:
    rows, columns = image
    width = PICTURE * scale
    height = min(width * rows / columns, body.height() - 24 * scale)
    top = body.center().y() - height / 2 - 6 * scale
    pixel_rows = np.arange(rows * columns) // columns
    centers = top + (pixel_rows + 0.5) * height / rows
    units = tuple(range(rows * columns))
    picture = QRectF(left, top, width, height)
    return Column(0, units, 0, left, width, centers, 0.0, None, picture, columns)
