"""The stage as text: every number that stands on it, by name, such as ``z1[1] 0.6250``.

Entries count from 1. What does not exist yet, or is hidden, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.explain.notation import parameter_of
from core.explain.opened_layer import weighted_sums
from core.explain.setting import Setting
from core.network.parameters import Floats
from gui.numbers import MINUS, format_value
from gui.stage.act import Act
from gui.stage.plan import Plan, Stand
from gui.stage.rows import full_rows


def in_words(plan: Plan, act: Act) -> str:
    """Return the numbers of the units shown, then of their weights and biases, then the loss.

    Weights and biases are those that the step began with, after its last op the new ones; their
    gradients, changes and the state of the rule follow where they exist.
    """
    stands = [slot for slot in plan.slots if isinstance(slot, Stand)]
    parts = [part for stand in stands for part in _values(act, stand)]
    shown = {stand.layer: stand for stand in stands}
    for stand in stands:
        if stand.layer:
            parts += _parameters(act, stand, shown.get(stand.layer - 1))
    y, last = act.value("y"), act.snapshot.layout.layer_count
    if y is not None:
        units = shown[last].units if last in shown else tuple(range(min(y.size, 1)))
        parts += _entries("y", y, units)
    loss = act.value("loss")
    if loss is not None:
        parts.append(f"loss {format_value(float(loss))}")
    return "; ".join(parts)


def _values(act: Act, stand: Stand) -> Iterator[str]:
    layer = stand.layer
    for name in ("x", "dx") if layer == 0 else _kinds(act, layer):
        values = act.value(name)
        if values is not None:
            yield from _entries(name, values, stand.units)
    if stand.style == "open" and f"z{layer}" not in act.hidden:
        sums = weighted_sums(act.snapshot, layer)
        if sums is not None:
            yield from _entries(f"Wa{layer}", sums, stand.units)


def _kinds(act: Act, layer: int) -> list[str]:
    """Return the names of all values of a layer's units; parameters are listed apart."""
    return [
        f"{kind}{layer}" for kind in full_rows(act, layer) if not parameter_of(f"{kind}{layer}")
    ]


def _parameters(act: Act, stand: Stand, before: Stand | None) -> Iterator[str]:
    """Yield weights between units that are both shown, and biases; of a picture biases alone."""
    layer, layout = stand.layer, act.snapshot.layout
    sources = () if before is None or before.style == "picture" else before.units
    matrices: dict[str, Floats | None] = {
        f"W{layer}": act.weights(layer),
        f"dW{layer}": act.value(f"dW{layer}"),
    }
    rows: dict[str, Floats | None] = {
        f"b{layer}": act.biases(layer) if layout.biases else None,
        f"db{layer}": act.value(f"db{layer}") if layout.biases else None,
    }
    for kind in ("gamma", "beta"):
        rows[f"{kind}{layer}"] = act.scales(kind, layer)
        rows[f"d{kind}{layer}"] = act.value(f"d{kind}{layer}")
    for prefix, vector in _vectors(act):
        matrices[f"{prefix}W{layer}"] = layout.weights(vector, layer)
        rows[f"{prefix}b{layer}"] = layout.bias(vector, layer) if layout.biases else None
        rows[f"{prefix}gamma{layer}"] = layout.scale(vector, layer)
        rows[f"{prefix}beta{layer}"] = layout.shift(vector, layer)
    for name, matrix in matrices.items():
        if matrix is not None:
            for unit in stand.units:
                for source in sources:
                    number = format_value(float(matrix[unit, source]))
                    yield f"{name}[{unit + 1},{source + 1}] {number}"
    for name, row in rows.items():
        if row is not None:
            yield from _entries(name, row, stand.units)


def _vectors(act: Act) -> Iterator[tuple[str, Floats]]:
    """Yield what the update has brought: the changes, and what the op at hand wrote."""
    update, op = act.value("update"), act.op
    if update is not None:
        yield f"{MINUS}Δ", -update
    if op is not None and Setting.is_of_parameters(op) and act.has_run:
        written = op.writes[0]
        values = act.value(written)
        if written not in ("update", "parameters") and values is not None:
            yield f"{written} ", values


def _entries(name: str, values: Floats, units: tuple[int, ...]) -> Iterator[str]:
    return (f"{name}[{unit + 1}] {format_value(float(values[unit]))}" for unit in units)
