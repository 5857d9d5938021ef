"""Means of functions of a normally distributed number, for the theory of signals in deep networks.

A sum over many inputs with random weights is nearly normal, so what an activation makes of its
size is an integral over a bell curve: of f(z)² on the way forward, of f′(z)² on the way back. The
plain Gauss-Hermite rule misses what is much narrower than the curve, such as the slope of a
saturated sigmoid, and is poor at kinks; so the curve is cut into panels there, with a
Gauss-Legendre rule in each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.network.activations import ACTIVATIONS

Array = NDArray[np.float64]

# Beyond so many deviations lies less than 1e-22 of the curve.
REACH = 10.0
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
# Activations bend and their slopes jump near 0: panels there are as narrow as the bends.
BENDS = np.array([0.0, *(sign * 2.0**power for power in range(-1, 6) for sign in (-1, 1))])


def bell_curve(mean: float, deviation: float) -> tuple[Array, Array]:
    """Return points and weights: the sum of weight times g(point) is E[g(z)], z ~ N(mean, dev²).

    Exact to some ten digits for smooth g and for g that bend or jump at 0.
    """
    if not deviation > 0.0:
        return np.full(1, mean, np.float64), np.ones(1)
    cuts = mean + deviation * np.arange(-REACH, REACH + 1)
    bends = BENDS[(cuts[0] < BENDS) & (cuts[-1] > BENDS)]
    edges = np.unique(np.concatenate([cuts, bends]))
    half = np.diff(edges)[:, None] / 2
    points = edges[:-1, None] + half * (1 + NODES)
    density = np.exp(-0.5 * ((points - mean) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))
    return points.ravel(), (half * WEIGHTS * density).ravel()


def mean_value(activation: str, mean: float, deviation: float) -> float:
    """Return E[f(z)] for z ~ N(mean, deviation²) of an activation that acts on each unit alone."""
    z, weights = bell_curve(mean, deviation)
    a = np.empty_like(z)
    with np.errstate(all="ignore"):
        ACTIVATIONS[activation].bind(z, a)()
        return float(weights @ a)


def mean_square(activation: str, mean: float, deviation: float) -> float:
    """Return E[f(z)²] for z ~ N(mean, deviation²) of an activation that acts on each unit alone."""
    z, weights = bell_curve(mean, deviation)
    a = np.empty_like(z)
    with np.errstate(all="ignore"):
        ACTIVATIONS[activation].bind(z, a)()
        return float(weights @ np.square(a))


def mean_square_slope(activation: str, mean: float, deviation: float) -> float:
    """Return E[f′(z)²], likewise."""
    z, weights = bell_curve(mean, deviation)
    a, slope = np.empty_like(z), np.empty_like(z)
    with np.errstate(all="ignore"):
        ACTIVATIONS[activation].bind(z, a)()
        ACTIVATIONS[activation].bind_slope(z, a, slope)()
        return float(weights @ np.square(slope))
