"""Losses as functions that fill preallocated arrays; all are means over the samples.

``half_squared_error`` sums (a - y)^2 / 2 over the outputs, ``mean_squared_error`` averages
(a - y)^2 over them too. The cross-entropies work from z, where they cannot overflow, and are fused
with their output activation: dz = (a - y) / B. Arrays are feature-major (outputs, B).

Where all targets of the binary cross-entropy are 0 or 1 it is log(1 + exp((1 - 2 y) z)): nothing
cancels, and no sample takes another branch than the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy import add, divide, exp, log, log1p, logaddexp, maximum, multiply, subtract

from core.network.parameters import Floats
from core.network.products import inner_product
from core.network.runs import InTurn, Mend, Run


@dataclass(frozen=True)
class Loss:
    """A loss as data.

    Attributes:
        formula: what it is, as text.
        gradient_formula: dL/da, as text.
        bind: ``bind(z, a, y, loss)`` returns the function that fills the 0-d array ``loss``.
        bind_gradient: ``bind_gradient(a, y, da)`` returns the function that fills dL/da.
        reads: what of the output layer it is computed from.
        fused_with: the output activation with which dz = (a - y) / B, or "".
    """

    formula: str
    gradient_formula: str
    bind: Callable[[Floats, Floats, Floats, Floats], Run]
    bind_gradient: Callable[[Floats, Floats, Floats], Run]
    reads: tuple[str, ...] = ("a",)
    fused_with: str = ""


def _squared_error(factor: Callable[[Floats], float]) -> Callable[..., Run]:
    """Return ``bind`` for factor(y) * sum of (a - y)^2."""

    def bind(z: Floats, a: Floats, y: Floats, loss: Floats) -> Run:
        error = np.empty_like(y)
        (add_squares, squares), scale = inner_product(error, error), factor(y)

        def finish() -> None:
            loss[()] = squares() * scale

        return InTurn(partial(subtract, a, y, error), add_squares, finish)

    return bind


def _squared_error_gradient(factor: Callable[[Floats], float]) -> Callable[..., Run]:
    """Return ``bind_gradient`` for da = 2 * factor(y) * (a - y)."""

    def bind(a: Floats, y: Floats, da: Floats) -> Run:
        scale = np.array(2 * factor(y), y.dtype)
        return InTurn(partial(subtract, a, y, da), partial(multiply, da, scale, da))

    return bind


def _mean_factor(y: Floats) -> float:
    return 1.0 / float(y.size)


def _half_factor(y: Floats) -> float:
    return 0.5 / float(y.shape[1])


def _binary_cross_entropy(z: Floats, a: Floats, y: Floats, loss: Floats) -> Run:
    """Bind mean of log(1 + exp(z)) - y z, summed over the outputs."""
    zeros, terms = np.zeros_like(z), np.empty_like(z)
    add_terms, total = inner_product(terms, np.ones_like(z))
    add_agreement, agreement = inner_product(z, y)
    scale = 1.0 / float(z.shape[1])
    precision = float(np.finfo(z.dtype).eps) ** 0.5

    def finish() -> None:
        whole = total()
        value = whole - agreement()
        if value < precision * whole:
            # Of two nearly equal sums no digits are left; entry by entry nothing cancels.
            subtract(maximum(z, zeros), y * z, out=terms)
            add(terms, log1p(exp(-np.abs(z))), out=terms)
            add_terms()
            value = total()
        loss[()] = value * scale

    return InTurn(partial(logaddexp, z, zeros, terms), add_terms, add_agreement, finish)


def label_cross_entropy(z: Floats, signs: Floats, loss: Floats) -> Run:
    """Return the function that fills ``loss`` with the binary cross-entropy of targets 0 and 1.

    ``signs`` (outputs, B) are 1 - 2 y: the loss of a sample is log(1 + exp(signs * z)).
    """
    terms, zeros = np.empty_like(z), np.zeros_like(z)
    row = terms.reshape(1, -1)
    shares = np.full((z.size, 1), 1.0 / z.shape[1], z.dtype)
    add_up = partial(row.dot, shares, loss.reshape(1, 1))

    def without_overflow() -> None:
        logaddexp(multiply(z, signs), zeros, terms)
        add_up()

    return InTurn(
        partial(multiply, z, signs, terms),
        partial(exp, terms, terms),
        partial(log1p, terms, terms),
        add_up,
        Mend(loss.item, without_overflow),
    )


def _binary_cross_entropy_gradient(a: Floats, y: Floats, da: Floats) -> Run:
    """Bind (1 - y) / (1 - a) - y / a, over B; a saturated output that is right has no 0 / 0."""
    scale = 1.0 / a.shape[1]

    def run() -> None:
        with np.errstate(divide="ignore", over="ignore"):
            hit = divide(y, a, out=np.zeros_like(a), where=y != 0)
            miss = divide(1 - y, 1 - a, out=np.zeros_like(a), where=y != 1)
        multiply(miss - hit, scale, out=da)

    return run


def _cross_entropy(z: Floats, a: Floats, y: Floats, loss: Floats) -> Run:
    """Bind mean of -y log a, summed over the outputs."""
    logs = np.empty_like(a)
    add_agreement, agreement = inner_product(logs, y)
    scale = -1.0 / float(z.shape[1])

    def finish() -> None:
        value = agreement() * scale
        if not value < math.inf:
            # A share has underflowed to 0, or z is not finite: log a is z - log of sum of exp(z).
            subtract(z, np.logaddexp.reduce(z, axis=0), out=logs)
            add_agreement()
            value = agreement() * scale
        loss[()] = value

    return InTurn(partial(log, a, logs), add_agreement, finish)


def _cross_entropy_gradient(a: Floats, y: Floats, da: Floats) -> Run:
    scale = 1.0 / a.shape[1]

    def run() -> None:
        with np.errstate(divide="ignore", over="ignore"):
            hit = divide(y, a, out=np.zeros_like(a), where=y != 0)
        multiply(hit, -scale, out=da)

    return run


def fused_output_gradient(a: Floats, y: Floats, dz: Floats) -> Run:
    """Return the function that fills dz = (a - y) / B."""
    scale = np.array(1.0 / a.shape[1], a.dtype)
    return InTurn(partial(subtract, a, y, dz), partial(multiply, dz, scale, dz))


LOSSES: dict[str, Loss] = {
    "mean_squared_error": Loss(
        "mean of (a − y)²",
        "2 (a − y) / (B n)",
        _squared_error(_mean_factor),
        _squared_error_gradient(_mean_factor),
    ),
    "half_squared_error": Loss(
        "mean of Σ (a − y)² / 2",
        "(a − y) / B",
        _squared_error(_half_factor),
        _squared_error_gradient(_half_factor),
    ),
    "binary_cross_entropy": Loss(
        "mean of −y log a − (1 − y) log(1 − a)",
        "(a − y) / (a (1 − a)) / B",
        _binary_cross_entropy,
        _binary_cross_entropy_gradient,
        reads=("z",),
        fused_with="sigmoid",
    ),
    "cross_entropy": Loss(
        "mean of −Σ y log a",
        "−y / a / B",
        _cross_entropy,
        _cross_entropy_gradient,
        reads=("z", "a"),
        fused_with="softmax",
    ),
}
