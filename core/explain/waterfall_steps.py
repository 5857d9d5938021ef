"""The steps of a waterfall as data, and how so many of them that none can be read become few.

How the numbers come about is decided elsewhere (``core.explain.waterfall``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from core.explain.reference import Reference

StepKind = Literal[
    "start",
    "slope",
    "weight",
    "paths",
    "input",
    "layers",
    "mask",
    "normalization",
    "shared",
    "restart",
    "shortcut",
    "ways",
]

MOST_STEPS = 9


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """One factor, or the error at the output with which all begins.

    Attributes:
        label: its name, such as ``W₂[1, 1]``; ``[?]`` is a unit that is not known yet.
        kind: what it is; "layers" stands for all factors of one or more layers, "restart" is no
            factor but an error with which the product begins again.
        value: the number, None while the step has not come to it or it is hidden.
        product: everything up to here multiplied, None where that is unknown.
        expected: what the product is going to be, foreseen from the forward pass to keep a drawing
            at rest; not a number to print. None before the outputs exist and where it is hidden.
        note: what a value means that is zero or not finite, in words, else "".
        places: of the ops that multiply with it, in the program.
        reference: the value that it is, or None.
        result: the value that the product is, or None.
        parts: the factors that a step of kind "layers" takes together.
    """

    label: str
    kind: StepKind
    value: float | None
    product: float | None
    expected: float | None
    note: str
    places: tuple[int, ...]
    reference: Reference | None = None
    result: Reference | None = None
    parts: tuple[WaterfallStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All factors of one parameter's gradient.

    Attributes:
        parameter: whose gradient it is.
        steps: the error at the output and the factors, at most ``MOST_STEPS`` of them.
        so_far: the last product that is known, also within a folded layer.
        share: what the sample in view adds to the gradient, None while unknown.
        gradient: of the whole batch, None while unknown.
        batch_size: B.
    """

    parameter: Reference
    steps: tuple[WaterfallStep, ...]
    so_far: float | None
    share: float | None
    gradient: float | None
    batch_size: int

    @property
    def is_folded(self) -> bool:
        """Return whether factors of a layer are taken together."""
        return any(step.parts for step in self.steps)


Group = tuple[int, list[WaterfallStep]]


def folded(groups: list[Group], most: int = MOST_STEPS) -> list[WaterfallStep]:
    """Take factors together, those next to the output first, until at most ``most`` are left.

    ``groups`` are the factors by layer, the last layer first; those of layer 0 stay as they are.
    """
    head, *middle = groups
    tail = [middle.pop()] if middle and middle[-1][0] == 0 else []
    lines = [(layer, layer, steps) for layer, steps in middle]
    room = most - len(head[1]) - len(tail)
    excess = sum(len(steps) for _, steps in middle) - room
    for place, (first, last, steps) in enumerate(lines):
        if excess <= 0:
            break
        excess -= len(steps) - 1
        lines[place] = first, last, [_together(first, last, steps)]
    if excess > 0:
        first, *_ = lines[0]
        merged = lines[: excess + 1]
        final = merged[-1][1]
        parts = [part for _, _, steps in merged for step in steps for part in step.parts]
        lines[: excess + 1] = [(first, final, [_together(first, final, parts)])]
    return [*head[1], *(step for _, _, steps in lines for step in steps), *(tail and tail[0][1])]


def _together(first: int, last: int, parts: list[WaterfallStep]) -> WaterfallStep:
    span = str(first) if first == last else f"{last}–{first}"
    # Where the product begins again, what came before it does not count.
    anew = max((i for i, part in enumerate(parts) if part.kind == "restart"), default=0)
    kind: StepKind = "restart" if parts[anew].kind == "restart" else "layers"
    values = [part.value for part in parts[anew:] if part.value is not None]
    whole = math.prod(values) if len(values) == len(parts[anew:]) else None
    end = parts[-1]
    places = tuple(sorted({place for part in parts for place in part.places}))
    note = next((part.note for part in parts[anew:] if part.note), "")
    label = f"{'from' if kind == 'restart' else 'through'} Hidden {span}"
    return WaterfallStep(
        label, kind, whole, end.product, end.expected, note, places, None, end.result, (*parts,)
    )
