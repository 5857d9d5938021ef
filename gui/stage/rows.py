"""Which rows a card has: all of a unit's numbers, those that matter now, or the one at hand.

Forward that is z and a, backward ∂L/∂a and ∂L/∂z; the bias is added where there is room for it.
"""

from __future__ import annotations

from gui.stage.act import Act, Figure
from gui.stage.plan import Stand

FORWARD = ("batch", "forward", "loss")


def full_rows(act: Act, layer: int) -> tuple[str, ...]:
    """Return the kinds of a full card, in the order in which they come into being."""
    if not act.sends_back:
        return ("z", "a")
    slope = ("slope",) if act.has_slope(layer) else ()
    return ("z", "a", *slope, "da", "dz")


def card_rows(act: Act, stand: Stand, unit: int) -> tuple[Figure, ...]:
    """Return the rows of one card."""
    layer = stand.layer
    if stand.style == "some":
        return _three(act, layer, unit)
    if stand.style == "one":
        kinds: tuple[str, ...] = (_at_hand(act, layer),)
    else:
        kinds = full_rows(act, layer) if stand.style == "full" else _telling(act, layer, 2)
    return tuple(act.figure(kind, layer, unit) for kind in kinds)


def _telling(act: Act, layer: int, room: int) -> tuple[str, ...]:
    """Return two kinds that the op or the phase is about; three where the op has so many."""
    kinds = full_rows(act, layer)
    used = [kind for kind in kinds if act.role(f"{kind}{layer}") != "plain"]
    if len(used) > room and act.role(f"slope{layer}") != "written":
        used = [kind for kind in used if kind != "slope"]
    used = used[-room:]
    is_forward = not act.sends_back or act.phase in FORWARD or (used and set(used) <= {"z", "a"})
    for kind in ("a", "z") if is_forward else ("dz", "da"):
        if len(used) < 2 and kind not in used:
            used.append(kind)
    return tuple(sorted(used, key=kinds.index))


def _three(act: Act, layer: int, unit: int) -> tuple[Figure, ...]:
    """Return three rows: with the bias where the op leaves room for it."""
    kinds = _telling(act, layer, 3)
    rows = tuple(act.figure(kind, layer, unit) for kind in kinds)
    if len(rows) == 3:
        return rows
    if act.snapshot.layout.biases:
        return (act.bias(layer, unit), *rows)
    third = next(kind for kind in ("a", "z", "dz") if kind not in kinds)
    return (*rows, act.figure(third, layer, unit))


def _at_hand(act: Act, layer: int) -> str:
    """Return the kind that the op writes or reads in ``layer``, else the latest there is."""
    kinds = full_rows(act, layer)
    for role in ("written", "error", "input"):
        for kind in reversed(kinds):
            if act.role(f"{kind}{layer}") == role:
                return kind
    telling = ("z", "a") if act.phase in FORWARD else ("z", "a", "da", "dz")
    known = [kind for kind in telling if act.value(f"{kind}{layer}") is not None]
    return known[-1] if known else "z"
