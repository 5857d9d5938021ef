"""The signal corridor: how large signals are, layer by layer, forward and backward.

Forward the sizes of all activations, backward those of the error signal, dL/dz of one sample. It
is read off a workspace in which a forward and a backward pass have run; nothing is run here. What
theory promises at the start stands beside it (``core.diagnosis.propagation``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.diagnosis.propagation import Theory, signal_theory
from core.diagnosis.statistics import root_mean_square
from core.network.network import Network
from core.network.parameters import Floats
from core.step.workspace import Workspace

# The band, its inner half and the median, in percent.
LEVELS = (5.0, 25.0, 50.0, 75.0, 95.0)


@dataclass(frozen=True, slots=True)
class Spread:
    """The sizes of one layer's values over all units and samples.

    Attributes:
        quantiles: at ``LEVELS``, of the sizes that are finite and not 0; NaN where there are none.
            A zero has no place on a logarithmic axis, and half of all ReLU outputs are zeros.
        rms: of all values, zeros too.
        zeros: the share of values that are 0.
        broken: how many values are not finite.
    """

    quantiles: tuple[float, ...]
    rms: float
    zeros: float
    broken: int

    @property
    def median(self) -> float:
        """Return the median of the sizes."""
        return self.quantiles[len(LEVELS) // 2]

    @property
    def is_drawable(self) -> bool:
        """Return whether there is a size that has a logarithm."""
        return not math.isnan(self.median)


@dataclass(frozen=True, slots=True)
class Corridor:
    """The signals of one network over some rows.

    Attributes:
        step: finished updates.
        rows, of_rows: how many rows were sent through, and out of how many.
        activations: (L + 1,) of the inputs and what every layer hands on: a, or with its input
            added to it.
        errors: (L,) of every layer's dL/dz times the number of rows: the error of one sample.
        theory: what the start promises, or None where start values are not random or layers are
            normalized.
        is_normalized: whether any layer is, or hands on directions.
    """

    step: int
    rows: int
    of_rows: int
    activations: tuple[Spread, ...]
    errors: tuple[Spread, ...]
    theory: Theory | None
    is_normalized: bool = False

    @property
    def layer_count(self) -> int:
        """Return L."""
        return len(self.errors)

    def forward_factors(self) -> tuple[float, ...]:
        """Return (L,) how many times as large a layer's activations are as those before it."""
        return _ratios([spread.rms for spread in self.activations])

    def backward_factors(self) -> tuple[float, ...]:
        """Return (L − 1,) how many times as large layer l's error is as that of layer l + 1."""
        return _ratios([spread.rms for spread in self.errors[::-1]])[::-1]


def measure_signals(
    network: Network, workspace: Workspace, step: int, of_rows: int = 0
) -> Corridor:
    """Return the corridor of the values in ``workspace``, after a forward and a backward pass."""
    rows = workspace.batch_size
    activations = tuple(spread_of(buffer[:-1]) for buffer in workspace.with_ones)
    errors = tuple(spread_of(workspace.dz[layer.index], rows) for layer in network.layers)
    sizes = activations[0].rms, errors[-1].rms
    theory = signal_theory(network.spec, network.layout.widths, *sizes)
    # A direction has its length by definition.
    if network.directs:
        theory = None
    normalized = bool(network.layout.normalized) or network.directs
    return Corridor(step, rows, of_rows or rows, activations, errors, theory, normalized)


def spread_of(values: Floats, scale: float = 1.0) -> Spread:
    """Return the spread of ``scale`` times all entries of ``values``."""
    sizes = np.abs(values).ravel()
    is_finite = np.isfinite(sizes)
    kept = sizes[is_finite & (sizes > 0)].astype(np.float64)
    levels = np.percentile(kept, LEVELS) if kept.size else np.full(len(LEVELS), np.nan)
    return Spread(
        tuple((levels * scale).tolist()),
        scale * root_mean_square(values),
        float(np.count_nonzero(sizes == 0)) / sizes.size,
        int(sizes.size - np.count_nonzero(is_finite)),
    )


def _ratios(sizes: list[float]) -> tuple[float, ...]:
    """Return each size over the one before it; NaN where that is no number above 0."""
    return tuple(
        after / before if 0 < before < math.inf else math.nan for before, after in pairwise(sizes)
    )
