"""What of a run decides how its ops are written: activations, loss, rule, widths, batch.

Read off a snapshot once; formulas, terms and sentences all take it from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.network.losses import LOSSES
from core.spec import OptimizerSpec
from core.training.snapshot import OpInfo, Snapshot


@dataclass(frozen=True)
class Setting:
    """The run behind a step.

    Attributes:
        activations: per layer, layer 1 first.
        widths: units of every layer, the inputs first.
        loss: its name in the specification.
        optimizer: the update rule.
        biases: whether layers have them.
        batch: samples in the batch at hand.
        step_count: t, which update of the rule it is, from 1.
    """

    activations: tuple[str, ...]
    widths: tuple[int, ...]
    loss: str
    optimizer: OptimizerSpec
    biases: bool
    batch: int
    step_count: int

    @property
    def layer_count(self) -> int:
        """Return L."""
        return len(self.activations)

    @property
    def outputs(self) -> int:
        """Return the width of the output layer."""
        return self.widths[-1]

    @property
    def is_fused(self) -> bool:
        """Return whether loss and output activation are differentiated together."""
        return LOSSES[self.loss].fused_with == self.activations[-1]

    def activation(self, layer: int) -> str:
        """Return the activation of ``layer`` (from 1)."""
        return self.activations[layer - 1]

    def kind_of(self, op: OpInfo) -> str:
        """Return the kind of an op: its name without layers, and where one name means several."""
        kind = op.name.rstrip("0123456789…")
        if kind == "da" and op.layer == self.layer_count:
            return "da_output"
        if kind != "dz":
            return kind
        if op.layer == self.layer_count and self.is_fused:
            return "dz_fused"
        return "dz_softmax" if self.activation(op.layer) == "softmax" else "dz"


def setting_of(snapshot: Snapshot) -> Setting:
    """Return the setting of the run in ``snapshot``."""
    spec = snapshot.spec
    return Setting(
        tuple(layer.activation for layer in spec.network.layers),
        snapshot.layout.widths,
        spec.training.loss,
        snapshot.trace.optimizer,
        spec.network.biases,
        len(snapshot.trace.rows),
        snapshot.trace.updates + 1,
    )
