"""What an op of a step does with each named value, and in which layers those values stand.

A role follows from the names that the op reads and writes, never from numbers: the same op has the
same roles before and after it has run.
"""

from __future__ import annotations

from typing import Literal

from core.explain.notation import is_gradient, parameter_of, split_name
from core.step.half_precision import EXACT
from core.training.snapshot import OpInfo

Role = Literal["written", "weights", "error", "input", "plain"]

# Vectors of all layers.
FLAT = ("gradient", "penalized", "clamped", "rescaled", "decayed", "update", "parameters")


def role_of(op: OpInfo | None, name: str) -> Role:
    """Return what ``op`` does with the value called ``name``; without an op all are "plain".

    "weights" are the parameters that it reads, and matrices in their place, "error" derivatives
    of the loss, and "input" everything else: what comes forward, slopes, targets.
    """
    if op is None:
        return "plain"
    if name in op.writes or f"{EXACT}{name}" in op.writes:
        return "written"
    if name not in op.reads:
        return "plain"
    return role_by_name(name)


def role_by_name(name: str) -> Role:
    """Return the part that a value plays wherever it is read."""
    if (name in FLAT and name != "parameters") or is_gradient(name):
        return "error"
    is_weight = name == "parameters" or name[0] == "B" or parameter_of(name)
    return "weights" if is_weight else "input"


def layers_of(op: OpInfo | None, last: int) -> tuple[int, ...]:
    """Return the layers that ``op`` reads and writes, 0 for the inputs; ``last`` is L.

    Ops that concern the whole network, and no op at all, stand at its front.
    """
    if op is None or op.phase in ("batch", "update"):
        return (0, 1)
    if op.phase == "loss":
        return (last,)
    names = (*op.reads, *op.writes)
    return tuple(sorted({layer_of(name, last) for name in names if name not in FLAT}))


def layer_of(name: str, last: int) -> int:
    """Return the layer that a value belongs to: 0 for the inputs, ``last`` for the targets."""
    if name in ("x", "dx", "xp", "xn"):
        return 0
    digits = split_name(name)[1]
    return int(digits) if digits else last
