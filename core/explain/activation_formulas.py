"""Activations and their slopes as formulas, over symbols or over the numbers of one unit.

Each function takes the nodes that stand for z and a and returns the right-hand side. ``inline``
asks for fractions written in one line, as they stand in a line of numbers.
"""

from __future__ import annotations

from core.explain.notation import (
    Fence,
    Fraction,
    Node,
    Number,
    Root,
    Script,
    Text,
    function,
    letter,
    row,
)
from core.network.activations import GELU_CUBIC, LEAKY_SLOPE

_SQUARE, _CUBE = Text("2"), Text("3")


def activation_formula(kind: str, z: Node, *, inline: bool = False) -> Node:
    """Return what an activation computes from ``z``; softmax for unit i over the sum of k."""
    match kind:
        case "linear":
            return z
        case "sigmoid":
            return over(Text("1"), row("1 + ", exp(negated(z), inline)), inline)
        case "tanh":
            return row("tanh", Fence(z))
        case "relu":
            return row("max", Fence(row("0, ", z)))
        case "leaky_relu":
            return row("max", Fence(row(f"{LEAKY_SLOPE}{' × ' if inline else ' '}", z, ", ", z)))
        case "elu":
            return row(z, " if > 0, else ", exp(z, inline), " − 1")
        case "gelu":
            half = over(z, Text("2"), inline)
            return row(half, " ", Fence(row("1 + tanh ", letter("u"))))
        case "silu":
            return over(z, row("1 + ", exp(negated(z), inline)), inline)
        case "softplus":
            return row("log", Fence(row("1 + ", exp(z, inline))))
    raise KeyError(kind)


def softmax_formula(layer: int, source: str = "z") -> Node:
    """Return the share of unit i of a softmax layer over its ``source``, z or s."""
    of = {index: letter(source, f"{layer},{index}") for index in "ik"}
    total = row(Script(Text("Σ"), lowered=Text("k", italic=True)), " ", exp(of["k"]))
    return Fraction(exp(of["i"]), total)


def slope_formula(kind: str, z: Node, a: Node) -> Node:
    """Return the derivative of an activation, as the step computes it."""
    match kind:
        case "linear":
            return Text("1")
        case "sigmoid":
            return row(a, " ⊙ ", Fence(row("1 − ", a)))
        case "tanh":
            return row("1 − ", Script(a, raised=_SQUARE))
        case "relu":
            return row("1 if ", z, " > 0, else 0")
        case "leaky_relu":
            return row("1 if ", z, f" > 0, else {LEAKY_SLOPE}")
        case "elu":
            return row("1 if ", z, " > 0, else ", exp(z, isinstance(z, Number)))
        case "gelu":
            u = letter("u")
            first = Fraction(row("1 + tanh ", u), Text("2"))
            second = row(Fraction(z, Text("2")), " (1 − ", Script(Text("tanh"), raised=_SQUARE))
            return row(first, " + ", second, " ", u, ") ", Script(u, raised=Text("′")))
        case "silu":
            gate = row(Text("σ", italic=True), Fence(z))
            return row(gate, " + ", a, " ⊙ ", Fence(row("1 − ", gate)))
        case "softplus":
            return row(Text("σ", italic=True), Fence(z))
    raise KeyError(kind)


def gelu_inner(z: Node) -> Node:
    """Return what the tanh of a GELU is taken of."""
    cubic = row(z, f" + {GELU_CUBIC} ", Script(z, raised=_CUBE))
    ratio = Root(row("2/", letter("π")))
    return row(letter("u"), " = ", ratio, " ", Fence(cubic))


def applied(kind: str, z: Node) -> Node:
    """Return an activation by its name with its argument: σ(z₁)."""
    return z if kind == "linear" else row(function(kind), Fence(z))


def over(top: Node, bottom: Node, inline: bool) -> Node:
    """Return a fraction, stacked or in one line."""
    if not inline:
        return Fraction(top, bottom)
    simple = isinstance(bottom, Text | Number)
    return row(top, " / ", bottom if simple else Fence(bottom))


def exp(power: Node, inline: bool = False) -> Node:
    """Return e raised to ``power``, written as a function where it stands in one line."""
    if inline:
        return row("exp", Fence(power))
    return Script(letter("e"), raised=power)


def negated(node: Node) -> Node:
    """Return minus ``node``, a negative number in brackets."""
    return row("−", bracketed(node))


def bracketed(node: Node) -> Node:
    """Return ``node``, in brackets where it is a negative number."""
    negative = isinstance(node, Number) and node.value is not None and node.value < 0
    return Fence(node) if negative else node
