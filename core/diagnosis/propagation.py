"""How large signals are expected to be in a network that has just been initialized.

Variance propagation (Glorot and Bengio 2010, section 4.2; He et al. 2015, section 2.2). For weights
of mean 0 the sums of a layer are nearly normal, z ~ N(b, q), and

    forward   q[l] = n_in Var[W[l]] E[a[l−1]²],   E[a[l]²] = E[f(z)²]
    backward  E[dz[l]²] = n_out Var[W[l+1]] E[f′(z)²] E[dz[l+1]²],  n_out the units of layer l + 1

which is exact for wide layers whose weights are independent of each other. Where a layer adds its
input, both ways add: r = a + r[l−1] has E[r²] = E[a²] + E[r[l−1]²] + 2 E[a] E[r[l−1]], and the
error that comes back is that through the weights and that of r, which are independent. There is no
theory here for normalized layers: how large an error comes back through them depends on how the
sizes of the sums differ. Nothing is measured here but where the two begin: the size of the inputs
and of the error at the outputs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.diagnosis.expectations import mean_square, mean_square_slope, mean_value
from core.diagnosis.softmax_moments import softmax_backward_gain, softmax_mean_square
from core.network.activations import ACTIVATIONS
from core.network.initializers import initial_variance
from core.spec import LayerSpec, NetworkSpec


@dataclass(frozen=True, slots=True)
class Theory:
    """What the initializer and the activations promise.

    Attributes:
        initializer: its name in the specification.
        activations: (L + 1,) the RMS of the inputs and of what every layer hands on.
        errors: (L,) the RMS of every layer's dL/dz, layer 1 first.
    """

    initializer: str
    activations: tuple[float, ...]
    errors: tuple[float, ...]


def signal_theory(
    network: NetworkSpec, widths: tuple[int, ...], input_size: float, output_error: float
) -> Theory | None:
    """Return the theory for layers of ``widths`` (n[0], ..., n[L]).

    None where the start values are not random: zeros, constants, or weights that were given; and
    where layers are normalized. Dropout is off.

    Args:
        network: says initializer, biases and activations.
        widths: units of every layer, the inputs first.
        input_size: the RMS of all inputs.
        output_error: the RMS of dL/dz of the output layer.
    """
    variances = [initial_variance(network, n_in, n_out) for n_in, n_out in pairwise(widths)]
    if not all(variances) or any(layer.weights is not None for layer in network.layers):
        return None
    if any(layer.normalization != "none" for layer in network.layers):
        return None
    activations, gains = [input_size], []
    # The mean of what is handed on; inputs have mean 0, or no mean that all of them share.
    mean = 0.0
    for place, layer in enumerate(network.layers):
        biases = _start_biases(network, place)
        deviation = math.sqrt(widths[place] * variances[place]) * activations[-1]
        square, gain = _through(layer, biases, deviation)
        if any(later.residual for later in network.layers):
            own = _mean_answer(layer, biases, deviation)
            if layer.residual:
                square += activations[-1] ** 2 + 2 * own * mean
            mean = own + (mean if layer.residual else 0.0)
        activations.append(math.sqrt(square))
        gains.append(gain)
    errors, beside = [output_error], 0.0
    for place in range(len(variances) - 1, 0, -1):
        # E[dL/d out²] of the layer below: through the weights, and past them.
        square = widths[place + 1] * variances[place] * errors[-1] ** 2 + beside
        beside = square if network.layers[place - 1].residual else 0.0
        errors.append(math.sqrt(gains[place - 1] * square))
    return Theory(network.initializer, tuple(activations), tuple(reversed(errors)))


def _through(layer: LayerSpec, biases: tuple[float, ...], deviation: float) -> tuple[float, float]:
    """Return E[f(z)²] and E[f′(z)²], means over the units of a layer; of softmax what it does."""
    if not math.isfinite(deviation):
        return math.nan, math.nan
    if not ACTIVATIONS[layer.activation].by_unit:
        # Softmax is blind to what all its sums have in common, and biases mostly start the same.
        units = layer.units
        return softmax_mean_square(units, deviation), softmax_backward_gain(units, deviation)
    squares = [mean_square(layer.activation, bias, deviation) for bias in biases]
    gains = [mean_square_slope(layer.activation, bias, deviation) for bias in biases]
    return float(np.mean(squares)), float(np.mean(gains))


def _mean_answer(layer: LayerSpec, biases: tuple[float, ...], deviation: float) -> float:
    """Return E[f(z)], the mean over the units of a layer; of softmax its equal share."""
    if not math.isfinite(deviation):
        return math.nan
    if not ACTIVATIONS[layer.activation].by_unit:
        return 1 / layer.units
    return float(np.mean([mean_value(layer.activation, bias, deviation) for bias in biases]))


def _start_biases(network: NetworkSpec, place: int) -> tuple[float, ...]:
    """Return the different start values of the biases of a layer: one where none are given."""
    layer, is_last = network.layers[place], place == len(network.layers) - 1
    if not network.biases or (is_last and layer.biases is None):
        return (0.0,)
    return (network.initial_bias,) if layer.biases is None else layer.biases
