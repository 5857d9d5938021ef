"""The histograms of a snapshot: of gradients, weights, activations or updates, by layer.

Only of what is looked at, and only when a snapshot is taken. Activations are those of the batch on
show, as far as its step has computed them.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.histograms import LayerHistograms, layer_histograms
from core.diagnosis.statistics import flat_shares, root_mean_square, silent_units
from core.network.parameters import Floats, ParameterLayout
from core.step.backward import is_fused

if TYPE_CHECKING:
    from core.training.trainer import Trainer

Array = NDArray[np.float64]


def quantity_histograms(trainer: Trainer) -> LayerHistograms:
    """Return the histograms of what ``trainer`` is told to look at."""
    network, layout = trainer.network, trainer.network.layout
    if trainer.in_view.quantity == "activations":
        return _activations(trainer)
    if trainer.in_view.quantity == "weights":
        return replace(layer_histograms(network.params.data, layout), quantity="weights")
    if trainer.in_view.quantity == "updates":
        update = trainer.assembly.state.update
        ratios = update_ratios(update, network.params.data, layout)
        return replace(layer_histograms(update, layout), quantity="updates", ratios=ratios)
    return layer_histograms(network.grads.data, layout)


def update_ratios(update: Floats, parameters: Floats, layout: ParameterLayout) -> Array:
    """Return (L,) the RMS of W's update over the RMS of W, both (P,) under ``layout``.

    Biases, which begin at 0, are left out. 0 over 0 is 0, anything else over 0 infinite.
    """
    ratios = np.zeros(layout.layer_count)
    for layer in range(1, layout.layer_count + 1):
        moved = root_mean_square(layout.weights(update, layer))
        size = root_mean_square(layout.weights(parameters, layer))
        ratios[layer - 1] = moved / size if size > 0 else math.inf if moved > 0 else 0.0
    ratios.flags.writeable = False
    return ratios


def _activations(trainer: Trainer) -> LayerHistograms:
    network, shown = trainer.network, trainer.shown
    workspace, layers = shown.workspace, network.layers
    known = [shown.values.read(f"a{layer.index}") is not None for layer in layers]
    fused = is_fused(network, trainer.spec.training.loss)
    zero_units = (*silent_units(network, workspace), None)
    silent = [math.nan if units is None else len(units) for units in zero_units]
    flat = flat_shares(network, workspace, fused)
    return replace(
        _joined([_of_layer(workspace.a[layer.index]) for layer in layers], known),
        quantity="activations",
        silent=_where(known, silent),
        flat=_where(known, flat),
    )


def _of_layer(values: Floats) -> LayerHistograms:
    """Return the histograms of one layer's ``values`` (units, rows)."""
    # As if they were the weights of a layer with as many units as there are rows.
    return layer_histograms(values.reshape(-1), ParameterLayout(values.shape, biases=False))


def _joined(layers: list[LayerHistograms], known: list[bool]) -> LayerHistograms:
    """Return the rows of all ``layers`` as one; those that are not ``known`` hold nothing."""
    arrays = [
        np.concatenate([getattr(layer, name) for layer in layers])
        for name in ("counts", "zeros", "infinite", "nan", "sizes", "rms")
    ]
    for array in arrays:
        array[~np.array(known)] = 0
        array.flags.writeable = False
    counts, zeros, infinite, nan, sizes, rms = arrays
    return LayerHistograms(counts, zeros, infinite, nan, sizes, rms)


def _where(known: list[bool], numbers: list[float] | tuple[float, ...]) -> Array:
    """Return ``numbers`` (L,), NaN where a layer is not ``known``."""
    result: Array = np.where(known, np.array(numbers, np.float64), math.nan)
    result.flags.writeable = False
    return result
