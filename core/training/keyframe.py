"""The state of a run at a step's start, from which everything after it can be computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.network.parameters import Floats
from core.spec import ExperimentSpec
from core.training.early_stopping import EarlyStop
from core.training.history import NOWHERE, Position
from core.training.recorder import Moment

if TYPE_CHECKING:
    from core.training.assembly import Assembly
    from core.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Keyframe:
    """Copies of all that training carries from step to step.

    It holds no generators: batches and draws are functions of the seed and the position.

    Attributes:
        spec: of the run.
        step, epoch, row: finished updates, finished epochs, rows used of the epoch at hand.
        parameters, gradient, update: (P,) the weights, and of the last step the gradient and what
            the update subtracted.
        running: the running statistics of batch normalization.
        optimizer: (P,) each, the update rule's vectors by name.
        updates: how often that rule has run.
        loss: the last batch loss.
        moment: what the recorder knew.
        alone: the only training row that the step sees, or None for its whole batch.
        is_change: whether something was changed here, so that it does not follow from training.
        position: the changes that can be undone and made again from here.
        stop: the early stop that has just put these weights back, or None.
    """

    spec: ExperimentSpec
    step: int
    epoch: int
    row: int
    parameters: Floats
    gradient: Floats
    update: Floats
    running: Floats
    optimizer: Mapping[str, Floats]
    updates: int
    loss: float
    moment: Moment
    alone: int | None = None
    is_change: bool = False
    position: Position = NOWHERE
    stop: EarlyStop | None = None

    @cached_property
    def byte_count(self) -> int:
        """Return how much memory its vectors take."""
        vectors = (
            self.parameters,
            self.gradient,
            self.update,
            self.running,
            *self.optimizer.values(),
        )
        return sum(vector.nbytes for vector in vectors) + self.moment.wait.byte_count

    def load_into(self, assembly: Assembly) -> None:
        """Copy the vectors into ``assembly``, which is one of the same structure and rule."""
        network, state = assembly.network, assembly.state
        np.copyto(network.params.data, self.parameters)
        np.copyto(network.grads.data, self.gradient)
        np.copyto(state.update, self.update)
        np.copyto(network.running.data, self.running)
        for name, array in self.optimizer.items():
            np.copyto(state.arrays[name], array)
        state.count = self.updates


def take_keyframe(trainer: Trainer, *, is_change: bool = False) -> Keyframe:
    """Return the state of ``trainer``, which stands at a step's start."""
    assembly = trainer.assembly
    feed, network, state = assembly.feed, assembly.network, assembly.state
    return Keyframe(
        spec=assembly.spec,
        step=trainer.step,
        epoch=feed.epoch,
        row=feed.row,
        parameters=network.params.data.copy(),
        gradient=network.grads.data.copy(),
        update=state.update.copy(),
        running=network.running.data.copy(),
        optimizer={name: array.copy() for name, array in state.arrays.items()},
        updates=state.count,
        loss=trainer.last_loss,
        moment=trainer.recorder.moment(),
        alone=feed.alone,
        is_change=is_change,
        position=trainer.history.position,
        stop=trainer.stop,
    )
