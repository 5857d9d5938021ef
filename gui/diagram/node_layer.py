"""Decides what each column's nodes show and keeps the painted columns as pictures.

Response maps where the data are points of a plane; for pictures the sample itself and the first
layer's weights over its pixels; else the values of the sample on show as bars with numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from core.network.parameters import Floats
from core.training.snapshot import Snapshot
from gui.diagram.geometry import Column
from gui.diagram.nodes import paint_bars, paint_images, paint_non_finite, paint_numbers, paint_picture
from gui.diagram.pictures import PROBABILITIES, map_pixels, sample_pixels, weight_pixels
from gui.diagram.samples import Sample
from gui.diagram.strength import largest
from gui.theme import Theme

SPILL = 1


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a painting of the nodes is made from; ``vector`` (P,) is the quantity on show."""

    snapshot: Snapshot
    sample: Sample
    vector: Floats
    theme: Theme
    ratio: float


@dataclass(slots=True, eq=False)
class _Kept:
    """A painted column and what it was made from, compared by identity."""

    column: Column
    source: object
    theme: Theme
    ratio: float
    picture: QPixmap


class NodeLayer:
    """The nodes of all columns, each painted again only when its source is another."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[int, _Kept] = {}

    def paint(self, painter: QPainter, column: Column, shown: Shown) -> None:
        """Draw the nodes of ``column``, without gauges."""
        # Maps come at a pace of their own; everything else is new with every snapshot.
        source = shown.snapshot.maps or shown.vector
        kept = self._kept.get(column.layer)
        if (
            kept is None
            or kept.column is not column
            or kept.source is not source
            or kept.theme is not shown.theme
            or kept.ratio != shown.ratio
        ):
            picture = _render(column, shown)
            kept = _Kept(column, source, shown.theme, shown.ratio, picture)
            self._kept[column.layer] = kept
        painter.drawPixmap(_area(column).topLeft(), kept.picture)


def shows_probabilities(snapshot: Snapshot) -> bool:
    """Tell whether the outputs' values stand beside the nodes rather than in them."""
    probabilities = snapshot.spec.network.layers[-1].activation in PROBABILITIES
    readable = snapshot.maps is None or snapshot.layout.widths[-1] > 1
    return snapshot.task == "classification" and probabilities and readable


def _area(column: Column) -> QRectF:
    bounds = column.bounds()
    left, top = np.floor(bounds.left()) - SPILL, np.floor(bounds.top()) - SPILL
    width = np.ceil(bounds.width()) + 3 * SPILL
    return QRectF(left, top, width, np.ceil(bounds.height()) + 3 * SPILL)


def _render(column: Column, shown: Shown) -> QPixmap:
    area = _area(column)
    size = QSize(round(area.width() * shown.ratio), round(area.height() * shown.ratio))
    picture = QPixmap(size)
    picture.setDevicePixelRatio(shown.ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-area.topLeft())
    _paint(painter, column, shown)
    painter.end()
    return picture


def _paint(painter: QPainter, column: Column, shown: Shown) -> None:
    snapshot, theme = shown.snapshot, shown.theme
    image = snapshot.dataset.image_shape
    if snapshot.maps is not None:
        _paint_maps(painter, column, shown)
    elif column.picture is not None and image is not None:
        pixels = sample_pixels(shown.sample.raw, image, theme)
        paint_picture(painter, column.picture, pixels, theme.strong)
    elif column.layer == 1 and image is not None and snapshot.layout.layer_count > 1:
        weights = snapshot.layout.weights(shown.vector, 1)
        pixels = weight_pixels(weights, column.units, image, theme)
        paint_images(painter, column, pixels, theme, smooth=False)
        paint_non_finite(painter, column, weights[list(column.units)], theme)
    else:
        _paint_values(painter, column, shown)


def _paint_maps(painter: QPainter, column: Column, shown: Shown) -> None:
    snapshot = shown.snapshot
    assert snapshot.maps is not None
    if column.layer == 0:
        maps, activation = snapshot.maps.inputs, "linear"
    else:
        maps = snapshot.maps.layers[column.layer - 1]
        activation = snapshot.spec.network.layers[column.layer - 1].activation
    pixels = map_pixels(maps, column.units, activation, shown.theme)
    paint_images(painter, column, pixels, shown.theme, smooth=True)
    paint_non_finite(painter, column, maps[list(column.units)], shown.theme)


def _paint_values(painter: QPainter, column: Column, shown: Shown) -> None:
    snapshot, theme = shown.snapshot, shown.theme
    if column.layer == 0:
        values, activation = shown.sample.inputs, "linear"
    else:
        values = shown.sample.activations[column.layer - 1]
        activation = snapshot.spec.network.layers[column.layer - 1].activation
    chosen = None if values is None else values[list(column.units)]
    shares = None
    if values is not None and chosen is not None:
        bounded = activation == "tanh" or activation in PROBABILITIES
        shares = chosen / (1.0 if bounded else largest(values) or 1.0)
    paint_bars(painter, column, shares, theme)
    is_output = column.layer == snapshot.layout.layer_count
    if not (is_output and shows_probabilities(snapshot)):
        paint_numbers(painter, column, chosen, theme)
    if chosen is not None:
        paint_non_finite(painter, column, chosen, theme)
