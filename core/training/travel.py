"""Going back in a run, and to an op of the step at hand: restore a keyframe, run up to the place.

Nothing is undone: what lies before is computed again by the same program from the last keyframe
before it, to the same bits. A place is a step and how many of its ops have run; a finished step and
the start of the next are one place, shown with the values of the finished one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from core.step.hyperparameters import DRAWS_EVERY_STEP
from core.step.operations import place_of
from core.training.assembly import Assembly
from core.training.commands import Granularity
from core.training.halting import halt
from core.training.keyframe import Keyframe, take_keyframe

if TYPE_CHECKING:
    from core.spec import ExperimentSpec
    from core.training.trainer import Trainer


def return_to(trainer: Trainer, frame: Keyframe) -> None:
    """Go to the state that ``frame`` holds, one of the trainer's timeline."""
    if frame.spec != trainer.spec:
        dataset = trainer.assembly.dataset_for(frame.spec, trainer.given)
        trainer.enter(Assembly(frame.spec, dataset))
    assembly = trainer.assembly
    frame.load_into(assembly)
    trainer.step, trainer.last_loss = frame.step, frame.loss
    assembly.hyper.seek(trainer.step)
    trainer.halted = trainer.halted_at = None
    trainer.stop = frame.stop
    assembly.feed.seek(frame.epoch, frame.row)
    assembly.feed.isolate(frame.alone)
    show_start(trainer)
    trainer.recorder.rewind(assembly, frame.step, frame.moment)
    trainer.history.arrive(frame.position)
    trainer.guard.restart()
    trainer.timeline.seek(frame.step)


def show_start(trainer: Trainer) -> None:
    """Let ``trainer`` stand at the start of the step at hand, with nothing of a step on show."""
    trainer.assembly.rewind()
    trainer.step_start = trainer.rule_used = None
    trainer.station = trainer.shown = trainer.assembly.station()


def go_back(trainer: Trainer, granularity: Granularity) -> None:
    """Go back by one op, layer, pass, batch or epoch.

    Raises:
        UserError: this is where the run begins, or as far back as it is remembered.
    """
    step, ops_done = trainer.step, trainer.program.pc
    if ops_done == 0:
        if trainer.assembly.feed.alone is not None:
            go_to(trainer, step, 0)
            return
        if step == trainer.timeline.earliest:
            where = "The run begins here" if step == 0 else "Earlier steps are not remembered"
            raise UserError(f"{where}; there is nothing to go back to.")
    if granularity == "epoch":
        _go_to_epoch_start(trainer)
    elif granularity == "batch":
        go_to(trainer, step if ops_done else step - 1, 0)
    elif ops_done:
        go_to(trainer, step, _start_of_group(trainer, ops_done, granularity))
    else:
        # The step before may have had another program; it is known once the run is back there.
        go_to(trainer, step - 1, 1)
        start = _start_of_group(trainer, len(trainer.program.ops), granularity)
        if start:
            _run_ops(trainer, start)
        else:
            go_to(trainer, step - 1, 0)


def go_to(trainer: Trainer, step: int, ops_done: int) -> None:
    """Go to where ``ops_done`` ops of step number ``step`` have run.

    Raises:
        UserError: that is farther back than the run is remembered.
    """
    # A step's start shows the values of the step before, so that one is run too.
    wanted = step - 1 if ops_done == 0 else step
    frame = trainer.timeline.latest(wanted) or trainer.timeline.latest(step)
    if frame is None:
        raise UserError(f"Steps before {trainer.timeline.earliest:,} are not remembered.")
    trainer.return_to(frame)
    while trainer.step < step - 1 and trainer.halted is None:
        trainer.advance_step()
    if trainer.step < step:
        # The last one keeps what it began with: its values are going to be on show.
        trainer.advance_batch()
    if ops_done == 0:
        # A step that saw one sample alone gets its whole batch again.
        isolate(trainer, None)
    _run_ops(trainer, ops_done)


def go_to_op(trainer: Trainer, place: int) -> None:
    """Go to where the op at ``place`` (from 0) of the step on show is the last that has run."""
    place = min(max(place, 0), len(trainer.shown.program.ops) - 1)
    if trainer.shown.program.completed:
        if place == len(trainer.shown.program.ops) - 1:
            return
        go_to(trainer, trainer.step - 1, place + 1)
    elif place + 1 < trainer.program.pc:
        go_to(trainer, trainer.step, place + 1)
    else:
        _run_ops(trainer, place + 1)


def isolate(trainer: Trainer, row: int | None) -> None:
    """Let the step at hand see one training row alone; None: its whole batch again.

    A step in progress starts again.

    Raises:
        UserError: there is no such row.
    """
    feed = trainer.assembly.feed
    if row == feed.alone:
        return
    start = trainer.keyframe() if trainer.program.pc else None
    # Refused before anything has changed.
    feed.isolate(row)
    if start is not None:
        trainer.return_to(start)
        trainer.assembly.feed.isolate(row)
    frame = take_keyframe(trainer, is_change=True)
    trainer.timeline.forget_after(trainer.step)
    trainer.timeline.add(frame)
    trainer.return_to(frame)


def hold_back(trainer: Trainer) -> None:
    """Halt at the barrier that has stopped a step which was run whole."""
    if trainer.assembly.state.arrays and trainer.program.peek().name == "parameters":
        # The rule's state has moved on already: go there again op by op.
        step, frame = trainer.step, trainer.timeline.latest(trainer.step)
        assert frame is not None
        trainer.return_to(frame)
        while trainer.step < step:
            trainer.advance_step()
        _run_ops(trainer, len(trainer.program.ops) - 1)
        trainer.advance_op()
    if trainer.halted is None:
        # Nothing has been moved: what is now is what the step began with.
        start = take_keyframe(trainer)
        trainer.step_start = replace(start, gradient=np.zeros_like(start.gradient))
        halt(trainer)


def begin_again_with(trainer: Trainer, spec: ExperimentSpec) -> None:
    """Let numbers that were changed in mid-step count for all that the step makes of them.

    Those of the rule count for its whole update, and sigma for a gradient that was made with it.
    """
    start, done = trainer.keyframe(), trainer.program.pc
    moment = replace(start.moment, marks=trainer.log.marks)
    trainer.step_start = start = replace(start, spec=spec, moment=moment)
    in_update = trainer.program.ops[done - 1].phase == "update"
    is_drawn = spec.training.gradient_source in DRAWS_EVERY_STEP
    has_drawn = is_drawn and trainer.program.has_written("dW1")
    if trainer.halted is None and (in_update or has_drawn):
        trainer.return_to(start)
        _run_ops(trainer, done)


def _go_to_epoch_start(trainer: Trainer) -> None:
    feed = trainer.assembly.feed
    is_inside = feed.row > 0 or trainer.program.pc > 0
    epoch = feed.epoch if is_inside else feed.epoch - 1
    frame = trainer.timeline.latest_before(epoch)
    if frame is None:
        first = trainer.timeline.earliest
        raise UserError(f"The epoch began before step {first:,}, which is not remembered.")
    trainer.return_to(frame)
    while trainer.epoch < epoch and trainer.halted is None:
        trainer.advance_step()
    go_to(trainer, trainer.step, 0)


def _run_ops(trainer: Trainer, count: int) -> None:
    for _ in range(count - trainer.program.pc):
        trainer.advance_op()


def _start_of_group(trainer: Trainer, ops_done: int, granularity: Granularity) -> int:
    """Return how many ops have run before the op, layer or pass that was run last."""
    ops = trainer.program.ops
    start = ops_done - 1
    if granularity == "op":
        return start
    of_layer = granularity == "layer"
    last = ops[start]
    while start and (
        place_of(ops[start - 1]) == place_of(last)
        if of_layer
        else ops[start - 1].phase == last.phase
    ):
        start -= 1
    return start
