"""Decides what each column's nodes show and keeps the painted columns as pictures.

Response maps where the data are points of a plane; for pictures the sample itself and the first
layer's weights over its pixels; else the values of the sample on show as bars with numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QPainter, QPixmap

from core.network.parameters import Floats
from core.training.snapshot import Snapshot
from gui.diagram.frames import ColumnFrames
from gui.diagram.geometry import Column
from gui.diagram.nodes import (
    paint_bars,
    paint_gauges,
    paint_images,
    paint_non_finite,
    paint_numbers,
    paint_picture,
)
from gui.diagram.pictures import PROBABILITIES, map_pixels, sample_pixels, weight_pixels
from gui.diagram.samples import Sample
from gui.diagram.strength import largest
from gui.theme import Theme


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
    theme: Theme
    ratio: float
    frames: ColumnFrames
    source: object = None
    picture: QPixmap | None = None


class NodeLayer:
    """The nodes of all columns, each painted again only when its source is another."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[int, _Kept] = {}

    def is_outdated(self, column: Column, shown: Shown) -> bool:
        """Return whether there is a picture of ``column`` from other numbers than ``shown``."""
        kept = self._kept.get(column.layer)
        return kept is not None and kept.source is not _source(shown)

    def renew(self, column: Column, shown: Shown) -> _Kept:
        """Paint the nodes of ``column`` from the numbers of ``shown``; return what is kept."""
        kept = self._kept.get(column.layer)
        if kept is None or kept.theme is not shown.theme or kept.ratio != shown.ratio:
            frames = ColumnFrames(column, shown.theme, shown.ratio)
            kept = self._kept[column.layer] = _Kept(column, shown.theme, shown.ratio, frames)
        kept.picture = kept.frames.picture(partial(_paint, column, shown, kept.frames))
        kept.source = _source(shown)
        return kept

    def paint(self, painter: QPainter, column: Column, shown: Shown, bias_peak: float) -> None:
        """Draw nodes and gauges of ``column``; ``bias_peak`` is what fills a gauge.

        The nodes are those of the last ``renew``; they are painted now where there are none yet.
        """
        kept = self._kept.get(column.layer)
        if kept is None or kept.theme is not shown.theme or kept.ratio != shown.ratio:
            kept = self.renew(column, shown)
        assert kept.picture is not None
        painter.drawPixmap(kept.frames.corner, kept.picture)
        if column.layer > 0:
            bias = shown.snapshot.layout.bias(shown.vector, column.layer)
            paint_gauges(painter, column, kept.frames, bias, bias_peak, shown.theme)


def _source(shown: Shown) -> object:
    """Return what nodes are made from: another object when they are to be painted again."""
    # Maps come at a pace of their own; everything else is new with every snapshot.
    return shown.snapshot.maps or shown.vector


def shows_probabilities(snapshot: Snapshot) -> bool:
    """Tell whether the outputs' values stand beside the nodes rather than in them."""
    probabilities = snapshot.spec.network.layers[-1].activation in PROBABILITIES
    readable = snapshot.maps is None or snapshot.layout.widths[-1] > 1
    return snapshot.task == "classification" and probabilities and readable


def _paint(column: Column, shown: Shown, frames: ColumnFrames, painter: QPainter) -> None:
    snapshot, theme = shown.snapshot, shown.theme
    image = snapshot.dataset.image_shape
    if snapshot.maps is not None:
        _paint_maps(painter, column, shown, frames)
    elif column.picture is not None and image is not None:
        pixels = sample_pixels(shown.sample.raw, image, theme)
        paint_picture(painter, column.picture, pixels, theme.strong)
    elif column.layer == 1 and image is not None and snapshot.layout.layer_count > 1:
        weights = snapshot.layout.weights(shown.vector, 1)
        pixels = weight_pixels(weights, column.units, image, theme)
        paint_images(painter, frames, pixels)
        paint_non_finite(painter, column, weights[list(column.units)], theme)
    else:
        _paint_values(painter, column, shown, frames)


def _paint_maps(painter: QPainter, column: Column, shown: Shown, frames: ColumnFrames) -> None:
    snapshot = shown.snapshot
    assert snapshot.maps is not None
    if column.layer == 0:
        maps, activation = snapshot.maps.inputs, "linear"
    else:
        maps = snapshot.maps.layers[column.layer - 1]
        activation = snapshot.spec.network.layers[column.layer - 1].activation
    side = round(round(column.size) * shown.ratio)
    pixels = map_pixels(maps, column.units, activation, side, shown.theme)
    paint_images(painter, frames, pixels)
    paint_non_finite(painter, column, maps[list(column.units)], shown.theme)


def _paint_values(painter: QPainter, column: Column, shown: Shown, frames: ColumnFrames) -> None:
    snapshot, theme = shown.snapshot, shown.theme
    if column.layer == 0:
        values, activation = shown.sample.inputs, "linear"
    else:
        values = shown.sample.outputs[column.layer - 1]
        activation = snapshot.spec.network.layers[column.layer - 1].activation
    chosen = None if values is None else values[list(column.units)]
    shares = None
    if values is not None and chosen is not None:
        bounded = activation == "tanh" or activation in PROBABILITIES
        shares = chosen / (1.0 if bounded else largest(values) or 1.0)
    paint_bars(painter, frames, shares, theme)
    is_output = column.layer == snapshot.layout.layer_count
    if not (is_output and shows_probabilities(snapshot)):
        paint_numbers(painter, column, chosen, theme)
    if chosen is not None:
        paint_non_finite(painter, column, chosen, theme)
