"""The curves of a run as the loss plot shows them: over which axis, smoothed how, in what order.

Only numbers of core: positions and smooth versions are computed there. No Qt in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.training.abscissa import positions, steps_at
from core.training.log import Curves
from core.training.smoothing import Smoothing, smooth
from core.training.snapshot import TrialView
from gui.loss.trial import trial_curve

Array = NDArray[np.float64]
Line = tuple[Array, Array]

NAMES = ("batch", "test", "train")
OFF = Smoothing()


@dataclass(frozen=True)
class RunLines:
    """The lines of one run.

    Attributes:
        curves: what was recorded.
        abscissa: the key of what they are drawn over.
        smoothing: how they are smoothed.
        trial: a ghost beside the run, or None.
    """

    curves: Curves
    abscissa: str = "step"
    smoothing: Smoothing = OFF
    trial: TrialView | None = None

    @property
    def is_smooth(self) -> bool:
        """Return whether there are smooth lines over the recorded ones."""
        return self.smoothing.kind != "off"

    @cached_property
    def recorded(self) -> dict[str, Line]:
        """Return steps (n,) and losses (n,), all finite, by name."""
        curves = self.curves
        return {
            "batch": _finite(curves.batch_steps, curves.batch_loss),
            "test": _finite(curves.steps, curves.test_loss),
            "train": _finite(curves.steps, curves.train_loss),
        }

    @cached_property
    def smooth(self) -> dict[str, Line]:
        """Return the same lines, smoothed."""
        return {
            name: (steps, smooth(losses, self.smoothing))
            for name, (steps, losses) in self.recorded.items()
        }

    @cached_property
    def spread(self) -> Line:
        """Return the losses of batches with both extremes of every share of the run."""
        curves = self.curves
        if np.array_equal(curves.batch_lowest, curves.batch_highest):
            return self.recorded["batch"]
        both = np.column_stack([curves.batch_lowest, curves.batch_highest])
        return _finite(np.repeat(curves.batch_steps, 2), both.ravel())

    @cached_property
    def ghost(self) -> Line:
        """Return the losses of the trial on the steps of the run; empty without one."""
        return trial_curve(self.trial)

    @property
    def last_step(self) -> float:
        """Return the last step of any line, 0 without one."""
        runs = (self.curves.batch_steps, self.curves.steps, self.ghost[0])
        return max((float(steps[-1]) for steps in runs if len(steps)), default=0.0)

    def places(self, steps: Array) -> Array:
        """Return where ``steps`` (n,) stand on the abscissa."""
        return positions(self.curves, self.abscissa, steps)

    def place(self, step: float) -> float:
        """Return where one stands."""
        return float(self.places(np.array([step]))[0])

    def step_at(self, place: float) -> float:
        """Return the step at a place of the abscissa, with a fraction."""
        return float(steps_at(self.curves, self.abscissa, np.array([place]))[0])

    def read_steps(self, left: float, right: float) -> Array:
        """Return the steps between two places at which there is something to read.

        Those of the evaluations, or of batches where none is there.
        """
        for steps in (self.curves.steps, self.curves.batch_steps):
            places = self.places(steps)
            seen = steps[(places >= left) & (places <= right)]
            if len(seen):
                return seen
        return self.curves.steps


def _finite(steps: Array, losses: Array) -> Line:
    kept = np.isfinite(losses)
    return steps[kept], losses[kept]
