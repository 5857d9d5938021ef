"""The axis of the ridges: log10 |g| in whole decades, the same one for all layers.

It is chosen at the first gradients of a run and from then on only widened, so that a ridge that
moves is a gradient that changed. No Qt in here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.histograms import (
    BIN_COUNT,
    BINS_PER_DECADE,
    HIGHEST_DECADE,
    LOWEST_DECADE,
    LayerHistograms,
)
from gui.numbers import power_of_ten

# Deviation of the smoothing, in decades.
SIGMA = 0.22
NARROWEST = 6
# Room for the skirts that smoothing gives to a ridge.
SKIRT = 0.4
# So much of a layer may lie below the axis: one tiny entry should not press all others together.
CUT_SHARE = 0.02
# Nor should what only rounding has left, such as the gradient of a bias before a batch norm, which
# is 0 by theory: so many decades below a layer's largest entry a float64 has no digits left.
DIGITS = 13
LABEL_STRIDES = (1, 2, 4, 5, 10, 20)

Decades = TypeVar("Decades", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class DecadeAxis:
    """Decades from ``low`` to ``high``."""

    low: int = -6
    high: int = 1

    def share(self, decade: Decades) -> Decades:
        """Return where a log10, or several, stand: 0 at the left end, 1 at the right."""
        return (decade - self.low) / (self.high - self.low)

    def decades(self, pixels: float, pixels_per_label: float) -> list[int]:
        """Return the decades to label on an axis ``pixels`` long."""
        per_decade = pixels / (self.high - self.low)
        strides = (stride for stride in LABEL_STRIDES if stride * per_decade >= pixels_per_label)
        stride = next(strides, LABEL_STRIDES[-1])
        return [d for d in range(self.low, self.high + 1) if d % stride == 0]

    def label(self, decade: int) -> str:
        """Write ``decade``; the outermost of the histograms stand for all that lies beyond."""
        beyond = {LOWEST_DECADE: "≤", HIGHEST_DECADE: "≥"}.get(decade, "")
        return beyond + power_of_ten(decade)

    def entries_below(self, counts: NDArray[np.float64]) -> int:
        """Return how many of a layer's ``counts`` (bins,) lie left of the axis."""
        return int(counts[: (self.low - LOWEST_DECADE) * BINS_PER_DECADE].sum())

    def density_matrix(self, points: int) -> NDArray[np.float64]:
        """Return (points, bins) that smooths a histogram and reads it evenly along the axis."""
        bins = LOWEST_DECADE + (np.arange(BIN_COUNT) + 0.5) / BINS_PER_DECADE
        places = np.linspace(self.low, self.high, points)
        distance = (places[:, None] - bins[None, :]) / SIGMA
        matrix: NDArray[np.float64] = np.exp(-0.5 * distance**2)
        return matrix


def fitted_axis(
    held: DecadeAxis | None, histograms: LayerHistograms, others: Sequence[float] = ()
) -> DecadeAxis | None:
    """Return an axis that shows ``histograms``: ``held`` if it does, else wider by whole decades.

    It has room for the decades ``others`` too. None where nothing is held and no entry has a
    logarithm.
    """
    span = _span(histograms)
    if span is None:
        return held
    low = max(math.floor(min([span[0] - SKIRT, *others])), LOWEST_DECADE)
    high = min(math.ceil(max([span[1] + SKIRT, *others])), HIGHEST_DECADE)
    if held is None:
        # Gradients shrink while a network learns: more room on the left.
        return DecadeAxis(max(min(low, high - NARROWEST), LOWEST_DECADE), high)
    # A decade to spare, so that a steady drift does not move the axis again at once.
    wider_low = held.low if held.low <= low else max(low - 1, LOWEST_DECADE)
    wider_high = held.high if high <= held.high else min(high + 1, HIGHEST_DECADE)
    return DecadeAxis(wider_low, wider_high)


def _span(histograms: LayerHistograms) -> tuple[float, float] | None:
    """Return the decades between which all layers' entries and RMS lie, but for tiny ones."""
    lows, highs = [], []
    for counts in histograms.counts:
        total = counts.sum()
        if total > 0:
            top = int(np.flatnonzero(counts)[-1]) + 1
            rounded = counts[: max(top - DIGITS * BINS_PER_DECADE, 0)].sum()
            cut = max(CUT_SHARE * total, rounded)
            low = int(np.searchsorted(np.cumsum(counts), cut, side="right"))
            lows.append(LOWEST_DECADE + low / BINS_PER_DECADE)
            highs.append(LOWEST_DECADE + top / BINS_PER_DECADE)
    return (min(lows), float(max(highs))) if lows else None
