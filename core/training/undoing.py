"""Undoing and redoing changes: going to the other side of the latest one, training kept.

A change that began another run gives the former one back exactly as it was left. Any other change
is undone where the run stands: it goes on with the former settings and with its present weights;
layers and units that had been removed come back with the weights they had. Where nothing was
trained since the change, the outcome is exactly the former state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import UserError
from core.training.changes import Scope, scope_of
from core.training.changing import ABANDONED, note_change, side_here, take_up
from core.training.editing import cross_edit
from core.training.history import Entry, Position, Side
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
    history = trainer.history
    return _go(trainer, history.last_done, history.undid, "There is nothing to undo.")


def redo(trainer: Trainer) -> tuple[str, ...]:
    """Make the change that was undone last once more and return what there is to say.

    Raises:
        UserError: there is nothing to redo.
        DataError: data that have to be read again are gone; nothing has changed.
    """
    history = trainer.history
    return _go(trainer, history.last_undone, history.made_again, "There is nothing to redo.")


def _go(
    trainer: Trainer,
    entry: Entry | None,
    note: Callable[[Position, Side], None],
    refusal: str,
) -> tuple[str, ...]:
    """Go to the other side of ``entry`` and let the history ``note`` it."""
    if entry is None or entry.side is None:
        raise UserError(refusal)
    side, before = entry.side, trainer.history.position
    here, notes = _cross(trainer, side)
    note(before, here)
    # A run that comes off its shelf has its timeline already.
    if side.shelf is None:
        note_change(trainer)
    return notes


def _cross(trainer: Trainer, side: Side) -> tuple[Side, tuple[str, ...]]:
    """Go to ``side``; return the side that is left and what there is to say."""
    if side.shelf is not None:
        here = Side(trainer.spec, trainer.step, shelf=trainer.shelf)
        set_aside(trainer)
        take_from(trainer, side.shelf)
        return here, ()
    if side.entry is not None:
        return cross_edit(trainer, side)
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
