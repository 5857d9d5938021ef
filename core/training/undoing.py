"""Undoing and redoing changes: going to the other side of the latest one, training kept.

A change that began another run gives the former one back exactly as it was left. Any other change
is undone where the run stands: it goes on with the former settings and with its present weights;
layers and units that had been removed come back with the weights they had. Where nothing was
trained since the change, the outcome is exactly the former state.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import UserError
from core.training.changes import Scope, scope_of
from core.training.changing import ABANDONED, note_change, side_here, take_up
from core.training.history import Side
from core.training.returning import Return
from core.training.shelf import set_aside, take_from

if TYPE_CHECKING:
    from core.training.trainer import Trainer


def undo(trainer: Trainer) -> tuple[str, ...]:
    """Take the latest change back and return what there is to say.

    Raises:
        UserError: there is nothing to undo.
        DataError: data that have to be read again are gone; nothing has changed.
    """
    entry, before = trainer.history.last_done, trainer.history.position
    if entry is None or entry.side is None:
        raise UserError("There is nothing to undo.")
    side = entry.side
    here, notes = _cross(trainer, side)
    trainer.history.undid(before, here)
    _settle(trainer, side)
    return notes


def redo(trainer: Trainer) -> tuple[str, ...]:
    """Make the change that was undone last once more and return what there is to say.

    Raises:
        UserError: there is nothing to redo.
        DataError: data that have to be read again are gone; nothing has changed.
    """
    entry, before = trainer.history.last_undone, trainer.history.position
    if entry is None or entry.side is None:
        raise UserError("There is nothing to redo.")
    side = entry.side
    here, notes = _cross(trainer, side)
    trainer.history.made_again(before, here)
    _settle(trainer, side)
    return notes


def _cross(trainer: Trainer, side: Side) -> tuple[Side, tuple[str, ...]]:
    """Go to ``side``; return the side that is left and what there is to say."""
    if side.shelf is not None:
        here = Side(trainer.spec, trainer.step, shelf=trainer.shelf)
        set_aside(trainer)
        take_from(trainer, side.shelf)
        return here, ()
    is_wide = side.frame is not None or scope_of(trainer.spec, side.spec) >= Scope.PROGRAM
    here = side_here(trainer, with_state=is_wide)
    was_in_step = trainer.program.pc > 0
    if side.frame is not None:
        here = replace(here, via=side.via[::-1])
        if Return(side.frame, side.via, trainer.assembly).is_unchanged(trainer.keyframe()):
            # The change itself may have been evaluated at this very step.
            trainer.recorder.log = trainer.log if side.log is None else side.log.copy()
            trainer.return_to(side.frame)
            return here, (ABANDONED,) if was_in_step else ()
    marks = side.marks if side.frame is None and trainer.step == side.step else None
    notes = take_up(trainer, side.spec, former=side, marks=marks)
    if trainer.halted is not None:
        # The numbers that are not finite came of the change: the step is to be taken again.
        trainer.return_to(trainer.keyframe())
        notes = (ABANDONED,)
    return here, notes


def _settle(trainer: Trainer, side: Side) -> None:
    # A run that comes off its shelf has its timeline already.
    if side.shelf is None:
        note_change(trainer)
