"""Where the rows and columns of the ridges stand, which layers get a row, and a row in words.

Lengths are pixels of the widget, at the user's scale. Nothing here paints.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.training.snapshot import Snapshot
from gui.diagram.names import layer_name
from gui.numbers import format_count, format_value
from gui.ridges.quantities import known_layers, words_of
from gui.theme import scaled

MARGIN, NAME, COUNT, RMS, GAP = 8, 82, 27, 62, 12
HISTORY, WIDE_HISTORY, NARROW_SIDE = 90, 170, 78
WIDTH_FOR_HISTORY, WIDTH_FOR_WIDE_HISTORY = 480, 800
NARROWEST_RIDGE = 104
HEAD, FOOT = 22, 24
LOWEST_ROW = 18
DEEP_ROWS = 7
PEAK, DEEP_PEAK = 1.22, 1.45


Side = Literal["history", "facts", "nothing"]


@dataclass(frozen=True, slots=True)
class RidgeGeometry:
    """Where everything stands.

    Attributes:
        layers: those that have a row, from 1, the earliest first.
        layer_count: of the network.
        left, right: of the ridges.
        top, bottom: of all rows.
        row_height: from base line to base line.
        peak: height of a ridge's highest point above its base line.
        counts: middles of the columns 0, ∞ and NaN; none where there is no room.
        rms: right end of that column.
        history: left and right end of that column, or None where there is no room; instead of
            histories other facts of a layer may stand there.
    """

    layers: tuple[int, ...]
    layer_count: int
    left: float
    right: float
    top: float
    bottom: float
    row_height: float
    peak: float
    counts: tuple[float, ...]
    rms: float
    history: tuple[float, float] | None

    @property
    def width(self) -> float:
        """Length of the axis."""
        return self.right - self.left

    def x(self, share: float) -> float:
        """Return the pixel of a share of the axis."""
        return self.left + share * self.width

    def base(self, row: int) -> float:
        """Return the height of a row's base line."""
        return self.bottom - (len(self.layers) - 1 - row) * self.row_height

    def row_at(self, y: float) -> int | None:
        """Return the row at height ``y``, or None outside all rows."""
        row = len(self.layers) - 1 - math.floor((self.bottom - y) / self.row_height)
        return row if 0 <= row < len(self.layers) else None


def ridge_geometry(
    width: int, height: int, layer_count: int, side: Side = "history"
) -> RidgeGeometry:
    """Place ``layer_count`` layers in a widget of ``width`` by ``height``.

    ``side`` says what the last column holds: histories go first where there is less room, facts
    stay.
    """
    margin, gap = scaled(MARGIN), scaled(GAP)
    right: float = width - margin
    history = None
    column_width = _side_width(width, side)
    if column_width:
        history = (right - column_width, right)
        right = history[0] - gap
    rms = right
    end, column = rms - scaled(RMS), scaled(COUNT)
    counts: tuple[float, ...] = tuple(end - share * column for share in (2.5, 1.5, 0.5))
    ridges_end = end - 3 * column - scaled(4)
    if ridges_end - scaled(NAME) < scaled(NARROWEST_RIDGE):
        counts, ridges_end = (), end - scaled(4)
    top, bottom = scaled(HEAD), height - scaled(FOOT)
    room = max(1, bottom - top)
    shown = choose_layers(layer_count, max(2, int(room / scaled(LOWEST_ROW) - DEEP_PEAK + 1)))
    rise = DEEP_PEAK if layer_count >= DEEP_ROWS else PEAK
    row_height = room / (len(shown) - 1 + rise) if shown else float(room)
    return RidgeGeometry(
        shown,
        layer_count,
        float(scaled(NAME)),
        ridges_end,
        top,
        bottom,
        row_height,
        row_height * rise,
        counts,
        rms,
        history,
    )


def _side_width(width: int, side: Side) -> int:
    if side == "nothing" or (side == "history" and width < scaled(WIDTH_FOR_HISTORY)):
        return 0
    if width < scaled(WIDTH_FOR_HISTORY):
        return scaled(NARROW_SIDE)
    return scaled(WIDE_HISTORY if width >= scaled(WIDTH_FOR_WIDE_HISTORY) else HISTORY)


def choose_layers(layer_count: int, most: int) -> tuple[int, ...]:
    """Return the layers to show, from 1: all, or ``most`` spread evenly from first to last."""
    if layer_count <= most:
        return tuple(range(1, layer_count + 1))
    return tuple(int(layer) for layer in np.linspace(1, layer_count, most).round())


def layer_sentence(snapshot: Snapshot, layer: int) -> str:
    """Say in words what the row of ``layer`` shows."""
    histograms, row = snapshot.histograms, layer - 1
    name, entries = layer_name(layer, snapshot.layout.layer_count), words_of(snapshot).entries
    if not known_layers(snapshot)[row]:
        return f"{name}: not computed yet"
    words = [
        f"{name}: {format_count(float(histograms.sizes[row]))} {entries}",
        f"RMS {format_value(float(histograms.rms[row]))}",
    ]
    for count, kind in (
        (histograms.zeros[row], "zero"),
        (histograms.infinite[row], "infinite"),
        (histograms.nan[row], "NaN"),
    ):
        if count:
            words.append(f"{format_count(float(count))} {kind}")
    if histograms.quantity != "gradients":
        return ", ".join(words)
    history = snapshot.curves.rms
    if len(history) and history.shape[1] > row:
        first, step = float(history[0, row]), float(snapshot.curves.rms_steps[0])
        words.append(f"RMS {format_value(first)} at step {format_count(step)}")
    return ", ".join(words)
