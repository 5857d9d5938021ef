"""Gradients kept in half precision on purpose, to see what that loses.

After every op of the backward pass its numbers are rounded to IEEE half precision (11 bits, nothing
below 6e-8, nothing above 65,504), as a machine does that stores them so. Loss scaling (Micikevicius
et al. 2018) multiplies the first gradient by S and divides those of the parameters by S again, so
that small numbers stay within reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy import copyto, divide, multiply

from core.network.network import Network
from core.network.parameters import Floats
from core.network.runs import InTurn, Run
from core.step.operations import Op
from core.step.workspace import Workspace

EXACT = "exact_"


def in_half_precision(ops: Iterable[Op], network: Network, workspace: Workspace) -> list[Op]:
    """Return the backward ``ops``, each gradient followed by the op that rounds it.

    What an op computed keeps the name of the gradient with ``exact_`` before it; the rounded
    gradient, which later ops read, has the name itself.
    """
    found: list[Op] = []
    is_first = True
    for op in ops:
        if not op.writes[0].startswith("d"):
            found.append(op)
            continue
        computed, rounded = _split(op, network, workspace, is_first)
        found += [computed, rounded]
        is_first = False
    return found


def is_rounding(op: Op) -> bool:
    """Return whether ``op`` rounds a gradient."""
    return bool(op.reads) and all(name.startswith(EXACT) for name in op.reads)


def leaves_the_pass(name: str) -> bool:
    """Return whether a gradient is read by no other one: it is that of the loss itself again."""
    return name == "dx" or is_of_parameters(name)


def is_of_parameters(name: str) -> bool:
    """Return whether a gradient is that of weights, biases, gamma or beta."""
    return name.startswith(("dW", "db", "dgamma"))


def _split(op: Op, network: Network, workspace: Workspace, is_first: bool) -> tuple[Op, Op]:
    runs: list[Run] = [op.run]
    rounding: list[Run] = []
    leaves = leaves_the_pass(op.writes[0])
    for name in op.writes:
        stored = _stored(name, network, workspace)
        exact = workspace.exact[f"{EXACT}{name}"] = np.zeros_like(stored)
        half = np.zeros(stored.shape, np.float16)
        runs.append(partial(copyto, exact, stored))
        if is_first:
            rounding.append(partial(multiply, stored, workspace.loss_scale, stored))
        rounding += [partial(copyto, half, stored, "same_kind"), partial(copyto, stored, half)]
        if leaves:
            rounding.append(partial(divide, stored, workspace.loss_scale, stored))
    exact_names = tuple(f"{EXACT}{name}" for name in op.writes)
    scale, back = "S " if is_first else "", " / S" if leaves else ""
    formula = ",  ".join(f"{name} = half({scale}{name}∗){back}" for name in op.writes)
    computed = replace(
        op,
        name=f"{EXACT}{op.name}",
        writes=exact_names,
        formula=re.sub(r"(d\w+) =", r"\1∗ =", op.formula),
        run=InTurn(*runs),
    )
    rounded = replace(op, reads=exact_names, formula=formula, run=InTurn(*rounding))
    return computed, rounded


def _stored(name: str, network: Network, workspace: Workspace) -> Floats:
    """Return the array that the gradient called ``name`` lies in."""
    return network.grads.view(name) if is_of_parameters(name) else workspace.array(name)


def lost_shares(workspace: Workspace, network: Network) -> tuple[float, ...]:
    """Return (L,) by layer which share of the numbers of a gradient rounding has made 0, the worst.

    Numbers that were 0 before do not count; a layer without others has 0.
    """
    shares = [0.0] * len(network.layers)
    for name, exact in workspace.exact.items():
        stored = _stored(name[len(EXACT) :], network, workspace)
        count = np.count_nonzero(exact)
        layer = int("".join(filter(str.isdigit, name)) or 0)
        if layer and count:
            lost = count - np.count_nonzero(stored)
            shares[layer - 1] = max(shares[layer - 1], lost / count)
    return tuple(shares)


def largest_rounded(workspace: Workspace) -> float:
    """Return the largest size that a number of the last pass had before it was rounded."""
    sizes = [float(np.max(np.abs(exact), initial=0.0)) for exact in workspace.exact.values()]
    # The first gradient is scaled in the op that rounds it, all others follow from it.
    sizes[:1] = [size * float(workspace.loss_scale) for size in sizes[:1]]
    return max(sizes, default=0.0)
