"""The backward half of a step: from the loss to the gradient of every parameter.

With dv for dL/dv and L the mean loss: da = W(next)^T dz(next), dz = da * slope, dW = dz a^T and
db = sum of dz over the samples. Output activation and cross-entropy are fused: dz = (a - y) / B.
Normalization, dropout and residual connections add their own links to the chain; feedback alignment
puts a fixed random matrix B in the place of W(next)^T.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby

import numpy as np

from core.network.activations import ACTIVATIONS, softmax_backward
from core.network.feedback import Feedback
from core.network.losses import LOSSES, fused_output_gradient
from core.network.network import Layer, Network
from core.network.runs import InTurn, Run
from core.step.directions import direction_backward
from core.step.dropout import dropout_backward
from core.step.normalization import normalization_backward
from core.step.operations import Op
from core.step.wiring import Wires, wires_of
from core.step.workspace import Workspace


def is_fused(network: Network, loss: str) -> bool:
    """Return whether the output's activation and ``loss`` are differentiated together."""
    return LOSSES[loss].fused_with == network.layers[-1].activation


def backward_ops(
    network: Network,
    workspace: Workspace,
    loss: str,
    input_gradient: bool,
    feedback: Feedback | None = None,
) -> list[Op]:
    """Return the ops that fill ``network.grads``, and dL/dx where it is asked for.

    With ``feedback`` errors go back through those matrices in place of the transposed weights.
    """
    last = len(network.layers)
    fused = is_fused(network, loss)
    wires = wires_of(network.layers, drops=workspace.drops, directs=network.directs)
    ops = [] if fused else [_loss_gradient(workspace, loss, last)]
    ops += slope_ops(network.layers[:-1] if fused else network.layers, workspace, wires)
    for layer in network.layers:
        name = wires[layer.index].out_gradient
        if name != f"da{layer.index}":
            # Dropout or a direction stands between the activation and what is handed on.
            shape = workspace.a[layer.index].shape
            workspace.out_gradient[layer.index] = workspace.add(name, shape)
    for layer in reversed(network.layers):
        n = layer.index
        if n < last:
            ops.append(_propagate(network, workspace, n, wires, feedback))
            if layer.dropout and workspace.drops:
                ops.append(dropout_backward(layer, workspace))
            if network.directs:
                ops.append(direction_backward(workspace, n))
        if n == last and fused:
            ops.append(_fused_output(workspace, last, wires[last]))
        else:
            ops.append(_through_activation(layer, workspace, wires[n]))
        if layer.normalization != "none":
            ops += normalization_backward(layer, workspace)
        ops.append(_weight_gradient(network, workspace, n, wires[n]))
    if input_gradient:
        ops.append(_propagate(network, workspace, 0, wires))
    return ops


def output_ops(network: Network, workspace: Workspace) -> list[Op]:
    """Return the ops for the gradient of the output layer alone, which is fused with its loss."""
    last = len(network.layers)
    wires = wires_of(network.layers, drops=workspace.drops, directs=network.directs)[last]
    return [
        _fused_output(workspace, last, wires),
        _weight_gradient(network, workspace, last, wires),
    ]


def _loss_gradient(workspace: Workspace, loss: str, last: int) -> Op:
    run = LOSSES[loss].bind_gradient(workspace.a[last], workspace.targets, workspace.da[last])
    formula = f"da{last} = {LOSSES[loss].gradient_formula.replace('a', f'a{last}')}"
    return Op(f"da{last}", "backward", last, (f"a{last}", "y"), (f"da{last}",), formula, run)


def slope_ops(layers: tuple[Layer, ...], workspace: Workspace, wires: list[Wires]) -> list[Op]:
    """Return one op for each run of neighbouring layers with the same activation."""

    def kind_of(layer: Layer) -> tuple[str, str]:
        return layer.activation, wires[layer.index].entering[0]

    ops = []
    for (kind, source), group in groupby(layers, key=kind_of):
        activation = ACTIVATIONS[kind]
        if not activation.by_unit:
            continue
        numbers = [layer.index for layer in group]
        first, last = numbers[0], numbers[-1]
        z, a, slope = (workspace.stretch(name, first, last) for name in (source, "a", "slope"))
        names = tuple(f"slope{n}" for n in numbers)
        reads = tuple(f"{v}{n}" for n in numbers for v in (source, "a"))
        of = str(first) if first == last else f"{first}…{last}"
        formula = f"slope{of} = {activation.slope_formula.replace('z', source)}"
        layer = first if first == last else 0
        run = activation.bind_slope(z, a, slope)
        ops.append(Op(f"slope{of}", "backward", layer, reads, names, formula, run))
    return ops


def _fused_output(workspace: Workspace, last: int, wires: Wires) -> Op:
    gradient = workspace.entering_gradient[last]
    run = fused_output_gradient(workspace.a[last], workspace.targets, gradient)
    name = f"d{wires.entering}"
    reads, formula = (f"a{last}", "y"), f"{name} = (a{last} − y) / B"
    return Op(name, "backward", last, reads, (name,), formula, run)


def _propagate(
    network: Network,
    workspace: Workspace,
    n: int,
    wires: list[Wires],
    feedback: Feedback | None = None,
) -> Op:
    """Return the op for the gradient of what layer ``n`` hands on; ``n`` = 0 is dL/dx.

    Where the layer behind adds its input to its output, the gradient takes both ways.
    """
    behind, name = network.layers[n], wires[n].out_gradient
    reads: tuple[str, ...] = (f"W{n + 1}", f"dz{n + 1}")
    formula = f"{name} = W{n + 1}ᵀ dz{n + 1}"
    matrix = behind.W.T
    if feedback is not None:
        matrix = feedback[f"B{n}"]
        reads, formula = (f"B{n}", f"dz{n + 1}"), f"{name} = B{n} dz{n + 1}"
    target = workspace.out_gradient[n]
    run: Run = partial(matrix.dot, workspace.dz[n + 1], target)
    if behind.residual:
        beside = wires[n + 1].out_gradient
        run = InTurn(run, partial(np.add, target, workspace.out_gradient[n + 1], target))
        reads, formula = (*reads, beside), f"{formula} + {beside}"
    return Op(name, "backward", n, reads, (name,), formula, run)


def _through_activation(layer: Layer, workspace: Workspace, wires: Wires) -> Op:
    n, name = layer.index, f"d{wires.entering}"
    da, gradient = workspace.da[n], workspace.entering_gradient[n]
    if ACTIVATIONS[layer.activation].by_unit:
        run: Run = partial(np.multiply, da, workspace.slope[n], gradient)
        reads, formula = (f"da{n}", f"slope{n}"), f"{name} = da{n} ⊙ slope{n}"
    else:
        run = softmax_backward(workspace.a[n], da, gradient)
        reads, formula = (f"da{n}", f"a{n}"), f"{name} = a{n} ⊙ (da{n} − Σ a{n} ⊙ da{n})"
    return Op(name, "backward", n, reads, (name,), formula, run)


def _weight_gradient(network: Network, workspace: Workspace, n: int, wires: Wires) -> Op:
    """Return the op for dW and db: with the row of ones they are one matrix product."""
    block = network.layout.block(network.grads.data, n)
    source = workspace.with_ones[n - 1][: block.shape[0]]
    before = wires.before
    writes: tuple[str, ...] = (f"dW{n}",)
    formula = f"dW{n} = dz{n} {before}ᵀ"
    if network.layout.biases:
        writes, formula = (*writes, f"db{n}"), f"{formula},  db{n} = Σ dz{n}"
    run = partial(source.dot, workspace.dz[n].T, block)
    return Op(f"dW{n}", "backward", n, (f"dz{n}", before), writes, formula, run)
