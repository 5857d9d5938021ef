"""What the trace says of an op and its values, as text: titles, shapes, sentences and numbers.

Shapes are told from names and widths, so that they can be shown before a value exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from core.network.parameters import Floats
from core.training.snapshot import OpInfo, Snapshot
from gui.numbers import counted, format_count, format_value
from gui.trace.formula_text import Piece, pieces_of

PHASE_TITLES = {
    "batch": "Batch",
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward",
    "update": "Update",
}
MOST_ENTRIES = 12
_INDEXED = re.compile(r"(dW|db|da|dz|W|b|z|a|slope)(\d+)")
_SYMBOLS = {
    "loss": "L",
    "gradient": "∇L",
    "update": "Δ",
    "parameters": "θ",
    "velocity": "v",
    "square_mean": "s",
    "square_sum": "s",
}
_SENTENCES = {
    "batch": "The rows of this batch enter the network, and their targets wait at its end.",
    "z": "Each unit weighs its inputs, adds them up and adds its bias.",
    "a": "The activation turns each unit's sum into its answer.",
    "loss": "How far the answers are from the targets, as a mean over the batch.",
    "slope": "How strongly each unit's answer follows its sum. The error has to pass this factor.",
    "da_output": "How much the loss changes with each output.",
    "da": "The error goes back through the weights that the activations came through.",
    "dz_fused": "Output activation and loss together: the error is answer minus target.",
    "dz": "The error at a unit's sum: the error at its answer, times its slope.",
    "dW": "A weight's gradient is the error after it times the activation before it, "
    "added up over the batch.",
    "dx": "How much the loss changes with each input.",
    "m": "A running mean of the gradients: the direction.",
    "velocity": "The gradient joins what is left of earlier ones.",
    "v": "A running mean of squared gradients: each parameter's own scale.",
    "square_mean": "A running mean of squared gradients: each parameter's own scale.",
    "square_sum": "The squared gradients of all steps so far: each parameter's own scale.",
    "update": "How far every parameter is going to move.",
    "parameters": "Every parameter moves. The step is finished.",
}

Shape = tuple[int, int]


def symbol(name: str) -> str:
    """Return how a value is written in formulas."""
    return _SYMBOLS.get(name, name)


def shape_of(name: str, snapshot: Snapshot) -> Shape | None:
    """Return rows and columns of a named value, samples as columns; None if it has no matrix."""
    widths, batch = snapshot.layout.widths, len(snapshot.trace.rows)
    if name in ("x", "dx", "y"):
        return widths[-1 if name == "y" else 0], batch
    match = _INDEXED.fullmatch(name)
    if match is None:
        return None
    kind, layer = match[1].removeprefix("d"), int(match[2])
    if kind == "W":
        return widths[layer], widths[layer - 1]
    return widths[layer], 1 if kind == "b" else batch


def shapes_line(op: OpInfo, snapshot: Snapshot) -> str:
    """Return the shapes of an op's values: a matrix product with shapes in place of names."""
    if op.phase == "update":
        return f"each of them: {format_count(snapshot.layout.size)} numbers"
    if op.phase == "loss":
        return "one number for the whole batch"
    pieces = pieces_of(op.formula)
    if _is_product(pieces):
        return _substituted(pieces, snapshot)
    names = [name for name in (*op.writes, *op.reads) if shape_of(name, snapshot)]
    parts = [f"{name} {_in_brackets(shape_of(name, snapshot))}" for name in names[:4]]
    more = f",  {len(names) - 4} more" if len(names) > 4 else ""
    return ",  ".join(parts) + more


def sentence(op: OpInfo, snapshot: Snapshot) -> str:
    """Return what an op does, in plain words."""
    kind = op.name.rstrip("0123456789…")
    if op.layer == snapshot.layout.layer_count:
        if kind == "da":
            kind = "da_output"
        elif kind == "dz" and not any(name.startswith("da") for name in op.reads):
            kind = "dz_fused"
    return _SENTENCES[kind]


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


def _is_product(pieces: tuple[Piece, ...]) -> bool:
    """Return whether a formula is made of matrices, products and sums alone."""
    has_product = any(piece.text == "T" for piece in pieces) or any(
        piece.text == "W" for piece in pieces
    )
    return has_product and all(p.name or p.text.strip() in ("", "=", "+", ",", "Σ") for p in pieces)


def _substituted(pieces: tuple[Piece, ...], snapshot: Snapshot) -> str:
    words: list[str] = []
    for index, piece in enumerate(pieces):
        if not piece.name:
            words.append(piece.text)
            continue
        following = pieces[index + 1] if index + 1 < len(pieces) else Piece("")
        if following.name == piece.name:
            continue
        shape = shape_of(piece.name, snapshot)
        if shape is not None and piece.script == 1:
            shape = shape[1], shape[0]
        words.append(_in_brackets(shape))
    return "".join(words)


def _in_brackets(shape: Shape | None) -> str:
    return "" if shape is None else f"({format_count(shape[0])} × {format_count(shape[1])})"
