"""What the op at hand does to every value on the stage, and what there is to write beside it.

An act is a snapshot with the op that is lit. It reads values and knows their roles: written now,
weights read, error read, activations read, the rest. Nothing is computed here; what does not exist
yet, or is hidden, is "?".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.explain.reference import Reference
from core.network.activations import ACTIVATIONS
from core.network.parameters import Floats
from core.training.snapshot import OpInfo, Snapshot
from gui.numbers import MINUS, format_value

Role = Literal["written", "weights", "error", "input", "plain"]

UNKNOWN = "?"
LABELS = {"z": "z", "a": "a", "slope": "slope", "da": "∂L/∂a", "dz": "∂L/∂z"}
FLAT = ("gradient", "update", "parameters")
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

    def layers_at_hand(self) -> tuple[int, ...]:
        """Return the layers that the op reads and writes; the first layer where there is none."""
        op, last = self.op, self.snapshot.layout.layer_count
        if op is None or op.phase in ("batch", "update"):
            return (0, 1)
        if op.phase == "loss":
            return (last,)
        names = (*op.reads, *op.writes)
        found = {layer_of(name, last) for name in names if name not in FLAT}
        return tuple(sorted(found))

    def value(self, name: str) -> Floats | None:
        """Return a value of the step, None where there is none to show."""
        return None if name in self.hidden else self.snapshot.trace.values.get(name)

    def role(self, name: str) -> Role:
        """Return what the op does with the value called ``name``."""
        op = self.op
        if op is None:
            return "plain"
        if name in op.writes:
            return "written"
        if name not in op.reads:
            return "plain"
        if name == "parameters" or name[0] in "Wb":
            return "weights"
        return "error" if name[0] == "d" or op.phase == "update" else "input"

    def has_slope(self, layer: int) -> bool:
        """Return whether the units of ``layer`` have a slope each."""
        name = self.snapshot.spec.network.layers[layer - 1].activation
        return ACTIVATIONS[name].by_unit

    def figure(self, kind: str, layer: int, unit: int) -> Figure:
        """Return the number of one unit: ``kind`` is z, a, slope, da or dz."""
        name = f"{kind}{layer}"
        values = self.value(name)
        text = UNKNOWN if values is None else format_value(float(values[unit]))
        return Figure(Reference(name, (unit,)), LABELS[kind], text, self.role(name))

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

    def weight(self, layer: int, unit: int, source: int) -> Figure:
        """Return what stands on the edge from ``source`` into ``unit`` of ``layer``."""
        return self._parameter("W", layer, (unit, source))

    def bias(self, layer: int, unit: int) -> Figure:
        """Return what stands at the bias of ``unit`` of ``layer``."""
        return self._parameter("b", layer, (unit,))

    def loss(self) -> Figure:
        """Return the loss."""
        value = self.value("loss")
        text = UNKNOWN if value is None else format_value(float(value))
        return Figure(Reference("loss"), "loss", text, self.role("loss"))

    def is_moved(self) -> bool:
        """Return whether the parameters on show are those after the update."""
        op = self.op
        return op is not None and op.name == "parameters" and self._has_run()

    def _has_run(self) -> bool:
        return self.place < self.snapshot.trace.position

    def _parameter(self, kind: str, layer: int, index: tuple[int, ...]) -> Figure:
        op = self.op
        start = Reference(f"{kind}{layer}", index)
        if op is not None and op.name == "parameters":
            role: Role = "written"
            if not self._has_run() or op.name in self.hidden:
                return Figure(start, kind, UNKNOWN, role)
            return Figure(start, kind, short(self._entry("parameters", start)), role)
        if op is not None and op.phase == "update":
            text = UNKNOWN
            if self._has_run() and op.writes[0] not in self.hidden:
                value = self._entry(op.writes[0], start)
                # What is subtracted is shown as what it does: a change.
                text = signed(-value) if op.name == "update" else short(value)
            label = "Δ" if op.name == "update" else SYMBOLS.get(op.name, op.name)
            return Figure(start, label, text, "written")
        gradient = f"d{kind}{layer}"
        if op is not None and gradient in op.writes:
            found = self.value(gradient) if self._has_run() else None
            text = UNKNOWN if found is None else format_value(float(found[index]))
            return Figure(Reference(gradient, index), "∂", text, "written")
        values = self.snapshot.trace.values.get(start.name)
        vector = self._entry("parameters", start) if values is None else float(values[index])
        return Figure(start, kind, short(vector), self.role(start.name))

    def _entry(self, name: str, reference: Reference) -> float:
        """Return the entry of a flat vector that belongs to a weight or a bias."""
        layout = self.snapshot.layout
        is_now = name == "parameters"
        vector = self.snapshot.parameters if is_now else self.snapshot.trace.values[name]
        part = layout.weights if reference.name[0] == "W" else layout.bias
        return float(part(vector, int(reference.name[1:]))[reference.index])


def layer_of(name: str, last: int) -> int:
    """Return the layer that a value belongs to: 0 for the inputs, the last for the targets."""
    digits = "".join(c for c in name if c.isdigit())
    if name in ("x", "dx"):
        return 0
    return int(digits) if digits else last


def short(value: float) -> str:
    """Write a parameter with 4 significant digits, without zeros past the second decimal."""
    text = format_value(value)
    head, point, tail = text.partition(".")
    if not point or not tail.isdigit():
        return text
    return f"{head}.{tail.rstrip('0').ljust(2, '0')}"


def signed(value: float) -> str:
    """Write a change: with its sign always."""
    text = format_value(value)
    return text if text.startswith(MINUS) or value == 0 else f"+{text}"
