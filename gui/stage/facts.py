"""What the card on the stage says about a number: its name, itself, and what belongs to it."""

from __future__ import annotations

from core.explain.notation import kind_in_words, parameter_label, split_name
from core.explain.notation import parameter_of as own_parameter
from core.explain.reference import Reference
from gui.diagram.facts import UNKNOWN, Facts
from gui.diagram.names import (
    input_names,
    layer_in_words,
    layer_name,
    subscript,
)
from gui.numbers import format_value
from gui.stage.act import BECOMES, Act, signed
from gui.stage.rows import full_rows
from gui.stage.scene import opened_figures

WORDS = {"W": "Weight", "b": "Bias", "gamma": "Scale", "beta": "Shift"}


def facts_about(reference: Reference, act: Act) -> Facts:
    """Return name and numbers of what ``reference`` is."""
    name = own_parameter(reference.name)
    if name and reference.index:
        return _parameter(Reference(name, reference.index), act)
    if reference.name == "loss":
        return Facts("Loss", (("L", _text(act, reference)),), "of the batch, before the update")
    kind, digits = split_name(reference.name)
    unit = reference.index[0] + 1 if reference.index else 0
    if kind == "y":
        return Facts(f"Target of output {unit}", (("y", _text(act, reference)),))
    if kind in ("x", "dx"):
        rows = [("x", _text(act, Reference("x", reference.index)))]
        if act.snapshot.spec.network.input_gradient:
            rows.append(("∂L/∂x", _text(act, Reference("dx", reference.index))))
        return Facts(f"Input {_input_word(act, unit)}", tuple(rows))
    layer = int(digits)
    title = f"{layer_name(layer, act.snapshot.layout.layer_count)}, unit {unit}"
    if kind == "Wa":
        text = opened_figures(act, layer, unit - 1)[0].text
        return Facts(title, (("Σ w·a, without the bias", text),))
    activation = layer_in_words(act.snapshot.spec.network.layers[layer - 1])
    rows = [
        (act.label(k, layer), _text(act, Reference(f"{k}{layer}", reference.index)))
        for k in full_rows(act, layer)
        if not own_parameter(f"{k}{layer}")
    ]
    if act.snapshot.layout.biases:
        bias = act.parameter(Reference(f"b{layer}", reference.index))
        rows.append(("bias", format_value(bias)))
    for kind in ("gamma", "beta"):
        if act.scales(kind, layer) is not None:
            own = act.parameter(Reference(f"{kind}{layer}", reference.index))
            rows.append((kind_in_words(kind), format_value(own)))
    return Facts(title, tuple(rows), activation)


def _parameter(reference: Reference, act: Act) -> Facts:
    kind, layer = split_name(reference.name)
    title = f"{WORDS[kind]} {parameter_label(reference)}"
    before, now = act.moved_from(reference), format_value(act.parameter(reference))
    value = now if before is None else f"{format_value(before)}{BECOMES}{now}"
    gradient = _text(act, Reference(f"d{kind}{layer}", reference.index))
    change = act.change(reference)
    index = subscript(int(layer))
    # In forward-forward a hidden layer's loss is its own.
    is_own = act.is_local and int(layer) < act.snapshot.layout.layer_count
    rows = (
        ("value", value),
        (f"∂L{index if is_own else ''}/∂{kind_in_words(kind)}{index}", gradient),
        ("change", UNKNOWN if change is None else signed(change)),
    )
    return Facts(title, rows, "click or Enter: why this gradient")


def _input_word(act: Act, unit: int) -> str:
    names = input_names(act.snapshot)
    return names[unit - 1] if names else str(unit)


def _text(act: Act, reference: Reference) -> str:
    values = act.value(reference.name)
    if values is None:
        return UNKNOWN
    return format_value(float(values[reference.index] if reference.index else values))
