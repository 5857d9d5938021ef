"""Which rows a card has: all of a unit's numbers, those that matter now, or the one at hand."""

from __future__ import annotations

from gui.stages.act import Act, Figure
from gui.stages.plan import Stand

FORWARD = ("batch", "forward", "loss")


def full_rows(act: Act, layer: int) -> tuple[str, ...]:
    """Return the kinds of a full card, in the order in which they come into being."""
    slope = ("slope",) if act.has_slope(layer) else ()
    return ("z", "a", *slope, "da", "dz")


def card_rows(act: Act, stand: Stand, unit: int) -> tuple[Figure, ...]:
    """Return the rows of one card."""
    layer = stand.layer
    if stand.style == "full":
        kinds = full_rows(act, layer)
    elif stand.style == "some":
        return _some(act, layer, unit)
    else:
        kinds = (_at_hand(act, layer),)
    return tuple(act.figure(kind, layer, unit) for kind in kinds)


def _some(act: Act, layer: int, unit: int) -> tuple[Figure, ...]:
    """Return three rows: the bias if there is one, and the two that the phase is about."""
    is_forward = act.phase in FORWARD
    kinds: tuple[str, ...] = ("z", "a") if is_forward else ("da", "dz")
    if act.role(f"slope{layer}") == "written":
        kinds = ("a", "slope")
    rows = tuple(act.figure(kind, layer, unit) for kind in kinds)
    if act.snapshot.layout.biases:
        return (act.bias(layer, unit), *rows)
    first = "a" if not is_forward else "slope" if act.has_slope(layer) else "dz"
    return (*rows, act.figure(first, layer, unit))


def _at_hand(act: Act, layer: int) -> str:
    """Return the kind that the op writes or reads in ``layer``, else the latest there is."""
    kinds = full_rows(act, layer)
    for role in ("written", "error", "input"):
        for kind in reversed(kinds):
            if act.role(f"{kind}{layer}") == role:
                return kind
    known = [kind for kind in kinds if act.value(f"{kind}{layer}") is not None]
    if act.phase in FORWARD:
        known = [kind for kind in known if kind in ("z", "a")]
    return known[-1] if known else "z"
