"""Changes of the learning rate and its schedule, as ``ExperimentSpec.with_changes`` takes them.

A schedule is a function of the steps done, so what it needs depends on how far a run is. These
functions return everything that has to change together; whether the result is acceptable is for the
specification to say.
"""

from __future__ import annotations

import math
from typing import Any

from core.spec import ExperimentSpec
from core.step.schedules import rate_at
from core.training.assembly import OPEN_ENDED_EPOCHS, OPEN_ENDED_STEPS

# A factor that suits every thousandth step would end a rate that has it at every step, and the
# other way round it would never be felt.
GAMMAS = {"step": 0.5, "exponential": 0.999}
FASTEST_EVERY_STEP, SLOWEST_NOW_AND_THEN = 0.9, 0.99
WARMUP_SHARE = 0.05


def change_schedule(spec: ExperimentSpec, kind: str, step: int, rows: int) -> dict[str, Any]:
    """Return what gives a run that is at ``step`` and has ``rows`` training rows this schedule.

    A cosine ends with the planned run. Where there is no such end, or the run is past it, it gets
    one: as far ahead as an open-ended run is judged over, and at least as far as the run has come.
    """
    schedule: dict[str, Any] = {"kind": kind}
    now = spec.training.schedule
    if kind in ("cosine", "warmup_cosine"):
        total = now.total_steps or spec.training.steps
        if total <= step:
            per_epoch = math.ceil(rows / spec.training.batch_size)
            ahead = max(OPEN_ENDED_STEPS, OPEN_ENDED_EPOCHS * per_epoch, step)
            total = schedule["total_steps"] = step + ahead
        if kind == "warmup_cosine" and not 0 < now.warmup_steps < total:
            # Over a single step there is nothing to warm up.
            schedule["warmup_steps"] = math.ceil(WARMUP_SHARE * total) if total > 1 else 0
    elif kind in GAMMAS:
        every_step = kind == "exponential"
        misfits = now.gamma < FASTEST_EVERY_STEP if every_step else now.gamma > SLOWEST_NOW_AND_THEN
        if misfits:
            schedule["gamma"] = GAMMAS[kind]
    return {"training": {"schedule": schedule}}


def change_rate_in_force(spec: ExperimentSpec, step: int, rate: float) -> dict[str, Any]:
    """Return what makes ``rate`` (> 0) the rate of the update after ``step`` others.

    A schedule goes on from there: base rate and minimum are scaled alike, and with them every rate
    to come. Where the schedule has left nothing that could be scaled, ``rate`` is the base rate.
    """
    optimizer, schedule = spec.training.optimizer, spec.training.schedule
    before = rate_at(spec.training, step)
    if schedule.kind == "constant" or not is_scalable(before):
        return {"training": {"optimizer": {"learning_rate": rate}}}
    factor = rate / before
    changes: dict[str, Any] = {"optimizer": {"learning_rate": optimizer.learning_rate * factor}}
    if schedule.minimum and schedule.kind in ("cosine", "warmup_cosine"):
        changes["schedule"] = {"minimum": schedule.minimum * factor}
    return {"training": changes}


def is_scalable(rate: float) -> bool:
    """Return whether a rate in force can be scaled to another: a schedule may end at 0."""
    return 0 < rate < math.inf
