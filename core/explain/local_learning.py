"""Forward-forward explained: formulas, numbers and words of the ops in which layers learn alone.

The sums and activations of its two passes are written as those of any other pass. What is derived
here a step never keeps apart: the length of a layer's answers, slopes, a sample's share in a loss.
"""

from __future__ import annotations

import math

import numpy as np

from core.explain.activation_formulas import bracketed
from core.explain.local_kinds import kind_of_local
from core.explain.notation import (
    Fence,
    Fraction,
    Node,
    Number,
    Root,
    Script,
    Slot,
    Text,
    letter,
    parameter_label,
    prime,
    row,
    split_name,
    symbol,
    transposed,
)
from core.explain.op_formula import SHARE, NumberRow, OpFormula
from core.explain.reading import Reading
from core.explain.reference import Reference
from core.explain.setting import Setting
from core.explain.written_line import Line, times
from core.network.activations import ACTIVATIONS
from core.step.directions import EPS
from core.step.forward_forward import LABEL_SIZE
from core.training.snapshot import OpInfo

KINDS = ("label_true", "label_wrong", "u", "g", "local", "e", "dz_local", "dW_local")
TITLES = {
    "label_true": "the true label is written in",
    "label_wrong": "a wrong label is written in",
    "u": "direction of the answers of {layer}",
    "g": "goodness of {layer}",
    "local": "the loss of {layer} alone",
    "e": "how the loss of {layer} follows its goodness",
    "dz_local": "error of {layer}, from its own loss",
    "dW_local": "gradient of the weights into {layer}",
}
SENTENCES = {
    "label_true": "The positive pass begins: the true label stands over the first inputs.",
    "label_wrong": "The negative pass begins: a wrong label is drawn and stands over the first "
    "inputs.",
    "u": "Only the direction is handed on: divided by their length, the answers no longer tell the "
    "next layer how good this one found them.",
    "g": "How strongly does the layer answer? The squares of all its answers are added up.",
    "local": "Is the goodness above the threshold θ where the label is right, and below it where "
    "it is wrong? This loss is the layer's own.",
    "e": "The further the goodness is on the wrong side of θ, the closer to 1 is the logistic "
    "function σ, and the more there is to learn.",
    "dz_local": "The goodness follows a unit's sum by twice its answer, times the slope there. "
    "Nothing comes from the layers behind.",
    "dW_local": "How should each weight change? Both passes add error × input; the right label "
    "pulls the goodness up, the wrong one pushes it down.",
}
_SQUARE, _THETA = Text("2"), letter("θ")


def local_formula(op: OpInfo, kind: str, setting: Setting) -> OpFormula:
    """Return how ``op`` of one of ``KINDS`` is written."""
    match kind:
        case "label_true" | "label_wrong":
            return _label(op, setting)
        case "u":
            return _direction(op)
        case "g":
            return _goodness(op)
        case "local":
            return _loss(op)
        case "e":
            return _goodness_gradient(op, setting)
        case "dz_local":
            return _error(op, setting)
    return _weight_gradient(op, setting)


def local_line_count(reading: Reading) -> int:
    """Return how many entries such an op has written out."""
    op, widths = reading.op, reading.setting.widths
    match reading.kind:
        case "label_true" | "label_wrong":
            return reading.setting.outputs
        case "g" | "e":
            return 1
        case "local":
            return 2 if reading.setting.batch > 1 else 1
        case "dW_local":
            return widths[op.layer] * (widths[op.layer - 1] + reading.setting.biases)
    return widths[op.layer]


def local_line(reading: Reading, number: int) -> Line:
    """Return entry ``number`` (from 0) of such an op."""
    write = {
        "label_true": _label_line,
        "label_wrong": _label_line,
        "u": _direction_line,
        "g": _goodness_line,
        "local": _loss_line,
        "e": _goodness_gradient_line,
        "dz_local": _error_line,
        "dW_local": _weight_gradient_line,
    }[reading.kind]
    return write(reading, number)


def threshold(reading: Reading) -> float:
    """Return θ of the layer at hand."""
    return float(reading.setting.widths[reading.op.layer])


def sides_of(reading: Reading) -> tuple[float, float]:
    """Return what the passes of the sample in view add to a layer's loss."""
    above, below = (float(reading.snapshot.trace.values[name][0]) for name in reading.op.reads)
    theta = threshold(reading)
    return float(np.logaddexp(0.0, theta - above)), float(np.logaddexp(0.0, below - theta))


# ---------------------------------------------------------------------- formulas


def _label(op: OpInfo, setting: Setting) -> OpFormula:
    labels = symbol("y" if op.name == "xp" else "yn")
    words = f" over its first {setting.outputs} inputs"
    line = row(symbol(op.name), " = ", symbol("x"), f" with {LABEL_SIZE:g} ", labels, words)
    equations: tuple[Node, ...] = (line,)
    if op.name == "xn":
        equations = (row(labels, " = a label other than ", symbol("y")), line)
    numbers = [
        NumberRow("label", row(labels, " = ", Slot("y" if op.name == "xp" else "yn"))),
        NumberRow("inputs", row(symbol(op.name), " = ", Slot(op.name))),
    ]
    return OpFormula(line, equations, tuple(numbers))


def _direction(op: OpInfo) -> OpFormula:
    a = symbol(op.reads[0])
    head = row(symbol(op.name), " = ")
    square = Script(Fence(a) if len(op.name.rstrip("0123456789")) > 1 else a, raised=_SQUARE)
    root = Root(row("mean of ", square, " + ", letter("ε")))
    line = row(head, a, " / ", root)
    number = NumberRow("", row(Slot(op.name), " = ", Slot(op.reads[0]), " / ", root))
    return OpFormula(line, (row(head, Fraction(a, root)),), (number,))


def _goodness(op: OpInfo) -> OpFormula:
    square = Script(Fence(symbol(op.reads[0])), raised=_SQUARE)
    line = row(symbol(op.name), " = Σ ", square)
    answers = NumberRow("answers", row(symbol(op.reads[0]), " = ", Slot(op.reads[0])))
    return OpFormula(line, (line,), (answers, _is_slot(op.name)))


def _loss(op: OpInfo) -> OpFormula:
    first, second = _sides(*(symbol(name) for name in op.reads))
    line = row(symbol(op.name), " = mean of ", first, " + ", second)
    numbers = (*(_is_slot(name) for name in op.reads), _is_slot(op.name))
    return OpFormula(line, (line, row(_THETA, " = one a unit")), numbers)


def _goodness_gradient(op: OpInfo, setting: Setting) -> OpFormula:
    g, head = symbol(op.reads[0]), row(symbol(op.name), " = ")
    inner = row(_THETA, " − ", g) if op.name[1] == "p" else row(g, " − ", _THETA)
    sign, share = "−" if op.name[1] == "p" else "", _over(setting.batch)
    line = row(head, sign, letter("σ"), Fence(inner), share)
    loss = symbol(f"local{op.layer}").body
    whole = row(head, Fraction(row("∂", loss), row("∂", g)), f" = {sign}", letter("σ"))
    whole = row(whole, Fence(inner), share)
    return OpFormula(line, (whole,), (_is_slot(op.reads[0]), _is_slot(op.name)))


def _error(op: OpInfo, setting: Setting) -> OpFormula:
    e, a, z = op.reads
    slope = row(*prime(setting.activation(op.layer)), Fence(symbol(z)))
    line = row(symbol(op.name), " = 2 ", symbol(e), " ", symbol(a), " ⊙ ", slope)
    equation = row(Slot(op.name), " = 2 × ", Slot(e), " ", Slot(a), " ⊙ ", slope)
    return OpFormula(line, (line,), (NumberRow("", equation),))


def _weight_gradient(op: OpInfo, setting: Setting) -> OpFormula:
    first, before, second, behind = op.reads
    weights, *bias = op.writes
    products = row(
        *(symbol(first), " ", transposed_letter(before), " + "),
        *(symbol(second), " ", transposed_letter(behind)),
    )
    line = row(symbol(weights), " = ", products)
    equations: list[Node] = [line]
    sign = "Σ " if setting.batch > 1 else ""
    equations += [
        row(symbol(name), f" = {sign}", symbol(first), f" + {sign}", symbol(second))
        for name in bias
    ]
    outer = row(Slot(first), " × ", Slot(before, True), " + ", Slot(second), " × ")
    outer = row(outer, Slot(behind, True))
    share = NumberRow("this sample", row(Slot(SHARE), " = ", outer))
    if setting.batch == 1:
        share = NumberRow("", row(Slot(weights), " = ", outer))
    total = row(symbol(weights), " = ", Slot(weights))
    for name in bias:
        total = row(total, "    ", symbol(name), " = ", Slot(name))
    caption = f"sum over all {setting.batch}" if setting.batch > 1 else ""
    return OpFormula(line, tuple(equations), (share, NumberRow(caption, total)))


def transposed_letter(name: str) -> Node:
    """Return the symbol of a value of one of the passes, transposed."""
    return row(Fence(symbol(name)), transposed("").body)


def _is_slot(name: str) -> NumberRow:
    return NumberRow("", row(symbol(name), " = ", Slot(name)))


def _sides(above: Node, below: Node) -> tuple[Node, Node]:
    """Return what the goodness of the positive and of the negative pass add to a loss."""
    return (
        row("log(1 + exp", Fence(row(_THETA, " − ", above)), ")"),
        row("log(1 + exp", Fence(row(below, " − ", _THETA)), ")"),
    )


def _over(batch: int) -> str:
    return f" / {batch}" if batch > 1 else ""


# ---------------------------------------------------------------------- lines


def _label_line(reading: Reading, number: int) -> Line:
    label = "y" if reading.op.name == "xp" else "yn"
    result = reading.number(reading.op.name, number)
    terms = (
        ()
        if not reading.knows(label)
        else (row(f"{LABEL_SIZE:g} × ", _of(reading, label, number)),)
    )
    return Line(f"input {number + 1}", terms, result)


def _of(reading: Reading, name: str, index: int) -> Node:
    return bracketed(reading.number(name, index))


def _direction_line(reading: Reading, unit: int) -> Line:
    (name,) = reading.op.reads
    label, result = f"unit {unit + 1}", reading.number(reading.op.name, unit)
    if not reading.knows(name):
        return Line(label, (), result)
    length = math.sqrt(float(np.mean(np.square(reading.values[name]))) + EPS)
    return Line(label, (row(reading.number(name, unit), " / ", Number(length)),), result)


def _goodness_line(reading: Reading, _: int) -> Line:
    (name,) = reading.op.reads
    result = reading.number(reading.op.name, 0)
    if not reading.knows(name):
        return Line("this sample", (), result)
    count = len(reading.values[name])
    squares = tuple(
        Script(bracketed(reading.number(name, unit)), raised=_SQUARE) for unit in range(count)
    )
    return Line("this sample", squares, result)


def _loss_line(reading: Reading, number: int) -> Line:
    total, batch = reading.number(reading.op.name, 0), reading.setting.batch
    if number == 1:
        return Line(f"mean of {batch}", (), total)
    if not reading.knows(*reading.op.reads):
        return Line("this sample", (), total)
    theta = Number(threshold(reading))
    above, below = (reading.number(name, 0) for name in reading.op.reads)
    terms = (
        row("log(1 + exp(", theta, " − ", above, "))"),
        row("log(1 + exp(", below, " − ", theta, "))"),
    )
    share = None if total.value is None else sum(sides_of(reading))
    return Line("this sample", terms, total if batch == 1 else Number(share))


def _goodness_gradient_line(reading: Reading, _: int) -> Line:
    (name,) = reading.op.reads
    result = reading.number(reading.op.name, 0)
    if not reading.knows(name):
        return Line("this sample", (), result)
    theta, g = Number(threshold(reading)), reading.number(name, 0)
    is_positive = reading.op.name[1] == "p"
    inner = row(theta, " − ", g) if is_positive else row(g, " − ", theta)
    body = row("−" if is_positive else "", letter("σ"), Fence(inner), _over(reading.setting.batch))
    return Line("this sample", (body,), result)


def _error_line(reading: Reading, unit: int) -> Line:
    e, a, z = reading.op.reads
    label, result = f"unit {unit + 1}", reading.number(reading.op.name, unit)
    if not reading.knows(e, a, z):
        return Line(label, (), result)
    slopes = np.empty_like(reading.values[z])
    kind = reading.setting.activation(reading.op.layer)
    ACTIVATIONS[kind].bind_slope(reading.values[z], reading.values[a], slopes)()
    factors = (bracketed(reading.number(e, 0)), _of(reading, a, unit))
    term = row("2 × ", factors[0], " × ", factors[1], " × ", bracketed(Number(float(slopes[unit]))))
    return Line(label, (term,), result)


def _weight_gradient_line(reading: Reading, number: int) -> Line:
    op, widths = reading.op, reading.setting.widths
    n_out, n_in = widths[op.layer], widths[op.layer - 1]
    is_bias = number >= n_out * n_in
    index: tuple[int, ...] = (number - n_out * n_in,) if is_bias else divmod(number, n_in)
    written = op.writes[1 if is_bias else 0]
    label = parameter_label(Reference(written[1:], index))
    whole = reading.number(written, *index)
    if not reading.knows(*op.reads):
        return Line(label, (), whole)
    terms, share = [], 0.0
    for error, before in (op.reads[:2], op.reads[2:]):
        factor = reading.number(error, index[0])
        entry = None if is_bias else reading.number(before, index[1])
        terms.append(
            bracketed(factor) if entry is None else times(bracketed(factor), bracketed(entry))
        )
        share += _known(factor) * (1.0 if entry is None else _known(entry))
    if reading.setting.batch == 1:
        return Line(label, tuple(terms), whole)
    known = reading.has_run and whole.value is not None
    return Line(label, tuple(terms), Number(share if known else None), whole)


def _known(number: Number) -> float:
    return math.nan if number.value is None else number.value


def pass_words(op: OpInfo) -> str:
    """Return which pass ``op`` belongs to, for its title; "" where it is the one on show."""
    kind, name = kind_of_local(op), split_name(op.name)[0]
    if not kind or kind.startswith("label"):
        return ""
    return {"p": ", positive pass", "n": ", negative pass"}.get(name[-1], "")
