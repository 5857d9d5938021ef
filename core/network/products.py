"""The inner product of two vectors as a function bound to them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.network.parameters import Floats


def inner_product(u: Floats, v: Floats) -> Callable[[], float]:
    """Return the function that computes the sum of u * v over all entries.

    ``u`` and ``v`` are contiguous and of one size; their entries may change between calls. As a
    product of a row with a column it takes two thirds of the time of the product of two vectors.
    """
    row, column = u.view(), v.view()
    # Unlike a reshape this refuses arrays that would have to be copied.
    row.shape, column.shape = (1, u.size), (v.size, 1)
    product = np.empty((1, 1), u.dtype)
    dot, item = row.dot, product.item

    def run() -> float:
        dot(column, product)
        return item()

    return run
