"""Going on with a run: by an op, a layer, a phase, a step, many steps, an epoch.

These functions act on a trainer, which has methods for them. A step that is run whole goes through
the same operations as one that is run op by op, to the same bits; both end in ``finish_step``, or
halt before an update that is not finite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.step.operations import place_of
from core.training.finishing import finish_step
from core.training.halting import halt
from core.training.keyframe import take_keyframe
from core.training.travel import hold_back

if TYPE_CHECKING:
    from core.step.operations import Op
    from core.training.trainer import Trainer


def advance_step(trainer: Trainer) -> float:
    """Finish the step at hand and return its batch loss."""
    station = trainer.station
    program = station.program
    if program.pc or trainer.halted is not None:
        step = trainer.step
        while trainer.halted is None and trainer.step == step:
            trainer.advance_op()
        return station.workspace.loss.item()
    trainer.stop = None
    trainer.shown = station
    trainer.rule_used = None
    finished = program.run_step()
    loss: float = station.workspace.loss.item()
    if finished:
        finish_step(trainer, loss)
    else:
        hold_back(trainer)
    return loss


def advance_steps(trainer: Trainer, count: int) -> float:
    """Do ``count`` steps, or fewer where a breakpoint, a halt or an early stop ends them."""
    loss, trainer.stop = trainer.last_loss, None
    if trainer.guard.is_armed:
        for _ in range(count):
            if trainer.halted is not None or trainer.stop is not None:
                break
            if not trainer.guard.advance(trainer):
                break
        return trainer.last_loss
    for _ in range(count):
        if trainer.halted is not None or trainer.stop is not None:
            break
        loss = advance_step(trainer)
    return loss


def advance_op(trainer: Trainer) -> Op:
    """Run the next op and return it; while halted nothing runs and the last op is returned."""
    program = trainer.station.program
    if trainer.halted is not None:
        return program.ops[program.pc - 1]
    if program.pc == 0:
        trainer.step_start = trainer.keyframe()
        trainer.rule_used = trainer.stop = None
        trainer.shown = trainer.station
    if not program.may_pass():
        halt(trainer)
        return program.ops[program.pc - 1]
    op = program.run_op()
    if program.completed:
        finish_step(trainer, trainer.station.workspace.loss.item())
    return op


def advance_batch(trainer: Trainer) -> float:
    """Finish the step at hand and keep what it began with."""
    if trainer.program.pc == 0 and trainer.halted is None:
        trainer.step_start = take_keyframe(trainer)
        trainer.rule_used = None
    return trainer.advance_step()


def advance_layer(trainer: Trainer) -> Op:
    """Run the ops of one layer in one phase; return the last."""
    op = trainer.advance_op()
    while _is_in_step(trainer) and place_of(trainer.program.peek()) == place_of(op):
        op = trainer.advance_op()
    return op


def advance_phase(trainer: Trainer) -> Op:
    """Run to the end of the phase; return the last op."""
    op = trainer.advance_op()
    while _is_in_step(trainer) and trainer.program.peek().phase == op.phase:
        op = trainer.advance_op()
    return op


def advance_epoch(trainer: Trainer) -> float:
    """Finish the epoch at hand and return the last batch loss."""
    epoch, loss, trainer.stop = trainer.epoch, trainer.last_loss, None
    while trainer.epoch == epoch and trainer.halted is None and trainer.stop is None:
        loss = trainer.advance_step()
    return loss


def _is_in_step(trainer: Trainer) -> bool:
    return trainer.halted is None and trainer.program.pc != 0
