"""Stopping early: the run pauses, and the weights with the best test loss come back.

The step count, the log and its curves stay. The run as it was trained up to here waits on its
shelf, so to undo the stop is to have it back whole. On the way through a known past the stop comes
again as it did the first time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.training.assembly import Assembly
from core.training.early_stopping import EarlyStop
from core.training.history import Entry, Side
from core.training.keyframe import take_keyframe
from core.training.recorder import Recorder
from core.training.shelf import Shelf, set_aside
from core.training.travel import show_start

if TYPE_CHECKING:
    from core.training.trainer import Trainer


def stop_early(trainer: Trainer) -> None:
    """Stop where ``trainer`` stands, at a step's end, and put the best weights back."""
    step, wait = trainer.step, trainer.recorder.wait
    best, before = wait.best, trainer.log.latest
    assert best is not None
    assert before is not None
    # Whoever undoes the stop trains on, also after having gone back: the wait begins anew.
    trainer.recorder.wait = wait.restarted()
    frame = take_keyframe(trainer, is_change=True)
    trainer.timeline.add(frame)
    assembly = Assembly(trainer.spec, trainer.dataset)
    timeline, log = trainer.timeline.copy(), trainer.log.copy()

    side = Side(trainer.spec, step, shelf=trainer.shelf)
    set_aside(trainer)
    trainer.shelf = Shelf()
    trainer.history.add(Entry(f"early stop at step {step:,}", side))

    trainer.enter(assembly)
    trainer.recorder = Recorder(assembly, trainer.in_force)
    trainer.recorder.log, trainer.timeline = log, timeline
    outcome = replace(
        frame,
        parameters=best.parameters,
        running=best.running,
        optimizer=best.optimizer,
        updates=best.updates,
        position=trainer.history.position,
    )
    trainer.return_to(outcome)
    after = trainer.recorder.evaluate_again(step)
    log.add_mark(step, f"early stop, weights of step {best.step:,}")
    stop = EarlyStop(step, best.step, wait.evaluations, before, after)
    trainer.stop = stop
    timeline.add(replace(outcome, moment=trainer.recorder.moment(), stop=stop))


def stop_again(trainer: Trainer, stop: EarlyStop) -> None:
    """Pause at a stop of the known past, whose weights have been put back already."""
    trainer.log.add_evaluation(stop.after)
    show_start(trainer)
    trainer.stop = stop
