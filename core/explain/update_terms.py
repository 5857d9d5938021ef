"""The update of one parameter with its numbers: what the rule kept, joined, and subtracts.

What the rule remembered and the weights that the step began with are the trace's; the numbers of
the rule are those that this update used, also where they have been changed since.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.explain.activation_formulas import bracketed, over
from core.explain.notation import (
    Fence,
    Fraction,
    Hat,
    Node,
    Number,
    Root,
    Script,
    Text,
    letter,
    parameter_label,
    row,
    symbol,
)
from core.explain.op_formula import NumberRow
from core.explain.parameter_order import flat_index, parameter_at
from core.explain.reading import Reading
from core.explain.reference import Reference
from core.explain.update_formulas import factor_of, within
from core.explain.written_line import Line, times
from core.step.hyperparameters import effective_eps, effective_weight_decay


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter in the update.

    Attributes:
        parameter: which one.
        index: its place in the flat vectors.
    """

    parameter: Reference
    index: int

    @property
    def gradient(self) -> Reference:
        """Return its gradient as a value of the backward pass."""
        return Reference(f"d{self.parameter.name}", self.parameter.index)


def entry_of(reading: Reading, number: int) -> Entry:
    """Return the parameter that is listed as ``number`` (from 0)."""
    parameter = parameter_at(reading.layout, number)
    return Entry(parameter, flat_index(reading.layout, parameter))


def update_line(reading: Reading, number: int) -> Line:
    """Return the update of the parameter listed as ``number``, written out."""
    entry = entry_of(reading, number)
    name = reading.op.name
    label, result = parameter_label(entry.parameter), _entry(reading, name, entry)
    if not reading.knows(*(r for r in reading.op.reads if r not in reading.op.writes)):
        return Line(label, (), result)
    if name == "parameters":
        after = _now(reading, "parameters", entry)
        result = Number(after if result.value is not None else None, entry.parameter)
        old = _weight_before(reading, entry)
        change = bracketed(_entry(reading, "update", entry))
        return Line(label, (row(old, " − ", change),), result)
    if name in ("penalized", "decayed"):
        return Line(label, _penalty_terms(reading, name, entry), result)
    if name in ("clamped", "rescaled"):
        return Line(label, (_clipped(reading, name, entry),), result)
    if name == "update":
        return Line(label, (_change(reading, entry),), result)
    return Line(label, _state_terms(reading, name, entry), result)


def worked_numbers(reading: Reading) -> tuple[NumberRow, ...]:
    """Return the equations of several steps with the numbers of the reading's parameter."""
    return _shortening(reading) if reading.op.name == "rescaled" else bias_correction(reading)


def bias_correction(reading: Reading) -> tuple[NumberRow, ...]:
    """Return Adam's three equations with the numbers of the reading's parameter."""
    rule, entry = reading.setting.optimizer, _chosen(reading)
    if rule.kind not in ("adam", "adamw") or reading.op.name != "update":
        return ()
    if not reading.knows("m", "v"):
        return ()
    t = reading.setting.step_count
    rows: list[NumberRow] = []
    for name, rate in (("m", rule.beta1), ("v", rule.beta2)):
        below = row("1 − ", Script(Number(rate), raised=Text(str(t))))
        quotient = Fraction(_entry(reading, name, entry), below)
        corrected = Number(_corrected(reading, name, entry))
        label = "" if rows else parameter_label(entry.parameter)
        rows.append(NumberRow(label, row(Hat(letter(name)), " = ", quotient, " = ", corrected)))
    step = _adam_step(reading, entry, inline=False)
    result = _entry(reading, "update", entry)
    whole = NumberRow("", row(symbol("update"), " = ", step, " = ", result))
    return (*rows, whole)


def _shortening(reading: Reading) -> tuple[NumberRow, ...]:
    """Return how a gradient is clipped by norm: its length, the factor, the entry."""
    entry, name = _chosen(reading), reading.op.name
    source = reading.setting.source_of(name)
    if not reading.knows(source):
        return ()
    norm, factor = reading.number("norm"), reading.number("factor")
    limit = Number(reading.setting.training.clip_norm)
    product, result = _clipped(reading, name, entry), _entry(reading, name, entry)
    return (
        NumberRow("", row("|", symbol(source), "| = ", norm)),
        NumberRow("", row(symbol("factor"), " = ", factor_of(limit, norm, True), " = ", factor)),
        NumberRow(
            parameter_label(entry.parameter), row(symbol(name), " = ", product, " = ", result)
        ),
    )


def settings_in_words(reading: Reading) -> tuple[tuple[str, float], ...]:
    """Return the rule's numbers that the op at hand uses, by symbol; t is a whole number."""
    rule, name = reading.setting.optimizer, reading.op.name
    rate = ("η", rule.learning_rate)
    eps = ("ε", effective_eps(rule))
    match name:
        case "penalized":
            return (("λ₁", reading.setting.training.l1),)
        case "clamped":
            return (("τ", reading.setting.training.clip_value),)
        case "rescaled":
            return (("τ", reading.setting.training.clip_norm),)
        case "decayed":
            return (("λ₂", reading.setting.training.l2),)
        case "velocity" if rule.kind == "momentum" and rule.dampening:
            return (("μ", rule.momentum), ("d", rule.dampening))
        case "velocity":
            return (("μ", rule.momentum),)
        case "square_mean":
            return (("α", rule.alpha),)
        case "m":
            return (("β₁", rule.beta1),)
        case "v":
            return (("β₂", rule.beta2),)
    if name != "update":
        return ()
    match rule.kind:
        case "nesterov":
            return (rate, ("μ", rule.momentum))
        case "adagrad" | "rmsprop":
            return (rate, eps)
        case "adam" | "adamw":
            decay = ("λ", effective_weight_decay(rule))
            own = (decay,) if rule.kind == "adamw" else ()
            return (rate, ("t", float(reading.setting.step_count)), eps, *own)
    return (rate,)


def state_before(reading: Reading, name: str, entry: Entry) -> float | None:
    """Return what the rule remembered before the op that writes ``name``, None if unknown."""
    found = reading.snapshot.trace.state_before.get(name)
    return None if found is None else float(found[entry.index])


def _state_terms(reading: Reading, name: str, entry: Entry) -> tuple[Node, ...]:
    decay, share, power = recipe(reading, name, entry)
    before = Number(state_before(reading, name, entry))
    gradient: Node = gradient_number(reading, reading.setting.taken, entry)
    if power == 2:
        gradient = Script(bracketed(gradient), raised=Text("2"))
    kept = before if decay == 1 else times(Number(decay), before)
    joined = gradient if share == 1 else times(Number(share), gradient)
    return kept, bracketed(joined)


def recipe(reading: Reading, name: str, entry: Entry) -> tuple[float, float, int]:
    """Return (decay, share, power) of state = decay · state + share · gradient^power."""
    rule = reading.setting.optimizer
    match name:
        case "m":
            return rule.beta1, 1 - rule.beta1, 1
        case "v":
            return rule.beta2, 1 - rule.beta2, 2
        case "square_mean":
            return rule.alpha, 1 - rule.alpha, 2
        case "square_sum":
            return 1.0, 1.0, 2
    if rule.kind == "nesterov":
        return rule.momentum, 1.0, 1
    if rule.momentum_form == "running_mean":
        return rule.momentum, 1 - rule.momentum, 1
    # The first velocity is the gradient itself, whatever the dampening.
    is_first = reading.snapshot.trace.updates == 0
    return rule.momentum, 1.0 if is_first else 1 - rule.dampening, 1


def _change(reading: Reading, entry: Entry) -> Node:
    """Return the right-hand side of Δ with numbers, in one line."""
    rule = reading.setting.optimizer
    rate = Number(rule.learning_rate)
    match rule.kind:
        case "momentum":
            return times(rate, _entry(reading, "velocity", entry))
        case "adam" | "adamw":
            return _adam_step(reading, entry, inline=True)
    # The rules above have put the gradient into their state.
    gradient = gradient_number(reading, reading.setting.taken, entry)
    match rule.kind:
        case "sgd":
            return times(rate, gradient)
        case "nesterov":
            pull = times(Number(rule.momentum), _entry(reading, "velocity", entry))
            return times(rate, Fence(row(gradient, " + ", pull)))
    name = "square_sum" if rule.kind == "adagrad" else "square_mean"
    root = row(Root(_entry(reading, name, entry)), " + ", Number(effective_eps(rule)))
    return times(rate, over(gradient, root, inline=True))


def _adam_step(reading: Reading, entry: Entry, *, inline: bool) -> Node:
    rule = reading.setting.optimizer
    m, v = (Number(_corrected(reading, name, entry)) for name in ("m", "v"))
    below = row(Root(v), " + ", Number(effective_eps(rule)))
    rate = Number(rule.learning_rate)
    step = times(rate, over(m, below, inline))
    decay = effective_weight_decay(rule)
    if rule.kind == "adam" or not decay or not _decays(reading, entry):
        return step
    weight = _weight_before(reading, entry)
    return row(step, " + ", times(rate, times(Number(decay), weight)))


def _corrected(reading: Reading, name: str, entry: Entry) -> float:
    """Return a moment over one minus the power of its decay rate."""
    rule = reading.setting.optimizer
    rate = rule.beta1 if name == "m" else rule.beta2
    return _now(reading, name, entry) / (1 - rate**reading.setting.step_count)


def _weight_before(reading: Reading, entry: Entry) -> Number:
    """Return the parameter as it was before the update."""
    trace = reading.snapshot.trace
    if trace.holds_start:
        value = float(trace.values[entry.parameter.name][entry.parameter.index])
        return Number(value, entry.parameter)
    now = _now(reading, "parameters", entry)
    return Number(now + _now(reading, "update", entry) if trace.completed else now)


def _chosen(reading: Reading) -> Entry:
    return Entry(reading.parameter, flat_index(reading.layout, reading.parameter))


def gradient_number(reading: Reading, name: str, entry: Entry) -> Number:
    """Return the entry of the gradient, or of the vector ``name`` that was made of it."""
    if name != "gradient":
        return _entry(reading, name, entry)
    return Number(_now(reading, name, entry), entry.gradient)


def penalty_share(reading: Reading, name: str, entry: Entry) -> float:
    """Return what the penalty adds to the entry's gradient, 0 for one that does not decay."""
    if not _decays(reading, entry):
        return 0.0
    weight = _weight_before(reading, entry).value or 0.0
    training = reading.setting.training
    return training.l1 * float(np.sign(weight)) if name == "penalized" else training.l2 * weight


def _penalty_terms(reading: Reading, name: str, entry: Entry) -> tuple[Node, ...]:
    source = gradient_number(reading, reading.setting.source_of(name), entry)
    if not _decays(reading, entry):
        return (source,)
    weight, training = _weight_before(reading, entry), reading.setting.training
    if name == "decayed":
        return source, bracketed(times(Number(training.l2), weight))
    return source, times(Number(training.l1), row("sign(", weight, ")"))


def _clipped(reading: Reading, name: str, entry: Entry) -> Node:
    source = gradient_number(reading, reading.setting.source_of(name), entry)
    if name == "rescaled":
        return times(reading.number("factor"), source)
    return within(source, Number(reading.setting.training.clip_value))


def _decays(reading: Reading, entry: Entry) -> bool:
    return entry.parameter.name[0] == "W" or reading.setting.training.decay_biases


def _now(reading: Reading, name: str, entry: Entry) -> float:
    return float(reading.snapshot.trace.values[name][entry.index])


def _entry(reading: Reading, name: str, entry: Entry) -> Number:
    return reading.number(name, entry.index)
