"""Which rows a card has: all of a unit's numbers, those that matter now, or the one at hand.

Forward that is z and a, backward ∂L/∂a and ∂L/∂z; the bias is added where there is room for it.
"""

from __future__ import annotations

from core.explain.notation import is_gradient, parameter_of
from core.explain.roles import Role
from core.spec import LayerSpec
from gui.stage.act import Act, Figure
from gui.stage.plan import Stand

# In forward-forward: the pass on show, then both others and what comes of them.
LOCAL = ("z", "a", "u", "zp", "ap", "zn", "an", "dzp", "dzn")
PARTNERS = {"a": "z", "zp": "ap", "ap": "zp", "zn": "an", "an": "zn", "dzp": "dzn", "dzn": "dzp"}
FORWARD = ("batch", "forward", "loss")


def full_rows(act: Act, layer: int) -> tuple[str, ...]:
    """Return the kinds of a full card, in the order in which they come into being."""
    if act.is_local:
        return LOCAL if layer < act.snapshot.layout.layer_count else ("z", "a", "dz")
    spec = act.snapshot.spec.network.layers[layer - 1]
    slope = ("slope",) if act.has_slope(layer) else ()
    drops, joins = bool(spec.dropout), spec.residual
    forward = (*_normalizing(act, layer), "a", *("mask", "h") * drops, *("r",) * joins)
    if not act.sends_back:
        return ("z", *forward)
    is_normalized = spec.normalization != "none"
    return ("z", *forward, *slope, *("dh",) * drops, "da", *("ds",) * is_normalized, "dz")


def _normalizing(act: Act, layer: int) -> tuple[str, ...]:
    """Return the rows of a normalization; while the running statistics move, those."""
    normalization = act.snapshot.spec.network.layers[layer - 1].normalization
    if normalization == "none":
        return ()
    moves = act.role(f"running_mean{layer}") != "plain"
    pair = ("running_mean", "running_var") if moves else ("gamma", "beta")
    return ("mean", "var", "zhat", *pair, "s")


def box_count(layer: LayerSpec) -> int:
    """Return how many boxes an opened unit has: product, sum, activation, and what else it has."""
    return 3 + (layer.normalization != "none") + bool(layer.dropout) + layer.residual


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
    roles = {kind: _role(act, kind, layer) for kind in kinds}
    used = [kind for kind in kinds if roles[kind] != "plain"]
    if len(used) > room and act.role(f"slope{layer}") != "written":
        used = [kind for kind in used if kind != "slope"]
    # What is written now comes first, then what is made latest.
    used = sorted(used, key=lambda kind: roles[kind] == "written")[-room:]
    if act.is_local:
        # Another pass may be at hand than the one on show: what stands beside it is of the same.
        used = used or ["z", "a"]
        if len(used) < 2:
            used.append(PARTNERS.get(used[0], "a"))
        return tuple(sorted(used, key=kinds.index))
    last = next(kind for kind in ("r", "h", "a") if kind in kinds)
    only_forward = bool(used) and not any(_is_back(kind) for kind in used)
    is_forward = not act.sends_back or act.phase in FORWARD or only_forward
    for kind in (last, "z") if is_forward else ("dz", "da"):
        if len(used) < 2 and kind not in used:
            used.append(kind)
    return tuple(sorted(used, key=kinds.index))


def _role(act: Act, kind: str, layer: int) -> Role:
    """Return what the op does with a kind of value; a parameter stands for its gradient too."""
    name = f"{kind}{layer}"
    return act.figure(kind, layer, 0).role if parameter_of(name) else act.role(name)


def _is_back(kind: str) -> bool:
    return kind == "slope" or is_gradient(f"{kind}1")


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
    for role in ("written", "error", "weights", "input"):
        for kind in reversed(kinds):
            if _role(act, kind, layer) == role:
                return kind
    is_forward = act.phase in FORWARD
    telling = [k for k in kinds if not parameter_of(f"{k}1") and not (is_forward and _is_back(k))]
    telling = [kind for kind in telling if kind not in ("mean", "var", "mask", "slope")]
    known = [kind for kind in telling if act.value(f"{kind}{layer}") is not None]
    return known[-1] if known else "z"
