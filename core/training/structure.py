"""Changes of the layers, as what ``spec.with_changes`` takes.

Explicit start values are dropped where they no longer fit; the weights of a running network are
kept all the same, as far as they still have a place.
"""

from __future__ import annotations

from typing import Any

from core.spec import MAX_LAYERS, MAX_UNITS, ExperimentSpec

FIRST_HIDDEN: dict[str, Any] = {"units": 4, "activation": "tanh"}


def change_units(spec: ExperimentSpec, layer: int, units: int) -> dict[str, Any]:
    """Return the change that gives ``layer`` (from 1) ``units`` units, kept within the limits."""
    layers = _layers(spec)
    layers[layer - 1]["units"] = min(max(units, 1), MAX_UNITS)
    _drop_start_values(layers, layer)
    return {"network": {"layers": layers}}


def insert_layer(spec: ExperimentSpec, after: int) -> dict[str, Any]:
    """Return the change that adds a hidden layer after layer ``after`` (0: after the inputs).

    It copies its left neighbour; the first one copies the hidden layer that it pushes on.
    """
    layers = _layers(spec)
    if len(layers) == MAX_LAYERS:
        return {}
    hidden = layers[:-1]
    neighbour = hidden[max(after - 1, 0)] if hidden else FIRST_HIDDEN
    fresh = {name: neighbour[name] for name in ("units", "activation")}
    layers.insert(after, fresh)
    _drop_start_values(layers, after + 1)
    return {"network": {"layers": layers}}


def change_hidden_count(spec: ExperimentSpec, count: int) -> dict[str, Any]:
    """Return the change to ``count`` hidden layers: added or removed in front of the output."""
    layers = _layers(spec)
    count = min(max(count, 0), MAX_LAYERS - 1)
    hidden, output = layers[:-1], layers[-1]
    if count < len(hidden):
        layers = [*hidden[:count], output]
    else:
        template = hidden[-1] if hidden else FIRST_HIDDEN
        fresh = {name: template[name] for name in ("units", "activation")}
        layers = [*hidden, *(dict(fresh) for _ in range(count - len(hidden))), output]
    _drop_start_values(layers, count)
    return {"network": {"layers": layers}}


def _layers(spec: ExperimentSpec) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = spec.to_dict()["network"]["layers"]
    return layers


def _drop_start_values(layers: list[dict[str, Any]], layer: int) -> None:
    """Drop the explicit values of ``layer`` (from 1) and the weights that read from it."""
    if layer:
        layers[layer - 1].pop("weights", None)
        layers[layer - 1].pop("biases", None)
    if layer < len(layers):
        layers[layer].pop("weights", None)
