"""Activations and their slopes, as functions that fill preallocated arrays.

Each entry of ``ACTIVATIONS`` binds one activation to its arrays and returns a function without
arguments, which the training step then calls; nothing is allocated per call. Arrays are
feature-major (units, samples). Softmax has no slope per unit: its backward rule is a Jacobian
product, ``softmax_backward``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy import (
    add,
    divide,
    exp,
    expm1,
    greater,
    logaddexp,
    maximum,
    minimum,
    multiply,
    negative,
    reciprocal,
    sign,
    square,
    subtract,
    tanh,
)

from core.network.parameters import Floats
from core.network.runs import InTurn, Run

CACHED_BYTES = 2**16
LEAKY_SLOPE = 0.01
GELU_CUBIC = 0.044715
GELU_SCALE = math.sqrt(2.0 / math.pi)


@dataclass(frozen=True)
class Activation:
    """An activation as data.

    Attributes:
        formula: right-hand side in terms of ``z``, as text.
        slope_formula: derivative in terms of ``z`` and ``a``, as text.
        bind: ``bind(z, a)`` returns the function that fills ``a`` from ``z``.
        bind_slope: ``bind_slope(z, a, slope)`` returns the function that fills ``slope``.
        largest_slope: the greatest value that the slope can take.
        by_unit: whether a unit's output depends on that unit's z alone.
        kinks: where the slope jumps.
    """

    formula: str
    slope_formula: str
    bind: Callable[[Floats, Floats], Run]
    bind_slope: Callable[[Floats, Floats, Floats], Run]
    largest_slope: float
    by_unit: bool = True
    kinks: tuple[float, ...] = ()


def _constant(like: Floats, value: float) -> Floats:
    """Return a 0-d array: as an operand it is faster than a Python float."""
    return np.array(value, like.dtype)


def _linear(z: Floats, a: Floats) -> Run:
    return partial(np.copyto, a, z)


def _linear_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    return partial(slope.fill, 1.0)


def _sigmoid(z: Floats, a: Floats) -> Run:
    one = _constant(z, 1.0)
    return InTurn(
        partial(negative, z, a),
        partial(exp, a, a),
        partial(add, a, one, a),
        partial(reciprocal, a, a),
    )


def _sigmoid_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    one = _constant(z, 1.0)
    return InTurn(partial(subtract, one, a, slope), partial(multiply, slope, a, slope))


def _tanh(z: Floats, a: Floats) -> Run:
    return partial(tanh, z, a)


def _tanh_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    one = _constant(z, 1.0)
    return InTurn(partial(square, a, slope), partial(subtract, one, slope, slope))


def _relu(z: Floats, a: Floats) -> Run:
    # An array of zeros is faster here than the scalar 0, as long as it stays in the cache.
    zero = np.zeros_like(z) if z.nbytes <= CACHED_BYTES else _constant(z, 0.0)
    return partial(maximum, z, zero, out=a)


def _relu_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    is_positive = np.empty(z.shape, np.bool_)

    def convert() -> None:
        # For small arrays this takes half the time of copyto.
        slope[...] = is_positive

    # Faster than np.sign, and than the minimum of a and 1 rounded up.
    return InTurn(partial(greater, z, _constant(z, 0.0), is_positive), convert)


def _leaky_relu(z: Floats, a: Floats) -> Run:
    leak = _constant(z, LEAKY_SLOPE)
    return InTurn(partial(multiply, z, leak, a), partial(maximum, z, a, out=a))


def _leaky_relu_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    low, rest, zeros = _constant(z, LEAKY_SLOPE), _constant(z, 1 - LEAKY_SLOPE), np.zeros_like(z)
    return InTurn(
        partial(maximum, z, zeros, out=slope),
        partial(sign, slope, slope),
        partial(multiply, slope, rest, slope),
        partial(add, slope, low, slope),
    )


def _elu(z: Floats, a: Floats) -> Run:
    zeros, positive = np.zeros_like(z), np.empty_like(z)
    return InTurn(
        partial(maximum, z, zeros, out=positive),
        partial(minimum, z, zeros, out=a),
        partial(expm1, a, a),
        partial(add, a, positive, a),
    )


def _elu_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    zeros, one = np.zeros_like(z), _constant(z, 1.0)
    return InTurn(partial(minimum, a, zeros, out=slope), partial(add, slope, one, slope))


def _gelu_tanh(z: Floats, out: Floats) -> Run:
    """Return the function that fills ``out`` with tanh(sqrt(2/pi) (z + 0.044715 z^3))."""
    return InTurn(
        partial(multiply, z, z, out),
        partial(multiply, out, GELU_CUBIC, out),
        partial(add, out, 1.0, out),
        partial(multiply, out, z, out),
        partial(multiply, out, GELU_SCALE, out),
        partial(tanh, out, out),
    )


def _gelu(z: Floats, a: Floats) -> Run:
    return InTurn(
        _gelu_tanh(z, a),
        partial(add, a, 1.0, a),
        partial(multiply, a, z, a),
        partial(multiply, a, 0.5, a),
    )


def _gelu_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    t, inner = np.empty_like(z), np.empty_like(z)
    return InTurn(
        _gelu_tanh(z, t),
        partial(multiply, z, z, inner),
        partial(multiply, inner, 3 * GELU_CUBIC, inner),
        partial(add, inner, 1.0, inner),
        partial(multiply, inner, GELU_SCALE, inner),
        partial(multiply, inner, z, inner),
        partial(multiply, t, t, slope),
        partial(subtract, 1.0, slope, slope),
        partial(multiply, slope, inner, slope),
        partial(add, slope, t, slope),
        partial(add, slope, 1.0, slope),
        partial(multiply, slope, 0.5, slope),
    )


def _silu(z: Floats, a: Floats) -> Run:
    return InTurn(_sigmoid(z, a), partial(multiply, a, z, a))


def _silu_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    gate = np.empty_like(z)
    return InTurn(
        _sigmoid(z, gate),
        partial(subtract, 1.0, gate, slope),
        partial(multiply, slope, a, slope),
        partial(add, slope, gate, slope),
    )


def _softplus(z: Floats, a: Floats) -> Run:
    return partial(logaddexp, z, np.zeros_like(z), a)


def _softplus_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    return _sigmoid(z, slope)


def _softmax(z: Floats, a: Floats) -> Run:
    peak = np.empty((1, z.shape[1]), z.dtype)
    total, of_column = np.empty_like(peak), np.empty_like(z)
    # Products with ones: one adds the rows up in a third of the time of a reduction, the other
    # copies a row to all rows, since operands of one shape are combined faster and need no buffer.
    add_up = np.ones((1, len(z)), z.dtype).dot
    spread = np.ones((len(z), 1), z.dtype).dot
    return InTurn(
        partial(np.maximum.reduce, z, 0, None, peak, True),
        partial(spread, peak, of_column),
        partial(subtract, z, of_column, a),
        partial(exp, a, a),
        partial(add_up, a, total),
        partial(spread, total, of_column),
        partial(divide, a, of_column, a),
    )


def _softmax_slope(z: Floats, a: Floats, slope: Floats) -> Run:
    raise AssertionError("softmax has no slope per unit; use softmax_backward")


def softmax_backward(a: Floats, da: Floats, dz: Floats) -> Run:
    """Return the function that fills dz = a * (da - sum over units of a * da)."""
    mean = np.empty((1, a.shape[1]), a.dtype)
    return InTurn(
        partial(multiply, a, da, dz),
        partial(np.add.reduce, dz, 0, out=mean, keepdims=True),
        partial(subtract, da, mean, dz),
        partial(multiply, dz, a, dz),
    )


# The largest slopes of gelu and silu are at z = 1.4142 (sqrt 2, close) and z = 2.3994.
ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation("z", "1", _linear, _linear_slope, 1.0),
    "sigmoid": Activation("σ(z)", "a ⊙ (1 − a)", _sigmoid, _sigmoid_slope, 0.25),
    "tanh": Activation("tanh(z)", "1 − a²", _tanh, _tanh_slope, 1.0),
    "relu": Activation("max(0, z)", "[z > 0]", _relu, _relu_slope, 1.0, kinks=(0.0,)),
    "leaky_relu": Activation(
        "max(0.01 z, z)", "1 or 0.01", _leaky_relu, _leaky_relu_slope, 1.0, kinks=(0.0,)
    ),
    "elu": Activation("z or exp(z) − 1", "1 or exp(z)", _elu, _elu_slope, 1.0),
    "gelu": Activation("gelu(z)", "gelu′(z)", _gelu, _gelu_slope, 1.1290),
    "silu": Activation("z σ(z)", "σ(z) + a ⊙ (1 − σ(z))", _silu, _silu_slope, 1.0999),
    "softplus": Activation("log(1 + exp(z))", "σ(z)", _softplus, _softplus_slope, 1.0),
    "softmax": Activation(
        "softmax(z)", "diag(a) − a aᵀ", _softmax, _softmax_slope, 0.25, by_unit=False
    ),
}
