"""Which factor makes a gradient small: the longest falling bar of a waterfall, and why it falls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.diagnosis.words import number
from core.explain.waterfall_steps import Waterfall, WaterfallStep
from core.network.activations import ACTIVATIONS
from core.spec import LayerSpec

# A slope this close to the greatest is as steep as the activation gets; one this small is flat.
STEEP, FLAT = 0.5, 0.1


@dataclass(frozen=True, slots=True)
class Reason:
    """The longest falling bar.

    Attributes:
        index: of the bar among the waterfall's steps.
        step: the bar.
        words: why it falls, or "" where the number says all.
    """

    index: int
    step: WaterfallStep
    words: str


def longest_fall(found: Waterfall, layers: Sequence[LayerSpec]) -> Reason | None:
    """Return the factor that shrinks the product most, of those that are known.

    None where none of them shrinks it. ``layers`` are those of the specification.
    """
    best, longest = None, 0.0
    for index, step in enumerate(found.steps):
        if step.kind == "restart":
            best, longest = None, 0.0
            continue
        fall = 0.0 if step.kind == "start" or step.product is None else _fall(step.value)
        if fall > longest:
            best, longest = index, fall
    if best is None:
        return None
    step = found.steps[best]
    return Reason(best, step, _why(step, layers))


def _fall(factor: float | None) -> float:
    """Return by how many decades a factor makes a product smaller; less than 0 if larger."""
    if factor is None or math.isnan(factor):
        return 0.0
    return math.inf if factor == 0 else -math.log10(abs(factor))


def _why(step: WaterfallStep, layers: Sequence[LayerSpec]) -> str:
    if step.note:
        return step.note
    if step.kind == "slope":
        return _why_slope(step, layers)
    if step.kind == "layers":
        return _why_layers(step.parts)
    return {
        "weight": "a small weight",
        "paths": "the paths nearly cancel",
        "ways": "the shortcut and the weights nearly cancel",
        "normalization": "the sums differ much, or γ is small",
        "shared": "nearly all of it is shared",
    }.get(step.kind, "a small input" if step.label.startswith("x") else "a small activation")


def _why_slope(step: WaterfallStep, layers: Sequence[LayerSpec]) -> str:
    if step.reference is None or step.value is None:
        return ""
    kind = layers[int(step.reference.name.removeprefix("slope")) - 1].activation
    largest = ACTIVATIONS[kind].largest_slope
    if step.value < FLAT * largest:
        return f"the {_plain(kind)} is nearly flat there"
    if largest < 1 and step.value >= STEEP * largest:
        return f"a {_plain(kind)}'s slope is at most {largest:g}"
    return ""


def _why_layers(parts: Sequence[WaterfallStep]) -> str:
    """Say whether slopes or weights make folded layers fall, and by how much alone."""
    falls = {
        "slopes": sum(_fall(part.value) for part in parts if part.kind == "slope"),
        "weights": sum(_fall(part.value) for part in parts if part.kind != "slope"),
    }
    cause = max(falls, key=lambda name: falls[name])
    product = math.prod(
        part.value
        for part in parts
        if part.value is not None and (part.kind == "slope") == (cause == "slopes")
    )
    return f"mostly {cause}, ×{number(abs(product))}"


def _plain(activation: str) -> str:
    return activation.replace("_", " ")
