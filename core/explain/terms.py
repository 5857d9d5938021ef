"""The sums behind the numbers that an op wrote, entry by entry, with every term.

All is read off a snapshot's values. What is computed here is only what a step never needs apart:
a sample's share in a batch's loss or gradient, the sum under a softmax, the inside of a GELU.
"""

from __future__ import annotations

import math

import numpy as np

from core.explain.activation_formulas import (
    activation_formula,
    bracketed,
    exp,
    over,
    slope_formula,
)
from core.explain.local_learning import KINDS as LOCAL_KINDS
from core.explain.local_learning import local_line, local_line_count
from core.explain.notation import (
    Fence,
    Node,
    Number,
    Row,
    Script,
    Text,
    parameter_label,
    row,
    split_name,
)
from core.explain.parameter_order import parameter_at
from core.explain.reading import Reading
from core.explain.reference import Reference
from core.explain.rounding import rounding_line, rounding_line_count
from core.explain.technique_terms import KINDS, technique_line, technique_line_count
from core.explain.written_line import Line, added, times
from core.network.activations import GELU_CUBIC, GELU_SCALE
from core.spec_rules import FORWARD_ONLY


def layer_line_count(reading: Reading) -> int:
    """Return how many entries an op of the forward or backward pass has written out."""
    widths, op, setting = reading.setting.widths, reading.op, reading.setting
    if reading.kind in KINDS:
        return technique_line_count(reading)
    if reading.kind in LOCAL_KINDS:
        return local_line_count(reading)
    match reading.kind:
        case "half":
            return rounding_line_count(reading)
        case "batch":
            return 0
        case "loss":
            return 2 if setting.batch > 1 else 1
        case "slope":
            return sum(widths[int(name[len("slope") :])] for name in op.writes)
        case "dW":
            n_out, n_in = widths[op.layer], widths[op.layer - 1]
            return n_out * (n_in + (1 if setting.biases else 0))
        case source if source in FORWARD_ONLY:
            return reading.layout.size
    return widths[op.layer]


def layer_line(reading: Reading, number: int) -> Line:
    """Return entry ``number`` (from 0) of an op of the forward or backward pass."""
    if reading.kind in KINDS:
        return technique_line(reading, number)
    if reading.kind in LOCAL_KINDS:
        return local_line(reading, number)
    match reading.kind:
        case "half":
            return rounding_line(reading, number)
        case "z":
            return _weighted_sum(reading, number)
        case "a":
            return _activation(reading, number)
        case "loss":
            return _loss(reading, number)
        case "slope":
            return _slope(reading, number)
        case "dW":
            return _weight_gradient(reading, number)
        case "da" | "dx":
            return _propagated(reading, number)
        case source if source in FORWARD_ONLY:
            return _estimated(reading, number)
    return _unit(reading, number)


def sample_loss(reading: Reading) -> float:
    """Return the loss of the sample in view alone."""
    values, last = reading.snapshot.trace.values, reading.setting.layer_count
    y = values["y"]
    match reading.setting.loss:
        case "half_squared_error":
            return float(np.sum((values[f"a{last}"] - y) ** 2) / 2)
        case "mean_squared_error":
            return float(np.mean((values[f"a{last}"] - y) ** 2))
        case "binary_cross_entropy":
            z = values[reading.setting.wires[last].entering]
            return float(np.sum(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))))
    z = values[reading.setting.wires[last].entering]
    return float(np.sum(y * (np.logaddexp.reduce(z) - z)))


def _weighted_sum(reading: Reading, unit: int) -> Line:
    weights, before, *bias = reading.op.reads
    result = reading.number(reading.op.name, unit)
    if not reading.knows(weights, before) or reading.weights_changed:
        return Line(f"unit {unit + 1}", (), result)
    terms: list[Node] = [
        times(reading.number(weights, unit, source), reading.number(before, source))
        for source in range(len(reading.values[before]))
    ]
    terms += [reading.number(name, unit) for name in bias]
    return Line(f"unit {unit + 1}", added(terms), result)


def _activation(reading: Reading, unit: int) -> Line:
    kind, source = reading.setting.activation(reading.op.layer), reading.op.reads[0]
    label, result = f"unit {unit + 1}", reading.number(reading.op.name, unit)
    if not reading.knows(source):
        return Line(label, (), result)
    z = reading.number(source, unit)
    if kind == "softmax":
        with np.errstate(over="ignore"):
            total = float(np.exp(reading.values[source]).sum())
        terms = (
            (over(exp(z, inline=True), Number(total), inline=True),) if math.isfinite(total) else ()
        )
        return Line(label, terms, result)
    if kind == "gelu":
        gate, _ = _gelu_parts(z)
        return Line(label, (row(z, " / 2 × (1 + ", bracketed(gate), ")"),), result)
    return Line(label, (activation_formula(kind, z, inline=True),), result)


def _slope(reading: Reading, number: int) -> Line:
    names = reading.op.writes
    for name in names:
        layer = int(split_name(name)[1])
        if number < reading.setting.widths[layer]:
            break
        number -= reading.setting.widths[layer]
    label = f"unit {number + 1}" if len(names) == 1 else f"layer {layer}, unit {number + 1}"
    result = reading.number(name, number)
    source = reading.setting.wires[layer].entering
    if not reading.knows(source, f"a{layer}"):
        return Line(label, (), result)
    kind = reading.setting.activation(layer)
    z, a = reading.number(source, number), reading.number(f"a{layer}", number)
    if kind == "sigmoid":
        return Line(label, (row(a, " × (1 − ", a, ")"),), result)
    if kind == "tanh":
        square = Script(bracketed(a), raised=Text("2"))
        return Line(label, (row("1 − ", square),), result)
    if kind == "silu":
        # The sigmoid, which overflows nowhere in this form.
        gate = Number((1 + math.tanh(_known(z) / 2)) / 2)
        return Line(label, (gate, row(bracketed(a), " × (1 − ", gate, ")")), result)
    if kind == "softplus":
        return Line(label, (activation_formula("sigmoid", z, inline=True),), result)
    if kind == "gelu":
        gate, inner = _gelu_parts(z)
        square = Script(bracketed(gate), raised=Text("2"))
        second = row(bracketed(z), " / 2 × (1 − ", square, ") × ", inner)
        return Line(label, (row("(1 + ", bracketed(gate), ") / 2"), second), result)
    return Line(label, (slope_formula(kind, z, a),), result)


def _propagated(reading: Reading, unit: int) -> Line:
    weights, after, *beside = reading.op.reads
    label = f"input {unit + 1}" if reading.kind == "dx" else f"unit {unit + 1}"
    result = reading.number(reading.op.name, unit)
    if not reading.knows(*reading.op.reads) or reading.weights_changed:
        return Line(label, (), result)

    def index(target: int) -> tuple[int, int]:
        # A matrix of feedback alignment stands as it multiplies, weights are transposed for it.
        return (unit, target) if weights[0] == "B" else (target, unit)

    terms: list[Node] = [
        times(reading.number(weights, *index(target)), reading.number(after, target))
        for target in range(len(reading.values[after]))
    ]
    terms += [reading.number(name, unit) for name in beside]
    return Line(label, added(terms), result)


def _estimated(reading: Reading, number: int) -> Line:
    """Return an entry of a gradient that was made of forward passes, which have left no terms."""
    parameter = parameter_at(reading.layout, number)
    label = f"∂L/∂{parameter_label(parameter)}"
    return Line(label, (), reading.number(f"d{parameter.name}", *parameter.index))


def _unit(reading: Reading, unit: int) -> Line:
    """Return an entry of an op that works on each unit of a layer alone."""
    op, setting = reading.op, reading.setting
    label, result = f"unit {unit + 1}", reading.number(op.writes[0], unit)
    if not reading.knows(*op.reads):
        return Line(label, (), result)
    if reading.kind == "dz":
        return Line(label, (times(*(reading.number(name, unit) for name in op.reads)),), result)
    if reading.kind == "dz_softmax":
        gradient, a = op.reads
        mean = Number(float(reading.values[a] @ reading.values[gradient]))
        inner = row(reading.number(gradient, unit), " − ", bracketed(mean))
        return Line(label, (times(reading.number(a, unit), Fence(inner)),), result)
    a_unit, y = reading.number(op.reads[0], unit), reading.number("y", unit)
    difference = Fence(row(a_unit, " − ", bracketed(y)))
    counts = _counts(setting.batch)
    if reading.kind == "dz_fused" or setting.loss == "half_squared_error":
        body: Node = row(difference, counts) if counts else difference.body
    elif setting.loss == "mean_squared_error":
        body = row("2 × ", difference, _counts(setting.batch, setting.outputs))
    elif setting.loss == "binary_cross_entropy":
        body = row(difference, " / ", Fence(row(a_unit, " × (1 − ", a_unit, ")")), counts)
    else:
        body = row("−", bracketed(y), " / ", a_unit, counts)
    return Line(label, (body,), result)


def _counts(*numbers: int) -> str:
    """Return what follows to divide by counts; nothing where they are one."""
    return "".join(f" / {number}" for number in numbers if number > 1)


def _weight_gradient(reading: Reading, number: int) -> Line:
    op, setting = reading.op, reading.setting
    error, before = op.reads
    n_out, n_in = setting.widths[op.layer], setting.widths[op.layer - 1]
    is_bias = number >= n_out * n_in
    index: tuple[int, ...] = (number - n_out * n_in,) if is_bias else divmod(number, n_in)
    written = Reference(op.writes[1 if is_bias else 0], index)
    label = parameter_label(Reference(written.name[1:], index))
    whole = reading.number(written.name, *index)
    if not reading.knows(error, before):
        return Line(label, (), whole)
    factor = reading.number(error, index[0])
    term = factor if is_bias else times(factor, reading.number(before, index[1]))
    if setting.batch == 1:
        return Line(label, (term,), whole)
    share = None
    if reading.has_run and whole.value is not None:
        share = _known(factor) * (1.0 if is_bias else float(reading.values[before][index[1]]))
    return Line(label, (term,), Number(share), whole)


def _loss(reading: Reading, number: int) -> Line:
    setting, last = reading.setting, reading.setting.layer_count
    total = reading.number("loss")
    if number == 1:
        return Line(f"mean of {setting.batch}", (), total)
    label = "loss" if setting.batch == 1 else "this sample"
    if not reading.knows(*reading.op.reads, f"a{last}"):
        return Line(label, (), total)
    terms = [_loss_term(reading, unit) for unit in range(setting.outputs)]
    present = tuple(term for term in terms if term is not None)
    if setting.batch == 1:
        return Line(label, present, total)
    share = None if total.value is None else sample_loss(reading)
    return Line(label, present, Number(share))


def _loss_term(reading: Reading, unit: int) -> Row | None:
    """Return what one output adds to the loss; None for nothing at all."""
    a = reading.number(f"a{reading.setting.layer_count}", unit)
    y = reading.number("y", unit)
    square = Script(Fence(row(a, " − ", bracketed(y))), raised=Text("2"))
    match reading.setting.loss:
        case "half_squared_error":
            return row(square, " / 2")
        case "mean_squared_error":
            return row(square, _counts(reading.setting.outputs))
    hit, miss = _weighted_log(y.value, row(a)), None
    if reading.setting.loss == "binary_cross_entropy":
        miss = _weighted_log(1 - _known(y), row("1 − ", a))
    return row(hit, " ", miss) if hit and miss else hit or miss


def _weighted_log(weight: float | None, body: Row) -> Row | None:
    """Return −weight log(body); nothing where the weight is zero."""
    if not weight:
        return None
    factor: tuple[Node, ...] = () if weight == 1 else (Number(weight), Text(" "))
    return row("−", *factor, "log", Fence(body))


def _gelu_parts(z: Number) -> tuple[Number, Number]:
    """Return the tanh inside a GELU and the derivative of what it is taken of."""
    x = _known(z)
    gate = math.tanh(GELU_SCALE * (x + GELU_CUBIC * x * x * x))
    return Number(gate), Number(GELU_SCALE * (1 + 3 * GELU_CUBIC * x * x))


def _known(number: Number) -> float:
    assert number.value is not None
    return number.value
