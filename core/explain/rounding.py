"""The op that rounds a gradient to half precision: its formula, its entries, what to say of it.

What was computed is written with a star, dz∗; what is kept of it has the plain name.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from core.explain.notation import Node, Slot, parameter_label, parameter_of, row, split_name, symbol
from core.explain.op_formula import NumberRow, OpFormula
from core.explain.reading import Reading
from core.explain.reference import Reference
from core.explain.setting import Setting
from core.explain.written_line import Line
from core.step.half_precision import EXACT, leaves_the_pass
from core.training.snapshot import OpInfo

_SCALE = symbol("S")


def rounding_formula(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how ``op`` is written; the first one multiplies by the loss scale S."""
    scales = is_first(op, setting)
    equations = tuple(
        row(symbol(name), " = ", *_around(symbol(f"{EXACT}{name}"), name, scales))
        for name in op.writes
    )
    numbers = tuple(
        NumberRow("", row(Slot(name), " = ", *_around(Slot(f"{EXACT}{name}"), name, scales)))
        for name in op.writes
    )
    line: list[Node | str] = [equations[0]]
    for equation in equations[1:]:
        line += [",  ", equation]
    return OpFormula(row(*line), equations, numbers)


def _around(body: Node, name: str, scales: bool) -> tuple[Node | str, ...]:
    scale: tuple[Node | str, ...] = (_SCALE, " × ") if scales else ()
    back: tuple[Node | str, ...] = (" / ", _SCALE) if leaves_the_pass(name) else ()
    return "half(", *scale, body, ")", *back


def rounding_line_count(reading: Reading) -> int:
    """Return how many entries the op has written out."""
    return sum(math.prod(_shape(reading, name)) for name in reading.op.writes)


def rounding_line(reading: Reading, number: int) -> Line:
    """Return entry ``number`` (from 0)."""
    for name in reading.op.writes:
        shape = _shape(reading, name)
        if number < math.prod(shape):
            break
        number -= math.prod(shape)
    index = tuple(int(i) for i in np.unravel_index(number, shape))
    parameter = parameter_of(name)
    label = parameter_label(Reference(parameter, index)) if parameter else f"unit {number + 1}"
    result = reading.number(name, *index)
    exact = f"{EXACT}{name}"
    if not reading.knows(exact):
        return Line(label, (), result)
    scales = is_first(reading.op, reading.setting)
    body = _around(reading.number(exact, *index), name, scales)
    return Line(label, (row(*body),), result)


def is_first(op: OpInfo, setting: Setting) -> bool:
    """Return whether ``op`` rounds the first gradient of the pass."""
    fused = f"d{setting.wires[-1].entering}"
    return op.writes[0] == (fused if setting.is_fused else f"da{setting.layer_count}")


def what_is_lost(reading: Reading) -> str:
    """Return how many numbers have become 0, in a sentence; "" where none has."""
    lost, size = 0, 0
    for name in reading.op.writes:
        exact, kept = reading.values.get(f"{EXACT}{name}"), reading.values.get(name)
        if exact is None or kept is None:
            return ""
        lost += int(np.count_nonzero((exact != 0) & (kept == 0)))
        size += exact.size
    if not lost:
        return ""
    return f"{lost} of {size} {'numbers become' if lost > 1 else 'becomes'} 0 here."


def rounding_mistakes(reading: Reading, right: float) -> Iterator[tuple[str, float]]:
    """Yield what is usually forgotten, and the number it leads to."""
    scale = reading.setting.training.loss_scale
    if is_first(reading.op, reading.setting):
        yield "the loss scale S forgotten", right / scale
    elif leaves_the_pass(reading.op.writes[0]):
        yield "not divided by the loss scale S", right * scale


def _shape(reading: Reading, name: str) -> tuple[int, ...]:
    kind, layer = split_name(name)
    widths = reading.setting.widths
    if kind == "dW":
        return widths[int(layer)], widths[int(layer) - 1]
    return (widths[int(layer or 0)],)
