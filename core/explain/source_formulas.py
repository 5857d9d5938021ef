"""Gradients that are made of forward passes alone: their formulas as trees, and their numbers.

Which parameter is meant does not show: theta holds all weights and biases, e(i) is 1 at the i-th of
them and 0 elsewhere.
"""

from __future__ import annotations

from core.explain.notation import Fraction, Node, letter, row, symbol
from core.explain.op_formula import OpFormula
from core.explain.reading import Reading
from core.step.gradient_sources import STEP_SIZES

_L, _THETA, _SIGMA, _N = letter("L"), letter("θ"), letter("σ"), letter("n")


def source_formula(source: str) -> OpFormula:
    """Return how a ``source`` of gradients is written."""
    if source == "central_differences":
        return _central_differences()
    return _evolution_strategies() if source == "evolution_strategies" else _random_search()


def source_settings(reading: Reading) -> tuple[tuple[str, float], ...]:
    """Return the numbers of the source by symbol: the step h, or n candidates and sigma."""
    training = reading.setting.training
    if training.gradient_source == "central_differences":
        return (("h", STEP_SIZES[reading.snapshot.spec.network.dtype]),)
    return (("n", float(training.population)), ("σ", training.sigma))


def _central_differences() -> OpFormula:
    h, unit, index = letter("h"), letter("e", "i"), letter("θ", "i")
    above = row(_L, "(", _THETA, " + ", h, " ", unit, ")")
    below = row(_L, "(", _THETA, " − ", h, " ", unit, ")")
    difference = row(above, " − ", below)
    line = row("∂", _L, "/∂", index, " ≈ (", difference, ") / 2", h)
    derivative: Node = Fraction(row("∂", _L), row("∂", index))
    return OpFormula(line, (row(derivative, " ≈ ", Fraction(difference, row("2", h))),))


def _evolution_strategies() -> OpFormula:
    noise, gradient = letter("ε", "i"), symbol("gradient")
    terms = row("Σ ", _L, "(", _THETA, " + ", _SIGMA, " ", noise, ") ", noise)
    line = row(gradient, " ≈ ", terms, " / ", _N, _SIGMA)
    whole = row(gradient, " ≈ ", Fraction(row("1"), row(_N, " ", _SIGMA)), " ", terms)
    pairs = row(letter("ε", "2k"), " = −", letter("ε", "2k−1"))
    return OpFormula(line, (whole, pairs))


def _random_search() -> OpFormula:
    best, gradient = letter("u"), symbol("gradient")
    change = row(_L, "(", _THETA, " + ", _SIGMA, " ", best, ") − ", _L, "(", _THETA, ")")
    line = row(gradient, " ≈ (", change, ") / ", _SIGMA, " · ", best)
    whole = row(gradient, " ≈ ", Fraction(change, _SIGMA), " ", best)
    return OpFormula(line, (whole, row("|", best, "| = 1")))
