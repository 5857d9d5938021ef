"""Where everything in the chart of distributions stands: strips of layers, steps, the key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from core.training.distributions import Distributions
from gui.loss.axes import StepAxis, step_axis
from gui.ridges.rows import choose_layers
from gui.theme import scaled

NAME, TICKS, MARGIN = 76, 56, 8
TOP, BETWEEN, STEPS, KEY = 8, 14, 24, 22
LOWEST_STRIP = 38
# A moment that no other follows yet.
LONE_WIDTH = 4


@dataclass(frozen=True)
class ChartGeometry:
    """The chart.

    Attributes:
        layers: those that have a strip, from 1, the earliest first.
        strips: theirs.
        axis: of steps.
        starts, ends: (C,) from where to where each moment is drawn.
        steps: the row of the steps' labels.
        key: the row of the key.
    """

    layers: tuple[int, ...]
    strips: tuple[QRectF, ...]
    axis: StepAxis
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    steps: QRectF
    key: QRectF

    def strip_at(self, place: QPointF) -> int | None:
        """Return which strip lies at ``place``, counted from 0, or None."""
        rows = (row for row, strip in enumerate(self.strips) if strip.contains(place))
        return next(rows, None)

    def column_at(self, x: float) -> int | None:
        """Return the moment drawn at ``x``, or None where there is none."""
        column = int(np.searchsorted(self.starts, x, side="right")) - 1
        return column if column >= 0 and x <= self.ends[-1] else None


def chart_geometry(width: int, height: int, found: Distributions) -> ChartGeometry:
    """Place the chart of ``found`` in a widget of ``width`` by ``height``."""
    left, right = scaled(NAME + TICKS), width - scaled(MARGIN)
    room = height - scaled(TOP + STEPS + KEY)
    between = scaled(BETWEEN)
    most = max(1, (room + between) // (scaled(LOWEST_STRIP) + between))
    layers = choose_layers(len(found.sizes), most)
    tall = (room - (len(layers) - 1) * between) / len(layers)
    strips = tuple(
        QRectF(left, round(scaled(TOP) + row * (tall + between)), right - left, round(tall))
        for row in range(len(layers))
    )
    axis = step_axis(found.step)
    starts = left + axis.shares(found.steps) * (right - left)
    now = left + axis.share(found.step) * (right - left)
    ends = np.append(starts[1:], max(now, starts[-1] + scaled(LONE_WIDTH))) if len(starts) else now
    steps = QRectF(left, strips[-1].bottom(), right - left, scaled(STEPS))
    key = QRectF(left, steps.bottom(), right - left, scaled(KEY))
    return ChartGeometry(layers, strips, axis, starts, np.atleast_1d(ends), steps, key)
