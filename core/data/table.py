"""The rows of one data set as its source yields them.

Generators, bundled files and inline rows all become a ``Table``; splitting, derived features and
standardization come after it (``build.py``) and are the same for every source.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.data.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Table:
    """Raw inputs (N, D) and targets (N, K) with their names; test rows only where they are given.

    The targets of a classification table of ours are one column of class indices 0..C-1.
    """

    inputs: FloatArray
    targets: FloatArray
    name: str
    task: str | None = None
    test_inputs: FloatArray | None = None
    test_targets: FloatArray | None = None
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    target_name: str = "target"
    image_shape: tuple[int, int] | None = None
