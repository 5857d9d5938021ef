"""Normalization, dropout and residual connections as formulas; sources as in the ops of the step.

An op's reads tell which variant of it runs: with the running statistics in place of the batch's,
with the bias or without. Factors that are one in the run at hand are left out.
"""

from __future__ import annotations

from core.explain.notation import (
    Bar,
    Fence,
    Fraction,
    Node,
    Root,
    Script,
    Slot,
    Text,
    Value,
    letter,
    partial,
    row,
    symbol,
)
from core.explain.op_formula import SHARE, NumberRow, OpFormula
from core.explain.setting import Setting
from core.network.running_statistics import MOMENTUM
from core.training.snapshot import OpInfo

_EPS = letter("ε")
_SQUARE = Text("2")


def mean_formula(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how the mean over the batch or over the units is written."""
    head, over = row(symbol(op.name), " = "), _over(op, setting)
    if over is None:
        return _taken_over(op)
    words, count = over
    z = symbol(op.reads[0])
    line = row(head, "mean of ", z, f" over the {words}")
    whole = row(head, Fraction(Text("1"), letter(count)), " Σ ", z)
    return OpFormula(line, (whole,), (_is_slot(op.name),))


def variance_formula(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how the variance is written."""
    head, over = row(symbol(op.name), " = "), _over(op, setting)
    if over is None:
        return _taken_over(op)
    _, count = over
    z, mean = (symbol(name) for name in op.reads)
    square = Script(Fence(row(z, " − ", mean)), raised=_SQUARE)
    line = row(head, "mean of ", square)
    whole = row(head, Fraction(Text("1"), letter(count)), " Σ ", square)
    return OpFormula(line, (whole,), (_is_slot(op.name),))


def normalized_formula(op: OpInfo) -> OpFormula:
    """Return how the normalized sums are written."""
    z, mean, var = op.reads
    head, difference = row(symbol(op.name), " = "), row(symbol(z), " − ", symbol(mean))
    root = _deviation(symbol(var))
    line = row(head, Fence(difference), " / ", root)
    inner = Fence(row(Slot(z), " − ", Slot(mean)))
    numbers = (
        NumberRow("", row(Slot(op.name), " = ", inner, " / ", root)),
        _is_slot(var),
    )
    return OpFormula(line, (row(head, Fraction(difference, root)),), numbers)


def scaled_formula(op: OpInfo) -> OpFormula:
    """Return how normalized sums are scaled and moved."""
    zhat, gamma, beta = op.reads
    head = row(symbol(op.name), " = ")
    line = row(head, symbol(gamma), " ⊙ ", symbol(zhat), " + ", symbol(beta))
    equation = row(Slot(op.name), " = ", Slot(gamma), " ⊙ ", Slot(zhat), " + ", Slot(beta))
    return OpFormula(line, (line,), (NumberRow("", equation),), equation)


def mask_formula(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how a mask of dropout is written."""
    rate = setting.layers[op.layer - 1].dropout
    line = row(symbol(op.name), f" = 0 with probability {rate:g}, else 1/(1 − {rate:g})")
    return OpFormula(line, (line,), (_is_slot(op.name),), row(Slot(op.name)))


def product_formula(op: OpInfo) -> OpFormula:
    """Return how a mask is applied, forward or backward: the product of two values."""
    is_back = op.phase == "backward"
    mask, value = sorted(op.reads, key=lambda name: not name.startswith("mask"))
    line = row(symbol(op.name), " = ", symbol(mask), " ⊙ ", symbol(value))
    whole = line
    if is_back:
        head = row(symbol(op.name), " = ", partial(op.name), " = ")
        whole = row(head, symbol(mask), " ⊙ ", partial(value))
    equation = row(Slot(op.name), " = ", Slot(mask), " ⊙ ", Slot(value))
    return OpFormula(line, (whole,), (NumberRow("", equation),), equation)


def residual_formula(op: OpInfo) -> OpFormula:
    """Return how a layer's input joins its answer."""
    own, before = op.reads
    line = row(symbol(op.name), " = ", symbol(own), " + ", symbol(before))
    equation = row(Slot(op.name), " = ", Slot(own), " + ", Slot(before))
    return OpFormula(line, (line,), (NumberRow("", equation),), equation)


def scale_gradient_formula(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how the gradients of gamma and beta are written."""
    error, zhat = op.reads
    gamma, beta = op.writes
    sign = "Σ " if setting.batch > 1 else ""
    line = row(
        *(symbol(gamma), f" = {sign}", symbol(error), " ⊙ ", symbol(zhat), ",  "),
        *(symbol(beta), f" = {sign}", symbol(error)),
    )
    whole = (
        row(partial(gamma), f" = {sign}", partial(error), " ⊙ ", symbol(zhat)),
        row(partial(beta), f" = {sign}", partial(error)),
    )
    product = row(Slot(error), " ⊙ ", Slot(zhat))
    shapes = row(Slot(gamma), " = ", product)
    if setting.batch == 1:
        return OpFormula(line, whole, (NumberRow("", shapes), _is_slot(beta)), shapes)
    total = row(symbol(gamma), " = ", Slot(gamma), "    ", symbol(beta), " = ", Slot(beta))
    numbers = (
        NumberRow("this sample", row(Slot(SHARE), " = ", product)),
        NumberRow(f"sum over all {setting.batch}", total),
    )
    return OpFormula(line, whole, numbers, shapes)


def through_normalization(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how the error gets back through a normalization to the sums."""
    n = op.layer
    ds, gamma, var, zhat = (symbol(f"{kind}{n}") for kind in ("ds", "gamma", "var", "zhat"))
    root, head = _deviation(var), row(symbol(op.name), " = ")
    factor = Fraction(gamma, root)
    equations: tuple[Node, ...]
    if setting.uses_running(n):
        line = row(head, gamma, " ", ds, " / ", root)
        equations = (row(head, factor, " ⊙ ", ds),)
    elif setting.normalization(n) == "batch":
        shared = row(symbol(f"dbeta{n}"), " + ", zhat, " ", symbol(f"dgamma{n}"))
        line = row(
            *(head, gamma, " ", Fence(row(ds, " − ", Fence(shared), " / ", letter("B")))),
            *(" / ", root),
        )
        inner = Fence(row(ds, " − ", Fraction(shared, letter("B"))))
        equations = (row(head, factor, " ⊙ ", inner),)
    else:
        g = letter("g")
        rest = row(g, " − mean", Fence(g), " − ", zhat, " mean", Fence(row(g, " ", zhat)))
        own = row(g, " = ", gamma, " ⊙ ", ds)
        line = row(head, Fence(rest), " / ", root, ",  ", own)
        equations = (row(head, Fraction(rest, root)), own)
    numbers = (
        NumberRow("", row(Slot(op.name), " from ", Slot(f"ds{n}"))),
        NumberRow("", row(gamma, " = ", Slot(f"gamma{n}"), "    ", var, " = ", Slot(f"var{n}"))),
    )
    shapes = row(Slot(op.name), " = ", Slot(f"gamma{n}"), " ⊙ ", Slot(f"ds{n}"))
    return OpFormula(line, equations, numbers, shapes)


def running_formula(op: OpInfo, setting: Setting) -> OpFormula:
    """Return how the running statistics follow those of the batch."""
    mean, var = Bar(letter("μ")), Script(Bar(letter("σ")), raised=_SQUARE)
    kept, joining = f"{1 - MOMENTUM:g} ", f" + {MOMENTUM:g} "
    of_batch = Script(letter("σ"), raised=_SQUARE)
    first = row(mean, " = ", kept, mean, joining, letter("μ"))
    start = row(var, " = ", kept, var, joining, of_batch, " ")
    line = row(first, ",  ", var, " likewise")
    second = row(start, Fraction(letter("B"), row(letter("B"), " − 1")))
    names = op.writes if len(op.writes) <= MOST_RUNNING else ()
    numbers = tuple(_is_slot(name) for name in names)
    return OpFormula(line, (first, second), numbers)


# Of more layers the running statistics are read line by line only.
MOST_RUNNING = 4


def _over(op: OpInfo, setting: Setting) -> tuple[str, str] | None:
    """Return over what a statistic is taken and the letter of their number; None: it is not."""
    if setting.uses_running(op.layer):
        return None
    return ("samples", "B") if setting.normalization(op.layer) == "batch" else ("units", "n")


def _taken_over(op: OpInfo) -> OpFormula:
    line = row(symbol(op.name), " = ", symbol(op.reads[0]))
    equation = row(Slot(op.name), " = ", Slot(op.reads[0]))
    return OpFormula(line, (line,), (NumberRow("", equation),), equation)


def _is_slot(name: str) -> NumberRow:
    return NumberRow("", row(symbol(name), " = ", Slot(name)))


def _deviation(var: Value) -> Root:
    return Root(row(var, " + ", _EPS))
