"""Clipping the gradient: every entry by itself, or the vector of all layers as a whole.

By value no entry may be larger than the limit, which can turn the direction. By norm the vector
keeps its direction and is shortened to the limit (Pascanu, Mikolov and Bengio 2013), with PyTorch's
10⁻⁶ in the quotient. The limit is read when the op runs.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy import maximum, minimum, multiply, negative, not_equal

from core.network.parameters import Floats
from core.network.products import inner_product
from core.network.runs import InTurn, Run

MARGIN = 1e-6


def clipped_by_value(source: Floats, limit: Floats, target: Floats, cut: Floats) -> Run:
    """Return what fills ``target`` (P,) with ``source``, every entry within ±limit.

    ``cut`` (0-d) gets the number of entries that were larger.
    """
    lowest, differs = np.zeros_like(limit), np.zeros(source.shape, bool)

    def count() -> None:
        cut[()] = np.count_nonzero(differs)

    return InTurn(
        partial(negative, limit, lowest),
        partial(maximum, source, lowest, out=target),
        partial(minimum, target, limit, out=target),
        partial(not_equal, source, target, differs),
        count,
    )


def clipped_by_norm(
    source: Floats, limit: Floats, target: Floats, norm: Floats, factor: Floats
) -> Run:
    """Return what fills ``target`` (P,) with factor · source.

    ``norm`` (0-d) gets |source|, ``factor`` (0-d) min(1, limit / (norm + 10⁻⁶)).
    """
    add_squares, squares = inner_product(source, source)

    def measure() -> None:
        length = math.sqrt(squares())
        if not math.isfinite(length):
            # Squares overflow before the numbers themselves do.
            largest = np.abs(source).max()
            length = float(largest) * float(np.linalg.norm(source / largest))
        norm[()] = length
        factor[()] = min(1.0, float(limit) / (length + MARGIN))

    return InTurn(add_squares, measure, partial(multiply, source, factor, target))
