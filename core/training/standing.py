"""The metrics of the parameters as they are now, for a picture of this moment.

They are made as those of the log are, over the same rows, but nothing keeps them: what is recorded
follows steps, so a run takes no notice of when somebody looked at it. What has been evaluated
already, for the log or for the picture before, is not evaluated again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.step.penalties import penalty_of
from core.training.log import Evaluation

if TYPE_CHECKING:
    from core.training.assembly import Assembly
    from core.training.snapshot import Snapshot
    from core.training.trainer import Trainer


def evaluate_at(step: int, assembly: Assembly) -> Evaluation:
    """Return the metrics of ``assembly``, which has made ``step`` steps, on at most 2,000 rows."""
    train, test = assembly.evaluator("train"), assembly.evaluator("test")
    assert train is not None
    return Evaluation(
        step,
        assembly.feed.epoch,
        assembly.with_penalty(train.evaluate_for_log()),
        None if test is None else assembly.with_penalty(test.evaluate_for_log()),
        float(assembly.hyper.learning_rate),
    )


def standing_of(trainer: Trainer, previous: Snapshot | None) -> Evaluation:
    """Return the metrics of ``trainer`` as it stands, from the log or ``previous`` if known there.

    ``previous`` is a snapshot of the same structure. In mid-step they are those of the step's start
    until the update has been made.
    """
    penalty = penalty_of(trainer.network, trainer.spec.training)
    for known in (_recorded(trainer), _seen(trainer, previous)):
        if known is not None and known.train.penalty == penalty:
            return replace(
                known,
                step=trainer.step,
                epoch=trainer.epoch,
                learning_rate=trainer.learning_rate,
            )
    return evaluate_at(trainer.step, trainer.assembly)


def _recorded(trainer: Trainer) -> Evaluation | None:
    """Return what the log has of these parameters."""
    latest, program = trainer.log.latest, trainer.program
    # Running statistics follow the parameters, and only then the step is finished.
    has_moved = program.pc > 0 and program.has_written("parameters")
    return None if latest is None or latest.step != trainer.step or has_moved else latest


def _seen(trainer: Trainer, previous: Snapshot | None) -> Evaluation | None:
    """Return what ``previous`` has of them."""
    if previous is None or previous.evaluation is None:
        return None
    network = trainer.network
    is_of_its_step = previous.evaluation.step == previous.step
    is_unchanged = np.array_equal(previous.parameters, network.params.data) and all(
        np.array_equal(before, now)
        for layer, views in network.running.views.items()
        for before, now in zip(previous.running[layer], views, strict=True)
    )
    return previous.evaluation if is_of_its_step and is_unchanged else None
