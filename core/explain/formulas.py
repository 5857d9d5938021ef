"""The formula of every kind of op, as trees: for the list, up close, and with numbers put in.

What a step computes is told from the op and the run's setting alone, so a formula can be shown
before the op has run. The update rules have a file of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.explain.activation_formulas import (
    activation_formula,
    applied,
    gelu_inner,
    slope_formula,
    softmax_formula,
)
from core.explain.notation import (
    Fence,
    Fraction,
    Node,
    Row,
    Script,
    Slot,
    Text,
    Value,
    letter,
    partial,
    prime,
    row,
    slope_fraction,
    symbol,
    transposed,
)
from core.explain.setting import Setting
from core.explain.update_formulas import update_equations, update_line
from core.training.snapshot import OpInfo

# Values that no op writes, derived for an explanation.
SHARE, JACOBIAN = "share", "jacobian"


@dataclass(frozen=True, slots=True)
class NumberRow:
    """An equation in which values stand with their numbers; ``caption`` says what of, or ""."""

    caption: str
    equation: Node


@dataclass(frozen=True, slots=True)
class OpFormula:
    """How an op is written.

    Attributes:
        line: in one line, for a list.
        equations: up close, with fractions.
        numbers: the equations with slots for numbers; none for the update, whose vectors are too
            long to be put in.
        shapes: the equation whose matrices have shapes, or None.
    """

    line: Node
    equations: tuple[Node, ...]
    numbers: tuple[NumberRow, ...] = ()
    shapes: Node | None = None


def formula_of(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how ``op`` is written in a run with ``setting``."""
    match setting.kind_of(op):
        case "batch":
            return _batch()
        case "z":
            return _weighted_sum(op, setting)
        case "a":
            return _activation(op, setting)
        case "loss":
            return _loss(setting)
        case "da_output":
            return _loss_gradient(op, setting)
        case "slope":
            return _slope(op, setting)
        case "da" | "dx":
            return _propagate(op)
        case "dz_fused":
            return _fused(op, setting)
        case "dz_softmax":
            return _through_softmax(op)
        case "dz":
            return _through_activation(op, setting)
        case "dW":
            return _weight_gradient(op, setting)
    return OpFormula(update_line(op.name, setting), update_equations(op.name, setting))


def _batch() -> OpFormula:
    line = row(symbol("x"), ", ", symbol("y"), " = the rows of this batch")
    numbers = tuple(
        NumberRow(caption, row(symbol(name), " = ", Slot(name)))
        for name, caption in (("x", "inputs"), ("y", "targets"))
    )
    return OpFormula(line, (line,), numbers)


def _weighted_sum(op: OpInfo, setting: Setting) -> OpFormula:
    weights, before = op.reads[:2]
    bias = (" + ", symbol(op.reads[2])) if setting.biases else ()
    line = row(symbol(op.name), " = ", symbol(weights), " ", symbol(before), *bias)
    slots = (" + ", Slot(op.reads[2])) if setting.biases else ()
    equation = row(Slot(op.name), " = ", Slot(weights), " × ", Slot(before), *slots)
    return OpFormula(line, (line,), (NumberRow("", equation),), equation)


def _activation(op: OpInfo, setting: Setting) -> OpFormula:
    kind, z = setting.activation(op.layer), symbol(op.reads[0])
    line = row(symbol(op.name), " = ", applied(kind, z))
    shapes = row(Slot(op.name), " = ", Slot(op.reads[0]))
    equation = row(Slot(op.name), " = ", applied(kind, Slot(op.reads[0])))
    whole: tuple[Node, ...] = (line,)
    if kind == "softmax":
        entry = letter("a", f"{op.layer},i")
        whole = (line, row(Value(op.name, entry), " = ", softmax_formula(op.layer)))
    elif kind != "linear":
        body = activation_formula(kind, z)
        is_named = kind in ("tanh", "relu")
        whole = (row(symbol(op.name), " = ", body) if is_named else row(line, " = ", body),)
    if kind == "gelu":
        whole = (*whole, gelu_inner(z))
    return OpFormula(line, whole, (NumberRow("", equation),), shapes)


def _loss(setting: Setting) -> OpFormula:
    last = setting.layer_count
    a, y = symbol(f"a{last}"), symbol("y")
    square = Script(Fence(row(a, " − ", y)), raised=Text("2"))
    sums = "Σ " if setting.outputs > 1 or setting.batch > 1 else ""
    mean = (Fraction(Text("1"), letter("B")), " ") if setting.batch > 1 else ()
    average = "mean of " if setting.batch > 1 else ""
    match setting.loss:
        case "half_squared_error":
            body: Row = row(*mean, sums, Fraction(Text("1"), Text("2")), " ", square)
            short: Row = row(average, sums if setting.outputs > 1 else "", square, " / 2")
        case "mean_squared_error":
            counts = _product_of(setting, ("B", setting.batch), ("n", setting.outputs))
            body = row(*((Fraction(Text("1"), counts), " ") if counts else ()), sums, square)
            short = row("mean of " if counts else "", square)
        case "binary_cross_entropy":
            both = row(y, " log ", a, " + (1 − ", y, ") log(1 − ", a, ")")
            body = row("−", *mean, sums, Fence(both)) if sums else row("−", Fence(both))
            short = row(average, "cross-entropy of ", a)
        case _:
            body = row("−", *mean, "Σ ", y, " log ", a)
            short = row(average, "cross-entropy of ", a)
    head = row(symbol("loss"), " = ")
    pair = row(a, " = ", Slot(f"a{last}")), row(y, " = ", Slot("y"))
    numbers = (NumberRow("answer", pair[0]), NumberRow("target", pair[1]))
    return OpFormula(row(head, short), (row(head, body),), numbers)


def _loss_gradient(op: OpInfo, setting: Setting) -> OpFormula:
    a, y = symbol(op.reads[0]), symbol("y")
    numbers = (_difference(op, setting),)
    if setting.loss == "mean_squared_error":
        numbers = (_difference(op, setting, "2 ", ("n", setting.outputs)),)
    elif setting.loss != "half_squared_error":
        numbers = (NumberRow("", row(Slot(op.name), " from ", Slot(op.reads[0]), ", ", Slot("y"))),)
    line = row(symbol(op.name), " = ", _loss_slope(a, y, setting, inline=True))
    whole = row(
        symbol(op.name), " = ", partial(op.name), " = ", _loss_slope(a, y, setting, inline=False)
    )
    shapes = row(Slot(op.name), " = ", Slot(op.reads[0]), " − ", Slot("y"))
    return OpFormula(line, (whole,), numbers, shapes)


def _loss_slope(a: Node, y: Node, setting: Setting, *, inline: bool) -> Node:
    """Return dL/da of the run's loss."""
    difference = row(a, " − ", y)
    samples: tuple[tuple[str, int], ...] = (("B", setting.batch),)
    top: Node = difference
    bottom: Node | None = None
    match setting.loss:
        case "mean_squared_error":
            samples = (*samples, ("n", setting.outputs))
            top = row("2 ", Fence(difference))
        case "binary_cross_entropy":
            bottom = row(a, " ⊙ (1 − ", a, ")")
        case "cross_entropy":
            top, bottom = row("−", y), a
    counts = _product_of(setting, *samples)
    parts = [part for part in (counts, bottom) if part is not None]
    if not parts:
        return top
    below = parts[0] if len(parts) == 1 else row(parts[0], " ", parts[1])
    if not inline:
        return Fraction(top, below)
    bare = setting.loss in ("mean_squared_error", "cross_entropy")
    single = len(parts) == 1 and not bottom and len(plain_counts(samples)) == 1
    return row(top if bare else Fence(top), " / ", below if single else Fence(below))


def _slope(op: OpInfo, setting: Setting) -> OpFormula:
    layers = [int(name[len("slope") :]) for name in op.writes]
    kind, first = setting.activation(layers[0]), layers[0]
    several = len(layers) > 1
    index = "l" if several else str(first)
    z, a = Value(f"z{first}", letter("z", index)), Value(f"a{first}", letter("a", index))
    head = Value(op.writes[0], row(*prime(kind), "(", letter("z", index), ")"))
    body = slope_formula(kind, z, a)
    span = (",  ", letter("l"), f" = {layers[0]} ... {layers[-1]}") if several else ()
    line = row(head, " = ", body, *span)
    whole: tuple[Node, ...] = (line,) if kind != "gelu" else (line, gelu_inner(z))
    numbers = tuple(
        NumberRow("", row(symbol(f"slope{n}", kind), " = ", Slot(f"slope{n}", several)))
        for n in layers
    )
    shapes = None if several else row(Slot(f"slope{first}"), " = ", Slot(f"a{first}"))
    return OpFormula(line, whole, numbers, shapes)


def _propagate(op: OpInfo) -> OpFormula:
    weights, after = op.reads
    line = row(symbol(op.name), " = ", transposed(weights), " ", symbol(after))
    whole = row(
        symbol(op.name), " = ", partial(op.name), " = ", transposed(weights), " ", partial(after)
    )
    equation = row(Slot(op.name), " = ", Slot(weights, True), " × ", Slot(after))
    return OpFormula(line, (whole,), (NumberRow("", equation),), equation)


def _fused(op: OpInfo, setting: Setting) -> OpFormula:
    n = op.layer
    a, y = symbol(f"a{n}"), symbol("y")
    product = row(partial(op.name), " = ", _loss_slope_of_fused(a, y, setting, inline=False))
    line = row(symbol(op.name), " = ", _loss_slope_of_fused(a, y, setting, inline=True))
    head = row(symbol(op.name), " = ", partial(op.name), " = ")
    shapes = row(Slot(op.name), " = ", Slot(f"a{n}"), " − ", Slot("y"))
    result = _difference(op, setting, caption="cancel to")
    if setting.activation(n) == "softmax":
        whole = row(head, letter("J"), " ", partial(f"da{n}"))
        factors = row(Slot(JACOBIAN), " × ", Slot(f"da{n}"))
        equations: tuple[Node, ...] = (whole, jacobian_formula(a, n), product)
    else:
        factors = row(Slot(f"da{n}"), " ⊙ ", Slot(f"slope{n}"))
        equations = (row(head, partial(f"da{n}"), " ⊙ ", slope_fraction(n)), product)
    return OpFormula(line, equations, (NumberRow("two factors", factors), result), shapes)


def _loss_slope_of_fused(a: Node, y: Node, setting: Setting, *, inline: bool) -> Node:
    difference = row(a, " − ", y)
    if setting.batch == 1:
        return difference
    if inline:
        return row(Fence(difference), " / ", letter("B"))
    return Fraction(difference, letter("B"))


def jacobian_formula(a: Node, layer: int) -> Node:
    """Return the Jacobian of softmax, which is symmetric."""
    return row(letter("J"), " = diag(", a, ") − ", a, " ", transposed(f"a{layer}"))


def _through_softmax(op: OpInfo) -> OpFormula:
    gradient, a = op.reads
    line = row(symbol(op.name), " = ", letter("J"), " ", symbol(gradient))
    head = row(symbol(op.name), " = ", partial(op.name), " = ")
    whole = row(head, letter("J"), " ", partial(gradient))
    equation = row(Slot(op.name), " = ", Slot(JACOBIAN), " × ", Slot(gradient))
    shapes = row(Slot(op.name), " = ", Slot(JACOBIAN), " ", Slot(gradient))
    equations = (whole, jacobian_formula(symbol(a), op.layer))
    return OpFormula(line, equations, (NumberRow("", equation),), shapes)


def _through_activation(op: OpInfo, setting: Setting) -> OpFormula:
    gradient, slope = op.reads
    factor = symbol(slope, setting.activation(op.layer))
    line = row(symbol(op.name), " = ", symbol(gradient), " ⊙ ", factor)
    whole = row(
        symbol(op.name), " = ", partial(op.name), " = ", partial(gradient), " ⊙ ", factor
    )
    equation = row(Slot(op.name), " = ", Slot(gradient), " ⊙ ", Slot(slope))
    return OpFormula(line, (whole,), (NumberRow("", equation),), equation)


def _weight_gradient(op: OpInfo, setting: Setting) -> OpFormula:
    error, before = op.reads
    weights, *bias = op.writes
    sign = "Σ " if setting.batch > 1 else ""
    line = row(symbol(weights), " = ", symbol(error), " ", transposed(before))
    equations: list[Node] = [row(partial(weights), " = ", partial(error), " ", transposed(before))]
    for name in bias:
        line = row(line, ",  ", symbol(name), f" = {sign}", symbol(error))
        equations.append(row(partial(name), f" = {sign}", partial(error)))
    outer = row(Slot(error), " × ", Slot(before, True))
    shapes = row(Slot(weights), " = ", outer)
    sums = [NumberRow("", row(symbol(name), " = ", Slot(name))) for name in bias]
    if setting.batch == 1:
        numbers = [NumberRow("", shapes), *sums]
    else:
        share = NumberRow("this sample", row(Slot(SHARE), " = ", outer))
        total = row(symbol(weights), " = ", Slot(weights))
        whole = NumberRow(f"sum over all {setting.batch} samples", total)
        numbers = [share, whole, *sums]
    return OpFormula(line, tuple(equations), tuple(numbers), shapes)


def _difference(
    op: OpInfo,
    setting: Setting,
    factor: str = "",
    *counts: tuple[str, int],
    caption: str = "",
) -> NumberRow:
    """Return the row [op] = factor ([a] − [y]) / counts."""
    body: Node = row(Slot(f"a{op.layer}"), " − ", Slot("y"))
    divisors = [number for _, number in (("B", setting.batch), *counts) if number > 1]
    if factor or divisors:
        body = row(factor, Fence(body))
    for number in divisors:
        body = row(body, f" / {number}")
    return NumberRow(caption, row(Slot(op.writes[0]), " = ", body))


def plain_counts(counts: tuple[tuple[str, int], ...]) -> list[str]:
    """Return the letters of those counts that are more than one."""
    return [name for name, number in counts if number > 1]


def _product_of(setting: Setting, *counts: tuple[str, int]) -> Node | None:
    """Return the product of counts, as B n; those that are one are left out."""
    letters = plain_counts(counts)
    parts: list[Node | str] = []
    for name in letters:
        parts += [" ", letter(name)] if parts else [letter(name)]
    return row(*parts) if parts else None
