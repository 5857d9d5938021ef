"""The backward half of a step: from the loss to the gradient of every parameter.

With dv for dL/dv and L the mean loss: da = W(next)^T dz(next), dz = da * slope, dW = dz a^T and
db = sum of dz over the samples. Output activation and cross-entropy are fused: dz = (a - y) / B.
Feedback alignment differs in one place: da = B dz(next) with a fixed random matrix B.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby

import numpy as np

from core.network.activations import ACTIVATIONS, softmax_backward
from core.network.feedback import Feedback
from core.network.losses import LOSSES, fused_output_gradient
from core.network.network import Layer, Network
from core.network.runs import Run
from core.step.operations import Op
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
    ops = [] if fused else [_loss_gradient(workspace, loss, last)]
    ops += _slope_ops(network.layers[:-1] if fused else network.layers, workspace)
    for layer in reversed(network.layers):
        n = layer.index
        if n < last:
            ops.append(_propagate(network, workspace, n, feedback))
        if n == last and fused:
            ops.append(_fused_output(workspace, last))
        else:
            ops.append(_through_activation(layer, workspace))
        ops.append(_weight_gradient(network, workspace, n))
    if input_gradient:
        ops.append(_propagate(network, workspace, 0))
    return ops


def _loss_gradient(workspace: Workspace, loss: str, last: int) -> Op:
    run = LOSSES[loss].bind_gradient(workspace.a[last], workspace.targets, workspace.da[last])
    formula = f"da{last} = {LOSSES[loss].gradient_formula.replace('a', f'a{last}')}"
    return Op(f"da{last}", "backward", last, (f"a{last}", "y"), (f"da{last}",), formula, run)


def _slope_ops(layers: tuple[Layer, ...], workspace: Workspace) -> list[Op]:
    """Return one op for each run of neighbouring layers with the same activation."""
    ops = []
    for kind, group in groupby(layers, key=lambda layer: layer.activation):
        activation = ACTIVATIONS[kind]
        if not activation.by_unit:
            continue
        numbers = [layer.index for layer in group]
        first, last = numbers[0], numbers[-1]
        z, a, slope = (workspace.stretch(name, first, last) for name in ("z", "a", "slope"))
        names = tuple(f"slope{n}" for n in numbers)
        reads = tuple(f"{v}{n}" for n in numbers for v in ("z", "a"))
        of = str(first) if first == last else f"{first}…{last}"
        formula = f"slope{of} = {activation.slope_formula}"
        layer = first if first == last else 0
        run = activation.bind_slope(z, a, slope)
        ops.append(Op(f"slope{of}", "backward", layer, reads, names, formula, run))
    return ops


def _fused_output(workspace: Workspace, last: int) -> Op:
    run = fused_output_gradient(workspace.a[last], workspace.targets, workspace.dz[last])
    reads, formula = (f"a{last}", "y"), f"dz{last} = (a{last} − y) / B"
    return Op(f"dz{last}", "backward", last, reads, (f"dz{last}",), formula, run)


def _propagate(
    network: Network, workspace: Workspace, n: int, feedback: Feedback | None = None
) -> Op:
    """Return the op for da of layer ``n``; ``n`` = 0 is dL/dx."""
    weights = network.layers[n].W.T
    name = f"da{n}" if n else "dx"
    reads, formula = (f"W{n + 1}", f"dz{n + 1}"), f"{name} = W{n + 1}ᵀ dz{n + 1}"
    if feedback is not None:
        weights = feedback[f"B{n}"]
        reads, formula = (f"B{n}", f"dz{n + 1}"), f"{name} = B{n} dz{n + 1}"
    run = partial(weights.dot, workspace.dz[n + 1], workspace.da[n])
    return Op(name, "backward", n, reads, (name,), formula, run)


def _through_activation(layer: Layer, workspace: Workspace) -> Op:
    n = layer.index
    da, dz = workspace.da[n], workspace.dz[n]
    if ACTIVATIONS[layer.activation].by_unit:
        run: Run = partial(np.multiply, da, workspace.slope[n], dz)
        reads, formula = (f"da{n}", f"slope{n}"), f"dz{n} = da{n} ⊙ slope{n}"
    else:
        run = softmax_backward(workspace.a[n], da, dz)
        reads, formula = (f"da{n}", f"a{n}"), f"dz{n} = a{n} ⊙ (da{n} − Σ a{n} ⊙ da{n})"
    return Op(f"dz{n}", "backward", n, reads, (f"dz{n}",), formula, run)


def _weight_gradient(network: Network, workspace: Workspace, n: int) -> Op:
    """Return the op for dW and db: with the row of ones they are one matrix product."""
    block = network.layout.block(network.grads.data, n)
    source = workspace.with_ones[n - 1][: block.shape[0]]
    before = "x" if n == 1 else f"a{n - 1}"
    writes: tuple[str, ...] = (f"dW{n}",)
    formula = f"dW{n} = dz{n} {before}ᵀ"
    if network.layout.biases:
        writes, formula = (*writes, f"db{n}"), f"{formula},  db{n} = Σ dz{n}"
    run = partial(source.dot, workspace.dz[n].T, block)
    return Op(f"dW{n}", "backward", n, (f"dz{n}", before), writes, formula, run)
