"""How many passes through the network a run has made, as a function of its steps.

A step of one source always makes the same number of passes, so the count is known at every step,
also after going back; where the source was changed in mid-run its parts add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.spec import TrainingSpec
from core.step.passes import passes_of_step


@dataclass(frozen=True, slots=True)
class PassCount:
    """The passes of a run, forward and backward ones together.

    Attributes:
        segments: (first step, passes before it, passes a step) of each stretch, in order.
    """

    segments: tuple[tuple[int, int, int], ...] = ((0, 0, 2),)

    def at(self, step: int) -> int:
        """Return the passes that the first ``step`` steps have made."""
        first, before, each = next(
            (s for s in reversed(self.segments) if s[0] <= step), self.segments[0]
        )
        return before + (step - first) * each

    def along(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``at`` of all ``steps`` (n,), which may lie between whole ones."""
        firsts, before, each = np.array(self.segments, np.float64).T
        place = np.maximum(np.searchsorted(firsts, steps, side="right") - 1, 0)
        passes: NDArray[np.float64] = before[place] + (steps - firsts[place]) * each[place]
        passes.flags.writeable = False
        return passes

    def switched(self, step: int, training: TrainingSpec, parameters: int) -> PassCount:
        """Return the count of a run that goes on like this from ``step``.

        ``parameters`` is P, how many the network has.
        """
        source, population = training.gradient_source, training.population
        each = passes_of_step(source, population, parameters).total
        if each == self.segments[-1][2]:
            return self
        kept = tuple(segment for segment in self.segments if segment[0] < step)
        if kept and kept[-1][2] == each:
            return PassCount(kept)
        return PassCount((*kept, (step, self.at(step), each)))
