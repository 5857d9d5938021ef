"""The errors that a step is going to send back, foreseen from its forward pass.

They choose the path that an explanation follows and keep its drawing at rest while the backward
pass goes on. They are never printed: where the step has its own number, that one is taken.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.network.activations import ACTIVATIONS, softmax_backward
from core.network.losses import LOSSES
from core.network.parameters import Floats
from core.training.snapshot import Snapshot


def foreseen_errors(snapshot: Snapshot, down_to: int) -> Mapping[str, Floats]:
    """Return da and dz (n,) by name from the last layer down to ``down_to``.

    They are the step's own where it has them and are worked out from its forward pass where it is
    going to have them; nothing before the outputs exist.
    """
    values, last = snapshot.trace.values, snapshot.layout.layer_count
    if f"a{last}" not in values or "y" not in values:
        return {}
    loss = LOSSES[snapshot.spec.training.loss]
    found: dict[str, Floats] = {}
    with np.errstate(all="ignore"):
        for layer in range(last, down_to - 1, -1):
            kind = snapshot.spec.network.layers[layer - 1].activation
            a, z = (np.array(values[f"{v}{layer}"])[:, None] for v in "az")
            da, slope = np.empty_like(a), np.empty_like(a)
            if layer < last:
                weights = start_weights(snapshot, layer + 1)
                da[:, 0] = weights.T @ found[f"dz{layer + 1}"]
            else:
                loss.bind_gradient(a, np.array(values["y"])[:, None], da)()
                da /= len(snapshot.trace.rows)
            if layer == last and loss.fused_with == kind:
                dz = (a - values["y"][:, None]) / len(snapshot.trace.rows)
            elif ACTIVATIONS[kind].by_unit:
                ACTIVATIONS[kind].bind_slope(z, a, slope)()
                dz = da * slope
            else:
                dz = np.empty_like(a)
                softmax_backward(a, da, dz)()
            for name, array in ((f"da{layer}", da), (f"dz{layer}", dz)):
                found[name] = values.get(name, array[:, 0])
    return found


def start_weights(snapshot: Snapshot, layer: int) -> Floats:
    """Return W (n_out, n_in) with which the step on show began."""
    trace, layout = snapshot.trace, snapshot.layout
    weights = trace.values[f"W{layer}"]
    if trace.holds_start:
        return weights
    update = layout.weights(trace.values.get("update", snapshot.update), layer)
    restored: Floats = weights + update
    return restored
