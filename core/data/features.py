"""What happens to raw inputs before the network sees them.

First derived features (two-input sets only), then standardization with the statistics of the
training rows. ``InputTransform`` is both in one frozen object, so that a map of the input square, a
drawn digit or a clicked point goes the same way as the samples did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.data.arrays import FloatArray
from core.errors import SpecError

FEATURES: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: np.sin(x1),
    "sin(x2)": lambda x1, x2: np.sin(x2),
}


@dataclass(frozen=True, eq=False)
class Standardizer:
    """Subtract ``mean`` (D,) and divide by ``deviation`` (D,), which is 1 for constant features."""

    mean: FloatArray
    deviation: FloatArray

    @classmethod
    def fit(cls, rows: FloatArray) -> Standardizer:
        """Take mean and population deviation (divisor N) of every column of ``rows`` (N, D)."""
        # Rounding can give a constant column a deviation of 1e-17: the range tells it for sure.
        constant = np.ptp(rows, axis=0) == 0
        # Squares of 1e200 overflow and those of 1e-200 vanish; powers of two change no digit.
        exponent = np.frexp(np.abs(rows).max(axis=0))[1]
        scaled = np.ldexp(rows, -exponent)
        mean = np.where(constant, rows[0], np.ldexp(scaled.mean(axis=0), exponent))
        deviation = np.ldexp(scaled.std(axis=0), exponent)
        deviation[constant | (deviation == 0)] = 1.0
        mean.setflags(write=False)
        deviation.setflags(write=False)
        return cls(mean, deviation)

    def __call__(self, rows: FloatArray) -> FloatArray:
        """Return ``rows`` (N, D) standardized."""
        standardized: FloatArray = (rows - self.mean) / self.deviation
        return standardized


@dataclass(frozen=True, eq=False)
class InputTransform:
    """The way from raw inputs to network inputs; no features means the raw columns as they are."""

    features: tuple[str, ...] = ()
    standardizer: Standardizer | None = None

    def __call__(self, rows: FloatArray) -> FloatArray:
        """Return network inputs (N, D) for raw inputs ``rows`` ((N, 2) if features are derived)."""
        derived = derive_features(rows, self.features) if self.features else rows
        return self.standardizer(derived) if self.standardizer else derived


def derive_features(points: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """Return the features ``names`` of ``points`` (N, 2) as columns (N, len(names))."""
    x1, x2 = points[:, 0], points[:, 1]
    return np.stack([FEATURES[name](x1, x2) for name in names], axis=1)


def check_features(names: tuple[str, ...], input_count: int) -> None:
    """Refuse derived features that do not exist, come twice, or lack two inputs to derive from.

    Raises:
        SpecError: at ``data.features`` or the entry at fault.
    """
    if input_count != 2:
        raise SpecError(
            "data.features", f"only for sets of two inputs, this one has {input_count}; remove it"
        )
    for index, name in enumerate(names):
        place = f"data.features[{index}]"
        if name not in FEATURES:
            raise SpecError(place, f"expected one of {', '.join(FEATURES)}, got {name!r}")
        if name in names[:index]:
            raise SpecError(place, f"{name!r} is listed twice")
