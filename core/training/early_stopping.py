"""What early stopping remembers: the best state so far, and how long it has been the best.

Every recorded evaluation is compared with the best one by its test loss (Prechelt 1998). All of it
is frozen, so every keyframe holds it and going back counts again to the same end. What happens when
the patience is over is not decided here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network.parameters import Floats
from core.training.frozen import frozen
from core.training.log import Evaluation

if TYPE_CHECKING:
    from core.training.assembly import Assembly


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The evaluation with the lowest test loss, and what the run was then.

    Attributes:
        step, loss: when it was, and its test loss.
        parameters: (P,) the weights.
        running: the running statistics of batch normalization.
        optimizer: (P,) each, what the update rule remembered.
        updates: how often that rule had run.
    """

    step: int
    loss: float
    parameters: Floats
    running: Floats
    optimizer: Mapping[str, Floats]
    updates: int

    @property
    def byte_count(self) -> int:
        """Return how much memory its vectors take."""
        vectors = (self.parameters, self.running, *self.optimizer.values())
        return sum(vector.nbytes for vector in vectors)


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """The wait for a better test loss.

    Attributes:
        best: the best evaluation since the wait began, None before the first.
        evaluations: how many have come since without being better.
    """

    best: Best | None = None
    evaluations: int = 0

    def after(self, evaluation: Evaluation, assembly: Assembly) -> Wait:
        """Return the wait after one more evaluation, of the state that ``assembly`` is in."""
        assert evaluation.test is not None
        loss = math.inf if math.isnan(evaluation.test.loss) else evaluation.test.loss
        if self.best is not None and not loss < self.best.loss:
            return Wait(self.best, self.evaluations + 1)
        state = assembly.state
        arrays = {name: frozen(array) for name, array in state.arrays.items()}
        parameters = frozen(assembly.network.params.data)
        running = frozen(assembly.network.running.data)
        return Wait(Best(evaluation.step, loss, parameters, running, arrays, state.count))

    def restarted(self) -> Wait:
        """Return the wait with the same best evaluation, counted from 0 again."""
        return Wait(self.best)

    @property
    def byte_count(self) -> int:
        """Return how much memory the best state takes."""
        return 0 if self.best is None else self.best.byte_count


NO_WAIT = Wait()


@dataclass(frozen=True, slots=True, eq=False)
class EarlyStop:
    """An early stop.

    Attributes:
        step: where the run stopped.
        best_step: the step whose weights came back.
        waited: how many evaluations had not been better.
        before, after: the evaluations at ``step``, with the weights that had been trained up to
            there and with those that came back.
    """

    step: int
    best_step: int
    waited: int
    before: Evaluation
    after: Evaluation

    @property
    def message(self) -> str:
        """Return what has happened, in two sentences."""
        evaluations = "evaluation" if self.waited == 1 else "evaluations"
        return (
            f"Stopped at step {self.step:,}: the test loss has not improved for {self.waited:,} "
            f"{evaluations}. The weights of step {self.best_step:,} are back."
        )
