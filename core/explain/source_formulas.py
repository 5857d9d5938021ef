"""Gradients that are made of forward passes alone: their formulas as trees, and their numbers.

Which parameter is meant does not show: theta holds all weights and biases, e(i) is 1 at the i-th of
them and 0 elsewhere.
"""

from __future__ import annotations

from core.explain.notation import Fraction, Value, letter, row, symbol
from core.explain.op_formula import OpFormula
from core.explain.reading import Reading
from core.step.gradient_sources import STEP_SIZES
from core.training.snapshot import OpInfo

_L, _SIGMA, _N = letter("L"), letter("σ"), letter("n")
_THETA = symbol("parameters")


def source_formula(op: OpInfo, source: str) -> OpFormula:
    """Return how ``op``, which takes the gradient from ``source``, is written."""
    written = op.writes[0]
    if source == "central_differences":
        return _central_differences(written)
    if source == "evolution_strategies":
        return _evolution_strategies(written)
    return _random_search(written)


def source_settings(reading: Reading) -> tuple[tuple[str, float], ...]:
    """Return the numbers of the source by symbol: the step h, or n candidates and sigma."""
    training = reading.setting.training
    if training.gradient_source == "central_differences":
        return (("h", STEP_SIZES[reading.snapshot.spec.network.dtype]),)
    return (("n", float(training.population)), ("σ", training.sigma))


def _central_differences(written: str) -> OpFormula:
    h, unit, index = letter("h"), letter("e", "i"), letter("θ", "i")
    name = Value(written, row("∂", _L, "/∂", index))
    above = row(_L, "(", _THETA, " + ", h, " ", unit, ")")
    below = row(_L, "(", _THETA, " − ", h, " ", unit, ")")
    difference = row(above, " − ", below)
    line = row(name, " ≈ (", difference, ") / 2", h)
    derivative = Value(written, Fraction(row("∂", _L), row("∂", index)))
    return OpFormula(line, (row(derivative, " ≈ ", Fraction(difference, row("2", h))),))


def _evolution_strategies(written: str) -> OpFormula:
    noise, gradient = letter("ε", "i"), _gradient(written)
    terms = row("Σ ", _L, "(", _THETA, " + ", _SIGMA, " ", noise, ") ", noise)
    line = row(gradient, " ≈ ", terms, " / (", _N, " ", _SIGMA, ")")
    whole = row(gradient, " ≈ ", Fraction(row("1"), row(_N, " ", _SIGMA)), " ", terms)
    pairs = row(letter("ε", "2k"), " = −", letter("ε", "2k−1"))
    return OpFormula(line, (whole, pairs))


def _random_search(written: str) -> OpFormula:
    best, gradient = letter("u"), _gradient(written)
    change = row(_L, "(", _THETA, " + ", _SIGMA, " ", best, ") − ", _L, "(", _THETA, ")")
    line = row(gradient, " ≈ (", change, ") / ", _SIGMA, " · ", best)
    whole = row(gradient, " ≈ ", Fraction(change, _SIGMA), " ", best)
    return OpFormula(line, (whole, row("|", best, "| = 1")))


def _gradient(written: str) -> Value:
    """Return the sign of the whole gradient in the place of the first value that is written."""
    return Value(written, row("∇", _L))
