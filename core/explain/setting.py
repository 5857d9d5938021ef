"""What of a run decides how its ops are written: activations, loss, rule, widths, batch.

Read off a snapshot once; formulas, terms and sentences all take it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from core.explain.local_kinds import kind_of_local
from core.network.losses import LOSSES
from core.spec import LayerSpec, OptimizerSpec, TrainingSpec
from core.spec_rules import FORWARD_FORWARD
from core.step.half_precision import EXACT
from core.step.shaping import names_of
from core.step.wiring import Wires, wires_of
from core.training.snapshot import OpInfo, Snapshot


@dataclass(frozen=True)
class Setting:
    """The run behind a step.

    Attributes:
        layers: as specified, layer 1 first.
        widths: units of every layer, the inputs first.
        loss: its name in the specification.
        optimizer: the update rule.
        training: the settings of the update.
        biases: whether layers have them.
        batch: samples in the batch at hand.
        step_count: t, which update of the rule it is, from 1.
    """

    layers: tuple[LayerSpec, ...]
    widths: tuple[int, ...]
    loss: str
    optimizer: OptimizerSpec
    training: TrainingSpec
    biases: bool
    batch: int
    step_count: int

    @property
    def layer_count(self) -> int:
        """Return L."""
        return len(self.layers)

    @property
    def taken(self) -> str:
        """Return the name of the vector that the update rule takes for the gradient."""
        return ("gradient", *names_of(self.training))[-1]

    def source_of(self, name: str) -> str:
        """Return what the vector ``name`` between gradient and rule is made of."""
        names = ("gradient", *names_of(self.training))
        return names[names.index(name) - 1]

    @property
    def outputs(self) -> int:
        """Return the width of the output layer."""
        return self.widths[-1]

    @property
    def is_fused(self) -> bool:
        """Return whether loss and output activation are differentiated together."""
        return LOSSES[self.loss].fused_with == self.layers[-1].activation

    @property
    def source(self) -> str:
        """Return where the gradient comes from."""
        return self.training.gradient_source

    def is_exact(self, layer: int) -> bool:
        """Return whether the errors of ``layer`` are derivatives: behind fixed matrices none is."""
        return self.source != "feedback_alignment" or layer == self.layer_count

    def activation(self, layer: int) -> str:
        """Return the activation of ``layer`` (from 1)."""
        return self.layers[layer - 1].activation

    def normalization(self, layer: int) -> str:
        """Return the normalization of ``layer`` (from 1)."""
        return self.layers[layer - 1].normalization

    @cached_property
    def wires(self) -> list[Wires]:
        """Return the names at the joints of every layer, the inputs first."""
        return wires_of(self.layers, drops=True, directs=self.is_local)

    @property
    def is_local(self) -> bool:
        """Return whether every layer learns from a loss of its own."""
        return self.source == FORWARD_FORWARD

    def uses_running(self, layer: int) -> bool:
        """Return whether the running statistics take the place of those of the batch."""
        return self.normalization(layer) == "batch" and self.batch == 1

    def kind_of(self, op: OpInfo) -> str:
        """Return the kind of an op: its name without layers, and where one name means several."""
        if op.reads and op.reads[0].startswith(EXACT):
            return "half"
        kind = op.name.removeprefix(EXACT).rstrip("0123456789…")
        if self.is_local and (own := kind_of_local(op)):
            return own
        if kind == "gradient":
            return self.source
        if kind == "da" and op.layer == self.layer_count:
            return "da_output"
        if kind == "dh":
            return "da"
        if kind == "da" and op.reads[0] == f"dh{op.layer}":
            return "da_mask"
        if kind == "dz" and op.reads[0] == f"ds{op.layer}":
            return "dz_norm"
        if kind not in ("dz", "ds"):
            return kind
        if op.layer == self.layer_count and self.is_fused:
            return "dz_fused"
        return "dz_softmax" if self.activation(op.layer) == "softmax" else "dz"

    @staticmethod
    def is_of_parameters(op: OpInfo) -> bool:
        """Return whether an op does the same to every parameter, as those of the rule do."""
        return op.phase == "update" and op.name != "running"


def setting_of(snapshot: Snapshot) -> Setting:
    """Return the setting of the run in ``snapshot``."""
    spec = snapshot.spec
    return Setting(
        spec.network.layers,
        snapshot.layout.widths,
        spec.training.loss,
        snapshot.trace.optimizer,
        snapshot.trace.training,
        spec.network.biases,
        len(snapshot.trace.rows),
        snapshot.trace.updates + 1,
    )
