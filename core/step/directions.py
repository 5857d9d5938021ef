"""Directions: what a hidden layer hands on where its length has to be kept from the next one.

u = a / √(mean of a² + ε), each sample by itself, so that all of them are as long. The length of a
layer's answers is its goodness in forward-forward; handed on, it would tell the next layer what
the one before has already found (Hinton 2022).
"""

from __future__ import annotations

from functools import partial

from numpy import add, divide, multiply, sqrt, subtract, zeros_like

from core.network.parameters import Floats
from core.network.runs import InTurn, Run
from core.step.operations import Op
from core.step.workspace import Workspace

EPS = 1e-8


def direction_run(a: Floats, length: Floats, u: Floats) -> Run:
    """Return what fills ``u`` (n, B) and the ``length`` (1, B) it divides by from ``a`` (n, B)."""
    squares, units = zeros_like(a), a.shape[0]
    return InTurn(
        partial(multiply, a, a, squares),
        partial(add.reduce, squares, 0, None, length, True),
        partial(divide, length, units, length),
        partial(add, length, EPS, length),
        partial(sqrt, length, length),
        partial(divide, a, length, u),
    )


def direction_op(workspace: Workspace, n: int) -> Op:
    """Return the op for what layer ``n`` hands on."""
    a = workspace.a[n]
    u = workspace.add_output(n, f"u{n}")
    length = workspace.add(f"length{n}", (1, a.shape[1]))
    formula = f"u{n} = a{n} / √(mean of a{n}² + ε)"
    return Op(f"u{n}", "forward", n, (f"a{n}",), (f"u{n}",), formula, direction_run(a, length, u))


def direction_backward(workspace: Workspace, n: int) -> Op:
    """Return the op for da = (du − u mean(u du)) / √(mean of a² + ε)."""
    u, length = workspace.extra[f"u{n}"], workspace.extra[f"length{n}"]
    du, da = workspace.out_gradient[n], workspace.da[n]
    products, along = zeros_like(du), zeros_like(length)
    run = InTurn(
        partial(multiply, u, du, products),
        partial(add.reduce, products, 0, None, along, True),
        partial(divide, along, du.shape[0], along),
        partial(multiply, u, along, products),
        partial(subtract, du, products, da),
        partial(divide, da, length, da),
    )
    formula = f"da{n} = (du{n} − u{n} mean(u{n} du{n})) / √(mean of a{n}² + ε)"
    return Op(f"da{n}", "backward", n, (f"du{n}", f"u{n}", f"a{n}"), (f"da{n}",), formula, run)
