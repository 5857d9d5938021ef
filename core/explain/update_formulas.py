"""The update rules as formulas; which hyper-parameters stand in them is told by name.

Sources as in ``core.step.optimizers``. The formulas are those of one parameter: every vector
operation of a rule does the same to each entry.
"""

from __future__ import annotations

from core.explain.notation import Fence, Fraction, Hat, Node, Root, Row, Script, Text, letter, row
from core.explain.notation import symbol as value
from core.explain.setting import Setting
from core.spec import OptimizerSpec

_T = Text("t", italic=True)
ETA, MU, EPS = letter("η"), letter("μ"), letter("ε")
LIMIT, FACTOR = letter("τ"), value("factor")
MARGIN = Script(Text("10"), raised=Text("−6"))


def update_line(name: str, setting: Setting) -> Node:
    """Return the formula of one op of the rule in one line."""
    if name == "update" and setting.optimizer.kind in ("adam", "adamw"):
        hats = row(Hat(letter("m")), " / (", _root(Hat(letter("v"))), " + ", EPS, ")")
        decay = (" + ", ETA, " ", letter("λ"), " ", letter("W"))
        is_decayed = setting.optimizer.kind == "adamw"
        return row(value("update"), " = ", ETA, " ", hats, *(decay if is_decayed else ()))
    return _set(name, setting, inline=True)


def update_equations(name: str, setting: Setting) -> tuple[Node, ...]:
    """Return the formulas of one op of the rule up close."""
    kind = setting.optimizer.kind
    if name == "rescaled":
        source = value(setting.source_of(name))
        shortened = row(value(name), " = ", FACTOR, " ", source)
        return shortened, row(FACTOR, " = ", factor(source, inline=False))
    if name != "update" or kind not in ("adam", "adamw"):
        return (_set(name, setting, inline=False),)
    step = Fraction(Hat(letter("m")), row(_root(Hat(letter("v"))), " + ", EPS))
    decay = (" + ", ETA, " ", letter("λ"), " ", letter("W")) if kind == "adamw" else ()
    return (
        row(value("update"), " = ", ETA, " ", step, *decay),
        row(Hat(letter("m")), " = ", _corrected("m", "1")),
        row(Hat(letter("v")), " = ", _corrected("v", "2")),
    )


def within(entry: Node, limit: Node) -> Node:
    """Return an entry clipped by value."""
    return row("min(max(", entry, ", −", limit, "), ", limit, ")")


def factor(source: Node, inline: bool) -> Node:
    """Return what a gradient is multiplied by that is clipped by norm."""
    return factor_of(LIMIT, row("|", source, "|"), inline)


def factor_of(limit: Node, norm: Node, inline: bool) -> Node:
    """Return min(1, limit / (norm + 10⁻⁶))."""
    below = row(norm, " + ", MARGIN)
    quotient = row(limit, " / ", Fence(below)) if inline else Fraction(limit, below)
    return row("min(1, ", quotient, ")")


def _corrected(name: str, index: str) -> Node:
    """Return a moment over one minus the power of its decay rate (Kingma and Ba 2015)."""
    return Fraction(value(name), row("1 − ", Script(letter("β"), Text(index), _T)))


def _set(name: str, setting: Setting, *, inline: bool) -> Node:
    rule = setting.optimizer
    gradient, head = value(setting.taken), row(value(name), " = ")
    square = Script(Fence(gradient), raised=Text("2"))
    match name:
        case "penalized":
            penalty = row(letter("λ", "1"), " sign(", letter("W"), ")")
            return row(head, value(setting.source_of(name)), " + ", penalty)
        case "clamped":
            return row(head, within(value(setting.source_of(name)), LIMIT))
        case "rescaled":
            source = value(setting.source_of(name))
            return row(head, FACTOR, " ", source, ",  ", FACTOR, " = ", factor(source, inline))
        case "decayed":
            penalty = row(letter("λ", "2"), " ", letter("W"))
            return row(head, value(setting.source_of(name)), " + ", penalty)
        case "velocity":
            return row(head, MU, " ", value("velocity"), " + ", *_joining(rule), gradient)
        case "square_sum":
            return row(head, value(name), " + ", square)
        case "square_mean":
            return row(head, *_kept("α", "", name), square)
        case "m":
            return row(head, *_kept("β", "1", name), gradient)
        case "v":
            return row(head, *_kept("β", "2", name), square)
        case "parameters":
            return row(head, value("parameters"), " − ", value("update"))
    return row(head, _change(setting, inline=inline))


def _change(setting: Setting, *, inline: bool) -> Row:
    """Return Δ of the rules without bias correction."""
    rule, gradient = setting.optimizer, value(setting.taken)
    match rule.kind:
        case "sgd":
            return row(ETA, " ", gradient)
        case "momentum":
            return row(ETA, " ", value("velocity"))
        case "nesterov":
            return row(ETA, " ", Fence(row(gradient, " + ", MU, " ", value("velocity"))))
    name = "square_sum" if rule.kind == "adagrad" else "square_mean"
    below = row(_root(value(name)), " + ", EPS)
    if inline:
        return row(ETA, " ", gradient, " / ", Fence(below))
    return row(ETA, " ", Fraction(gradient, below))


def _kept(rate: str, index: str, name: str) -> tuple[Node | str, ...]:
    decay = letter(rate, index)
    return decay, " ", value(name), " + (1 − ", decay, ") "


def _joining(rule: OptimizerSpec) -> tuple[Node | str, ...]:
    """Return what the gradient is multiplied with before it joins the velocity."""
    if rule.kind == "momentum" and rule.momentum_form == "running_mean":
        return "(1 − ", MU, ") "
    return ("(1 − ", letter("d"), ") ") if rule.kind == "momentum" and rule.dampening else ()


def _root(node: Node) -> Node:
    return Root(node)
