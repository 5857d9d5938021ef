"""Learning-rate schedules: the rate of an update as a function of the updates done before it.

Nothing is accumulated: the rate at a step is the same whichever way a run came there. Cosine
annealing is that of Loshchilov and Hutter 2017, without restarts; the linear warm-up before it is
that of Goyal et al. 2017.
"""

from __future__ import annotations

import math

from msgspec.structs import replace

from core.spec import ScheduleSpec, TrainingSpec


def rate_at(training: TrainingSpec, step: int) -> float:
    """Return the rate of the update that is made after ``step`` others."""
    rate, schedule = training.optimizer.learning_rate, training.schedule
    match schedule.kind:
        case "step":
            return _decayed(rate, schedule.gamma, step // schedule.step_size)
        case "exponential":
            return _decayed(rate, schedule.gamma, step)
        case "cosine":
            return _cosine(rate, schedule, step, total_steps(training))
        case "warmup_cosine":
            warmup = schedule.warmup_steps
            if step < warmup:
                return rate * (step + 1) / warmup
            return _cosine(rate, schedule, step - warmup, total_steps(training) - warmup)
    return rate


def total_steps(training: TrainingSpec) -> int:
    """Return T, the planned length of the run where the schedule names none."""
    return training.schedule.total_steps or training.steps


def in_force(training: TrainingSpec, step: int) -> TrainingSpec:
    """Return ``training`` with the rate that the update after ``step`` others uses."""
    if training.schedule.kind == "constant":
        return training
    optimizer = replace(training.optimizer, learning_rate=rate_at(training, step))
    return replace(training, optimizer=optimizer)


def _decayed(rate: float, gamma: float, times: int) -> float:
    try:
        return float(rate * gamma**times)
    except OverflowError:
        # A factor above 1 has no end: the run stops at the update that is not finite.
        return math.inf


def _cosine(rate: float, schedule: ScheduleSpec, step: int, total: int) -> float:
    share = (1 + math.cos(math.pi * min(step, total) / total)) / 2
    return schedule.minimum + (rate - schedule.minimum) * share
