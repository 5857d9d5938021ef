"""Where the runner keeps the trial of a remedy, if there is one, and what it does with it."""

from __future__ import annotations

from core.diagnosis.findings import Kind, Remedy
from core.errors import UserError
from core.training.snapshot import TrialView
from core.training.trainer import Trainer
from core.training.trial import Trial


class Bench:
    """Holds at most one trial of a remedy for the run of ``trainer``.

    Attributes:
        resumes: the state that the runner had when the trial began, "paused" or "running".
    """

    def __init__(self, trainer: Trainer) -> None:
        """Begin without a trial."""
        self._trainer = trainer
        self._trial: Trial | None = None
        self.resumes = "paused"

    @property
    def is_busy(self) -> bool:
        """Return whether a trial goes on: there is one, and it has no report yet."""
        return self._trial is not None and self._trial.report is None

    @property
    def waits_for_ghost(self) -> bool:
        """Return whether the ghost is trained next and the run stands still."""
        return self._trial is not None and self._trial.waits_for_ghost

    def begin(self, kind: Kind, remedy: Remedy, from_start: bool, state: str) -> tuple[str, ...]:
        """Begin a trial in place of one that there may be; return what there is to say.

        Raises:
            UserError: it is refused; nothing has changed.
        """
        trial = Trial(self._trainer, kind, remedy, from_start)
        notes: tuple[str, ...] = ()
        if self.is_busy:
            state, notes = self.resumes, self.drop("another one begins")
        self._trial, self.resumes = trial, state
        return notes

    def advance(self, most: int) -> None:
        """Train the run by at most ``most`` steps, and the ghost with it while a trial goes on."""
        if self._trial is None or not self.is_busy:
            self._trainer.advance_steps(most)
        else:
            self._trial.advance(most)

    def end(self, apply: bool) -> None:
        """Let the ghost take the run's place, or drop it.

        Raises:
            UserError: there is no trial, or it cannot be applied; nothing has changed.
        """
        if self._trial is None:
            raise UserError("There is no trial to end.")
        if apply:
            self._trial.apply()
        self._trial = None

    def drop(self, reason: str) -> tuple[str, ...]:
        """End a trial that there may be for ``reason``; return what there is to say."""
        trial, self._trial = self._trial, None
        return () if trial is None else (f"The trial of {trial.remedy.title} was ended: {reason}.",)

    def drop_if_outdated(self) -> tuple[str, ...]:
        """End a trial whose run has become another one; return what there is to say."""
        if self._trial is None or self._trial.is_comparable:
            return ()
        return self.drop("the run has been changed")

    def view(self) -> TrialView | None:
        """Return a picture of the trial, or None."""
        return None if self._trial is None else self._trial.view()
