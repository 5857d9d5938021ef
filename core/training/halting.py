"""Stopping at a number that is not finite: which op wrote it first, and how to say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.step.operations import Op
from core.training.assembly import Station

if TYPE_CHECKING:
    from core.training.trainer import Trainer


def halt(trainer: Trainer) -> None:
    """Stop ``trainer`` before an op that must not run, and record which one is to blame."""
    trainer.halted_at, op, message = first_non_finite(trainer.station, trainer.step)
    trainer.halted = trainer.recorder.add_non_finite(trainer.step, op, message)


def first_non_finite(station: Station, step: int) -> tuple[int, Op, str]:
    """Return the op's place in the program, the op, and one line for the user."""
    ops = station.program.ops
    found = station.values.first_non_finite()
    # Parameters that are not finite already have been written by nobody in this step.
    index, name = found if found is not None else (len(ops) - 1, "parameters")
    op = ops[index]
    where = f" of layer {op.layer}" if op.layer else ""
    message = (
        f"{name} is not finite: in step {step} the {op.phase} op{where} “{op.formula}” "
        "wrote it first. Reset or go back; the warnings say what mends it."
    )
    return index, op, message
