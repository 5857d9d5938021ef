"""What things in the diagram are called: layers, inputs, outputs, activations, parameters.

Indices that people see count from 1.
"""

from __future__ import annotations

import re
from itertools import groupby

from core.spec import LayerSpec
from core.spoken import spoken
from core.training.snapshot import Snapshot

MODEL_OUTPUT = "ŷ"
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def layer_name(layer: int, count: int) -> str:
    """Return the name of ``layer`` (0: inputs) in a network of ``count`` layers after those."""
    if layer == 0:
        return "Inputs"
    return "Output" if layer == count else f"Hidden {layer}"


def short_layer_name(layer: int, count: int) -> str:
    """Return the name of a layer for where columns are narrow."""
    if layer == 0:
        return "In"
    return "Out" if layer == count else str(layer)


def activation_name(activation: str) -> str:
    """Return an activation as it is written in texts: ``relu`` is ReLU."""
    return spoken(activation)


def layer_in_words(layer: LayerSpec) -> str:
    """Return activation and techniques of a layer: ``ReLU, batch norm, dropout 0.4``."""
    return ", ".join((activation_name(layer.activation), *technique_names(layer)))


def layer_in_short(layer: LayerSpec) -> str:
    """Return the same for where columns are narrow: ``ReLU · BN · drop 0.4``."""
    marks = marks_of(layer)
    return " · ".join((activation_name(layer.activation), *([marks] if marks else [])))


def marks_of(layer: LayerSpec) -> str:
    """Return the techniques of a layer as briefly as it goes: ``BN · drop 0.4``; "" for none."""
    short = {"batch norm": "BN", "layer norm": "LN", "residual": "res"}
    names = (short.get(name, name.replace("out", "")) for name in technique_names(layer))
    return " · ".join(names)


def technique_names(layer: LayerSpec) -> tuple[str, ...]:
    """Return what else a layer has: normalization, dropout, a residual connection."""
    names = []
    if layer.normalization != "none":
        names.append(f"{layer.normalization} norm")
    if layer.dropout:
        names.append(f"dropout {layer.dropout:g}")
    if layer.residual:
        names.append("residual")
    return tuple(names)


def subscript(number: int) -> str:
    """Return ``number`` in lowered figures."""
    return str(number).translate(_SUBSCRIPTS)


def parameter_name(kind: str, layer: int, *indices: int) -> str:
    """Return a parameter such as ``W₃[1, 5]``; ``indices`` count from 0."""
    return f"{kind}{subscript(layer)}[{', '.join(str(i + 1) for i in indices)}]"


def input_name(feature: str) -> str:
    """Return a feature as people write it: ``x1^2`` is x₁², ``x1*x2`` x₁x₂, ``sin(x1)`` sin x₁."""
    if not re.fullmatch(r"(sin\()?x\d+(\^2|\*x\d+|\))?", feature):
        return feature
    name = re.sub(r"(?<=x)\d+", lambda m: subscript(int(m[0])), feature)
    return name.replace("^2", "²").replace("*", "").replace("sin(", "sin ").replace(")", "")


def input_names(snapshot: Snapshot) -> list[str]:
    """Return the names of all inputs; none where they are a picture."""
    if snapshot.dataset.image_shape is not None:
        return []
    return [input_name(name) for name in snapshot.dataset.feature_names]


def output_names(snapshot: Snapshot) -> list[str]:
    """Return the names of all outputs: the classes, or ŷ."""
    count = snapshot.layout.widths[-1]
    if count == 1:
        return [MODEL_OUTPUT]
    if snapshot.task != "classification":
        return [MODEL_OUTPUT + subscript(i + 1) for i in range(count)]
    classes = snapshot.dataset.class_names
    return list(classes) if len(classes) == count else [f"class {i}" for i in range(count)]


def architecture(snapshot: Snapshot) -> str:
    """Return the widths of all layers, such as 2-8-8-1 or 2-[6 × 10]-1."""
    inputs, *hidden, outputs = snapshot.layout.widths
    parts = []
    for width, group in groupby(hidden):
        length = len(list(group))
        repeated = [f"[{width} × {length}]"] if length > 3 else [str(width)] * length
        parts.extend(repeated)
    return "-".join([str(inputs), *parts, str(outputs)])
