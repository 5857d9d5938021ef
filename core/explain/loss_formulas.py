"""The losses and their slopes as formulas; factors that are one in the run at hand are left out."""

from __future__ import annotations

from core.explain.notation import (
    Fence,
    Fraction,
    Node,
    Row,
    Script,
    Slot,
    Text,
    letter,
    partial,
    row,
    symbol,
)
from core.explain.op_formula import NumberRow, OpFormula
from core.explain.setting import Setting
from core.training.snapshot import OpInfo


def loss_formula(setting: Setting) -> OpFormula:
    """Return how the loss is written."""
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


def loss_gradient_formula(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how dL/da of an output layer is written that is not fused with the loss."""
    a, y = symbol(op.reads[0]), symbol("y")
    numbers = (difference_row(op, setting),)
    if setting.loss == "mean_squared_error":
        numbers = (difference_row(op, setting, "2 ", ("n", setting.outputs)),)
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
    single = len(parts) == 1 and not bottom and len(_present(samples)) == 1
    return row(top if bare else Fence(top), " / ", below if single else Fence(below))


def fused_slope(a: Node, y: Node, setting: Setting, *, inline: bool) -> Node:
    """Return dL/dz of an output layer that is fused with the loss."""
    difference = row(a, " − ", y)
    if setting.batch == 1:
        return difference
    if inline:
        return row(Fence(difference), " / ", letter("B"))
    return Fraction(difference, letter("B"))


def difference_row(
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


def _present(counts: tuple[tuple[str, int], ...]) -> list[str]:
    """Return the letters of those counts that are more than one."""
    return [name for name, number in counts if number > 1]


def _product_of(setting: Setting, *counts: tuple[str, int]) -> Node | None:
    """Return the product of counts, as B n; those that are one are left out."""
    letters = _present(counts)
    parts: list[Node | str] = []
    for name in letters:
        parts += [" ", letter(name)] if parts else [letter(name)]
    return row(*parts) if parts else None
