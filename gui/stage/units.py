"""Which units of a wide layer are on the stage: those that do most at the moment."""

from __future__ import annotations

import numpy as np

from gui.stage.act import Act


def busiest(act: Act, layer: int, count: int) -> tuple[int, ...]:
    """Return the ``count`` units with the largest value at hand, in their order."""
    units = act.snapshot.layout.widths[layer]
    if count >= units:
        return tuple(range(units))
    names: tuple[str, ...] = ("r", "h", "a", "s", "z")
    if act.phase in ("backward", "update"):
        names = ("dz", "ds", "da", "dh", *names)
    candidates = [f"{kind}{layer}" for kind in names] if layer else ["x"]
    found = (act.value(name) for name in candidates)
    values = next((v for v in found if v is not None), None)
    if values is None:
        return tuple(range(count))
    order = np.argsort(-np.abs(values), kind="stable")[:count]
    return tuple(sorted(int(unit) for unit in order))
