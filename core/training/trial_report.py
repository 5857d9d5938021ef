"""What a trial came to, by the last evaluations of run and ghost at the same step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.diagnosis.findings import Kind
from core.training.evaluation import Split
from core.training.snapshot import TrialReport
from core.training.verdict import Outcome, Telling, has_helped

if TYPE_CHECKING:
    from core.training.trainer import Trainer

LAST_EVALUATIONS = 5
FEWEST_EVALUATIONS = 3


def report_on(run: Trainer, ghost: Trainer, kind: Kind, origin: int, end: int) -> TrialReport:
    """Return what a trial against a finding of ``kind`` has come to at step ``end``.

    The training rows are what both are judged by, against overfitting the test rows. A ghost that
    has stopped early is judged by the weights that it has put back.
    """
    is_of_test = kind == "overfitting" and run.assembly.evaluator("test") is not None
    original = outcome_of(run, origin, end, is_of_test)
    trial = outcome_of(ghost, origin, end, is_of_test)
    same_loss = run.spec.training.loss == ghost.spec.training.loss
    helped = ghost.halted is None and has_helped(original, trial, same_loss, run.halted is not None)
    said = Telling(
        steps=end - origin,
        goes_on=origin > 0,
        is_of_test=is_of_test,
        is_share=run.assembly.task == "classification",
        run_stopped_at=run.step if run.halted is not None else None,
        ghost_has_stopped=ghost.halted is not None,
        same_loss=same_loss,
    )
    original_loss = float(original.losses[-1]) if run.halted is not None else original.loss
    return TrialReport(
        helped=helped,
        sentence=said.sentence(original, trial, helped),
        original_loss=original_loss,
        trial_loss=trial.loss,
        original_score=original.score,
        trial_score=trial.score,
    )


def outcome_of(trainer: Trainer, origin: int, end: int, is_of_test: bool) -> Outcome:
    """Return how ``trainer`` stood at step ``end`` by the evaluations since ``origin``."""
    split: Split = "test" if is_of_test else "train"
    evaluator = trainer.assembly.evaluator(split)
    rows = 0 if evaluator is None else min(evaluator.rows, evaluator.chunk_rows)
    curves = trainer.log.curves()
    losses, scores = (
        (curves.test_loss, curves.test_score)
        if is_of_test
        else (curves.train_loss, curves.train_score)
    )
    known = np.isfinite(losses)
    steps, losses, scores = curves.steps[known], losses[known], scores[known]
    first = int(np.searchsorted(steps, origin, side="right"))
    last = int(np.searchsorted(steps, end, side="right"))
    best = float(losses[:last].min(initial=np.inf))
    if last - first < FEWEST_EVALUATIONS:
        # In a long record a point stands for many evaluations; the next one reaches behind ``end``.
        last = min(last + 1, len(steps))
    if last <= first and trainer.step == end:
        metrics = trainer.evaluate(split)
        if metrics is not None and np.isfinite(metrics.loss):
            scores = np.array([metrics.score])
            return Outcome(np.array([metrics.loss]), scores, min(best, metrics.loss), rows)
    if trainer.stop is not None and trainer.step <= end:
        back = trainer.stop.after.test if is_of_test else trainer.stop.after.train
        if back is not None and np.isfinite(back.loss):
            scores = np.array([back.score])
            return Outcome(np.array([back.loss]), scores, min(best, back.loss), rows)
    first = max(min(first, last - 1), last - LAST_EVALUATIONS, 0)
    if last <= first:
        return Outcome(np.array([np.inf]), np.array([np.nan]), best, rows)
    return Outcome(losses[first:last], scores[first:last], best, rows)
