"""Where the bars of a batch's samples stand: which of them, how wide, how high. No Qt in here."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.network.parameters import Floats

# A bar with its gap.
NARROWEST, WIDEST = 3.0, 36.0


@dataclass(frozen=True, slots=True)
class StripPlan:
    """The bars.

    Attributes:
        places: (n,) the samples that have a bar, by their place in the batch, in its order.
        left, pitch: where the first bar begins, and how far apart they are.
        scale: the share that a bar of full height stands for.
    """

    places: NDArray[np.intp]
    left: float
    pitch: float
    scale: float

    @property
    def right(self) -> float:
        """Return where the last bar ends."""
        return self.left + len(self.places) * self.pitch

    def bar_at(self, x: float) -> int | None:
        """Return the bar at ``x``, or None."""
        bar = math.floor((x - self.left) / self.pitch)
        return bar if 0 <= bar < len(self.places) else None

    def bar_of(self, place: int) -> int | None:
        """Return the bar of the sample at ``place`` in the batch, or None."""
        bars = np.flatnonzero(self.places == place)
        return int(bars[0]) if bars.size else None

    def height(self, share: float) -> float:
        """Return how high a share's bar is: 1 is full height up, −1 down, NaN for no number."""
        if not math.isfinite(share):
            return math.nan
        return share / self.scale if self.scale else 0.0


def strip_plan(
    shares: Floats | None, count: int, sample: int, left: float, width: float
) -> StripPlan:
    """Place the bars of ``count`` samples between ``left`` and ``left + width``.

    Where not all have room it is the largest shares that have a bar, and the sample in view.
    """
    room = max(1, int(width / NARROWEST))
    places = np.arange(count)
    if count > room:
        sizes = np.zeros(count) if shares is None else np.abs(shares, dtype=np.float64)
        sizes = np.where(np.isnan(sizes), np.inf, sizes)
        sizes[sample] = np.inf
        places = np.sort(np.argsort(-sizes, kind="stable")[:room])
    finite = np.zeros(0) if shares is None else np.abs(shares[np.isfinite(shares)])
    scale = float(finite.max()) if finite.size else 0.0
    return StripPlan(places, left, min(width / len(places), WIDEST), scale)
