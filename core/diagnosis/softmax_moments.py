"""The size of a softmax layer's answers, and of what it passes back, where its sums are random.

Softmax mixes all units of a layer, so a mean over one bell curve does not do. With
1 / s^k = (1 / Γ(k)) ∫ t^(k−1) exp(−t s) dt the sum in the denominator becomes a product, and for
independent z of the same distribution E[p₁^m p₂^k] is one integral over t of means over single z.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# The integrands are analytic, so that evenly spaced points are exact to some eight digits.
STEP = 0.4
# With a larger deviation the largest z takes all; what is passed back falls with the deviation.
LARGEST_DEVIATION = 30.0
REACH = 8.0
# Where exp(u + z) is below exp(−40) its powers no longer count, beyond exp(5) exp(−exp) is nothing.
LOWEST, HIGHEST = -40.0, 5.0


def softmax_mean_square(units: int, deviation: float) -> float:
    """Return E[p_i²] of a softmax over ``units`` independent z ~ N(0, deviation²)."""
    return _Moments(units, deviation).of(2)


def softmax_backward_gain(units: int, deviation: float) -> float:
    """Return Var[dz_i] / Var[da_i] for independent da of mean 0.

    dz_i = p_i (da_i − Σ p_k da_k), so it is E[p_i² (1 − 2 p_i + Σ p_k²)].
    """
    moments = _Moments(units, deviation)
    pairs = (units - 1) * moments.of(2, 2)
    gain = moments.of(2) - 2 * moments.of(3) + moments.of(4) + pairs
    return max(gain, 0.0) * min(1.0, LARGEST_DEVIATION / max(deviation, 1.0))


class _Moments:
    """E[p₁^m p₂^k] of one softmax; with t = exp(u) all integrands are smooth in u."""

    def __init__(self, units: int, deviation: float) -> None:
        self._units = units
        deviation = min(deviation, LARGEST_DEVIATION)
        reach = REACH * deviation
        self._step = STEP * max(1.0, deviation / 4)
        self._u = np.arange(LOWEST - reach, HIGHEST + reach, self._step)
        if deviation > 0:
            count = 2 * math.ceil(reach / min(STEP, deviation / 2)) + 1
            z = np.linspace(-reach, reach, count)
            share = np.exp(-0.5 * (z / deviation) ** 2)
        else:
            z, share = np.zeros(1), np.ones(1)
        self._share = share / share.sum()
        self._power = np.exp(np.minimum(self._u[:, None] + z, 2 * HIGHEST))
        self._left = np.exp(-self._power)
        self._others = self._left @ self._share

    def of(self, first: int, second: int = 0) -> float:
        if self._units == 1:
            return 0.0 if second else 1.0
        taken = 1 if second == 0 else 2
        integrand = self._mean(first) * self._others ** (self._units - taken)
        if second:
            integrand = integrand * self._mean(second)
        return float(integrand.sum() * self._step) / math.gamma(first + second)

    def _mean(self, power: int) -> Array:
        """Return E[exp(u + z)^m exp(−exp(u + z))] for every u."""
        values = self._left
        for _ in range(power):
            values = values * self._power
        mean: Array = values @ self._share
        return mean
