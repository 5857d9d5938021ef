"""Where everything in a waterfall stands: rows, bars and the decades of the axis.

A bar runs from the product before its factor to the product after it, on a log axis. A factor that
is not known yet is as long as it is going to be, so that nothing moves while a step goes on; where
even that is not foreseen, or has no logarithm, it has a length of its own that means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF

from core.explain.waterfall_steps import Waterfall, WaterfallStep

Shape = Literal["dot", "bar", "ring", "hatched", "none"]

NARROWEST = 2
# An axis that is held may be so many decades wider than it need be.
MOST_SPARE = 3
NOMINAL_PIXELS = 30.0
LEAST_PIXELS = 2.0


@dataclass(frozen=True, slots=True)
class LogAxis:
    """Decades from ``low`` to ``high``, in halves."""

    low: float = -3.0
    high: float = 0.0

    def share(self, decade: float) -> float:
        """Return where a log10 stands: 0 at the left end, 1 at the right."""
        return (decade - self.low) / (self.high - self.low)

    def ticks(self, pixels: float, pixels_per_label: float) -> list[int]:
        """Return the decades to label on an axis ``pixels`` long."""
        every = max(1, math.ceil((self.high - self.low) * pixels_per_label / max(pixels, 1.0)))
        last = math.floor(self.high)
        return [d for d in range(math.ceil(self.low), last + 1) if (d - last) % every == 0]


# Stands in until there are products, and is not held on to.
EMPTY_AXIS = LogAxis()


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        step: what it shows.
        rect: all of it.
        shape: how the factor is drawn; "none" where a product is zero or not finite.
        begin, end: where the bar begins and ends; of a dot the same.
        joint: where the dotted line from the row above comes down, or None.
    """

    step: WaterfallStep
    rect: QRectF
    shape: Shape
    begin: float
    end: float
    joint: float | None


def fitted_axis(held: LogAxis | None, found: Waterfall) -> LogAxis:
    """Return an axis for all products of ``found``: ``held`` where it does, else a new one."""
    products = [step.expected if step.product is None else step.product for step in found.steps]
    decades = [decade for decade in map(_decade, products) if decade is not None]
    if not decades:
        return held or EMPTY_AXIS
    low, high = math.floor(2 * min(decades)) / 2, math.ceil(2 * max(decades)) / 2
    low = min(low, high - NARROWEST)
    if held is not None and held is not EMPTY_AXIS:
        spare = (low - held.low) + (held.high - high)
        if held.low <= low and high <= held.high and spare <= MOST_SPARE:
            return held
    return LogAxis(low, high)


def make_rows(
    found: Waterfall, axis: LogAxis, plot: QRectF, left: float, right: float, tallest: float
) -> list[Row]:
    """Return the rows of ``found`` from ``left`` to ``right``, with their bars in ``plot``."""
    count = len(found.steps)
    height = min(plot.height() / count, tallest)
    nominal = min(NOMINAL_PIXELS, plot.width() / (count + 1))
    rows: list[Row] = []
    at, joint = plot.right() - nominal, False
    for index, step in enumerate(found.steps):
        rect = QRectF(left, plot.top() + index * height, right - left, height)
        is_known = step.product is not None
        decade = _decade(step.product if is_known else step.expected)
        begin, came_from = at, at if joint else None
        shape: Shape
        if is_known and decade is None:
            shape = "none"
        elif step.kind in ("start", "restart"):
            shape = "dot" if is_known else "ring"
        else:
            shape = "bar" if is_known else "hatched"
        if decade is not None:
            at = plot.left() + axis.share(decade) * plot.width()
        elif not is_known and index:
            at = max(plot.left() + LEAST_PIXELS, at - nominal)
        begin = at if index == 0 else begin
        rows.append(Row(step, rect, shape, begin, at, came_from if shape != "none" else None))
        joint = shape != "none"
    return rows


def row_at(rows: Sequence[Row], x: float, y: float) -> int | None:
    """Return the place of the row at a point, or None."""
    for place, row in enumerate(rows):
        if row.rect.contains(x, y):
            return place
    return None


def _decade(product: float | None) -> float | None:
    if not product or not math.isfinite(product):
        return None
    return math.log10(abs(product))
