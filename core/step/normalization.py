"""Normalization of a layer's sums z: batch normalization and layer normalization.

Batch normalization (Ioffe and Szegedy 2015) takes mean and variance of each unit over the batch,
layer normalization (Ba, Kiros and Hinton 2016) those of each sample over the units. Variances
divide by the number of values. In evaluation, and in a batch of one row, whose variance says
nothing, batch normalization uses the running statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy import add, divide, multiply, sqrt, subtract

from core.network.network import Layer
from core.network.parameters import Floats
from core.network.running_statistics import MOMENTUM
from core.network.runs import InTurn, Run
from core.step.operations import Op
from core.step.workspace import Workspace

EPS = 1e-5
_STATISTICS = ("mean", "var", "deviation")


def uses_running(layer: Layer, workspace: Workspace) -> bool:
    """Return whether the running statistics take the place of those of the batch."""
    is_batch = layer.normalization == "batch"
    return is_batch and (not workspace.training or workspace.batch_size == 1)


def normalization_ops(layer: Layer, workspace: Workspace) -> list[Op]:
    """Return the ops from z to s = gamma zhat + beta: mean, variance, zhat and s."""
    n, z, s = layer.index, workspace.z[layer.index], workspace.entering[layer.index]
    assert layer.gamma is not None
    assert layer.beta is not None
    units, batch_size = z.shape
    by_unit = layer.normalization == "batch"
    shape = (units, 1) if by_unit else (1, batch_size)
    mean, var, deviation = (workspace.add(f"{name}{n}", shape) for name in _STATISTICS)
    zhat = workspace.add(f"zhat{n}", z.shape)
    gamma, beta = layer.gamma[:, None], layer.beta[:, None]
    ops = _running_ops(layer, mean, var) if uses_running(layer, workspace) else []
    if not ops:
        over, axis = ("samples", 1) if by_unit else ("units", 0)
        squares = np.zeros_like(z)
        take_mean = _mean(z, axis, mean)
        take_var = InTurn(
            partial(subtract, z, mean, squares),
            partial(multiply, squares, squares, squares),
            _mean(squares, axis, var),
        )
        ops = [
            _op(f"mean{n}", n, (f"z{n}",), f"μ{n} = mean of z{n} over the {over}", take_mean),
            _op(f"var{n}", n, (f"z{n}", f"mean{n}"), f"σ²{n} = mean of (z{n} − μ{n})²", take_var),
        ]
    take_zhat = InTurn(
        partial(add, var, EPS, deviation),
        partial(sqrt, deviation, deviation),
        partial(subtract, z, mean, zhat),
        partial(divide, zhat, deviation, zhat),
    )
    take_s = InTurn(partial(multiply, zhat, gamma, s), partial(add, s, beta, s))
    reads = (f"z{n}", f"mean{n}", f"var{n}")
    return [
        *ops,
        _op(f"zhat{n}", n, reads, f"ẑ{n} = (z{n} − μ{n}) / √(σ²{n} + ε)", take_zhat),
        _op(f"s{n}", n, (f"zhat{n}", f"gamma{n}", f"beta{n}"), f"s{n} = γ{n} ẑ{n} + β{n}", take_s),
    ]


def normalization_backward(layer: Layer, workspace: Workspace) -> list[Op]:
    """Return the ops from ds to dgamma, dbeta and dz."""
    n = layer.index
    assert layer.dgamma is not None
    assert layer.dbeta is not None
    ds, zhat = workspace.entering_gradient[n], workspace.extra[f"zhat{n}"]
    products = np.zeros_like(ds)
    take_scale = InTurn(
        partial(multiply, ds, zhat, products),
        partial(add.reduce, products, 1, None, layer.dgamma),
        partial(add.reduce, ds, 1, None, layer.dbeta),
    )
    scale = Op(
        f"dgamma{n}",
        "backward",
        n,
        (f"ds{n}", f"zhat{n}"),
        (f"dgamma{n}", f"dbeta{n}"),
        f"dγ{n} = Σ ds{n} ⊙ ẑ{n},  dβ{n} = Σ ds{n}",
        take_scale,
    )
    reads: tuple[str, ...] = (f"ds{n}", f"gamma{n}", f"var{n}")
    if uses_running(layer, workspace):
        run, formula = _through_constants(layer, workspace), f"γ{n} ds{n} / √(σ²{n} + ε)"
    elif layer.normalization == "batch":
        run = _through_batch(layer, workspace)
        reads = (*reads, f"zhat{n}", f"dgamma{n}", f"dbeta{n}")
        formula = f"γ{n} (ds{n} − (dβ{n} + ẑ{n} dγ{n}) / B) / √(σ²{n} + ε)"
    else:
        run = _through_units(layer, workspace)
        reads = (*reads, f"zhat{n}")
        formula = f"(g − mean(g) − ẑ{n} mean(g ẑ{n})) / √(σ²{n} + ε),  g = γ{n} ds{n}"
    back = Op(f"dz{n}", "backward", n, reads, (f"dz{n}",), f"dz{n} = {formula}", run)
    return [scale, back]


def running_op(layers: Sequence[Layer], workspace: Workspace) -> list[Op]:
    """Return the op that moves the running statistics towards those of the batch; none if unused.

    The running variance takes the unbiased one, which divides by B - 1.
    """
    runs: list[Run] = []
    reads: list[str] = []
    writes: list[str] = []
    batch_size = workspace.batch_size
    for layer in layers:
        if layer.running_mean is None or layer.running_var is None or batch_size == 1:
            continue
        n = layer.index
        pairs = (
            ("mean", layer.running_mean, 1.0),
            ("var", layer.running_var, _unbiased(workspace)),
        )
        for name, running, factor in pairs:
            batch = workspace.extra[f"{name}{n}"][:, 0]
            share = np.zeros_like(running)
            runs += [
                partial(multiply, batch, MOMENTUM * factor, share),
                partial(multiply, running, 1 - MOMENTUM, running),
                partial(add, running, share, running),
            ]
            reads.append(f"{name}{n}")
            writes.append(f"running_{name}{n}")
    if not runs:
        return []
    formula = "μ̄ = 0.9 μ̄ + 0.1 μ,  σ̄² = 0.9 σ̄² + 0.1 σ² B/(B − 1)"
    run = InTurn(*runs)
    return [Op("running", "update", 0, (*reads, *writes), tuple(writes), formula, run)]


def _mean(values: Floats, axis: int, out: Floats) -> Run:
    """Return what fills ``out`` with the mean over an axis, which it keeps."""
    count = np.asarray(values.shape[axis], values.dtype)
    return InTurn(
        partial(add.reduce, values, axis, None, out, True), partial(divide, out, count, out)
    )


def _unbiased(workspace: Workspace) -> float:
    return workspace.batch_size / (workspace.batch_size - 1)


def _op(name: str, n: int, reads: tuple[str, ...], formula: str, run: Run) -> Op:
    return Op(name, "forward", n, reads, (name,), formula, run)


def _running_ops(layer: Layer, mean: Floats, var: Floats) -> list[Op]:
    n = layer.index
    assert layer.running_mean is not None
    assert layer.running_var is not None
    means, variances = layer.running_mean[:, None], layer.running_var[:, None]
    return [
        _op(f"mean{n}", n, (f"running_mean{n}",), f"μ{n} = μ̄{n}", partial(np.copyto, mean, means)),
        _op(
            f"var{n}", n, (f"running_var{n}",), f"σ²{n} = σ̄²{n}", partial(np.copyto, var, variances)
        ),
    ]


def _parts(layer: Layer, workspace: Workspace) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return ds, zhat, the deviation, gamma as a column, and dz."""
    n = layer.index
    assert layer.gamma is not None
    extra = workspace.extra
    ds, dz = workspace.entering_gradient[n], workspace.dz[n]
    return ds, extra[f"zhat{n}"], extra[f"deviation{n}"], layer.gamma[:, None], dz


def _through_constants(layer: Layer, workspace: Workspace) -> Run:
    ds, _, deviation, gamma, dz = _parts(layer, workspace)
    return InTurn(partial(multiply, ds, gamma, dz), partial(divide, dz, deviation, dz))


def _through_batch(layer: Layer, workspace: Workspace) -> Run:
    ds, zhat, deviation, gamma, dz = _parts(layer, workspace)
    assert layer.dgamma is not None
    assert layer.dbeta is not None
    dgamma, dbeta = layer.dgamma[:, None], layer.dbeta[:, None]
    size = np.asarray(workspace.batch_size, ds.dtype)
    return InTurn(
        partial(multiply, zhat, dgamma, dz),
        partial(add, dz, dbeta, dz),
        partial(divide, dz, size, dz),
        partial(subtract, ds, dz, dz),
        partial(multiply, dz, gamma, dz),
        partial(divide, dz, deviation, dz),
    )


def _through_units(layer: Layer, workspace: Workspace) -> Run:
    ds, zhat, deviation, gamma, dz = _parts(layer, workspace)
    scaled, products = np.zeros_like(ds), np.zeros_like(ds)
    mean, correlation = (np.zeros((1, ds.shape[1]), ds.dtype) for _ in range(2))
    return InTurn(
        partial(multiply, ds, gamma, scaled),
        partial(multiply, scaled, zhat, products),
        _mean(scaled, 0, mean),
        _mean(products, 0, correlation),
        partial(multiply, zhat, correlation, products),
        partial(subtract, scaled, mean, dz),
        partial(subtract, dz, products, dz),
        partial(divide, dz, deviation, dz),
    )
