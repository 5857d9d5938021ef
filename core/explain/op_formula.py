"""What a formula of an op consists of: a line, equations up close, equations with numbers."""

from __future__ import annotations

from dataclasses import dataclass

from core.explain.notation import Node

# Values that no op writes, derived for an explanation.
SHARE, JACOBIAN = "share", "jacobian"


@dataclass(frozen=True, slots=True)
class NumberRow:
    """An equation in which values stand with their numbers; ``caption`` says what of, or ""."""

    caption: str
    equation: Node


@dataclass(frozen=True, slots=True)
class OpFormula:
    """How an op is written.

    Attributes:
        line: in one line, for a list.
        equations: up close, with fractions.
        numbers: the equations with slots for numbers; none for the update, whose vectors are too
            long to be put in.
        shapes: the equation whose matrices have shapes, or None.
    """

    line: Node
    equations: tuple[Node, ...]
    numbers: tuple[NumberRow, ...] = ()
    shapes: Node | None = None
