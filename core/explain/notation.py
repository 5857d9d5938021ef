"""Formulas as small trees, and how the values of a step are written in them.

A tree is made of frozen nodes: text, scripts, fractions, roots, rows, and leaves that stand for a
value: its symbol (``Value``), its numbers (``Slot``) or one number (``Number``). How a tree is set
on a screen, and how numbers are rounded, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.explain.reference import Reference
from core.step.half_precision import EXACT


@dataclass(frozen=True, slots=True)
class Text:
    """A word, a sign or a letter; variables are ``italic``."""

    text: str
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """The symbol of a named value of the step."""

    name: str
    body: Node


@dataclass(frozen=True, slots=True)
class Number:
    """A number put in; ``reference`` says which entry of the step's values it is, if it is one.

    ``value`` None is a number that is not known yet.
    """

    value: float | None
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """The place where the numbers of the value called ``name`` are put in, as a matrix."""

    name: str
    transposed: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A base with something lowered or raised behind it."""

    base: Node
    lowered: Node | None = None
    raised: Node | None = None


@dataclass(frozen=True, slots=True)
class Hat:
    """A letter with a circumflex over it."""

    body: Node


@dataclass(frozen=True, slots=True)
class Bar:
    """A letter with a stroke over it: a mean over many steps."""

    body: Node


@dataclass(frozen=True, slots=True)
class Fraction:
    """A numerator over a denominator."""

    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    body: Node


@dataclass(frozen=True, slots=True)
class Fence:
    """Something in round brackets as high as it."""

    body: Node


@dataclass(frozen=True, slots=True)
class Row:
    """Nodes beside each other, without space between."""

    parts: tuple[Node, ...]


Node = Text | Value | Number | Slot | Script | Hat | Bar | Fraction | Root | Fence | Row

_LETTERS = {
    "loss": "L",
    "update": "Δ",
    "parameters": "θ",
    "velocity": "v",
    "square_sum": "s",
    "square_mean": "s",
    "penalized": "g₁",
    "clamped": "c",
    "rescaled": "r",
    "factor": "k",
    "decayed": "g₂",
}
# Kinds of values whose letter is not their name; ² is raised, the hat and the bar are drawn.
_KINDS = {
    "mean": "μ",
    "var": "σ²",
    "zhat": "ẑ",
    "gamma": "γ",
    "beta": "β",
    "running_mean": "μ̄",
    "running_var": "σ̄²",
    "local": "L",
    # Of the two passes of forward-forward; the sign is raised.
    **{f"{kind}{end}": f"{kind}{sign}" for kind in "xyzauge" for end, sign in ("p⁺", "n⁻")},
}
_PARAMETERS = ("W", "b", "gamma", "beta")
_FUNCTIONS = {
    "sigmoid": Text("σ", italic=True),
    "tanh": Text("tanh"),
    "relu": Text("ReLU"),
    "leaky_relu": Text("leaky"),
    "elu": Text("ELU"),
    "gelu": Text("GELU"),
    "silu": Text("SiLU"),
    "softplus": Text("softplus"),
    "softmax": Text("softmax"),
}
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PLAIN_RAISED = {"+": "⁺", "−": "⁻", "∗": "∗", "T": "ᵀ", "t": "ᵗ", "2": "²", "3": "³"}


def row(*parts: Node | str) -> Row:
    """Return ``parts`` in a row; a string is upright text."""
    return Row(tuple(Text(part) if isinstance(part, str) else part for part in parts))


def letter(text: str, lowered: str = "") -> Node:
    """Return an italic letter, perhaps with an index."""
    body = Text(text, italic=True)
    return Script(body, lowered=Text(lowered)) if lowered else body


def split_name(name: str) -> tuple[str, str]:
    """Return kind and layer of a value's name: ``dz2`` is ("dz", "2"), ``x`` ("x", "")."""
    kind = name.rstrip("0123456789")
    return kind, name[len(kind) :]


def is_gradient(name: str) -> bool:
    """Return whether a value is a derivative of the loss: ``da1``, ``dgamma2``, ``dx``."""
    kind = split_name(name.removeprefix(EXACT))[0]
    return kind[:1] == "d" and (len(kind) == 2 or kind[1:] in _KINDS)


def parameter_of(name: str) -> str:
    """Return the parameter that a value or its gradient is, such as ``W2``; "" for none."""
    kind, layer = split_name(name.removeprefix(EXACT))
    kind = kind if kind in _PARAMETERS else kind.removeprefix("d")
    return f"{kind}{layer}" if kind in _PARAMETERS and layer else ""


def written(name: str) -> str:
    """Return a value's name as the formulas of ops write it: ``dgamma1`` is dγ1."""
    if name.startswith(EXACT):
        return f"{written(name.removeprefix(EXACT))}∗"
    kind, layer = split_name(name)
    prefix = "d" if is_gradient(name) else ""
    return f"{prefix}{kind_in_words(kind[len(prefix) :])}{layer}"


def kind_in_words(kind: str) -> str:
    """Return how a kind of value is written in texts: ``gamma`` is γ."""
    return _KINDS.get(kind, kind)


def symbol(name: str, activation: str = "", of: str = "z") -> Value:
    """Return how a value is written in a line: z₁, dW₂, ∇L, or σ′(z₁) for a slope.

    ``of`` is what the slope's activation is applied to, z or s. A star marks a gradient before it
    is rounded.
    """
    if name.startswith(EXACT):
        return Value(name, Script(symbol(name.removeprefix(EXACT)).body, raised=Text("∗")))
    kind, layer = split_name(name)
    if name == "gradient":
        return Value(name, row("∇", letter("L")))
    if kind == "slope":
        return Value(name, row(*prime(activation), "(", symbol(f"{of}{layer}"), ")"))
    if name in _LETTERS:
        return Value(name, letter(_LETTERS[name]))
    if is_gradient(name):
        return Value(name, row("d", _letter_of(kind[1:], layer)))
    return Value(name, _letter_of(kind, layer))


def _letter_of(kind: str, layer: str) -> Node:
    """Return the letter of a kind of value with its layer."""
    lowered = Text(layer) if layer else None
    match kind:
        case "zhat":
            return Script(Hat(letter("z")), lowered)
        case "var":
            return Script(letter("σ"), lowered, Text("2"))
        case "running_mean":
            return Script(Bar(letter("μ")), lowered)
        case "running_var":
            return Script(Bar(letter("σ")), lowered, Text("2"))
        case _ if _KINDS.get(kind, "")[-1:] in ("⁺", "⁻"):
            sign = "+" if kind[-1] == "p" else "−"
            return Script(letter(kind[0]), lowered, Text(sign))
        case "mask":
            return Script(Text("mask"), lowered) if layer else Text("mask")
    return letter(_KINDS.get(kind, kind), layer)


def transposed(name: str) -> Value:
    """Return the symbol of a matrix or vector, transposed."""
    kind, layer = split_name(name)
    base = Text(kind, italic=True)
    return Value(name, Script(base, Text(layer) if layer else None, Text("T")))


def partial(name: str) -> Value:
    """Return a gradient ``da1`` as the fraction ∂L/∂a₁."""
    kind, layer = split_name(name.removeprefix(EXACT))
    return Value(name, Fraction(row("∂", letter("L")), row("∂", _letter_of(kind[1:], layer))))


def slope_fraction(layer: int | str, of: str = "z") -> Value:
    """Return the slope of a layer as the fraction ∂a/∂z; ``of`` as in ``symbol``."""
    top, bottom = letter("a", str(layer)), letter(of, str(layer))
    return Value(f"slope{layer}", Fraction(row("∂", top), row("∂", bottom)))


def function(activation: str) -> Node:
    """Return how an activation is called in formulas."""
    return _FUNCTIONS.get(activation, Text("f", italic=True))


def prime(activation: str) -> tuple[Node, ...]:
    """Return the derivative of an activation, before its argument."""
    return function(activation), Text("′")


def parameter_label(reference: Reference) -> str:
    """Return an entry as text, counted from 1: ``W₂[1, 5]``, ``∂L/∂a₁[2]``."""
    kind, layer = split_name(reference.name.removeprefix(EXACT))
    if is_gradient(reference.name):
        name = f"∂L/∂{kind_in_words(kind[1:])}"
    else:
        name = _LETTERS.get(reference.name, kind_in_words(kind))
    index = ", ".join(str(i + 1) for i in reference.index)
    return f"{name}{layer.translate(_LOWERED)}" + (f"[{index}]" if index else "")


def plain(node: Node, write: Callable[[float], str] = str) -> str:
    """Return a tree as one line of text; ``write`` puts numbers into words."""
    match node:
        case Text(text):
            return text
        case Value(_, body):
            return plain(body, write)
        case Hat(body):
            return plain(body, write) + "\u0302"
        case Bar(body):
            return plain(body, write) + "\u0304"
        case Number(value):
            return "?" if value is None else write(value)
        case Slot(name, is_transposed):
            return plain(transposed(name) if is_transposed else symbol(name))
        case Script(base, lowered, raised):
            text = plain(base, write) + (plain(lowered, write) if lowered else "")
            return text + _raised_text(plain(raised, write) if raised else "")
        case Fraction(top, bottom):
            return f"{_grouped(top, write)}/{_grouped(bottom, write)}"
        case Root(body):
            return f"√{_grouped(body, write)}"
        case Fence(body):
            return f"({plain(body, write)})"
        case Row(parts):
            return "".join(plain(part, write) for part in parts)


def _raised_text(text: str) -> str:
    if not text:
        return ""
    return _PLAIN_RAISED.get(text, f"^{text}" if " " not in text else f"^({text})")


def _grouped(node: Node, write: Callable[[float], str]) -> str:
    text = plain(node, write)
    return f"({text})" if " " in text else text
