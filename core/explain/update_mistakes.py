"""The usual mistakes in the update of one parameter, and what comes out with them."""

from __future__ import annotations

from collections.abc import Iterator

from core.explain.parameter_order import flat_index
from core.explain.reading import Reading
from core.explain.update_terms import Entry, penalty_share, recipe, state_before


def update_mistakes(reading: Reading) -> Iterator[tuple[str, float]]:
    """Yield name and value of each mistake about the reading's parameter."""
    entry = Entry(reading.parameter, flat_index(reading.layout, reading.parameter))
    name, values = reading.op.name, reading.snapshot.trace.values
    rate = reading.setting.optimizer.learning_rate
    if name == "parameters":
        after, change = (float(values[n][entry.index]) for n in ("parameters", "update"))
        yield "the step added instead of subtracted", after + 2 * change
        yield "the learning rate left out", after + change - change / rate
        yield "the step itself, not the new value", change
    elif name in ("penalized", "decayed"):
        share = penalty_share(reading, name, entry)
        yield "the penalty left out", float(values[name][entry.index]) - share
        yield "the penalty subtracted", float(values[name][entry.index]) - 2 * share
        yield "the penalty alone", share
    elif name in ("clamped", "rescaled"):
        yield from _of_clipping(reading, entry)
    elif name == "update":
        yield from _of_change(reading, entry, rate)
    else:
        yield from _of_state(reading, entry)


def _of_clipping(reading: Reading, entry: Entry) -> Iterator[tuple[str, float]]:
    name, values = reading.op.name, reading.snapshot.trace.values
    training = reading.setting.training
    source = float(values[reading.setting.source_of(name)][entry.index])
    if name == "clamped":
        limit = training.clip_value
        yield "the gradient not clipped", source
        yield "the sign lost", abs(float(values[name][entry.index]))
        yield "the limit alone", limit
        return
    norm, limit = float(values["norm"]), training.clip_norm
    yield "the gradient not clipped", source
    yield "this entry clipped by itself", min(max(source, -limit), limit)
    if norm:
        yield "shortened to length 1, whatever the limit", source / norm
        yield "lengthened too", source * limit / norm


def _of_change(reading: Reading, entry: Entry, rate: float) -> Iterator[tuple[str, float]]:
    values, rule = reading.snapshot.trace.values, reading.setting.optimizer
    change = float(values["update"][entry.index])
    gradient = float(values[reading.setting.taken][entry.index])
    yield "the learning rate left out", change / rate
    yield "the sign of the step wrong", -change
    if reading.setting.batch > 1:
        yield "sum instead of mean", change * reading.setting.batch
    if rule.kind != "sgd":
        yield "plain gradient descent", rate * gradient
    if rule.kind in ("adam", "adamw"):
        t = reading.setting.step_count
        correction = (1 - rule.beta1**t) / (1 - rule.beta2**t) ** 0.5
        yield "the bias correction forgotten", change * correction


def _of_state(reading: Reading, entry: Entry) -> Iterator[tuple[str, float]]:
    name = reading.op.name
    decay, share, power = recipe(reading, name, entry)
    before = state_before(reading, name, entry)
    if before is None:
        return
    gradient = float(reading.snapshot.trace.values[reading.setting.taken][entry.index])
    joined = gradient * gradient if power == 2 else gradient
    yield "what was kept forgotten", share * joined
    yield "the gradient forgotten", decay * before
    if power == 2:
        yield "the square forgotten", decay * before + share * gradient
    if share != 1:
        yield "the two shares exchanged", share * before + decay * joined
        yield "the gradient not weighted", decay * before + joined
