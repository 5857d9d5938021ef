"""Forward-forward: every hidden layer learns by itself from two passes forward (Hinton 2022).

The label is written over the first inputs: the true one in the positive pass, a wrong one, drawn by
seed and step, in the negative pass. The goodness of a layer, the sum of its squared answers, is to
lie above a threshold for the one and below it for the other; that is a loss of its own, whose
gradient reaches that layer's weights alone. The output layer learns to read the answers to a
label that says nothing, and sends nothing back either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy import add, divide, exp, logaddexp, multiply, negative, subtract
from numpy.typing import NDArray

from core.network.activations import ACTIVATIONS
from core.network.network import Layer, Network
from core.network.parameters import Floats
from core.network.runs import InTurn
from core.random_streams import random_stream
from core.step.directions import direction_run
from core.step.dropout import Clock
from core.step.operations import Op, Phase
from core.step.workspace import Workspace

Rows = TypeVar("Rows", bound=NDArray[Any])

# What stands in the place of a label: inputs have a deviation of 1, and it is not to be lost there.
LABEL_SIZE = 3.0
# Names of the positive pass end in p, those of the negative pass in n.
PASSES = {"p": "⁺", "n": "⁻"}


def neutral_inputs(inputs: Rows, classes: int) -> Rows:
    """Return a copy of ``inputs`` (N, D) with a label that says nothing over the first of them."""
    found = inputs.copy()
    found[:, :classes] = LABEL_SIZE / classes
    return found


def labelled_inputs(inputs: Floats, labels: Floats) -> Floats:
    """Return a copy of ``inputs`` (D, B) with one-hot ``labels`` (C, B) over the first of them."""
    found = inputs.copy()
    found[: len(labels)] = LABEL_SIZE * labels
    return found


def wrong_labels(labels: Floats, seed: int, step: int) -> Floats:
    """Return one-hot (C, B) labels, none of which is that of ``labels``, each as likely."""
    classes, count = labels.shape
    shift = random_stream(seed, "negative labels", step).integers(1, classes, count)
    found = np.zeros_like(labels)
    found[(labels.argmax(axis=0) + shift) % classes, np.arange(count)] = 1.0
    return found


@dataclass(frozen=True)
class LocalOps:
    """The ops of a step beside those of the output layer, by the place where they stand."""

    forward: list[Op]
    loss: list[Op]
    backward: list[Op]


def local_ops(network: Network, workspace: Workspace, seed: int, clock: Clock) -> LocalOps:
    """Return the ops that fill the gradient of every hidden layer from its own loss."""
    hidden = network.layers[:-1]
    forward: list[Op] = []
    for sign in PASSES:
        forward.append(_labelling(workspace, sign, seed, clock))
        for layer in hidden:
            forward += _pass_ops(network, workspace, layer, sign, is_last=layer is hidden[-1])
    loss: list[Op] = []
    backward: list[Op] = []
    for layer in hidden:
        loss += [*(_goodness(workspace, layer, sign) for sign in PASSES), _loss(workspace, layer)]
        backward += [_goodness_gradient(workspace, layer, sign) for sign in PASSES]
        backward += [_error(workspace, layer, sign) for sign in PASSES]
        backward.append(_weight_gradient(network, workspace, layer))
    return LocalOps(forward, loss, backward)


def _labelling(workspace: Workspace, sign: str, seed: int, clock: Clock) -> Op:
    x, y = workspace.inputs, workspace.targets
    name = f"x{sign}"
    labelled = _with_ones(workspace, name, *x.shape)
    count = len(y)

    def run() -> None:
        labels = y if sign == "p" else wrong_labels(y, seed, clock.step)
        if sign == "n":
            negatives[...] = labels
        labelled[...] = x
        multiply(labels, LABEL_SIZE, labelled[:count])

    if sign == "p":
        formula = f"x⁺ = x with {LABEL_SIZE:g} y over its first {count} inputs"
        return Op(name, "forward", 0, ("x", "y"), (name,), formula, run)
    negatives = workspace.add("yn", y.shape)
    formula = f"y⁻ = a wrong label,  x⁻ = x with {LABEL_SIZE:g} y⁻ over its first {count} inputs"
    return Op(name, "forward", 0, ("x", "y"), ("yn", name), formula, run)


def _pass_ops(
    network: Network, workspace: Workspace, layer: Layer, sign: str, *, is_last: bool
) -> list[Op]:
    n, mark = layer.index, PASSES[sign]
    before = _before(n, sign)
    block = network.layout.block(network.params.data, n)
    source = workspace.buffers[before][: block.shape[0]]
    shape = (layer.units, workspace.batch_size)
    z, a = (workspace.add(f"{kind}{sign}{n}", shape) for kind in "za")
    bias = (f"b{n}",) if network.layout.biases else ()
    activation = ACTIVATIONS[layer.activation]
    formula = f"z{mark}{n} = W{n} {_written(before)}" + (f" + b{n}" if bias else "")
    answer = f"a{mark}{n} = {activation.formula.replace('z', f'z{mark}{n}')}"
    ops = [
        _op(f"z{sign}{n}", n, (f"W{n}", before, *bias), formula, partial(block.T.dot, source, z)),
        _op(f"a{sign}{n}", n, (f"z{sign}{n}",), answer, activation.bind(z, a)),
    ]
    if not is_last:
        u = _with_ones(workspace, f"u{sign}{n}", *shape)
        length = workspace.add(f"length{sign}{n}", (1, shape[1]))
        formula = f"u{mark}{n} = a{mark}{n} / √(mean of a{mark}{n}² + ε)"
        ops.append(_op(f"u{sign}{n}", n, (f"a{sign}{n}",), formula, direction_run(a, length, u)))
    return ops


def _goodness(workspace: Workspace, layer: Layer, sign: str) -> Op:
    n, mark = layer.index, PASSES[sign]
    a = workspace.extra[f"a{sign}{n}"]
    squares, goodness = np.zeros_like(a), workspace.add(f"g{sign}{n}", (1, a.shape[1]))
    run = InTurn(
        partial(multiply, a, a, squares), partial(add.reduce, squares, 0, None, goodness, True)
    )
    formula = f"g{mark}{n} = Σ a{mark}{n}²"
    return _op(f"g{sign}{n}", n, (f"a{sign}{n}",), formula, run, "loss")


def _loss(workspace: Workspace, layer: Layer) -> Op:
    """Return the op of L = mean of log(1 + exp(θ − g⁺)) + log(1 + exp(g⁻ − θ)), θ one a unit."""
    n, threshold = layer.index, float(layer.units)
    above, below = (workspace.extra[f"g{sign}{n}"] for sign in PASSES)
    first, second, loss = (np.zeros_like(above) for _ in range(3))
    total = workspace.add(f"local{n}", (1, 1))
    run = InTurn(
        partial(subtract, threshold, above, first),
        partial(logaddexp, 0.0, first, first),
        partial(subtract, below, threshold, second),
        partial(logaddexp, 0.0, second, second),
        partial(add, first, second, loss),
        partial(add.reduce, loss, 1, None, total, True),
        partial(divide, total, workspace.batch_size, total),
    )
    formula = (
        f"L{n} = mean of log(1 + exp(θ − g⁺{n})) + log(1 + exp(g⁻{n} − θ)),  θ = {layer.units}"
    )
    return _op(f"local{n}", n, (f"gp{n}", f"gn{n}"), formula, run, "loss")


def _goodness_gradient(workspace: Workspace, layer: Layer, sign: str) -> Op:
    """Return the op of e = dL/dg: −σ(θ − g⁺) / B, or σ(g⁻ − θ) / B."""
    n, mark, threshold = layer.index, PASSES[sign], float(layer.units)
    goodness = workspace.extra[f"g{sign}{n}"]
    e = workspace.add(f"e{sign}{n}", goodness.shape)
    count = float(workspace.batch_size)
    # σ(t) = exp(−log(1 + exp(−t))), which overflows nowhere.
    toward = (goodness, threshold) if sign == "p" else (threshold, goodness)
    run = InTurn(
        partial(subtract, *toward, e),
        partial(logaddexp, 0.0, e, e),
        partial(negative, e, e),
        partial(exp, e, e),
        partial(divide, e, -count if sign == "p" else count, e),
    )
    inner = f"θ − g⁺{n}" if sign == "p" else f"g⁻{n} − θ"
    formula = f"e{mark}{n} = {'−' if sign == 'p' else ''}σ({inner}) / B"
    return _op(f"e{sign}{n}", n, (f"g{sign}{n}",), formula, run, "backward")


def _error(workspace: Workspace, layer: Layer, sign: str) -> Op:
    """Return the op of dz = 2 e a ⊙ f′(z)."""
    n, mark = layer.index, PASSES[sign]
    z, a, e = (workspace.extra[f"{kind}{sign}{n}"] for kind in "zae")
    slope, twice = np.zeros_like(z), np.zeros_like(e)
    dz = workspace.add(f"dz{sign}{n}", z.shape)
    run = InTurn(
        ACTIVATIONS[layer.activation].bind_slope(z, a, slope),
        partial(add, e, e, twice),
        partial(multiply, a, twice, dz),
        partial(multiply, dz, slope, dz),
    )
    formula = f"dz{mark}{n} = 2 e{mark}{n} a{mark}{n} ⊙ f′(z{mark}{n})"
    reads = tuple(f"{kind}{sign}{n}" for kind in "eaz")
    return _op(f"dz{sign}{n}", n, reads, formula, run, "backward")


def _weight_gradient(network: Network, workspace: Workspace, layer: Layer) -> Op:
    """Return the op for dW and db of both passes together."""
    n = layer.index
    block = network.layout.block(network.grads.data, n)
    held = np.zeros_like(block)
    before = [_before(n, sign) for sign in PASSES]
    sources = [workspace.buffers[name][: block.shape[0]] for name in before]
    errors = [workspace.extra[f"dz{sign}{n}"].T for sign in PASSES]
    run = InTurn(
        partial(sources[0].dot, errors[0], block),
        partial(sources[1].dot, errors[1], held),
        partial(add, block, held, block),
    )
    writes: tuple[str, ...] = (f"dW{n}",)
    first, second = map(_written, before)
    formula = f"dW{n} = dz⁺{n} {first}ᵀ + dz⁻{n} {second}ᵀ"
    if network.layout.biases:
        writes, formula = (*writes, f"db{n}"), f"{formula},  db{n} = Σ dz⁺{n} + Σ dz⁻{n}"
    reads = (f"dzp{n}", before[0], f"dzn{n}", before[1])
    return Op(f"dW{n}", "backward", n, reads, writes, formula, run)


def _op(
    name: str, n: int, reads: tuple[str, ...], formula: str, run: object, phase: Phase = "forward"
) -> Op:
    assert callable(run)
    return Op(name, phase, n, reads, (name,), formula, run)


def _before(n: int, sign: str) -> str:
    """Return the name of what layer ``n`` takes in a pass."""
    return f"x{sign}" if n == 1 else f"u{sign}{n - 1}"


def _written(name: str) -> str:
    """Return a value's name as formulas write it: ``up1`` is u⁺1."""
    return f"{name[0]}{PASSES[name[1]]}{name[2:]}"


def _with_ones(workspace: Workspace, name: str, rows: int, columns: int) -> Floats:
    """Return a new array for the value ``name``, with a row of ones behind it in its buffer."""
    buffer = np.ones((rows + 1, columns), workspace.dtype)
    workspace.buffers[name] = buffer
    workspace.extra[name] = buffer[:-1]
    return buffer[:-1]
