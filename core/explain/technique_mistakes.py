"""The usual mistakes with normalization, dropout and residual connections, and their numbers.

All are about the first unit, as every question is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.explain.reading import Reading
from core.network.running_statistics import MOMENTUM
from core.step.normalization import EPS

Mistake = tuple[str, float]


def technique_mistakes(reading: Reading, right: float) -> Iterator[Mistake]:
    """Yield name and value of each mistake about what one of these ops wrote."""
    match reading.kind:
        case "mean" | "var":
            yield from _of_statistic(reading, right)
        case "zhat":
            yield from _of_normalizing(reading)
        case "s":
            yield from _of_scaling(reading)
        case "h" | "da_mask":
            yield from _of_dropout(reading)
        case "r":
            own, before = (_first(reading, name) for name in reading.op.reads)
            yield "the shortcut left out", own
            yield "the layer's own answer left out", before
            yield "the product in place of the sum", own * before
        case "dgamma":
            yield from _of_scale_gradient(reading)
        case "dz_norm":
            yield from _on_the_way_back(reading, right)
        case "running":
            yield from _of_running(reading)


def _first(reading: Reading, name: str) -> float:
    return float(reading.snapshot.trace.values[name].flat[0])


def _of_statistic(reading: Reading, right: float) -> Iterator[Mistake]:
    setting, layer = reading.setting, reading.op.layer
    if setting.uses_running(layer):
        yield "this one row taken for a batch", _first(reading, f"z{layer}")
        return
    is_batch = setting.normalization(layer) == "batch"
    count = setting.batch if is_batch else setting.widths[layer]
    yield "sum instead of mean", right * count
    if reading.kind == "var":
        yield "the root taken: that is the deviation", math.sqrt(right)
        if count > 1:
            yield "divided by one less", right * count / (count - 1)


def _of_normalizing(reading: Reading) -> Iterator[Mistake]:
    z, mean, var = (_first(reading, name) for name in reading.op.reads)
    yield "the mean not taken off", z / math.sqrt(var + EPS)
    yield "divided by the variance, not by its root", (z - mean) / (var + EPS)
    yield "not divided by the deviation", z - mean


def _of_scaling(reading: Reading) -> Iterator[Mistake]:
    zhat, gamma, beta = (_first(reading, name) for name in reading.op.reads)
    z = _first(reading, f"z{reading.op.layer}")
    yield "the shift β forgotten", gamma * zhat
    yield "the scale γ left out", zhat + beta
    yield "z used in place of ẑ", gamma * z + beta


def _of_dropout(reading: Reading) -> Iterator[Mistake]:
    mask = _first(reading, f"mask{reading.op.layer}")
    (value,) = (_first(reading, name) for name in reading.op.reads if not name.startswith("mask"))
    yield "the mask left out" if not mask else "the factor of the kept units left out", value
    if mask:
        yield "divided by the factor", value / mask


def _of_scale_gradient(reading: Reading) -> Iterator[Mistake]:
    error, zhat = (_first(reading, name) for name in reading.op.reads)
    layer = reading.op.layer
    yield "z used in place of ẑ", error * _first(reading, f"z{layer}")
    yield "the normalized sum left out: that is for the shift", error
    yield "s used in place of ẑ", error * _first(reading, f"s{layer}")
    if reading.setting.batch > 1:
        yield "sum instead of mean", error * zhat * reading.setting.batch
        total = _first(reading, reading.op.writes[0])
        yield "the sum over the batch, not this sample's share", total


def _on_the_way_back(reading: Reading, right: float) -> Iterator[Mistake]:
    layer = reading.op.layer
    ds, gamma, var = (_first(reading, f"{kind}{layer}") for kind in ("ds", "gamma", "var"))
    deviation = math.sqrt(var + EPS)
    if not reading.setting.uses_running(layer):
        yield "what all have in common not taken off", gamma * ds / deviation
    yield "not divided by the deviation", right * deviation
    yield "divided by the variance, not by its root", right / deviation
    yield "the normalization left out", ds
    if gamma:
        yield "the scale γ left out", right / gamma


def _of_running(reading: Reading) -> Iterator[Mistake]:
    name = reading.op.writes[0]
    before = reading.snapshot.trace.state_before.get(name)
    of_batch = _first(reading, name.removeprefix("running_"))
    if before is None:
        return
    kept = float(before[0])
    yield "the two shares exchanged", MOMENTUM * kept + (1 - MOMENTUM) * of_batch
    yield "what was kept forgotten", MOMENTUM * of_batch
    yield "the batch's number alone", of_batch
