"""Histograms of log10 |value| per layer, on bins that never move.

Fixed bins make two moments comparable; zeros and non-finite entries have no logarithm and are
counted apart, so that nothing hides in an outermost bin. Of a large layer the shape is that of a
sample, so that all this costs little however wide a network is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.statistics import root_mean_square
from core.network.parameters import Floats, ParameterLayout

LOWEST_DECADE, HIGHEST_DECADE = -20, 12
BINS_PER_DECADE = 8
BIN_COUNT = (HIGHEST_DECADE - LOWEST_DECADE) * BINS_PER_DECADE
# Above this many entries of a layer the shape of the histogram is taken from a strided sample.
SAMPLE_SIZE = 4096
# Behind a layer's bins one more counts its zeros, and one what is not finite.
ZERO_BIN, OTHER_BIN, ROW_LENGTH = BIN_COUNT, BIN_COUNT + 1, BIN_COUNT + 2

Quantity = Literal["gradients", "weights", "activations", "updates"]


@dataclass(frozen=True, slots=True)
class LayerHistograms:
    """Histograms of one quantity in all layers; row 0 is layer 1.

    All arrays are read-only.

    Attributes:
        counts: (L, BIN_COUNT) entries with a finite logarithm; beyond the ends in the end bins.
        zeros: (L,) entries that are 0; of a sampled layer, as the counts, in proportion.
        infinite, nan: (L,) entries of each kind, exactly.
        sizes: (L,) entries of each layer; 0 where they have not been computed yet.
        rms: (L,) root mean square of the layer's entries.
        quantity: what the entries are.
        ratios: (L,) of updates, the RMS of W's last update over that of W; else None.
        silent: (L,) of activations, the ReLU units that answer 0 to every row; NaN in layers where
            that is not asked; else None.
        flat: (L,) of activations, the share of outputs where the activation is flat; NaN in layers
            that have no flat part; else None.
    """

    counts: NDArray[np.float64]
    zeros: NDArray[np.int64]
    infinite: NDArray[np.int64]
    nan: NDArray[np.int64]
    sizes: NDArray[np.int64]
    rms: NDArray[np.float64]
    quantity: Quantity = "gradients"
    ratios: NDArray[np.float64] | None = None
    silent: NDArray[np.float64] | None = None
    flat: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Which entries of a vector are looked at.

    Attributes:
        places: (S,) where they are, a stretch for every layer.
        rows: (S,) where the counts of their layer begin.
        weights: (L, 1) how many entries of the layer each stands for.
    """

    places: NDArray[np.intp]
    rows: NDArray[np.intp]
    weights: NDArray[np.float64]


def layer_histograms(vector: Floats, layout: ParameterLayout) -> LayerHistograms:
    """Return the histograms of every layer's segment of ``vector`` (P,)."""
    sample = _sample_of(layout)
    taken = vector.take(sample.places)
    np.abs(taken, taken)
    with np.errstate(divide="ignore"):
        bins = np.log10(taken)
    apart = np.flatnonzero(~np.isfinite(bins))
    bins -= LOWEST_DECADE
    bins *= BINS_PER_DECADE
    np.maximum(bins, 0, out=bins)
    np.minimum(bins, BIN_COUNT - 1, out=bins)
    bins[apart] = np.where(taken[apart] == 0, ZERO_BIN, OTHER_BIN)
    # Of numbers that are not negative the conversion takes the floor.
    places = bins.astype(np.intp)
    places += sample.rows
    found = np.bincount(places, minlength=layout.layer_count * ROW_LENGTH)
    counts = found.reshape(-1, ROW_LENGTH) * sample.weights
    rms = layer_rms(vector, layout)
    infinite, nan = (np.zeros(layout.layer_count, np.int64) for _ in range(2))
    # A root mean square is finite only where every entry is.
    for row in np.flatnonzero(~np.isfinite(rms)):
        part = vector[layout.segments[row]]
        infinite[row] = np.count_nonzero(np.isinf(part))
        nan[row] = np.count_nonzero(np.isnan(part))
    histograms = LayerHistograms(
        np.ascontiguousarray(counts[:, :BIN_COUNT]),
        np.rint(counts[:, ZERO_BIN]).astype(np.int64),
        infinite,
        nan,
        np.diff(layout.offsets),
        rms,
    )
    for array in (histograms.counts, histograms.zeros, infinite, nan, histograms.sizes, rms):
        array.flags.writeable = False
    return histograms


@lru_cache(maxsize=4)
def _sample_of(layout: ParameterLayout) -> _Sample:
    places, rows, weights = sampled_places(layout, SAMPLE_SIZE), [], []
    for row, (part, taken) in enumerate(zip(layout.segments, places, strict=True)):
        rows.append(np.full(len(taken), row * ROW_LENGTH, np.intp))
        weights.append([(part.stop - part.start) / len(taken)])
    return _Sample(np.concatenate(places), np.concatenate(rows), np.array(weights))


def sampled_places(layout: ParameterLayout, most: int) -> list[NDArray[np.intp]]:
    """Return of each layer the places of at most ``most`` of its entries, spread evenly."""
    places = []
    for row, part in enumerate(layout.segments):
        stride, units = -(-(part.stop - part.start) // most), layout.widths[row + 1]
        # A stride that shares a factor with the units of a layer would pass some of them over.
        while math.gcd(stride, units) > 1:
            stride += 1
        places.append(np.arange(part.start, part.stop, stride, dtype=np.intp))
    return places


def layer_rms(vector: Floats, layout: ParameterLayout) -> NDArray[np.float64]:
    """Return (L,) the root mean square of every layer's segment."""
    return np.array([root_mean_square(vector[part]) for part in layout.segments])


def bin_edges() -> NDArray[np.float64]:
    """Return (BIN_COUNT + 1,) the edges in log10."""
    return np.linspace(LOWEST_DECADE, HIGHEST_DECADE, BIN_COUNT + 1)
