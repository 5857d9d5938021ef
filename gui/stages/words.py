"""The stage as text: every number that stands on it, by name."""

from __future__ import annotations

from gui.numbers import format_value
from gui.stages.act import Act
from gui.stages.plan import Plan, Stand

KINDS = ("z", "a", "slope", "da", "dz")


def in_words(plan: Plan, act: Act) -> str:
    """Return the numbers of the units shown, then of their weights and biases, then the loss.

    Weights and biases are those that the step began with, after its last op the new ones; their
    gradients and changes follow where they exist.
    """
    parts: list[str] = []
    stands = [slot for slot in plan.slots if isinstance(slot, Stand)]
    for stand in stands:
        kinds = ("x",) if stand.layer == 0 else tuple(f"{k}{stand.layer}" for k in KINDS)
        for name in kinds:
            values = act.value(name)
            if values is not None:
                parts += [f"{name}[{u + 1}] {format_value(float(values[u]))}" for u in stand.units]
    shown = {stand.layer: stand for stand in stands}
    for stand in stands:
        before = shown.get(stand.layer - 1)
        if stand.layer and before is not None:
            parts += _parameters(act, stand, before)
    loss = act.value("loss")
    if loss is not None:
        parts.append(f"loss {format_value(float(loss))}")
    return "; ".join(parts)


def _parameters(act: Act, stand: Stand, before: Stand) -> list[str]:
    layer, layout = stand.layer, act.snapshot.layout
    if before.style == "picture":
        return []
    matrices = {f"W{layer}": act.weights(layer), f"dW{layer}": act.value(f"dW{layer}")}
    rows = {f"db{layer}": act.value(f"db{layer}")} if layout.biases else {}
    if layout.biases:
        rows[f"b{layer}"] = act.biases(layer)
    update = act.value("update")
    if update is not None:
        matrices[f"ΔW{layer}"] = -layout.weights(update, layer)
        if layout.biases:
            rows[f"Δb{layer}"] = -layout.bias(update, layer)
    parts = []
    for name, matrix in matrices.items():
        if matrix is not None:
            parts += [
                f"{name}[{u + 1},{s + 1}] {format_value(float(matrix[u, s]))}"
                for u in stand.units
                for s in before.units
            ]
    for name, row in rows.items():
        if row is not None:
            parts += [f"{name}[{u + 1}] {format_value(float(row[u]))}" for u in stand.units]
    return parts
