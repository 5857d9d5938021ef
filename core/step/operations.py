"""One operation of a training step, and the description of it that can be handed around."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.network.runs import Run

Phase = Literal["batch", "forward", "loss", "backward", "update"]
PHASES: tuple[Phase, ...] = ("batch", "forward", "loss", "backward", "update")


@dataclass(frozen=True, slots=True)
class Op:
    """A named operation over the arrays of one workspace.

    Attributes:
        name: what it computes, such as ``"z1"`` or ``"dW2"``.
        phase: the part of the step that it belongs to.
        layer: the layer (from 1), or 0 where it concerns none or all of them.
        reads, writes: names of values; every value is written by one op of a step.
        formula: the equation, in the field's notation.
        run: does it.
    """

    name: str
    phase: Phase
    layer: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    formula: str
    run: Run = field(repr=False, compare=False)


def place_of(op: Op) -> tuple[Phase, int]:
    """Return phase and layer: neighbouring ops of the same place are one step by layers."""
    return op.phase, op.layer
