"""The fixed random matrices through which feedback alignment sends errors back.

B(n) stands in place of W(n+1)^T (Lillicrap et al. 2016). It is a function of the seed and the layer
alone and never changes, so no keyframe holds it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from core.network.initializers import initial_variance
from core.network.parameters import Floats, ParameterLayout
from core.random_streams import random_stream
from core.spec import NetworkSpec

Feedback = Mapping[str, Floats]


def feedback_matrices(
    network: NetworkSpec, layout: ParameterLayout, seed: int, dtype: Any
) -> dict[str, Floats]:
    """Return B1, ..., B(L-1) by name; B(n) is (units of layer n, units of layer n + 1).

    The entries are normal with the deviation that the initializer gives to W(n+1). Where it draws
    nothing (zeros, constant) that is Xavier's: matrices of zeros would teach the layers nothing.
    """
    widths = layout.widths
    matrices = {}
    for n in range(1, layout.layer_count):
        below, above = widths[n], widths[n + 1]
        variance = initial_variance(network, below, above) or 2 / (below + above)
        stream = random_stream(seed, "feedback", n)
        drawn = stream.normal(0.0, math.sqrt(variance), (below, above))
        matrices[f"B{n}"] = drawn.astype(dtype)
    return matrices
