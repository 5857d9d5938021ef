"""Where everything in the corridor's chart stands: columns of layers, two plots, rows of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from gui.corridor.axes import Axes, Decades
from gui.diagram.names import layer_name, short_layer_name
from gui.theme import scaled, ui_font

Way = Literal["forward", "backward"]

HEAD, FACTORS, NAMES, ZEROS, KEY = 22, 18, 22, 16, 20
# Half of an axis number stands out above and below a plot; the second head stands apart from the
# names.
FOOT, APART = 8, 6
AXIS_LABEL, MARGIN, LOWEST_PLOT = 42, 4, 70
WIDEST_FACTOR = "×8e−88"
TEXT_GAP = 6


@dataclass(frozen=True)
class Plot:
    """One of the two plots.

    Attributes:
        way: which signal it shows.
        axis: its decades.
        head, factors, area, zeros: from the top, the rows of its title and its factors, the plot
            itself, the row of the shares of zeros.
        first: the first layer that has a column in it, 0 for the inputs.
    """

    way: Way
    axis: Decades
    head: QRectF
    factors: QRectF
    area: QRectF
    zeros: QRectF
    first: int

    @property
    def decade(self) -> float:
        """Return the height of a decade."""
        return self.area.height() / self.axis.length

    def y(self, size: float) -> float | None:
        """Return the height at which ``size`` stands; None where it has no logarithm."""
        depth = self.axis.depth(size)
        return None if depth is None else self.area.top() + depth * self.decade


@dataclass(frozen=True)
class ChartGeometry:
    """The chart.

    Attributes:
        columns: (L + 1,) the x of every layer, the inputs first.
        forward, backward: the plots.
        names: the row of the layers' names, between them.
        texts: what the layers are called there, "" where there is no room for all.
        stride: every how many layers a name and a factor are written.
        right: where the plots end; beyond it stands the name of the theory.
        key: the row of the key.
    """

    columns: tuple[float, ...]
    forward: Plot
    backward: Plot
    names: QRectF
    texts: tuple[str, ...]
    stride: int
    right: float
    key: QRectF

    @property
    def plots(self) -> tuple[Plot, Plot]:
        """Return both plots."""
        return self.forward, self.backward

    @property
    def column_width(self) -> float:
        """Return the distance of two columns."""
        return (self.columns[-1] - self.columns[0]) / (len(self.columns) - 1)

    def column_at(self, x: float) -> int | None:
        """Return the layer whose column holds ``x``, or None."""
        half = self.column_width / 2
        for layer, middle in enumerate(self.columns):
            if middle - half <= x < middle + half:
                return layer
        return None


def chart_geometry(
    width: int, height: int, layers: int, axes: Axes, theory: str, has_zeros: bool
) -> ChartGeometry:
    """Place the corridor of ``layers`` layers in a widget of ``width`` by ``height``.

    ``theory`` are the words beside the theory's line, "" for none; ``has_zeros`` is whether the
    shares of zeros have a row.
    """
    small = QFontMetricsF(ui_font(11))
    left = scaled(AXIS_LABEL)
    room = small.horizontalAdvance(theory) + scaled(8) if theory else 0.0
    right = width - scaled(MARGIN) - room
    column = (right - left) / (layers + 1)
    columns = tuple(left + (place + 0.5) * column for place in range(layers + 1))
    stride = _stride(column, small.horizontalAdvance(WIDEST_FACTOR))
    zeros = scaled(ZEROS) if has_zeros else 0
    text = 2 * (scaled(HEAD) + scaled(FACTORS) + 2 * scaled(FOOT) + zeros)
    text += scaled(NAMES) + scaled(APART) + scaled(KEY)
    axes_shown = axes.stretched()
    total = sum(axis.length for axis in axes_shown)
    decade = max(height - text, 2 * scaled(LOWEST_PLOT)) / total
    forward = _plot("forward", axes_shown[0], 0.0, left, right, decade, zeros)
    names = QRectF(0, forward.zeros.bottom(), width, scaled(NAMES))
    top = names.bottom() + scaled(APART)
    backward = _plot("backward", axes_shown[1], top, left, right, decade, zeros)
    key = QRectF(left, backward.zeros.bottom(), width - left - scaled(MARGIN), scaled(KEY))
    texts = _names(layers, stride, column)
    return ChartGeometry(columns, forward, backward, names, texts, stride, right, key)


def _plot(
    way: Way, axis: Decades, top: float, left: float, right: float, decade: float, zeros: float
) -> Plot:
    width = right - left
    head = QRectF(0, top, right, scaled(HEAD))
    factors = QRectF(left, head.bottom(), width, scaled(FACTORS))
    area = QRectF(left, factors.bottom() + scaled(FOOT), width, axis.length * decade)
    below = QRectF(left, area.bottom() + scaled(FOOT), width, zeros)
    return Plot(way, axis, head, factors, area, below, 0 if way == "forward" else 1)


def _stride(column: float, widest: float) -> int:
    """Return every how many columns a text of width ``widest`` has room."""
    stride = 1
    while stride * column < widest + scaled(2):
        stride += 1
    return stride


def _names(layers: int, stride: int, column: float) -> tuple[str, ...]:
    """Return the layers' names: in full where all of them fit, else short, else every so many."""
    full = [layer_name(layer, layers) for layer in range(layers + 1)]
    metrics = QFontMetricsF(ui_font(12, 600))
    if all(metrics.horizontalAdvance(name) + scaled(TEXT_GAP) <= column for name in full):
        return tuple(full)
    short = [short_layer_name(layer, layers) for layer in range(layers + 1)]
    # The output is always named, and takes the room of what would be too close to it.
    shown = {*range(0, layers - stride + 1, stride), layers}
    return tuple(name if layer in shown else "" for layer, name in enumerate(short))
