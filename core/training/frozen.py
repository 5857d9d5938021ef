"""Read-only copies of arrays that go on changing."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound="np.generic")


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return a copy of ``array`` that cannot be written."""
    copy = np.array(array)
    copy.flags.writeable = False
    return copy
