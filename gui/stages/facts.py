"""What the card on the stage says about a number: its name, itself, and what belongs to it."""

from __future__ import annotations

from core.explain.opened_layer import weighted_sums
from core.explain.reference import Reference
from gui.diagram.facts import UNKNOWN, Facts
from gui.diagram.names import (
    activation_name,
    layer_name,
    parameter_name,
    subscript,
)
from gui.numbers import format_value
from gui.stages.act import LABELS, Act, signed

UNIT_KINDS = ("z", "a", "slope", "da", "dz")


def facts_about(reference: Reference, act: Act) -> Facts:
    """Return name and numbers of what ``reference`` is."""
    name = reference.name.removeprefix("d")
    if name[:1] in ("W", "b") and name[1:].isdigit() and reference.index:
        return _parameter(Reference(name, reference.index), act)
    if reference.name == "loss":
        return Facts("Loss", (("L", _text(act, reference)),), "of the batch, before the update")
    kind = reference.name.rstrip("0123456789")
    digits = reference.name[len(kind) :]
    unit = reference.index[0] + 1 if reference.index else 0
    if kind in ("x", "dx"):
        label = "∂L/∂x" if kind == "dx" else "x"
        return Facts(f"Input {unit}", ((label, _text(act, reference)),))
    layer = int(digits)
    title = f"{layer_name(layer, act.snapshot.layout.layer_count)}, unit {unit}"
    if kind == "Wa":
        sums = weighted_sums(act.snapshot, layer)
        text = UNKNOWN if sums is None else format_value(float(sums[unit - 1]))
        return Facts(title, (("Σ w·a, without the bias", text),))
    activation = activation_name(act.snapshot.spec.network.layers[layer - 1].activation)
    rows = [
        (LABELS[k], _text(act, Reference(f"{k}{layer}", reference.index)))
        for k in UNIT_KINDS
        if k != "slope" or act.has_slope(layer)
    ]
    if act.snapshot.layout.biases:
        bias = Reference(f"b{layer}", reference.index)
        rows.append(("bias", _text(act, bias)))
    return Facts(title, tuple(rows), activation)


def _parameter(reference: Reference, act: Act) -> Facts:
    kind, layer = reference.name[0], int(reference.name[1:])
    word = "Weight" if kind == "W" else "Bias"
    title = f"{word} {parameter_name(kind, layer, *reference.index)}"
    rows = [
        ("value", _text(act, reference)),
        (
            f"∂L/∂{kind}{subscript(layer)}",
            _text(act, Reference(f"d{kind}{layer}", reference.index)),
        ),
    ]
    update = act.value("update")
    change = UNKNOWN
    if update is not None:
        layout = act.snapshot.layout
        part = layout.weights if kind == "W" else layout.bias
        change = signed(-float(part(update, layer)[reference.index]))
    rows.append(("change", change))
    return Facts(title, tuple(rows), "click: why this gradient")


def _text(act: Act, reference: Reference) -> str:
    values = act.value(reference.name)
    if values is None:
        return UNKNOWN
    return format_value(float(values[reference.index] if reference.index else values))
