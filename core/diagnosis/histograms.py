"""Histograms of log10 |value| per layer, on bins that never move.

Fixed bins make two moments comparable; zeros and non-finite entries have no logarithm and are
counted apart, so that nothing hides in an outermost bin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.statistics import root_mean_square
from core.network.parameters import Floats, ParameterLayout

LOWEST_DECADE, HIGHEST_DECADE = -20, 12
BINS_PER_DECADE = 8
BIN_COUNT = (HIGHEST_DECADE - LOWEST_DECADE) * BINS_PER_DECADE
# Above this many entries of a layer the shape of the histogram is taken from a strided sample.
SAMPLE_SIZE = 8192

Quantity = Literal["gradients", "weights", "activations", "updates"]


@dataclass(frozen=True, slots=True)
class LayerHistograms:
    """Histograms of one quantity in all layers; row 0 is layer 1.

    All arrays are read-only.

    Attributes:
        counts: (L, BIN_COUNT) entries with a finite logarithm; beyond the ends in the end bins.
        zeros, infinite, nan: (L,) entries of each kind, exactly.
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


def layer_histograms(vector: Floats, layout: ParameterLayout) -> LayerHistograms:
    """Return the histograms of every layer's segment of ``vector`` (P,)."""
    layers = layout.layer_count
    counts = np.zeros((layers, BIN_COUNT))
    zeros, infinite, nan, sizes = (np.zeros(layers, np.int64) for _ in range(4))
    for row in range(layers):
        part = vector[layout.segment(row + 1)]
        sizes[row] = part.size
        zeros[row] = part.size - np.count_nonzero(part)
        nan[row] = np.count_nonzero(np.isnan(part))
        infinite[row] = np.count_nonzero(np.isinf(part))
        counts[row] = _log_counts(part, layout.widths[row + 1])
    rms = layer_rms(vector, layout)
    for array in (counts, zeros, infinite, nan, sizes, rms):
        array.flags.writeable = False
    return LayerHistograms(counts, zeros, infinite, nan, sizes, rms)


def layer_rms(vector: Floats, layout: ParameterLayout) -> NDArray[np.float64]:
    """Return (L,) the root mean square of every layer's segment."""
    return np.array([root_mean_square(vector[part]) for part in layout.segments])


def bin_edges() -> NDArray[np.float64]:
    """Return (BIN_COUNT + 1,) the edges in log10."""
    return np.linspace(LOWEST_DECADE, HIGHEST_DECADE, BIN_COUNT + 1)


def _log_counts(part: Floats, units: int) -> NDArray[np.float64]:
    stride = -(-part.size // SAMPLE_SIZE)
    # A stride that shares a factor with the units of a layer would pass some of them over.
    while math.gcd(stride, units) > 1:
        stride += 1
    sample = np.abs(part[::stride], dtype=np.float64)
    magnitude = sample[(sample > 0) & (sample < np.inf)]
    bins = np.floor((np.log10(magnitude) - LOWEST_DECADE) * BINS_PER_DECADE).astype(np.int64)
    np.clip(bins, 0, BIN_COUNT - 1, out=bins)
    counts = np.bincount(bins, minlength=BIN_COUNT).astype(np.float64)
    return counts * float(part.size / sample.size)
