"""The sample whose values the nodes show: the probe, or in mid-step the one being traced.

Reads what the snapshot holds; the one thing computed is z of a probe, W a + b of the unit that
someone looks at, since a probe brings activations only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.network.parameters import Floats
from core.training.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of the data on its way through the network.

    Attributes:
        name: which row it is, in words.
        raw: its inputs as they came.
        inputs: (n[0],) as the network sees them, None before the step has taken its batch.
        activations: per layer (n,), None for what the step has not computed yet.
    """

    name: str
    raw: Floats
    inputs: Floats | None
    activations: tuple[Floats | None, ...]


def shown_sample(snapshot: Snapshot) -> Sample:
    """Return the sample to show."""
    if not snapshot.in_step:
        probe = snapshot.probe
        split = "test" if probe.split == "test" else "training"
        name = f"{split} sample {probe.row + 1}"
        return Sample(name, probe.raw, probe.inputs, probe.activations)
    trace, dataset = snapshot.trace, snapshot.dataset
    row = int(trace.rows[trace.sample])
    raw = dataset.inputs if dataset.raw_inputs is None else dataset.raw_inputs
    layers = range(1, snapshot.layout.layer_count + 1)
    activations = tuple(trace.values.get(f"a{layer}") for layer in layers)
    name = f"training sample {row + 1}"
    return Sample(name, raw[row], trace.values.get("x"), activations)


def weighted_sum(snapshot: Snapshot, sample: Sample, layer: int, unit: int) -> float | None:
    """Return z of one unit for the sample, None if the step has not computed it yet."""
    if snapshot.in_step:
        z = snapshot.trace.values.get(f"z{layer}")
        return None if z is None else float(z[unit])
    before = sample.inputs if layer == 1 else sample.activations[layer - 2]
    assert before is not None
    weights = snapshot.layout.weights(snapshot.parameters, layer)[unit]
    bias = snapshot.layout.bias(snapshot.parameters, layer)[unit]
    # A run that has blown up is shown as it is.
    with np.errstate(invalid="ignore", over="ignore"):
        return float(weights @ before + bias)
