"""The diagram as a table: what is written of every unit. No Qt in here.

A row is a unit, layer by layer with the inputs first; cells are read off the snapshot when they are
asked for, so thousands of units cost as much as ten.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from core.training.shares import ParameterPlace
from core.training.snapshot import Snapshot
from gui.diagram.names import activation_name, input_names, layer_name, output_names
from gui.diagram.samples import Sample, shown_sample
from gui.diagram.targets import Node
from gui.diagram.weight_editor import value_of
from gui.numbers import format_value

MISSING, UNKNOWN = "–", "?"
UNIT, FUNCTION, ANSWER, BIAS, WEIGHT, SOURCE, GRADIENT = range(7)
HEADS = ("Unit", "f", "a", "bias", "largest weight", "from", "gradient")
SENTENCES = (
    "Layer and number of the unit",
    "Its activation",
    "Its answer to the sample on show",
    "Its bias. Return or F2 edits it.",
    "The largest of its incoming weights, by magnitude. Return or F2 edits it.",
    "The unit that this weight comes from",
    "Root mean square of the gradients of its incoming weights and bias in the latest step",
)


@dataclass(frozen=True)
class UnitRows:
    """The rows of one snapshot."""

    snapshot: Snapshot

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(self.snapshot.layout.widths)]

    @cached_property
    def _sample(self) -> Sample:
        return shown_sample(self.snapshot)

    @property
    def count(self) -> int:
        """Return how many units there are."""
        return self._starts[-1]

    def node(self, row: int) -> Node:
        """Return the unit in ``row``."""
        layer = bisect_right(self._starts, row) - 1
        return Node(layer, row - self._starts[layer])

    def row_of(self, node: Node) -> int:
        """Return the row of a unit."""
        return self._starts[node.layer] + node.unit

    def place(self, row: int, column: int) -> ParameterPlace | None:
        """Return which parameter a cell shows, None where it shows none."""
        node, layout = self.node(row), self.snapshot.layout
        if node.layer == 0:
            return None
        if column == BIAS and layout.biases:
            return ParameterPlace(node.layer, node.unit, None)
        if column in (WEIGHT, SOURCE):
            weights = layout.weights(self.snapshot.parameters, node.layer)[node.unit]
            sizes = np.where(np.isfinite(weights), np.abs(weights), np.inf)
            return ParameterPlace(node.layer, node.unit, int(np.argmax(sizes)))
        return None

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell."""
        node = self.node(row)
        if column == UNIT:
            return self._name(node)
        if column == ANSWER:
            return self._answer(node)
        if node.layer == 0:
            return MISSING
        if column == FUNCTION:
            return activation_name(self.snapshot.spec.network.layers[node.layer - 1].activation)
        if column == GRADIENT:
            gradient = self.snapshot.layout.block(self.snapshot.gradient, node.layer)
            entries = gradient[:, node.unit].astype(np.float64)
            return format_value(float(np.sqrt(np.mean(entries**2))))
        place = self.place(row, column)
        if place is None:
            return MISSING
        if column == SOURCE:
            assert place.source is not None
            return self._name(Node(place.layer - 1, place.source))
        return format_value(value_of(self.snapshot, place))

    def longest_names(self) -> list[str]:
        """Return the names of the last unit of every layer, and those of inputs and outputs."""
        widths = self.snapshot.layout.widths
        nodes = [Node(layer, width - 1) for layer, width in enumerate(widths)]
        nodes += [Node(layer, u) for layer in (0, len(widths) - 1) for u in range(widths[layer])]
        return [self._name(node) for node in nodes]

    def functions(self) -> list[str]:
        """Return the names of all activations."""
        return [activation_name(layer.activation) for layer in self.snapshot.spec.network.layers]

    def in_words(self, row: int) -> str:
        """Return all of a row, for screen readers."""
        texts = [self.text(row, column) for column in range(len(HEADS))]
        pairs = zip(HEADS[1:], texts[1:], strict=True)
        facts = [f"{head} {text}" for head, text in pairs if text != MISSING]
        return f"{texts[0]}: {', '.join(facts)}"

    def _name(self, node: Node) -> str:
        snapshot = self.snapshot
        layers = snapshot.layout.layer_count
        if node.layer == 0:
            names = input_names(snapshot)
            return f"Input {names[node.unit] if names else node.unit + 1}"
        if node.layer == layers:
            return f"Output {output_names(snapshot)[node.unit]}"
        return f"{layer_name(node.layer, layers)}, unit {node.unit + 1}"

    def _answer(self, node: Node) -> str:
        sample = self._sample
        values = sample.inputs if node.layer == 0 else sample.activations[node.layer - 1]
        return UNKNOWN if values is None else format_value(float(values[node.unit]))
