"""What a learner may answer who is asked for a number of a step: right, or a mistake known by name.

A question is about the first entry of what an op wrote. The values of the usual mistakes are
computed from the same snapshot, so an answer tells which one was made. An answer is right when it
agrees in all the digits that were given, rounded or cut off; two are the least, four are looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.explain.foreseen_errors import start_weights
from core.explain.local_learning import KINDS as LOCAL_KINDS
from core.explain.local_mistakes import asked_of_sample, local_mistakes
from core.explain.notation import parameter_label, split_name
from core.explain.parameter_order import flat_index
from core.explain.reading import Reading, read_op
from core.explain.reference import Reference
from core.explain.rounding import rounding_mistakes
from core.explain.technique_mistakes import technique_mistakes
from core.explain.technique_terms import KINDS
from core.explain.terms import sample_loss
from core.explain.update_mistakes import update_mistakes
from core.network.activations import ACTIVATIONS
from core.network.parameters import Floats
from core.spec_rules import FORWARD_ONLY
from core.training.snapshot import Snapshot

LEAST_DIGITS, MOST_DIGITS = 2, 4

Mistake = tuple[str, float]
Verdict = Literal["right", "mistake", "wrong", "imprecise"]


@dataclass(frozen=True)
class Question:
    """A number to be guessed.

    Attributes:
        label: which one, such as "∂L/∂a₁[1]".
        right: the number that the step computed.
        mistakes: names of mistakes, as "the slope left out", and what comes out with them.
    """

    label: str
    right: float
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Judgement:
    """What there is to say to an answer; ``mistake`` is the name of one that it matches, or ""."""

    verdict: Verdict
    mistake: str = ""


@np.errstate(all="ignore")
def question_about(snapshot: Snapshot, place: int) -> Question | None:
    """Return the question about the op at ``place``; None for the batch or before it has run.

    Nor is there one about a number that is not finite, or made of many forward passes.
    """
    reading = read_op(snapshot, place)
    # What is drawn at random is not to be known.
    drawn = ("mask", "label_wrong")
    if reading.kind in ("batch", *drawn, *FORWARD_ONLY) or not reading.has_run:
        return None
    label, right = _asked(reading)
    if not math.isfinite(right):
        return None
    found = {name: value for name, value in _mistakes(reading, right) if math.isfinite(value)}
    return Question(label, right, tuple(found.items()))


def judge(question: Question, answer: float, digits: int) -> Judgement:
    """Judge an ``answer`` given with so many significant ``digits``."""
    if math.isclose(answer, question.right, rel_tol=1e-12, abs_tol=0.0):
        return Judgement("right")
    if digits < LEAST_DIGITS:
        return Judgement("imprecise")
    if agrees(answer, question.right, digits):
        return Judgement("right")
    for name, value in question.mistakes:
        if agrees(answer, value, digits):
            return Judgement("mistake", name)
    return Judgement("wrong")


def agrees(answer: float, value: float, digits: int) -> bool:
    """Return whether ``value`` is ``answer`` when rounded to ``digits``, or cut off there."""
    kept = max(1, min(digits, MOST_DIGITS))
    if answer == 0 or value == 0:
        return answer == value
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - kept + 1)
    given = round(answer / unit)
    return given in (round(value / unit), math.trunc(value / unit))


def significant_digits(text: str) -> int:
    """Return how many significant digits a number has as it was typed: ``-0.0166`` has 3."""
    mantissa = re.split(r"[eE]", text.strip())[0]
    digits = re.sub(r"\D", "", mantissa)
    return len(digits.lstrip("0"))


def hidden_names(snapshot: Snapshot, place: int) -> frozenset[str]:
    """Return the values that would give away what the op at ``place`` wrote, its own among them."""
    reading = read_op(snapshot, place)
    op = reading.op
    names = set(op.writes)
    if reading.kind in ("dW", "dW_local"):
        names.add("gradient")
    if reading.kind == "dz_fused":
        names |= {f"da{op.layer}", f"slope{op.layer}"}
    return frozenset(names)


def _asked(reading: Reading) -> tuple[str, float]:
    op, values = reading.op, reading.snapshot.trace.values
    name = op.writes[0]
    if reading.is_of_parameters:
        flat = flat_index(reading.layout, reading.parameter)
        label = parameter_label(reading.parameter)
        if name != "parameters":
            label = f"{parameter_label(Reference(name))} of {label}"
        else:
            label = f"the new {label}"
        return label, float(values[name][flat])
    if reading.kind in ("dW", "dgamma") and reading.setting.batch > 1:
        label = parameter_label(Reference(name, (0,) * values[name].ndim))
        return f"this sample's share of {label}", _share(reading)
    if (own := asked_of_sample(reading)) is not None:
        label = parameter_label(Reference(name, (0,) * values[name].ndim))
        return f"this sample's share of {label}", own
    if name == "loss" and reading.setting.batch > 1:
        return "the loss of this sample", sample_loss(reading)
    index = (0,) * values[name].ndim
    kind, layer = split_name(name)
    if kind == "slope":
        return f"the slope of unit 1 in layer {layer}", float(values[name][index])
    return parameter_label(Reference(name, index)), float(values[name][index])


def _mistakes(reading: Reading, right: float) -> Iterator[Mistake]:
    if reading.is_of_parameters:
        yield from update_mistakes(reading)
        return
    if reading.kind in KINDS:
        yield from technique_mistakes(reading, right)
        return
    if reading.kind in LOCAL_KINDS:
        yield from local_mistakes(reading, right)
        return
    match reading.kind:
        case "half":
            yield from rounding_mistakes(reading, right)
        case "z":
            yield from _of_sum(reading, right)
        case "a":
            yield from _of_activation(reading)
        case "loss":
            yield from _of_loss(reading, right)
        case "slope":
            yield from _of_slope(reading)
        case "da" | "dx":
            yield from _of_propagation(reading)
        case "dW":
            yield from _of_weight_gradient(reading)
        case "da_output":
            yield from _of_difference(reading, right)
            if reading.setting.loss == "mean_squared_error":
                yield "the factor 2 left out", right / 2
        case "dz_fused":
            yield from _of_difference(reading, right)
            yield from _of_fused(reading, right)
        case _:
            yield from _of_passing(reading)


def _value(reading: Reading, name: str) -> Floats | None:
    return reading.snapshot.trace.values.get(name)


def _first(reading: Reading, name: str) -> float:
    value = reading.snapshot.trace.values[name]
    return float(value.flat[0])


def _of_sum(reading: Reading, right: float) -> Iterator[Mistake]:
    weights, before, *biases = reading.op.reads
    bias = _first(reading, biases[0]) if biases else 0.0
    if bias:
        yield "the bias forgotten", right - bias
    inputs = reading.snapshot.trace.values[before]
    if len(inputs) > 1:
        path = _first(reading, weights) * float(inputs[0])
        yield "only one path instead of the sum over all", path + bias
        yield "the weights left out", float(np.sum(inputs)) + bias
    layer = split_name(before)[1]
    sums = _value(reading, f"z{layer}") if layer and before[0] != "u" else None
    if sums is not None:
        row = reading.snapshot.trace.values[weights][0]
        yield "z used in place of a", float(row @ sums) + bias


def _of_activation(reading: Reading) -> Iterator[Mistake]:
    z, a = _first(reading, reading.op.reads[0]), _first(reading, reading.op.name)
    kind = reading.setting.activation(reading.op.layer)
    yield "z used in place of a", z
    if kind == "sigmoid":
        yield "the minus sign in exp(−z) forgotten", 1 - a
        yield "the slope taken in place of the activation", a * (1 - a)
    elif kind == "tanh":
        yield "the slope taken in place of the activation", 1 - a * a


def _of_loss(reading: Reading, right: float) -> Iterator[Mistake]:
    setting = reading.setting
    if setting.loss == "half_squared_error":
        yield "the factor ½ left out", 2 * right
    elif setting.loss == "mean_squared_error":
        yield "a factor ½ too many", right / 2
        yield "sum instead of mean", right * setting.outputs
    else:
        yield "the minus sign forgotten", -right
        yield "the share taken without its logarithm", math.exp(-right)


def _of_slope(reading: Reading) -> Iterator[Mistake]:
    layer = split_name(reading.op.writes[0])[1]
    source = reading.setting.wires[int(layer)].entering
    z, a = _first(reading, source), _first(reading, f"a{layer}")
    kind = reading.setting.activation(int(layer))
    yield "the activation taken in place of its slope", a
    if kind == "sigmoid":
        yield "z used in place of a", z * (1 - z)
        yield "one of the two factors left out", 1 - a
    elif kind == "tanh":
        yield "z used in place of a", 1 - z * z
        yield "the square forgotten", 1 - a


def _of_propagation(reading: Reading) -> Iterator[Mistake]:
    values, (weights, after, *others) = reading.snapshot.trace.values, reading.op.reads
    is_fixed = weights[0] == "B"
    matrix = values[weights].T if is_fixed else values[weights]
    column, error = matrix[:, 0], values[after]
    beside = sum(_first(reading, name) for name in others)
    if others:
        yield "the shortcut forgotten", float(column @ error)
        yield "the way through the weights forgotten", beside
    if len(error) > 1:
        yield "only one path instead of the sum over all", float(column[0] * error[0]) + beside
        if matrix.shape[0] == matrix.shape[1]:
            wrong = "B transposed" if is_fixed else "the weights not transposed"
            yield wrong, float(matrix[0] @ error) + beside
    if is_fixed:
        own = start_weights(reading.snapshot, int(split_name(after)[1]))
        yield "the weights used in place of B", float(own[:, 0] @ error) + beside
    whole = _value(reading, f"da{split_name(after)[1]}")
    if whole is not None:
        yield "the slope left out", float(column @ whole) + beside
    gradient = _value(reading, f"d{weights}")
    if gradient is not None:
        changed = column - reading.setting.optimizer.learning_rate * gradient[:, 0]
        yield "the updated weight used", float(changed @ error) + beside
    yield "the weights left out", float(np.sum(error)) + beside


def _of_weight_gradient(reading: Reading) -> Iterator[Mistake]:
    op, batch = reading.op, reading.setting.batch
    error, before = (_first(reading, name) for name in op.reads)
    layer = split_name(op.reads[1])[1]
    if layer:
        yield "z used in place of a", error * _first(reading, f"z{layer}")
    whole = _value(reading, f"da{op.layer}")
    if whole is not None:
        yield "the slope left out", float(whole[0]) * before
    yield "the activation left out", error
    yield "the weight used in place of the activation", error * _first(reading, f"W{op.layer}")
    if batch > 1:
        yield "sum instead of mean", _share(reading) * batch
        yield "the sum over the batch, not this sample's share", _first(reading, op.writes[0])


def _of_difference(reading: Reading, right: float) -> Iterator[Mistake]:
    yield "the sign wrong, target minus answer", -right
    if reading.setting.batch > 1:
        yield "sum instead of mean", right * reading.setting.batch


def _of_fused(reading: Reading, right: float) -> Iterator[Mistake]:
    layer = reading.op.layer
    slope, error = (_value(reading, f"{name}{layer}") for name in ("slope", "da"))
    if slope is not None:
        yield "the slope multiplied once more", right * float(slope[0])
    if error is not None:
        yield "the slope left out", float(error[0])


def _of_passing(reading: Reading) -> Iterator[Mistake]:
    """Yield the mistakes where an error passes an activation."""
    layer = reading.op.layer
    error, a = _first(reading, reading.op.reads[0]), _first(reading, f"a{layer}")
    yield "the slope left out", error
    yield "a used in place of the slope", error * a
    if reading.kind == "dz_softmax":
        yield "the other units forgotten", error * a * (1 - a)
        return
    yield "the slope alone, without the error", _first(reading, f"slope{layer}")
    source = reading.setting.wires[layer].entering
    z, slope = np.array([_first(reading, source)]), np.empty(1)
    # The slope, computed from the sum as if that were the activation.
    ACTIVATIONS[reading.setting.activation(layer)].bind_slope(z, z, slope)()
    yield "z used in place of a", error * float(slope[0])


def _share(reading: Reading) -> float:
    error, before = reading.op.reads
    return _first(reading, error) * _first(reading, before)
