"""The formula of every kind of op, as trees: for the list, up close, and with numbers put in.

What a step computes is told from the op and the run's setting alone, so a formula can be shown
before the op has run. The update rules have a file of their own.
"""

from __future__ import annotations

from core.explain.activation_formulas import (
    activation_formula,
    applied,
    gelu_inner,
    slope_formula,
    softmax_formula,
)
from core.explain.local_learning import KINDS as LOCAL_KINDS
from core.explain.local_learning import local_formula
from core.explain.loss_formulas import (
    difference_row,
    fused_slope,
    loss_formula,
    loss_gradient_formula,
)
from core.explain.notation import (
    Node,
    Row,
    Slot,
    Value,
    function,
    letter,
    partial,
    prime,
    row,
    slope_fraction,
    symbol,
    transposed,
)
from core.explain.op_formula import JACOBIAN, SHARE, NumberRow, OpFormula
from core.explain.rounding import rounding_formula
from core.explain.setting import Setting
from core.explain.source_formulas import source_formula
from core.explain.technique_formulas import (
    mask_formula,
    mean_formula,
    normalized_formula,
    product_formula,
    residual_formula,
    running_formula,
    scale_gradient_formula,
    scaled_formula,
    through_normalization,
    variance_formula,
)
from core.explain.update_formulas import update_equations, update_line
from core.spec_rules import FORWARD_ONLY
from core.training.snapshot import OpInfo


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
            return loss_formula(setting)
        case "da_output":
            return loss_gradient_formula(op, setting)
        case "slope":
            return _slope(op, setting)
        case "da" | "dx":
            return _fed_back(op) if op.reads[0][0] == "B" else _propagate(op)
        case "half":
            return rounding_formula(op, setting)
        case "h" | "da_mask":
            return product_formula(op)
        case "r":
            return residual_formula(op)
        case "mask":
            return mask_formula(op, setting)
        case "dz_fused":
            return _fused(op, setting)
        case "dz_softmax":
            return _through_softmax(op, setting)
        case "dz":
            return _through_activation(op, setting)
        case "dW":
            return _weight_gradient(op, setting)
        case source if source in FORWARD_ONLY:
            return source_formula(op, source)
        case local if local in LOCAL_KINDS:
            return local_formula(op, local, setting)
        case "mean":
            return mean_formula(op, setting)
        case "var":
            return variance_formula(op, setting)
        case "zhat":
            return normalized_formula(op)
        case "s":
            return scaled_formula(op)
        case "dgamma":
            return scale_gradient_formula(op, setting)
        case "dz_norm":
            return through_normalization(op, setting)
        case "running":
            return running_formula(op, setting)
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
    # A matrix has brackets of its own.
    name: tuple[Node | str, ...] = () if kind == "linear" else (function(kind), " ")
    equation = row(Slot(op.name), " = ", *name, Slot(op.reads[0]))
    whole: tuple[Node, ...] = (line,)
    if kind == "softmax":
        entry = letter("a", f"{op.layer},i")
        of = op.reads[0][0]
        whole = (line, row(Value(op.name, entry), " = ", softmax_formula(op.layer, of)))
    elif kind != "linear":
        body = activation_formula(kind, z)
        is_named = kind in ("tanh", "relu")
        whole = (row(symbol(op.name), " = ", body) if is_named else row(line, " = ", body),)
    if kind == "gelu":
        whole = (*whole, gelu_inner(z))
    return OpFormula(line, whole, (NumberRow("", equation),), shapes)


def _slope(op: OpInfo, setting: Setting) -> OpFormula:
    layers = [int(name[len("slope") :]) for name in op.writes]
    kind, first = setting.activation(layers[0]), layers[0]
    several = len(layers) > 1
    index = "l" if several else str(first)
    of = op.reads[0][0]
    z, a = Value(f"{of}{first}", letter(of, index)), Value(f"a{first}", letter("a", index))
    head = Value(op.writes[0], row(*prime(kind), "(", letter(of, index), ")"))
    body = slope_formula(kind, z, a)
    span = row(letter("l"), f" = {layers[0]} ... {layers[-1]}")
    line = whole = row(head, " = ", body)
    equations: tuple[Node, ...] = (whole, gelu_inner(z)) if kind == "gelu" else (whole,)
    if several:
        line, equations = row(line, ",  ", span), (*equations, span)
    numbers = tuple(
        NumberRow("", row(symbol(f"slope{n}", kind, of), " = ", Slot(f"slope{n}", several)))
        for n in layers
    )
    shapes = None if several else row(Slot(f"slope{first}"), " = ", Slot(f"a{first}"))
    return OpFormula(line, equations, numbers, shapes)


def _propagate(op: OpInfo) -> OpFormula:
    # Where the layer behind adds its input to its answer, the error comes back both ways.
    weights, after, *beside = op.reads
    line = row(symbol(op.name), " = ", transposed(weights), " ", symbol(after))
    whole = row(
        symbol(op.name), " = ", partial(op.name), " = ", transposed(weights), " ", partial(after)
    )
    equation = row(Slot(op.name), " = ", Slot(weights, True), " × ", Slot(after))
    for name in beside:
        line, whole = row(line, " + ", symbol(name)), row(whole, " + ", partial(name))
        equation = row(equation, " + ", Slot(name))
    return OpFormula(line, (whole,), (NumberRow("", equation),), equation)


def _fed_back(op: OpInfo) -> OpFormula:
    """Return the step back through a fixed matrix; what it brings is no derivative."""
    matrix, after, *beside = op.reads
    line = row(symbol(op.name), " = ", symbol(matrix), " ", symbol(after))
    equation = row(Slot(op.name), " = ", Slot(matrix), " × ", Slot(after))
    for name in beside:
        line, equation = row(line, " + ", symbol(name)), row(equation, " + ", Slot(name))
    return OpFormula(line, (line,), (NumberRow("", equation),), equation)


def _fused(op: OpInfo, setting: Setting) -> OpFormula:
    n = op.layer
    a, y = symbol(f"a{n}"), symbol("y")
    product = row(partial(op.name), " = ", fused_slope(a, y, setting, inline=False))
    line = row(symbol(op.name), " = ", fused_slope(a, y, setting, inline=True))
    head = row(symbol(op.name), " = ", partial(op.name), " = ")
    shapes = row(Slot(op.name), " = ", Slot(f"a{n}"), " − ", Slot("y"))
    result = difference_row(op, setting, caption="cancel to")
    if setting.activation(n) == "softmax":
        whole = row(head, letter("J"), " ", partial(f"da{n}"))
        factors = row(Slot(JACOBIAN), " × ", Slot(f"da{n}"))
        equations: tuple[Node, ...] = (whole, jacobian_formula(a, n), product)
    else:
        factors = row(Slot(f"da{n}"), " ⊙ ", Slot(f"slope{n}"))
        of = setting.wires[n].entering[0]
        equations = (row(head, partial(f"da{n}"), " ⊙ ", slope_fraction(n, of)), product)
    return OpFormula(line, equations, (NumberRow("two factors", factors), result), shapes)


def jacobian_formula(a: Node, layer: int) -> Node:
    """Return the Jacobian of softmax, which is symmetric."""
    return row(letter("J"), " = diag(", a, ") − ", a, " ", transposed(f"a{layer}"))


def _through_softmax(op: OpInfo, setting: Setting) -> OpFormula:
    gradient, a = op.reads
    line = row(symbol(op.name), " = ", letter("J"), " ", symbol(gradient))
    head = row(symbol(op.name), " = ", partial(op.name), " = ")
    whole = row(head, letter("J"), " ", partial(gradient))
    if not setting.is_exact(op.layer):
        whole = line
    equation = row(Slot(op.name), " = ", Slot(JACOBIAN), " × ", Slot(gradient))
    shapes = row(Slot(op.name), " = ", Slot(JACOBIAN), " ", Slot(gradient))
    equations = (whole, jacobian_formula(symbol(a), op.layer))
    return OpFormula(line, equations, (NumberRow("", equation),), shapes)


def _through_activation(op: OpInfo, setting: Setting) -> OpFormula:
    gradient, slope = op.reads
    of = setting.wires[op.layer].entering[0]
    factor = symbol(slope, setting.activation(op.layer), of)
    line = row(symbol(op.name), " = ", symbol(gradient), " ⊙ ", factor)
    whole = row(symbol(op.name), " = ", partial(op.name), " = ", partial(gradient), " ⊙ ", factor)
    if not setting.is_exact(op.layer):
        whole = line
    equation = row(Slot(op.name), " = ", Slot(gradient), " ⊙ ", Slot(slope))
    return OpFormula(line, (whole,), (NumberRow("", equation),), equation)


def _weight_gradient(op: OpInfo, setting: Setting) -> OpFormula:
    error, before = op.reads
    weights, *bias = op.writes
    sign = "Σ " if setting.batch > 1 else ""
    line = row(symbol(weights), " = ", symbol(error), " ", transposed(before))
    write = partial if setting.is_exact(op.layer) else symbol
    equations: list[Node] = [row(write(weights), " = ", write(error), " ", transposed(before))]
    for name in bias:
        line = row(line, ",  ", symbol(name), f" = {sign}", symbol(error))
        equations.append(row(write(name), f" = {sign}", write(error)))
    outer = row(Slot(error), " × ", Slot(before, True))
    shapes = row(Slot(weights), " = ", outer)
    sums = [row(symbol(name), " = ", Slot(name)) for name in bias]
    if setting.batch == 1:
        numbers = [NumberRow("", shapes), *(NumberRow("", node) for node in sums)]
    else:
        share = NumberRow("this sample", row(Slot(SHARE), " = ", outer))
        total: Row = row(symbol(weights), " = ", Slot(weights))
        for node in sums:
            total = row(total, "    ", node)
        numbers = [share, NumberRow(f"sum over all {setting.batch}", total)]
    return OpFormula(line, tuple(equations), tuple(numbers), shapes)
