"""What the card says about a target: a title and a few numbers, also as one line of text.

Numbers come from the snapshot and the sample on show, with four significant digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.network.parameters import Floats
from core.spec import LayerSpec
from core.training.snapshot import Snapshot
from gui.diagram.names import (
    activation_name,
    input_name,
    layer_name,
    output_names,
    parameter_name,
)
from gui.diagram.samples import Sample, shown_sample
from gui.diagram.targets import Bias, Edge, LayerFold, Node, Pill, Target
from gui.numbers import format_value

UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Facts:
    """A title and rows of label and number."""

    title: str
    rows: tuple[tuple[str, str], ...]
    place: str = ""

    def as_text(self) -> str:
        """Return all of it as one line, for screen readers."""
        numbers = ", ".join(f"{label} {number}" for label, number in self.rows)
        return ": ".join(part for part in (self.title, numbers) if part) + (
            f" ({self.place})" if self.place else ""
        )


def facts_about(target: Target, snapshot: Snapshot, *, opened: bool) -> Facts:
    """Return the facts about ``target``; ``opened`` is whether its layer's units are unfolded."""
    layers = snapshot.layout.layer_count
    if isinstance(target, LayerFold):
        first, last = layer_name(target.first, layers), layer_name(target.last, layers)
        title = first if first == last else f"{first} to {last}"
        return Facts(title, (), "click or Enter: show these layers")
    name = layer_name(target.layer, layers)
    if isinstance(target, Pill):
        action = "the busiest units only" if opened else "more units"
        chosen = (("shown are those with", "the largest mean |gradient|"),)
        return Facts(name, chosen, f"click or Enter: show {action}")
    if isinstance(target, Edge):
        return _weight_facts(target, snapshot)
    if isinstance(target, Bias):
        return _bias_facts(target, snapshot)
    sample = shown_sample(snapshot)
    if target.layer == 0:
        return _input_facts(target, snapshot, sample)
    return _unit_facts(target, snapshot, sample)


def _weight_facts(edge: Edge, snapshot: Snapshot) -> Facts:
    layout = snapshot.layout

    def entry(vector: Floats) -> float:
        return float(layout.weights(vector, edge.layer)[edge.unit, edge.source])

    return Facts(
        f"Weight {parameter_name('W', edge.layer, edge.unit, edge.source)}",
        _value_rows(snapshot, entry),
        f"{_unit_name(snapshot, edge.layer - 1, edge.source)} → "
        f"{_unit_name(snapshot, edge.layer, edge.unit)}",
    )


def _bias_facts(bias: Bias, snapshot: Snapshot) -> Facts:
    layout = snapshot.layout

    def entry(vector: Floats) -> float:
        return float(layout.bias(vector, bias.layer)[bias.unit])

    place = f"{layer_name(bias.layer, layout.layer_count)}, unit {bias.unit + 1}"
    name = parameter_name("b", bias.layer, bias.unit)
    return Facts(f"Bias {name}", _value_rows(snapshot, entry), place)


def _unit_facts(node: Node, snapshot: Snapshot, sample: Sample) -> Facts:
    layers = snapshot.layout.layer_count
    name = f"{layer_name(node.layer, layers)}, unit {node.unit + 1}"
    if node.layer == layers and snapshot.layout.widths[-1] > 1:
        name = f"Output {output_names(snapshot)[node.unit]}"
    z, a = (
        None if values is None else float(values[node.unit])
        for values in (sample.sums[node.layer - 1], sample.activations[node.layer - 1])
    )
    rows = [
        ("z = Wx + b" if node.layer == 1 else "z = Wa + b", _or_unknown(z)),
        (_activation_formula(snapshot.spec.network.layers[node.layer - 1]), _or_unknown(a)),
    ]
    if snapshot.layout.biases:
        bias = float(snapshot.layout.bias(snapshot.parameters, node.layer)[node.unit])
        rows.append(("bias", format_value(bias)))
    rows += _technique_rows(node, snapshot, sample)
    return Facts(name, tuple(rows), sample.name)


def _technique_rows(node: Node, snapshot: Snapshot, sample: Sample) -> list[tuple[str, str]]:
    """Return scale, shift and running statistics, the mask, and what the unit hands on."""
    layer, n = snapshot.spec.network.layers[node.layer - 1], node.layer
    layout, values = snapshot.layout, snapshot.trace.values
    rows = []
    for label, row in (("γ", layout.scale), ("β", layout.shift)):
        vector = row(snapshot.parameters, n)
        if vector is not None:
            rows.append((label, format_value(float(vector[node.unit]))))
    if layer.normalization == "batch":
        for label, vector in zip(("running μ", "running σ²"), snapshot.running[n], strict=True):
            rows.append((label, format_value(float(vector[node.unit]))))
    mask = values.get(f"mask{n}") if snapshot.in_step else None
    if mask is not None:
        factor = float(mask[node.unit])
        rows.append(("mask", format_value(factor) if factor else "0, dropped"))
    out = sample.outputs[n - 1]
    if layer.residual or mask is not None:
        label = "a + input" if layer.residual and mask is None else "handed on"
        rows.append((label, _or_unknown(None if out is None else float(out[node.unit]))))
    return rows


def _input_facts(node: Node, snapshot: Snapshot, sample: Sample) -> Facts:
    value = None if sample.inputs is None else float(sample.inputs[node.unit])
    rows = [("value", _or_unknown(value))]
    if sample.raw.shape == (snapshot.layout.widths[0],):
        rows.append(("as it came", format_value(float(sample.raw[node.unit]))))
    feature = input_name(snapshot.dataset.feature_names[node.unit])
    return Facts(f"Input {feature}", tuple(rows), sample.name)


def _value_rows(
    snapshot: Snapshot, entry: Callable[[Floats], float]
) -> tuple[tuple[str, str], ...]:
    return (
        ("value", format_value(entry(snapshot.parameters))),
        ("gradient", format_value(entry(snapshot.gradient))),
        # The snapshot holds what the update subtracted; here it is what it added.
        ("last update", format_value(-entry(snapshot.update))),
    )


def _unit_name(snapshot: Snapshot, layer: int, unit: int) -> str:
    if layer == 0:
        return input_name(snapshot.dataset.feature_names[unit])
    if layer == snapshot.layout.layer_count:
        return output_names(snapshot)[unit]
    return f"unit {unit + 1}"


def _activation_formula(layer: LayerSpec) -> str:
    """Return how a follows from z, or from what a normalization makes of it."""
    entering = "z" if layer.normalization == "none" else "s"
    if layer.activation == "linear":
        return f"a = {entering}"
    return f"a = {activation_name(layer.activation)}({entering})"


def _or_unknown(value: float | None) -> str:
    return UNKNOWN if value is None else format_value(value)
