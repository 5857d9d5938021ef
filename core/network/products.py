"""The inner product of two vectors as functions bound to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from core.network.parameters import Floats


class InnerProduct(NamedTuple):
    """The sum of u * v over all entries; the entries may change between calls.

    Attributes:
        compute: computes it.
        read: returns what ``compute`` has found.
    """

    compute: Callable[[], object]
    read: Callable[[], float]


def inner_product(u: Floats, v: Floats) -> InnerProduct:
    """Bind the inner product of ``u`` and ``v``, contiguous arrays of one size.

    As a product of a row with a column it takes two thirds of the time of the product of two
    vectors, and two bound calls take less than one Python function around them.
    """
    row, column = u.view(), v.view()
    # Unlike a reshape this refuses arrays that would have to be copied.
    row.shape, column.shape = (1, u.size), (v.size, 1)
    product = np.empty((1, 1), u.dtype)
    return InnerProduct(partial(row.dot, column, product), product.item)
