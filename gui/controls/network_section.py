"""The section Network: how many layers, their units and activations, and how weights start.

Up to three hidden layers have a row each; more are set together. Normalization, dropout and
residual unfold below the row of a layer, and below the first row for all hidden layers.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot

from core.spec import MAX_LAYERS, MAX_UNITS, LayerSpec
from core.training.fitting import offered_output_units
from core.training.layer_changes import (
    change_activation,
    change_dropout,
    change_hidden_activation,
    change_hidden_count,
    change_hidden_dropout,
    change_hidden_normalization,
    change_hidden_units,
    change_normalization,
    change_residual,
    change_units,
)
from core.training.snapshot import Snapshot
from gui.controls.choice import Choice
from gui.controls.control_section import ControlSection
from gui.controls.layer_row import FoldedRow, LayerRow
from gui.controls.layer_techniques import LayerTechniques
from gui.controls.names import ACTIVATIONS, INITIALIZERS
from gui.numbers import counted
from gui.widgets.control_row import ControlRow

ROWS = 3
UNITS = (1, MAX_UNITS)
OUTPUT = -1
ALL_PARTS = ("normalization", "dropout", "residual")
# A softmax over hidden units is legal, but nothing that one chooses for a hidden layer.
HIDDEN_ACTIVATIONS = {key: name for key, name in ACTIVATIONS.items() if key != "softmax"}


class NetworkSection(ControlSection):
    """The layers of a network.

    Attributes:
        all_hidden: how many hidden layers, and the activation of all of them.
        hidden: a row for each of the first hidden layers.
        folded: the units of all hidden layers, where there are more.
        output: the output layer, whose units follow from the data.
        techniques: what unfolds below ``all_hidden``, each row of ``hidden``, and ``output``.
        initializer: how weights are drawn.
    """

    def __init__(self) -> None:
        """Make all rows."""
        super().__init__("Network")
        bounds = (0, MAX_LAYERS - 1)
        words = "All hidden layers: normalization, dropout"
        self.all_hidden = LayerRow("Layers", 0, "Hidden layers", "Activation", bounds, words)
        self.all_hidden.setToolTip("Number of hidden layers, and one activation for all of them")
        self.hidden = [_hidden_row(index) for index in range(ROWS)]
        self.folded = FoldedRow(UNITS)
        words = "Output: normalization"
        self.output = LayerRow(
            "Output", OUTPUT, "Units of the output", "Activation of the output", UNITS, words
        )
        self.techniques = [
            LayerTechniques("all hidden layers", 0, ("normalization", "dropout")),
            *(LayerTechniques(f"hidden {n + 1}", n, ALL_PARTS) for n in range(ROWS)),
            LayerTechniques("the output", OUTPUT, ("normalization",)),
        ]
        policy = self.all_hidden.activation.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.all_hidden.activation.setSizePolicy(policy)
        self.output.stepper.setToolTip("As many outputs as the data and the loss need")
        self.initializer = Choice(INITIALIZERS, name="Initializer")
        owners = (self.all_hidden, *self.hidden, self.output)
        techniques = dict(zip(owners, self.techniques, strict=True))
        for row in (self.all_hidden, *self.hidden, self.folded, self.output):
            self.body.addWidget(row)
            row.refused.connect(self.refused)
            if row in techniques:
                self.body.addWidget(techniques[row])
                row.fold.toggled.connect(techniques[row].set_open)
        self.body.addWidget(ControlRow("Initializer", self.initializer, mark="anew"))
        for_all, *for_each = self.techniques
        for_all.normalization_chosen.connect(self._on_hidden_normalization)
        for_all.dropout_chosen.connect(self._on_hidden_dropout)
        for part in for_each:
            part.normalization_chosen.connect(self._on_normalization)
            part.dropout_chosen.connect(self._on_dropout)
            part.residual_chosen.connect(self._on_residual)
        for row in (*self.hidden, self.output):
            row.count_chosen.connect(self._on_units)
            row.activation_chosen.connect(self._on_activation)
        self.all_hidden.count_chosen.connect(self._on_hidden_count)
        self.all_hidden.activation_chosen.connect(self._on_hidden_activation)
        self.folded.count_chosen.connect(self._on_hidden_units)
        self.initializer.selected.connect(self._on_initializer)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the layers."""
        super().show_snapshot(snapshot)
        *hidden, output = snapshot.spec.network.layers
        parameters = snapshot.layout.size
        self.set_fact(counted(parameters, "parameter"))
        activations = {layer.activation for layer in hidden}
        common = activations.pop() if len(activations) == 1 else None
        _show(self.all_hidden, len(hidden), common)
        self.all_hidden.activation.setVisible(bool(hidden))
        self._show_hidden(hidden)
        for_all, *for_each, for_output = self.techniques
        for_all.setVisible(bool(hidden))
        for_all.show_layers(hidden, says=len(hidden) > ROWS)
        for index, part in enumerate(for_each):
            part.setVisible(not self.hidden[index].isHidden())
            part.show_layers(hidden[index : index + 1])
        for_output.show_layers([output])
        self._offer_output(snapshot)
        self.output.show_layer(output.units, output.activation)
        self.initializer.set_selected(snapshot.spec.network.initializer)

    def _show_hidden(self, hidden: Sequence[LayerSpec]) -> None:
        is_folded = len(hidden) > ROWS
        self.folded.setVisible(is_folded)
        for index, row in enumerate(self.hidden):
            is_shown = index < len(hidden) and not is_folded
            row.setVisible(is_shown)
            if is_shown:
                _show(row, hidden[index].units, hidden[index].activation)
        if is_folded:
            self.folded.show_units({layer.units for layer in hidden})

    def _offer_output(self, snapshot: Snapshot) -> None:
        if not self.options_are_due(snapshot.spec):
            return
        fewest, most = offered_output_units(snapshot.spec, snapshot.dataset)
        self.output.stepper.set_range(fewest, most)
        self.output.stepper.setEnabled(fewest < most)

    @Slot(int, int)
    def _on_units(self, index: int, units: int) -> None:
        self.request(change_units, index, units)

    @Slot(int, str)
    def _on_activation(self, index: int, activation: str) -> None:
        self.request(change_activation, index, activation)

    @Slot(int, int)
    def _on_hidden_count(self, _: int, count: int) -> None:
        self.request(change_hidden_count, count)

    @Slot(int, str)
    def _on_hidden_activation(self, _: int, activation: str) -> None:
        self.request(change_hidden_activation, activation)

    @Slot(int, int)
    def _on_hidden_units(self, _: int, units: int) -> None:
        self.request(change_hidden_units, units)

    @Slot(int, str)
    def _on_normalization(self, index: int, kind: str) -> None:
        self.request(change_normalization, index, kind)

    @Slot(int, float)
    def _on_dropout(self, index: int, share: float) -> None:
        self.request(change_dropout, index, share)

    @Slot(int, bool)
    def _on_residual(self, index: int, is_on: bool) -> None:
        self.change_requested.emit(change_residual(index, is_on))

    @Slot(int, str)
    def _on_hidden_normalization(self, _: int, kind: str) -> None:
        self.request(change_hidden_normalization, kind)

    @Slot(int, float)
    def _on_hidden_dropout(self, _: int, share: float) -> None:
        self.request(change_hidden_dropout, share)

    @Slot(str)
    def _on_initializer(self, initializer: str) -> None:
        self.change_requested.emit({"network": {"initializer": initializer}})


def _hidden_row(index: int) -> LayerRow:
    name = f"Hidden {index + 1}"
    words = name.lower()
    folded = f"{name}: normalization, dropout, residual"
    return LayerRow(name, index, f"Units of {words}", f"Activation of {words}", UNITS, folded)


def _show(row: LayerRow, count: int, activation: str | None) -> None:
    """Show a hidden layer; softmax is offered only where it is there already."""
    row.activation.set_options(ACTIVATIONS if activation == "softmax" else HIDDEN_ACTIVATIONS)
    row.show_layer(count, activation)
