"""The axes of the strips: values, each layer on its own round scale, or sizes on common decades.

No Qt in here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.training.distributions import LayerColumns
from gui.loss.axes import round_limit
from gui.numbers import format_setting, power_of_ten

Array = NDArray[np.float64]
Scale = Literal["value", "size"]

# Of a layer's sizes this share may lie below the axis: one tiny entry should not press the others.
CUT = 0.05
FEWEST_DECADES = 2
LOWEST_DECADE = -20


@dataclass(frozen=True, slots=True)
class StripAxis:
    """From ``low`` to ``high``: values, or the decades of sizes where ``log`` is on."""

    low: float
    high: float
    log: bool = False

    def edges(self, rows: int) -> Array:
        """Return the (rows + 1,) values that part as many rows, from the bottom up."""
        places = np.linspace(self.low, self.high, rows + 1)
        found: Array = 10.0**places if self.log else places
        return found

    def share(self, value: float) -> float:
        """Return where ``value`` stands, 0 at the bottom, 1 at the top, kept within the axis."""
        place = value
        if self.log:
            place = math.log10(value) if value > 0 else -math.inf
        return min(max((place - self.low) / (self.high - self.low), 0.0), 1.0)

    def holds(self, value: float) -> bool:
        """Return whether ``value`` has a place on the axis."""
        place = math.log10(value) if self.log and value > 0 else value
        return (value > 0 or not self.log) and self.low <= place <= self.high

    def value(self, share: float) -> float:
        """Return what stands at ``share`` of the axis."""
        place = self.low + share * (self.high - self.low)
        return 10.0**place if self.log else place

    def ticks(self, pixels: float, room: float) -> list[tuple[float, str]]:
        """Return share and words of the ticks on ``pixels``, each of which takes ``room``."""
        if not self.log:
            values = [self.low, 0.0, self.high] if pixels >= 3 * room else [self.low, self.high]
            return [(self.share(value), format_setting(value, 3)) for value in values]
        every = next(n for n in range(1, 64) if n * pixels / (self.high - self.low) >= room)
        decades = range(round(self.low), round(self.high) + 1)
        shown = [d for d in decades if (d - round(self.high)) % every == 0]
        return [((d - self.low) / (self.high - self.low), power_of_ten(d)) for d in shown]


def strip_axes(layers: Sequence[LayerColumns], scale: Scale) -> tuple[StripAxis, ...]:
    """Return the axis of every layer, on which all moments have a place."""
    known = [columns.values[columns.known()] for columns in layers]
    if scale == "value":
        limits = [round_limit(float(np.abs(values).max(initial=0.0))) for values in known]
        return tuple(StripAxis(-limit, limit) for limit in limits)
    sizes = [np.sort(np.abs(values), axis=1) for values in known]
    lows = np.concatenate([values[:, round(CUT * values.shape[1])] for values in sizes])
    highs = np.concatenate([values[:, -1] for values in sizes])
    lows, highs = lows[lows > 0], highs[highs > 0]
    if not len(highs):
        return (StripAxis(-FEWEST_DECADES, 0, log=True),) * len(layers)
    high = math.ceil(math.log10(float(highs.max())))
    low = math.floor(math.log10(float(lows.min()))) if len(lows) else high
    low = max(min(low, high - FEWEST_DECADES), LOWEST_DECADE)
    return (StripAxis(low, high, log=True),) * len(layers)
