"""The loss of the best constant prediction: the yardstick of whether a network has learnt.

Variance for squared errors, label entropy for cross-entropies; skill is 1 - loss / baseline.
"""

from __future__ import annotations

import numpy as np

from core.network.parameters import Floats


def constant_loss(targets: Floats, loss: str) -> float:
    """Return the loss of the best constant answer to encoded targets (N, K)."""
    targets = np.asarray(targets, np.float64)
    if loss == "mean_squared_error":
        return float(np.mean(targets.var(axis=0)))
    if loss == "half_squared_error":
        return float(np.sum(targets.var(axis=0)) / 2)
    share = targets.mean(axis=0)
    if loss == "binary_cross_entropy":
        return float(np.sum(_entropy(share) + _entropy(1 - share)))
    return float(np.sum(_entropy(share)))


def skill(loss: float, guessing: float) -> float:
    """Return 1 - loss / guessing: 0 is no better than a constant, 1 is perfect."""
    return 1.0 - loss / guessing if guessing > 0 else 1.0


def _entropy(p: Floats) -> Floats:
    return -p * np.log(np.where(p > 0, p, 1.0))
