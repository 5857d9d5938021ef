"""The running statistics of batch normalization: what evaluation uses in place of a batch's own.

They are no parameters: no gradient belongs to them, and only one op of a step writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from core.network.parameters import Floats
from core.spec import LayerSpec

# The share of a batch in the new running value (PyTorch's momentum).
MOMENTUM = 0.1


class RunningStatistics:
    """Means and variances of all layers with batch normalization.

    Attributes:
        data: one vector of all of them; means start at 0, variances at 1.
        views: by layer (from 1) its mean and variance, (n_out,) each.
    """

    def __init__(self, layers: Sequence[LayerSpec], dtype: Any) -> None:
        """Allocate for ``layers``."""
        batch = {i: layer.units for i, layer in enumerate(layers, 1) if _is_batch(layer)}
        self.data: Floats = np.zeros(2 * sum(batch.values()), dtype)
        self.views: dict[int, tuple[Floats, Floats]] = {}
        start = 0
        for index, units in batch.items():
            mean, var = self.data[start : start + 2 * units].reshape(2, units)
            var[...] = 1.0
            self.views[index] = mean, var
            start += 2 * units

    def named(self, data: Floats) -> Iterator[tuple[str, Floats]]:
        """Yield name and view (n,) of each part of ``data``, a vector of the same layout."""
        start = 0
        for index, (mean, _) in self.views.items():
            for name in ("running_mean", "running_var"):
                yield f"{name}{index}", data[start : start + len(mean)]
                start += len(mean)

    def carry_over(self, source: RunningStatistics, origins: Sequence[int]) -> None:
        """Take what overlaps from ``source``; ``origins`` as ``layer_origins`` returns them."""
        for index, views in self.views.items():
            kept = source.views.get(origins[index - 1], ())
            for old, new in zip(kept, views, strict=False):
                count = min(len(old), len(new))
                new[:count] = old[:count]


def _is_batch(layer: LayerSpec) -> bool:
    return layer.normalization == "batch"
