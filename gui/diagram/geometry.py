"""Where everything in the diagram lies, in logical pixels of the canvas.

Columns of nodes with bias gauges and pills, and spans of folded layers, as ``arrange`` lays them
out. Painting and hit testing both read this, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.diagram.folding import Span

HEADER, FOOTER = 46, 48
FULL_HEADER_PITCH = 100
GAUGE_REACH = 12


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
        return [
            (a, b)
            for a, b in pairwise(self.slots)
            if isinstance(a, Column) and isinstance(b, Column)
        ]

    def insert_points(self) -> list[tuple[int, QPointF]]:
        """Return (layer before, point in the header) of every place for a new layer."""
        y = 17 * self.request.scale
        return [(a.layer, QPointF((a.middle + b.middle) / 2, y)) for a, b in self.gaps()]
