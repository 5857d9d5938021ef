"""The curve of a trial as the loss plot draws it: beside the run, on the run's own steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.training.snapshot import TrialView

Array = NDArray[np.float64]


def trial_curve(trial: TrialView | None) -> tuple[Array, Array]:
    """Return steps of the run and losses, (n,) each and finite; both empty without a trial."""
    if trial is None:
        return np.empty(0), np.empty(0)
    losses = np.asarray(trial.loss, np.float64)
    kept = np.isfinite(losses)
    return np.asarray(trial.steps, np.float64)[kept] + trial.origin, losses[kept]
