"""What to ask about the ops of forward-forward, and what a wrong answer has left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.explain.local_learning import sides_of
from core.explain.op_formula import SHARE
from core.explain.reading import Reading

Mistake = tuple[str, float]


def asked_of_sample(reading: Reading) -> float | None:
    """Return what the sample in view adds to what is written; None where that is the whole."""
    if reading.kind == "local":
        return sum(sides_of(reading))
    if reading.kind == "dW_local" and reading.setting.batch > 1:
        return float(reading.values[SHARE][0, 0])
    return None


def local_mistakes(reading: Reading, right: float) -> Iterator[Mistake]:
    """Yield what an answer comes to where something is left out."""
    values, op, batch = reading.snapshot.trace.values, reading.op, reading.setting.batch
    match reading.kind:
        case "u":
            yield "the length not divided by", float(values[op.reads[0]][0])
        case "g":
            yield "the squares forgotten", float(np.sum(values[op.reads[0]]))
        case "local":
            yield "the negative pass forgotten", sides_of(reading)[0]
            yield "the positive pass forgotten", sides_of(reading)[1]
        case "e":
            yield "the sign wrong", -right
            if batch > 1:
                yield "sum instead of mean", right * batch
        case "dz_local":
            yield "the factor 2 left out", right / 2
            e, a = (float(values[name][0]) for name in op.reads[:2])
            yield "the slope left out", 2 * e * a
        case "dW_local":
            first, before, second, behind = (float(values[name][0]) for name in op.reads)
            yield "the negative pass forgotten", first * before
            yield "the positive pass forgotten", second * behind
