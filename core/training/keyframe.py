"""The state of a run at a step's start, from which everything after it can be computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.network.parameters import Floats
from core.spec import ExperimentSpec
from core.training.recorder import Moment


@dataclass(frozen=True, eq=False)
class Keyframe:
    """Copies of all that training carries from step to step.

    It holds no generators: batches and draws are functions of the seed and the position.

    Attributes:
        spec: of the run.
        step, epoch, row: finished updates, finished epochs, rows used of the epoch at hand.
        parameters, update: (P,) the weights and what the last update subtracted.
        optimizer: (P,) each, the update rule's vectors by name.
        updates: how often that rule has run.
        loss: the last batch loss.
        moment: what the recorder knew.
    """

    spec: ExperimentSpec
    step: int
    epoch: int
    row: int
    parameters: Floats
    update: Floats
    optimizer: Mapping[str, Floats]
    updates: int
    loss: float
    moment: Moment
