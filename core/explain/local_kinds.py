"""Which op of forward-forward is of which kind, told by its name: ``gp2`` is a goodness."""

from __future__ import annotations

from core.training.snapshot import OpInfo


def kind_of_local(op: OpInfo) -> str:
    """Return the kind of an op of forward-forward; "" where it is one that every step has."""
    name = op.name.rstrip("0123456789")
    if name == "dW" and len(op.reads) == 4:
        return "dW_local"
    if name in ("xp", "xn"):
        return "label_true" if name == "xp" else "label_wrong"
    if name in ("u", "local"):
        return name
    kind = name[:-1]
    if name[-1] not in "pn" or kind not in ("z", "a", "u", "g", "e", "dz"):
        return ""
    return "dz_local" if kind == "dz" else kind
