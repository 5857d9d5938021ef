"""The errors that a step is going to send back, foreseen from its forward pass.

They choose the path that an explanation follows and keep its drawing at rest while the backward
pass goes on. They are never printed: where the step has its own number, that one is taken. What an
error becomes behind a batch normalization depends on all samples and cannot be foreseen from one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.network.activations import ACTIVATIONS, softmax_backward
from core.network.losses import LOSSES
from core.network.parameters import Floats
from core.step.normalization import EPS
from core.step.wiring import wires_of
from core.training.snapshot import Snapshot


def foreseen_errors(snapshot: Snapshot, down_to: int) -> Mapping[str, Floats]:
    """Return the errors (n,) of the layers by name, from the last one down to ``down_to``.

    They are the step's own where it has them and are worked out from its forward pass where it is
    going to have them; nothing before the outputs exist.
    """
    values, last = snapshot.trace.values, snapshot.layout.layer_count
    if f"a{last}" not in values or "y" not in values:
        return {}
    foresight = _Foresight(snapshot)
    with np.errstate(all="ignore"):
        for layer in range(last, down_to - 1, -1):
            foresight.go_through(layer)
    return foresight.found


class _Foresight:
    """Collects what is known or foreseen, layer by layer from the output."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._values = snapshot.trace.values
        self._layers = snapshot.spec.network.layers
        self._wires = wires_of(self._layers, drops=True)
        self.found: dict[str, Floats] = {}

    def go_through(self, n: int) -> None:
        """Add the errors of layer ``n``."""
        layer, wires = self._layers[n - 1], self._wires[n]
        error = self._of_loss() if n == len(self._layers) else self._from_above(n)
        if layer.dropout:
            error = self._add(f"dh{n}", error)
            error = None if error is None else error * self._values[f"mask{n}"]
        error = self._add(f"da{n}", error)
        error = self._add(f"d{wires.entering}", self._through_activation(n, error))
        if layer.normalization != "none":
            self._add(f"dz{n}", self._through_normalization(n, error))

    def _add(self, name: str, array: Floats | None) -> Floats | None:
        """Keep the step's own array called ``name``, else ``array``, and return it."""
        array = self._values.get(name, array)
        if array is not None:
            self.found[name] = array
        return array

    def _of_loss(self) -> Floats:
        last = len(self._layers)
        a = np.array(self._values[f"a{last}"])[:, None]
        y, da = np.array(self._values["y"])[:, None], np.empty_like(a)
        LOSSES[self._snapshot.spec.training.loss].bind_gradient(a, y, da)()
        error: Floats = da[:, 0] / len(self._snapshot.trace.rows)
        return error

    def _from_above(self, n: int) -> Floats | None:
        above = self.found.get(f"dz{n + 1}")
        beside = self.found.get(self._wires[n + 1].out_gradient)
        is_residual = self._layers[n].residual
        if above is None or (is_residual and beside is None):
            return None
        error: Floats = start_weights(self._snapshot, n + 1).T @ above
        return error if not is_residual or beside is None else error + beside

    def _through_activation(self, n: int, error: Floats | None) -> Floats | None:
        kind, last = self._layers[n - 1].activation, len(self._layers)
        a = np.array(self._values[f"a{n}"])[:, None]
        entering = np.array(self._values[self._wires[n].entering])[:, None]
        loss = LOSSES[self._snapshot.spec.training.loss]
        if n == last and loss.fused_with == kind:
            difference: Floats = a[:, 0] - self._values["y"]
            return difference / len(self._snapshot.trace.rows)
        if error is None:
            return None
        out = np.empty_like(a)
        if ACTIVATIONS[kind].by_unit:
            ACTIVATIONS[kind].bind_slope(entering, a, out)()
            return np.asarray(error * out[:, 0])
        softmax_backward(a, np.array(error)[:, None], out)()
        return out[:, 0]

    def _through_normalization(self, n: int, error: Floats | None) -> Floats | None:
        is_batch = self._layers[n - 1].normalization == "batch"
        if error is None or (is_batch and len(self._snapshot.trace.rows) > 1):
            return None
        values = self._values
        g: Floats = values[f"gamma{n}"] * error
        if not is_batch:
            zhat = values[f"zhat{n}"]
            g = g - np.mean(g) - zhat * np.mean(g * zhat)
        return np.asarray(g / np.sqrt(values[f"var{n}"] + EPS))


def start_weights(snapshot: Snapshot, layer: int) -> Floats:
    """Return W (n_out, n_in) with which the step on show began."""
    trace, layout = snapshot.trace, snapshot.layout
    weights = trace.values[f"W{layer}"]
    if trace.holds_start:
        return weights
    update = layout.weights(trace.values.get("update", snapshot.update), layer)
    restored: Floats = weights + update
    return restored
