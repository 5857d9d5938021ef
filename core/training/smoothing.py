"""Smooth versions of a recorded series, to be drawn over it; the series itself stays as it is.

Windows count recorded values: those of a long run, each of which stands for many steps, alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Kind = Literal["off", "exponential", "median"]


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How to smooth: by ``kind``, over a ``window`` of so many values."""

    kind: Kind = "off"
    window: int = 1


def smooth(values: Array, smoothing: Smoothing) -> Array:
    """Return (n,) the smooth version of ``values`` (n,), all finite; themselves where it is off."""
    if smoothing.kind == "exponential":
        return exponential_mean(values, smoothing.window)
    if smoothing.kind == "median":
        return running_median(values, smoothing.window)
    return values


def exponential_mean(values: Array, window: int) -> Array:
    """Return at each value the mean of it and those before, ever less of the earlier ones.

    A value that lies k back counts q^k, q = (window - 1) / (window + 1), and the weights sum up
    to 1 from the first value on. Their mean age is that of a plain mean of ``window`` values.
    """
    keep = (window - 1) / (window + 1)
    sums = accumulate(values.tolist(), lambda total, value: keep * total + value)
    counts = accumulate([1.0] * len(values), lambda total, one: keep * total + one)
    return np.fromiter(sums, np.float64, len(values)) / np.fromiter(counts, np.float64, len(values))


def running_median(values: Array, window: int) -> Array:
    """Return the medians of ``window`` (odd) values around each, of fewer at the ends."""
    reach, count = window // 2, len(values)
    result = np.empty(count)
    inside = range(reach, count - reach)
    if inside:
        around = np.lib.stride_tricks.sliding_window_view(values, 2 * reach + 1)
        result[reach : count - reach] = np.partition(around, reach, axis=1)[:, reach]
    for index in range(count):
        if index not in inside:
            result[index] = np.median(values[max(0, index - reach) : index + reach + 1])
    return result
