"""The sample whose values the nodes show: the probe, or in mid-step the one being traced.

Reads what the snapshot holds and computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.network.parameters import Floats
from core.spec_rules import FORWARD_FORWARD
from core.step.wiring import wires_of
from core.training.snapshot import Snapshot
from gui.numbers import format_count


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of the data on its way through the network.

    Attributes:
        name: which row it is, in words.
        raw: its inputs as they came.
        inputs: (n[0],) as the network sees them, None before the step has taken its batch.
        sums, activations: z and a per layer (n,), None for what the step has not computed yet.
        outputs: likewise what each layer hands on.
    """

    name: str
    raw: Floats
    inputs: Floats | None
    sums: tuple[Floats | None, ...]
    activations: tuple[Floats | None, ...]
    outputs: tuple[Floats | None, ...]


def shown_sample(snapshot: Snapshot) -> Sample:
    """Return the sample to show."""
    if not snapshot.in_step:
        probe = snapshot.probe
        split = "test" if probe.split == "test" else "training"
        name = f"{split} row {format_count(probe.row + 1)}"
        return Sample(name, probe.raw, probe.inputs, probe.sums, probe.activations, probe.outputs)
    trace, dataset = snapshot.trace, snapshot.dataset
    row = int(trace.rows[trace.sample])
    raw = dataset.inputs if dataset.raw_inputs is None else dataset.raw_inputs
    layers = range(1, snapshot.layout.layer_count + 1)
    sums = tuple(trace.values.get(f"z{layer}") for layer in layers)
    activations = tuple(trace.values.get(f"a{layer}") for layer in layers)
    directs = snapshot.spec.training.gradient_source == FORWARD_FORWARD
    wires = wires_of(snapshot.spec.network.layers, drops=True, directs=directs)
    outputs = tuple(trace.values.get(wire.out) for wire in wires[1:])
    name = f"training row {format_count(row + 1)}"
    return Sample(name, raw[row], trace.values.get("x"), sums, activations, outputs)
