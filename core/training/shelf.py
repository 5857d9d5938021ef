"""Runs that are set aside: each waits on its shelf exactly as it was left.

Another seed or other data begin another run. The former one is not copied but put away whole, with
its log, its timeline and the values of a step in progress; to come back to it is to put it in its
place again. Only what can be computed anew, such as pictures, is thrown away meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.diagnosis.findings import Finding
    from core.spec import TrainingSpec
    from core.training.assembly import Assembly, Station
    from core.training.early_stopping import EarlyStop
    from core.training.keyframe import Keyframe
    from core.training.recorder import Recorder
    from core.training.timeline import Timeline
    from core.training.trainer import Trainer


@dataclass(frozen=True, slots=True, eq=False)
class WholeRun:
    """Everything that a trainer holds of one run, not copied; fields as in ``Trainer``."""

    assembly: Assembly
    recorder: Recorder
    timeline: Timeline
    step: int
    last_loss: float
    station: Station
    shown: Station
    step_start: Keyframe | None
    rule_used: TrainingSpec | None
    halted: Finding | None
    halted_at: int | None
    stop: EarlyStop | None

    @classmethod
    def of(cls, trainer: Trainer) -> WholeRun:
        """Return the run of ``trainer``, which must not go on with it."""
        return cls(
            trainer.assembly,
            trainer.recorder,
            trainer.timeline,
            trainer.step,
            trainer.last_loss,
            trainer.station,
            trainer.shown,
            trainer.step_start,
            trainer.rule_used,
            trainer.halted,
            trainer.halted_at,
            trainer.stop,
        )

    def put_into(self, trainer: Trainer) -> None:
        """Let ``trainer`` go on with this run."""
        trainer.enter(self.assembly)
        trainer.recorder, trainer.timeline = self.recorder, self.timeline
        trainer.step, trainer.last_loss = self.step, self.last_loss
        self.assembly.hyper.seek(self.step)
        trainer.station, trainer.shown = self.station, self.shown
        trainer.step_start, trainer.rule_used = self.step_start, self.rule_used
        trainer.halted, trainer.halted_at = self.halted, self.halted_at
        trainer.stop = self.stop


class Shelf:
    """The place of one run while another one is under way.

    Attributes:
        run: what waits here; None while it is under way itself, or once it has been forgotten.
        byte_count: about how much memory is taken by what waits here.
    """

    run: WholeRun | None
    byte_count: int

    def __init__(self) -> None:
        """Begin empty."""
        self.clear()

    def put(self, run: WholeRun) -> None:
        """Let ``run`` wait here."""
        self.run = run
        self._weigh(run)

    def clear(self) -> None:
        """Hold nothing any more."""
        self.run, self.byte_count = None, 0

    def shorten(self) -> None:
        """Keep no more of the run's past than it takes to go on: earlier steps are forgotten."""
        if self.run is not None:
            self.run.timeline.forget_all_but(self.run.step)
            self._weigh(self.run)

    def _weigh(self, run: WholeRun) -> None:
        parts = (run.timeline, run.assembly, run.recorder.log)
        self.byte_count = sum(part.byte_count for part in parts)


def set_aside(trainer: Trainer) -> None:
    """Put the run of ``trainer`` on its shelf; another one must take its place at once."""
    trainer.assembly.forget_pictures()
    trainer.shelf.put(WholeRun.of(trainer))


def take_from(trainer: Trainer, shelf: Shelf) -> None:
    """Let ``trainer``, whose own run is set aside, go on with the run on ``shelf``."""
    assert shelf.run is not None
    run = shelf.run
    shelf.clear()
    trainer.shelf = shelf
    run.put_into(trainer)
