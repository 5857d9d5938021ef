"""The axis of a measured quantity, linear or in decades, for the bar and for the sparkline.

Positions are shares of the axis, 0 at its low end and 1 at its high one. No Qt in here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gui.loss.axes import round_limit, round_values
from gui.numbers import format_setting, power_of_ten

Array = NDArray[np.float64]

# In decades and as a share of all, between the outermost value and the axis' end.
MARGIN_DECADES, LOG_MARGIN_SHARE = 0.5, 0.04
FEWEST_DECADES = 2
STRIDES = (1, 2, 3, 5, 10, 20, 50, 100)
# A share of which a third is in use gets the whole axis up to 1.
SHARE_IN_USE = 0.33
MARGIN_SHARE = 1.15


@dataclass(frozen=True, slots=True)
class EvidenceScale:
    """An axis from ``low`` to ``high``, which are decades where ``log`` is on."""

    log: bool
    low: float
    high: float

    def share(self, value: float) -> float:
        """Return where ``value`` stands, at an end of the axis if beyond; NaN at the high one."""
        if math.isnan(value):
            return 1.0
        return float(self.shares(np.array([value]))[0])

    def shares(self, values: Array) -> Array:
        """Return where ``values`` (n,) stand, within 0 to 1; what has no logarithm at 0."""
        if self.log:
            values = np.log10(np.maximum(values, np.finfo(np.float64).tiny))
        shares: Array = np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0)
        return shares

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return at most some ``most`` round places on the axis and what is written there."""
        span = self.high - self.low
        if not self.log:
            values = round_values(self.low, self.high, span / max(1, most))
            return [((value - self.low) / span, format_setting(value)) for value in values]
        stride = next((s for s in STRIDES if span / s <= most), STRIDES[-1])
        decades = range(math.ceil(self.low), math.floor(self.high) + 1)
        shown = [decade for decade in decades if decade % stride == 0]
        return [((decade - self.low) / span, power_of_ten(decade)) for decade in shown]


def evidence_scale(values: Iterable[float], *, log: bool) -> EvidenceScale:
    """Return an axis that holds all finite ``values`` and some room at both ends."""
    finite = [value for value in values if math.isfinite(value)]
    if log:
        decades = [math.log10(value) for value in finite if value > 0] or [0.0]
        margin = max(MARGIN_DECADES, LOG_MARGIN_SHARE * (max(decades) - min(decades)))
        first, last = math.floor(min(decades) - margin), math.ceil(max(decades) + margin)
        return EvidenceScale(True, min(first, last - FEWEST_DECADES), last)
    lowest, highest = min([0.0, *finite]), max([0.0, *finite])
    is_share = lowest == 0 and SHARE_IN_USE < highest <= 1
    high = 1.0 if is_share else round_limit(highest * MARGIN_SHARE) if highest else 0.0
    low = -round_limit(-lowest * MARGIN_SHARE) if lowest else 0.0
    return EvidenceScale(False, low, high if high > low else 1.0)
