"""Where a program looks whether numbers are finite before it goes on.

A sum is finite only if all of its terms are, so one number tells of a whole vector; only where it
is not finite the entries are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from core.network.parameters import Floats
from core.network.products import inner_product
from core.network.runs import Run, Sweep, stretches_of


class Gate(NamedTuple):
    """A question in parts, so that a step at full speed asks it without a call in between.

    Attributes:
        add_up: computes what is read; a sweep is done along with those before it.
        reads: numbers whose sum, where it is finite, says yes.
        settle: answers where the sum is not finite.
    """

    add_up: Run
    reads: tuple[Callable[[], float], ...]
    settle: Callable[[], bool]

    def is_open(self) -> bool:
        """Return whether the program may pass."""
        self.add_up()
        total = sum(read() for read in self.reads)
        return total - total == 0.0 or self.settle()


def finite_gate(vector: Floats, read_number: Callable[[], float]) -> Gate:
    """Return the gate that is open where a number and all of ``vector`` (P,) are finite."""
    parts = [vector[part] for part in stretches_of(vector.size, vector.dtype)]
    products = [inner_product(part, part) for part in parts]
    add_squares = Sweep(*(product.compute for product in products))

    def settle() -> bool:
        # Squares overflow before the numbers themselves do.
        return bool(np.isfinite(read_number()) and np.isfinite(vector).all())

    return Gate(add_squares, (read_number, *(product.read for product in products)), settle)
