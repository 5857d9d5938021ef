"""What the op at hand does to every value on the stage, and what there is to write beside it.

An act is a snapshot with the op that is lit. It reads values and knows their roles: written now,
weights read, error read, activations read, the rest. Nothing is computed here; what does not exist
yet, or is hidden, is "?".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.explain.notation import kind_in_words, parameter_of, split_name
from core.explain.parameter_order import entry_of_vector, is_parameter
from core.explain.reference import Reference
from core.explain.roles import Role, layers_of, role_of
from core.explain.setting import Setting
from core.network.activations import ACTIVATIONS
from core.network.parameters import Floats
from core.spec_rules import FORWARD_FORWARD, FORWARD_ONLY
from core.step.forward_forward import PASSES
from core.training.snapshot import OpInfo, Snapshot
from gui.numbers import MINUS, format_setting, format_value

UNKNOWN = "?"
BECOMES = " → "
LABELS = {
    "z": "z",
    "mean": "μ",
    "var": "σ²",
    "zhat": "ẑ",
    "gamma": "γ",
    "beta": "β",
    "running_mean": "μ̄",
    "running_var": "σ̄²",
    "s": "s",
    "a": "a",
    "mask": "mask",
    "h": "h",
    "r": "r",
    "slope": "slope",
    "dh": "∂L/∂h",
    "da": "∂L/∂a",
    "ds": "∂L/∂s",
    "dz": "∂L/∂z",
    # Forward-forward: the direction, and what its two passes come to.
    "u": "u",
    **{f"{k}{end}": f"{k}{sign}" for end, sign in PASSES.items() for k in ("z", "a", "dz")},
}
SYMBOLS = {"velocity": "v", "square_sum": "s", "square_mean": "s"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name, as it stands in a row or on a pill.

    Attributes:
        reference: the value that it is.
        label: its name on the stage.
        text: the number, or "?".
        role: what the op does with it.
    """

    reference: Reference
    label: str
    text: str
    role: Role


@dataclass(frozen=True, slots=True)
class Act:
    """A snapshot with the op that is lit.

    Attributes:
        snapshot: the run.
        place: of the op in the program, -1 for none.
        hidden: names of values that are not to be shown.
    """

    snapshot: Snapshot
    place: int
    hidden: frozenset[str] = frozenset()

    @property
    def op(self) -> OpInfo | None:
        """Return the op that is lit."""
        ops = self.snapshot.trace.ops
        return ops[self.place] if 0 <= self.place < len(ops) else None

    @property
    def phase(self) -> str:
        """Return the phase at hand."""
        return self.op.phase if self.op is not None else "forward"

    @property
    def has_run(self) -> bool:
        """Return whether the op that is lit has run."""
        return 0 <= self.place < self.snapshot.trace.position

    def layers_at_hand(self) -> tuple[int, ...]:
        """Return the layers that the op reads and writes; the first layer where there is none."""
        return layers_of(self.op, self.snapshot.layout.layer_count)

    def value(self, name: str) -> Floats | None:
        """Return a value of the step, None where there is none to show.

        Mean and variance of layer normalization are given once for every unit.
        """
        found = None if name in self.hidden else self.snapshot.trace.values.get(name)
        kind, layer = split_name(name)
        if found is not None and kind in ("mean", "var"):
            return np.broadcast_to(found, (self.snapshot.layout.widths[int(layer)],))
        return found

    def role(self, name: str) -> Role:
        """Return what the op does with the value called ``name``."""
        return role_of(self.op, name)

    @property
    def sends_back(self) -> bool:
        """Return whether the step has a backward pass through the layers."""
        source = self.snapshot.trace.training.gradient_source
        return source not in (*FORWARD_ONLY, FORWARD_FORWARD)

    @property
    def is_local(self) -> bool:
        """Return whether every layer learns from a loss of its own."""
        return self.snapshot.trace.training.gradient_source == FORWARD_FORWARD

    def has_slope(self, layer: int) -> bool:
        """Return whether the units of ``layer`` have a slope each."""
        name = self.snapshot.spec.network.layers[layer - 1].activation
        return ACTIVATIONS[name].by_unit

    def figure(self, kind: str, layer: int, unit: int) -> Figure:
        """Return the number of one unit; ``kind`` is one of ``LABELS``."""
        if parameter_of(f"{kind}{layer}"):
            return self._parameter(kind, layer, (unit,))
        name = f"{kind}{layer}"
        values = self.value(name)
        text = UNKNOWN if values is None else format_value(float(values[unit]))
        return Figure(Reference(name, (unit,)), self.label(kind, layer), text, self.role(name))

    def label(self, kind: str, layer: int) -> str:
        """Return how a value is called; an error behind a fixed matrix is no derivative."""
        is_last = layer == self.snapshot.layout.layer_count
        is_fixed = self.snapshot.trace.training.gradient_source == "feedback_alignment"
        return kind if is_fixed and not is_last and kind in ("da", "dz") else LABELS[kind]

    def input(self, unit: int) -> Figure:
        """Return an input, or its derivative while that is written."""
        name = "dx" if self.role("dx") == "written" else "x"
        values = self.value(name)
        text = UNKNOWN if values is None else format_setting(float(values[unit]), 4)
        label = "∂L/∂x" if name == "dx" else "x"
        return Figure(Reference(name, (unit,)), label, text, self.role(name))

    def target(self, unit: int) -> Figure:
        """Return what the output ``unit`` should have been."""
        values = self.value("y")
        text = UNKNOWN if values is None else format_setting(float(values[unit]), 4)
        return Figure(Reference("y", (unit,)), "y", text, self.role("y"))

    def loss(self) -> Figure:
        """Return the loss."""
        value = self.value("loss")
        text = UNKNOWN if value is None else format_value(float(value))
        return Figure(Reference("loss"), "loss", text, self.role("loss"))

    def weights(self, layer: int) -> Floats:
        """Return (n_out, n_in) the weights on show: of the step's start, or after the update."""
        found = self.snapshot.trace.values.get(f"W{layer}")
        if self.is_moved() or found is None:
            return self.snapshot.layout.weights(self.snapshot.parameters, layer)
        return found

    def biases(self, layer: int) -> Floats:
        """Return (n_out,) the biases on show, as ``weights``."""
        found = self.snapshot.trace.values.get(f"b{layer}")
        if self.is_moved() or found is None:
            return self.snapshot.layout.bias(self.snapshot.parameters, layer)
        return found

    def scales(self, kind: str, layer: int) -> Floats | None:
        """Return (n_out,) gamma or beta on show, as ``weights``; None where there are none."""
        if layer not in self.snapshot.layout.normalized:
            return None
        found = self.snapshot.trace.values.get(f"{kind}{layer}")
        if self.is_moved() or found is None:
            layout = self.snapshot.layout
            row = layout.scale if kind == "gamma" else layout.shift
            return row(self.snapshot.parameters, layer)
        return found

    def weight(self, layer: int, unit: int, source: int) -> Figure:
        """Return what stands on the edge from ``source`` into ``unit`` of ``layer``."""
        return self._parameter("W", layer, (unit, source))

    def bias(self, layer: int, unit: int) -> Figure:
        """Return what stands at the bias of ``unit`` of ``layer``."""
        return self._parameter("b", layer, (unit,))

    def is_moved(self) -> bool:
        """Return whether the parameters on show are those after the update."""
        op = self.op
        if op is None or "parameters" in self.hidden:
            return False
        # The running statistics move last, when the parameters have moved.
        is_last = op.name == "running" and self.place <= self.snapshot.trace.position
        return is_last or (op.name == "parameters" and self.has_run)

    def moved_from(self, reference: Reference) -> float | None:
        """Return what a parameter was before the update on show; None where that is not known."""
        values = self.snapshot.trace.values.get(reference.name)
        if not self.is_moved() or not self.snapshot.trace.holds_start or values is None:
            return None
        return float(values[reference.index])

    def parameter(self, reference: Reference) -> float:
        """Return the parameter on show, as ``weights``."""
        kind, digits = split_name(reference.name)
        layer = int(digits)
        if kind == "W":
            return float(self.weights(layer)[reference.index])
        values = self.biases(layer) if kind == "b" else self.scales(kind, layer)
        assert values is not None
        return float(values[reference.index])

    def change(self, reference: Reference) -> float | None:
        """Return what this step's update adds to a parameter; None while it is not known."""
        update = self.value("update")
        return None if update is None else -self._entry(update, reference)

    def _parameter(self, kind: str, layer: int, index: tuple[int, ...]) -> Figure:
        op = self.op
        start = Reference(f"{kind}{layer}", index)
        if op is not None and Setting.is_of_parameters(op):
            text = self._update_text(op, start)
            label = _update_label(kind, op)
            # Several parameters of a unit stand in one card: each says which it is.
            if kind != "W" and layer in self.snapshot.layout.normalized and op.name != "parameters":
                label += f" {kind_in_words(kind)}"
            return Figure(start, label, text, "written")
        gradient = f"d{kind}{layer}"
        if op is not None and gradient in op.writes:
            found = self.value(gradient) if self.has_run else None
            text = UNKNOWN if found is None else format_value(float(found[index]))
            label = "∂" if kind == "W" else f"∂{kind_in_words(kind)}"
            return Figure(Reference(gradient, index), label, text, "written")
        return Figure(
            start, kind_in_words(kind), short(self.parameter(start)), self.role(start.name)
        )

    def _update_text(self, op: OpInfo, reference: Reference) -> str:
        """Return what an op of the update wrote for one parameter."""
        name = op.writes[0]
        if not self.has_run or name in self.hidden:
            return UNKNOWN
        if name == "parameters":
            before, now = self.moved_from(reference), short(self.parameter(reference))
            return now if before is None else f"{short(before)}{BECOMES}{now}"
        value = self._entry(self.snapshot.trace.values[name], reference)
        # What is subtracted is shown as what it does: a change.
        return signed(-value) if name == "update" else short(value)

    def _entry(self, vector: Floats, reference: Reference) -> float:
        """Return the entry of a flat vector that belongs to a parameter; 0 of a missing bias."""
        layout = self.snapshot.layout
        if not is_parameter(layout, reference):
            return 0.0
        return entry_of_vector(layout, vector, reference)


def short(value: float) -> str:
    """Write a parameter with 4 significant digits, without zeros past the second decimal."""
    text = format_value(value)
    head, point, tail = text.partition(".")
    if not point or not tail.isdigit():
        return text
    return f"{head}.{tail.rstrip('0').ljust(2, '0')}"


def signed(value: float) -> str:
    """Write a change: with its sign always, if it has one."""
    text = format_value(value)
    return text if text.startswith(MINUS) or value == 0 or math.isnan(value) else f"+{text}"


def _update_label(kind: str, op: OpInfo) -> str:
    if op.name == "parameters":
        return kind_in_words(kind)
    # The trace subtracts Δ; the stage shows what is added.
    return f"{MINUS}Δ" if op.name == "update" else SYMBOLS.get(op.name, op.name)
