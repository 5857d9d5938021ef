"""Normalization, dropout and residual connections with the numbers of one unit written out.

Statistics of a batch are sums over its samples, those of layer normalization over the units; every
summand is written with its number. What is derived here a step never needs apart: the two means
that layer normalization takes off an error.
"""

from __future__ import annotations

import numpy as np

from core.explain.activation_formulas import bracketed
from core.explain.notation import (
    Fence,
    Node,
    Number,
    Root,
    Row,
    Script,
    Text,
    parameter_label,
    row,
    split_name,
)
from core.explain.reading import Reading
from core.explain.reference import Reference
from core.explain.written_line import Line, added, times
from core.network.running_statistics import MOMENTUM
from core.step.normalization import EPS

_SQUARE = Text("2")
KINDS = ("mean", "var", "zhat", "s", "mask", "h", "r", "da_mask", "dgamma", "dz_norm", "running")


def technique_line_count(reading: Reading) -> int:
    """Return how many entries one of these ops has written out."""
    op, widths = reading.op, reading.setting.widths
    match reading.kind:
        case "mean" | "var" if reading.setting.normalization(op.layer) == "layer":
            return 1
        case "dgamma":
            return 2 * widths[op.layer]
        case "running":
            return sum(widths[int(split_name(name)[1])] for name in op.writes)
    return widths[op.layer]


def technique_line(reading: Reading, number: int) -> Line:
    """Return entry ``number`` (from 0) of one of these ops."""
    match reading.kind:
        case "running":
            return _running(reading, number)
        case "dgamma":
            return _scale_gradient(reading, number)
    op = reading.op
    by_layer = (
        reading.kind in ("mean", "var") and reading.setting.normalization(op.layer) == "layer"
    )
    label = "all units" if by_layer else f"unit {number + 1}"
    result = reading.number(op.name, number)
    known = reading.knows(*op.reads) and not _is_lost(reading)
    write = {
        "mean": _mean,
        "var": _variance,
        "zhat": _normalized,
        "s": _scaled,
        "h": _product,
        "da_mask": _product,
        "r": _sum,
        "dz_norm": _through_normalization,
    }.get(reading.kind)
    terms = write(reading, number) if known and write is not None else ()
    return Line(label, terms, result)


def _is_lost(reading: Reading) -> bool:
    """Return whether gamma and beta are no longer those of the step."""
    layer = reading.op.layer
    return reading.weights_changed and any(
        name in (f"gamma{layer}", f"beta{layer}") for name in reading.op.reads
    )


def statistic(reading: Reading, name: str, unit: int) -> Number:
    """Return a mean or variance of ``unit``: that of all units under layer normalization."""
    value = reading.values.get(name)
    place = unit if value is not None and len(value) > 1 else 0
    number = reading.number(name, place)
    return Number(number.value, Reference(name, (unit,)))


def _summands(reading: Reading, unit: int) -> tuple[list[Number], int]:
    """Return the sums that a statistic is taken of, as far as they are at hand, and their count."""
    setting, name = reading.setting, f"z{reading.op.layer}"
    if setting.normalization(reading.op.layer) == "layer":
        count = setting.widths[reading.op.layer]
        return [reading.number(name, k) for k in range(count)], count
    trace = reading.snapshot.trace
    rows = None if name in reading.hidden else trace.batches.get(name)
    if rows is None:
        return [], setting.batch
    numbers = [
        reading.number(name, unit) if place == trace.sample else Number(float(z))
        for place, z in enumerate(rows[:, unit])
    ]
    return numbers, setting.batch


def _mean(reading: Reading, unit: int) -> tuple[Node, ...]:
    if reading.setting.uses_running(reading.op.layer):
        return (reading.number(reading.op.reads[0], unit),)
    numbers, count = _summands(reading, unit)
    return added([row(number, f" / {count}") for number in numbers])


def _variance(reading: Reading, unit: int) -> tuple[Node, ...]:
    if reading.setting.uses_running(reading.op.layer):
        return (reading.number(reading.op.reads[0], unit),)
    numbers, count = _summands(reading, unit)
    mean = bracketed(statistic(reading, f"mean{reading.op.layer}", unit))
    return tuple(
        row(Script(Fence(row(number, " − ", mean)), raised=_SQUARE), f" / {count}")
        for number in numbers
    )


def _normalized(reading: Reading, unit: int) -> tuple[Node, ...]:
    z, mean, _ = reading.op.reads
    difference = row(reading.number(z, unit), " − ", bracketed(statistic(reading, mean, unit)))
    return (row(Fence(difference), " / ", _deviation(reading, unit)),)


def _scaled(reading: Reading, unit: int) -> tuple[Node, ...]:
    zhat, gamma, beta = (reading.number(name, unit) for name in reading.op.reads)
    return added([times(gamma, bracketed(zhat)), beta])


def _product(reading: Reading, unit: int) -> tuple[Node, ...]:
    one, other = (reading.number(name, unit) for name in reading.op.reads)
    return (times(one, bracketed(other)),)


def _sum(reading: Reading, unit: int) -> tuple[Node, ...]:
    return added([reading.number(name, unit) for name in reading.op.reads])


def _scale_gradient(reading: Reading, number: int) -> Line:
    op, count = reading.op, reading.setting.widths[reading.op.layer]
    kind, unit = divmod(number, count)
    name = op.writes[kind]
    label = parameter_label(Reference(name[1:], (unit,)))
    whole = reading.number(name, unit)
    if not reading.knows(*op.reads):
        return Line(label, (), whole)
    error, zhat = (reading.number(read, unit) for read in op.reads)
    term: Node = error if kind else times(error, bracketed(zhat))
    if reading.setting.batch == 1:
        return Line(label, (term,), whole)
    share = None
    if reading.has_run and whole.value is not None:
        share = (error.value or 0.0) * (1.0 if kind else zhat.value or 0.0)
    return Line(label, (term,), Number(share), whole)


def _through_normalization(reading: Reading, unit: int) -> tuple[Node, ...]:
    n, setting = reading.op.layer, reading.setting
    ds, gamma = (reading.number(f"{kind}{n}", unit) for kind in ("ds", "gamma"))
    deviation = float(np.sqrt(_known(statistic(reading, f"var{n}", unit)) + EPS))
    factor = _known(gamma) / deviation
    own = times(Number(factor), bracketed(ds))
    if setting.uses_running(n):
        return (own,)
    zhat = reading.number(f"zhat{n}", unit)
    if setting.normalization(n) == "batch":
        dgamma, dbeta = (reading.number(f"d{kind}{n}", unit) for kind in ("gamma", "beta"))
        less = row(bracketed(Number(-factor)), f" / {setting.batch} × ")
        product = times(bracketed(zhat), bracketed(dgamma))
        return own, row(less, bracketed(dbeta)), row(less, product)
    mean, correlation = _means_taken_off(reading, n)
    opposite = Number(-_known(zhat))
    return (
        own,
        row(bracketed(Number(-mean)), " / ", Number(deviation)),
        row(bracketed(opposite), " × ", bracketed(Number(correlation)), " / ", Number(deviation)),
    )


def _known(number: Number) -> float:
    assert number.value is not None
    return number.value


def _means_taken_off(reading: Reading, layer: int) -> tuple[float, float]:
    """Return mean(g) and mean(g ẑ) over the units, g = γ ds: what layer normalization takes off."""
    values = reading.values
    scaled = values[f"gamma{layer}"] * values[f"ds{layer}"]
    return float(np.mean(scaled)), float(np.mean(scaled * values[f"zhat{layer}"]))


def _deviation(reading: Reading, unit: int) -> Root:
    var = statistic(reading, f"var{reading.op.layer}", unit)
    return Root(row(var, " + ", Number(EPS)))


def _running(reading: Reading, number: int) -> Line:
    trace, name = reading.snapshot.trace, ""
    for name in reading.op.writes:
        width = reading.setting.widths[int(split_name(name)[1])]
        if number < width:
            break
        number -= width
    kind, layer = split_name(name)
    label = parameter_label(Reference(name, (number,)))
    result = reading.number(name, number)
    before = trace.state_before.get(name)
    of_batch = f"{kind.removeprefix('running_')}{layer}"
    if before is None or not reading.knows(of_batch):
        return Line(label, (), result)
    joined: Row = row(Number(MOMENTUM), " × ", bracketed(reading.number(of_batch, number)))
    if kind == "running_var":
        joined = row(joined, f" × {reading.setting.batch} / {reading.setting.batch - 1}")
    kept = row(Number(1 - MOMENTUM), " × ", bracketed(Number(float(before[number]))))
    return Line(label, (kept, joined), result)
