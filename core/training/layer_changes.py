"""Changes of the layers of a specification, as ``ExperimentSpec.with_changes`` takes them.

Each function returns the whole list of layers with one thing changed. Explicit start weights that
no longer have the right shape are left out, so that those layers are drawn like all others; layers
that can no longer add their input, as it has another width, do not.
Whether the result is acceptable is for the specification to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from core.spec import ExperimentSpec, LayerSpec
from core.spec_rules import input_width


def change_units(spec: ExperimentSpec, index: int, units: int) -> dict[str, Any]:
    """Return what gives layer ``index`` (of ``network.layers``) another width."""
    return _with_layer(spec, index, replace(spec.network.layers[index], units=units))


def change_activation(spec: ExperimentSpec, index: int, activation: str) -> dict[str, Any]:
    """Return what gives layer ``index`` (of ``network.layers``) another activation."""
    return _with_layer(spec, index, replace(spec.network.layers[index], activation=activation))


def change_normalization(spec: ExperimentSpec, index: int, kind: str) -> dict[str, Any]:
    """Return what normalizes layer ``index`` (of ``network.layers``) another way."""
    return _with_layer(spec, index, replace(spec.network.layers[index], normalization=kind))


def change_dropout(spec: ExperimentSpec, index: int, share: float) -> dict[str, Any]:
    """Return what leaves out another share of the units of layer ``index``."""
    return _with_layer(spec, index, replace(spec.network.layers[index], dropout=share))


def change_residual(index: int, is_on: bool) -> dict[str, Any]:
    """Return what lets layer ``index`` (of ``network.layers``) add its input, or not."""
    # Where it cannot, the specification is to say so.
    return {f"network.layers[{index}].residual": is_on}


def change_hidden_normalization(spec: ExperimentSpec, kind: str) -> dict[str, Any]:
    """Return what normalizes every hidden layer the same way."""
    *hidden, output = spec.network.layers
    changed = [replace(layer, normalization=kind) for layer in hidden]
    return change_layers(spec, [*changed, output])


def change_hidden_dropout(spec: ExperimentSpec, share: float) -> dict[str, Any]:
    """Return what leaves out the same share of the units of every hidden layer."""
    *hidden, output = spec.network.layers
    return change_layers(spec, [*(replace(layer, dropout=share) for layer in hidden), output])


def change_hidden_units(spec: ExperimentSpec, units: int) -> dict[str, Any]:
    """Return what gives every hidden layer the width ``units``."""
    *hidden, output = spec.network.layers
    return change_layers(spec, [*(replace(layer, units=units) for layer in hidden), output])


def change_hidden_activation(spec: ExperimentSpec, activation: str) -> dict[str, Any]:
    """Return what gives every hidden layer the same activation."""
    *hidden, output = spec.network.layers
    changed = [replace(layer, activation=activation) for layer in hidden]
    return change_layers(spec, [*changed, output])


def change_hidden_count(spec: ExperimentSpec, count: int) -> dict[str, Any]:
    """Return what makes ``count`` hidden layers: the last ones go, or the last is repeated."""
    *hidden, output = spec.network.layers
    pattern = replace(hidden[-1], weights=None, biases=None) if hidden else LayerSpec()
    added = [pattern] * (count - len(hidden))
    return change_layers(spec, [*hidden[:count], *added, output])


def insert_layer(spec: ExperimentSpec, after: int) -> dict[str, Any]:
    """Return what adds a hidden layer after layer ``after`` (0: the inputs), like the one there."""
    *hidden, output = spec.network.layers
    pattern = hidden[max(after - 1, 0)] if hidden else LayerSpec()
    fresh = replace(pattern, weights=None, biases=None)
    return change_layers(spec, [*hidden[:after], fresh, *hidden[after:], output])


def remove_layer(spec: ExperimentSpec, index: int) -> dict[str, Any]:
    """Return what takes the hidden layer ``index`` (of ``network.layers``) away."""
    layers = list(spec.network.layers)
    del layers[index]
    return change_layers(spec, layers)


def change_layers(
    spec: ExperimentSpec, layers: Sequence[LayerSpec], inputs: int | None = None
) -> dict[str, Any]:
    """Return what replaces all layers; ``inputs`` is the network's width where that changes too."""
    n_in = input_width(spec) if inputs is None else inputs
    plain = [
        {name: item for name, item in msgspec.to_builtins(layer).items() if item is not None}
        for layer in fitted_layers(layers, n_in)
    ]
    return {"network": {"layers": plain}}


def fitted_layers(layers: Sequence[LayerSpec], inputs: int) -> tuple[LayerSpec, ...]:
    """Return ``layers`` over ``inputs`` without start values and shortcuts of another width."""
    widths = (inputs, *(layer.units for layer in layers))
    return tuple(_without_misfits(layer, n_in) for layer, n_in in zip(layers, widths, strict=False))


def _with_layer(spec: ExperimentSpec, index: int, layer: LayerSpec) -> dict[str, Any]:
    layers = list(spec.network.layers)
    layers[index] = layer
    return change_layers(spec, layers)


def _without_misfits(layer: LayerSpec, n_in: int) -> LayerSpec:
    weights, biases = layer.weights, layer.biases
    # A width of 0 is one that only a data file knows.
    if weights is not None and (len(weights), len(weights[0])) != (
        layer.units,
        n_in or len(weights[0]),
    ):
        weights = None
    if biases is not None and len(biases) != layer.units:
        biases = None
    residual = layer.residual and n_in in (0, layer.units)
    return replace(layer, weights=weights, biases=biases, residual=residual)
