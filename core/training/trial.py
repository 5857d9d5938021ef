"""A trial: a ghost run with a remedy beside the run that it is to mend.

The ghost is a trainer of its own. From the start it begins at step 0 with the same data, batches
and draws; from here it goes on from the run's weights, as a change in the midst of a run would.
Whichever of the two is behind is trained first, then both by the same number of steps. The run
itself takes no notice: a trial changes no bit of it.
"""

from __future__ import annotations

import numpy as np

from core.data import Dataset
from core.diagnosis.findings import Kind, Remedy
from core.diagnosis.histograms import layer_rms
from core.errors import UserError
from core.spec import ExperimentSpec
from core.training.changes import Scope, scope_of
from core.training.changing import take_over
from core.training.frozen import frozen
from core.training.snapshot import TrialReport, TrialView
from core.training.trainer import Trainer
from core.training.trial_report import report_on

# A trial takes as many steps or as many epochs, whichever is longer, but never more than the last.
FEWEST_STEPS = 400
FEWEST_EPOCHS = 4
MOST_STEPS = 2000
# Where one of the two stops, the other is at most so many steps ahead.
STEPS_AT_ONCE = 50


class Trial:
    """One remedy being tried.

    Attributes:
        run: the run that it is to mend, which goes its own way.
        ghost: the run with the remedy.
        kind: of the finding.
        remedy: what is tried.
        from_start: whether the ghost began at step 0.
        origin: the step at which the ghost began.
        end: the step at which it is over.
        report: what it came to, None while it goes on.
    """

    def __init__(self, run: Trainer, kind: Kind, remedy: Remedy, from_start: bool) -> None:
        """Make the ghost; nothing is trained yet.

        Raises:
            UserError: the remedy changes nothing, does not fit, or cannot be tried from here.
        """
        spec = run.spec.with_changes(remedy.changes)
        if spec == run.spec:
            raise UserError(f"{remedy.title}: the run has these settings already.")
        self.run, self.kind, self.remedy, self.from_start = run, kind, remedy, from_start
        self.report: TrialReport | None = None
        if from_start:
            self.origin = 0
            self.ghost = fresh_ghost(run, spec)
        else:
            _refuse_from_here(run, spec, remedy)
            self.origin = run.step
            self.ghost = _ghost_from_here(run, spec)
        self.end = self._end()
        self._structure = run.structure

    @property
    def is_comparable(self) -> bool:
        """Return whether the run still is the one that the ghost was made of."""
        return self.run.structure == self._structure

    @property
    def waits_for_ghost(self) -> bool:
        """Return whether the ghost alone is trained next: it is behind, or the run has stopped."""
        is_open = self.report is None and self.ghost.stop is None
        return is_open and self._steps_of_ghost_alone() > 0

    def advance(self, most: int) -> None:
        """Train by at most ``most`` steps, both or the one that is behind."""
        ghost, run = self.ghost, self.run
        if self.report is not None:
            return
        alone = self._steps_of_ghost_alone()
        if ghost.stop is not None:
            # It has its best weights back and waits for the run.
            run.advance_steps(min(most, self.end - run.step))
        elif alone > 0:
            ghost.advance_steps(min(most, alone))
        elif run.step < ghost.step:
            run.advance_steps(min(most, ghost.step - run.step))
        else:
            before = run.step
            run.advance_steps(min(most, self.end - before))
            ghost.advance_steps(run.step - before)
        has_waited = ghost.stop is not None and (run.step >= self.end or run.halted is not None)
        if ghost.halted is not None or ghost.step >= self.end or has_waited:
            end = ghost.step if ghost.stop is None else self.end
            self.report = report_on(run, ghost, self.kind, self.origin, end)

    def finish(self) -> TrialReport:
        """Train both to the end at once and return what the trial came to."""
        while self.report is None:
            self.advance(STEPS_AT_ONCE)
        return self.report

    def apply(self) -> None:
        """Let the ghost take the run's place, as one change that can be undone.

        Raises:
            UserError: the trial is not over, or the remedy has not helped.
        """
        if self.report is None:
            raise UserError("The trial is not over; wait for its end, or drop it.")
        if not self.report.helped:
            raise UserError(f"{self.remedy.title} has not helped; this trial can only be dropped.")
        take_over(self.run, self.ghost, self.origin, self.remedy.title)

    def view(self) -> TrialView:
        """Return a picture of the trial for a snapshot."""
        ghost = self.ghost
        done = ghost.step if ghost.stop is None else min(max(self.run.step, ghost.step), self.end)
        curves = ghost.log.curves()
        since = int(np.searchsorted(curves.steps, self.origin))
        rms = layer_rms(ghost.network.grads.data, ghost.network.layout)
        return TrialView(
            kind=self.kind,
            remedy=self.remedy,
            from_start=self.from_start,
            origin=self.origin,
            steps_done=done - self.origin,
            steps_planned=self.end - self.origin,
            steps=frozen(curves.steps[since:] - self.origin),
            loss=frozen(curves.train_loss[since:]),
            error_signal=frozen(ghost.recorder.error_signal),
            gradient_rms=frozen(rms),
            report=self.report,
        )

    def _end(self) -> int:
        """Return the step at which both are compared, no further than the run is to go."""
        run, per_epoch = self.run, self.ghost.assembly.feed.steps_per_epoch
        length = max(FEWEST_STEPS, FEWEST_EPOCHS * per_epoch)
        if self.from_start:
            # What the run has done already is there to compare with.
            length = max(length, run.step)
        end = self.origin + min(length, MOST_STEPS)
        planned = run.spec.training.steps
        return end if planned <= self.origin else min(end, max(planned, run.step))

    def _steps_of_ghost_alone(self) -> int:
        run = self.run
        goal = self.end if run.halted is not None else min(run.step, self.end)
        return goal - self.ghost.step


def fresh_ghost(run: Trainer, spec: ExperimentSpec) -> Trainer:
    """Return a trainer of ``spec`` at step 0 over the data of ``run``, where they are the same."""
    ghost = Trainer(spec, run.assembly.dataset_for(spec, run.given))
    ghost.given, ghost.in_force = run.given, run.in_force
    # Its start is to be judged as that of the run.
    ghost.start(ghost.assembly)
    return ghost


def run_remedy(
    spec: ExperimentSpec, remedy: Remedy, dataset: Dataset | None, steps: int
) -> Trainer:
    """Return a trainer that has done ``steps`` steps from the start of ``spec`` with ``remedy``.

    ``dataset`` takes the place of the data of the spec, as in ``Trainer``.

    Raises:
        SpecError, DataError: the remedy does not fit.
    """
    trainer = Trainer(spec.with_changes(remedy.changes), dataset)
    trainer.advance_steps(steps)
    return trainer


def _refuse_from_here(run: Trainer, spec: ExperimentSpec, remedy: Remedy) -> None:
    if remedy.restarts or scope_of(run.spec, spec) == Scope.ANEW:
        raise UserError(f"{remedy.title} begins the run again: try it from the start.")
    if run.halted is not None:
        raise UserError("The run has stopped at a number that is not finite: try from the start.")


def _ghost_from_here(run: Trainer, spec: ExperimentSpec) -> Trainer:
    ghost = fresh_ghost(run, run.spec)
    frame = run.keyframe()
    ghost.restore(frame)
    # Where it comes from it can also go back to, and its curves begin with those of the run.
    ghost.timeline = run.timeline.copy()
    ghost.timeline.forget_after(frame.step)
    ghost.recorder.log = run.log.copy()
    ghost.recorder.error_signal = run.recorder.error_signal
    ghost.adopt(spec)
    return ghost
