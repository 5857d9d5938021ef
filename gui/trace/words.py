"""What the trace says of an op and its values, as text: titles, shapes, sentences and numbers.

Shapes are told from names and widths, so that they can be shown before a value exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from core.explain.formulas import formula_of
from core.explain.notation import Node, Row, Slot, Text, plain, written
from core.explain.op_formula import JACOBIAN
from core.explain.setting import Setting, setting_of
from core.network.parameters import Floats
from core.training.snapshot import OpInfo, Snapshot
from gui.numbers import counted, format_count, format_value

PHASE_TITLES = {
    "batch": "Batch",
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward",
    "update": "Update",
}
MOST_ENTRIES = 16
MOST_SHAPES = 4
_INDEXED = re.compile(
    r"(?:exact_)?d?(W|B|b|gamma|beta|z|a|s|h|r|u|[zauge][pn]|zhat|mask|mean|var|slope"
    r"|running_mean|running_var)(\d+)"
)
_VECTORS = ("b", "gamma", "beta", "running_mean", "running_var")
_SYMBOLS = {
    "loss": "L",
    "gradient": "∇L",
    "penalized": "g₁",
    "clamped": "c",
    "rescaled": "r",
    "decayed": "g₂",
    "update": "Δ",
    "parameters": "θ",
    "velocity": "v",
    "square_mean": "s",
    "square_sum": "s",
}
Shape = tuple[int, int]


def symbol(name: str) -> str:
    """Return how a value is written in formulas."""
    return _SYMBOLS.get(name, written(name))


def shape_of(name: str, snapshot: Snapshot) -> Shape | None:
    """Return rows and columns of a named value, samples as columns; None if it has no matrix."""
    widths, batch = snapshot.layout.widths, len(snapshot.trace.rows)
    if name in ("x", "xp", "xn", "dx", "y", "yn"):
        return widths[-1 if name[0] == "y" else 0], batch
    if name == JACOBIAN:
        return widths[-1], widths[-1]
    match = _INDEXED.fullmatch(name)
    if match is None:
        return None
    kind, layer = match[1], int(match[2])
    if kind == "B":
        return widths[layer], widths[layer + 1]
    if kind == "W":
        return widths[layer], widths[layer - 1]
    if kind in ("gp", "gn", "ep", "en"):
        return 1, batch
    if kind in ("mean", "var"):
        is_batch = snapshot.spec.network.layers[layer - 1].normalization == "batch"
        return (widths[layer], 1) if is_batch else (1, batch)
    return widths[layer], 1 if kind in _VECTORS else batch


def shapes_node(op: OpInfo, snapshot: Snapshot) -> Node:
    """Return the shapes of an op's values: its equation with shapes in place of names."""
    if Setting.is_of_parameters(op) or op.name == "gradient":
        return Text(f"each of {counted(snapshot.layout.size, 'parameter')}")
    if op.name in ("loss", f"local{op.layer}"):
        return Text("one number for the whole batch")
    equation = formula_of(op, setting_of(snapshot)).shapes
    if equation is not None:
        return _with_shapes(equation, snapshot)
    shapes = list(dict.fromkeys(_in_brackets(shape_of(name, snapshot)) for name in op.writes))
    return Text(",  ".join(shapes[:MOST_SHAPES]) + (" ..." if len(shapes) > MOST_SHAPES else ""))


def shapes_line(op: OpInfo, snapshot: Snapshot) -> str:
    """Return the shapes of an op's values as text."""
    return plain(shapes_node(op, snapshot))


def entries(value: Floats, fits: Callable[[str], bool]) -> str:
    """Return the first entries of ``value`` and how many more there are, as much as ``fits``.

    Where not even one entry fits only their number is given, and nothing of a single one.
    """
    flat = np.ravel(value)
    shown, best = "", "" if len(flat) == 1 else f"{format_count(len(flat))} numbers"
    for count, number in enumerate(flat[:MOST_ENTRIES].tolist(), start=1):
        shown += (", " if shown else "") + format_value(number)
        rest = len(flat) - count
        text = f"{shown}  … {format_count(rest)} more" if rest else shown
        if fits(text):
            best = text
        elif count == 1 and fits(f"{shown} …"):
            best = f"{shown} …"
        elif rest > 1:
            break
    return best


def phase_result(phase: str, snapshot: Snapshot, ops: int) -> str:
    """Return what a finished phase has brought."""
    trace = snapshot.trace
    outputs = trace.values.get(f"a{snapshot.layout.layer_count}")
    if phase == "loss" and "loss" in trace.values:
        return format_value(float(trace.values["loss"]))
    if phase == "batch":
        return counted(len(trace.rows), "row")
    if phase == "forward" and outputs is not None and outputs.size == 1:
        return f"output {format_value(float(outputs[0]))}"
    if phase == "update":
        return f"{counted(snapshot.layout.size, 'parameter')} changed"
    return f"{counted(ops, 'op')} done"


def _with_shapes(node: Node, snapshot: Snapshot) -> Node:
    match node:
        case Slot(name, is_transposed):
            shape = shape_of(name, snapshot)
            if shape is not None and is_transposed:
                shape = shape[1], shape[0]
            return Text(_in_brackets(shape))
        case Row(parts):
            return Row(tuple(_with_shapes(part, snapshot) for part in parts))
        case Text(" × "):
            # Between shapes the sign of a product would read as one more extent.
            return Text(" ")
    return node


def _in_brackets(shape: Shape | None) -> str:
    return "" if shape is None else f"({format_count(shape[0])} × {format_count(shape[1])})"
