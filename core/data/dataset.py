"""The data set of a run: what the network is given and what it should answer.

A ``Dataset`` holds network inputs and targets with one row a sample, checked once and read-only
from then on, and what a picture of them needs. It does not know where they come from
(``build.py``) nor how an output layer wants its targets (``targets.py``).
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np

from core.data.arrays import FloatArray, as_inputs, as_targets
from core.data.features import InputTransform
from core.errors import DataError

DOMAIN = 6.0
"""Half the side of the square [-6, 6]^2 in which two-input sets live."""

CROSS_ENTROPIES = ("binary_cross_entropy", "cross_entropy")
TASKS = ("classification", "regression")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training rows and, where there are any, test rows; all arrays are read-only float64 copies.

    Attributes:
        inputs: (N, D) what the network is given.
        targets: (N, K) what it should answer; a 1-D array becomes one column. Classes are one
            column of indices 0..C-1 (or -1/+1), or one-hot columns.
        task: "classification", "regression", or None: the loss decides (``resolved_task``).
        test_inputs: (M, D) or None.
        test_targets: (M, K) or None.
        feature_names: D names; x1, x2, ... if left out.
        class_names: C names, or none.
        target_name: what the target is called.
        name: what the set is called.
        points: (N, 2) raw coordinates in [-6, 6]^2 of a two-input set, else None.
        test_points: (M, 2) likewise.
        image_shape: rows and columns of the picture that ``raw_inputs`` are, else None.
        transform: from raw inputs to network inputs; None: they are the same.
        raw_inputs: (N, R) the training rows before ``transform``, or None.
        raw_test_inputs: (M, R) likewise.

    Raises:
        DataError: shapes that do not fit, or numbers that are not finite.
    """

    inputs: FloatArray
    targets: FloatArray
    task: str | None = None
    test_inputs: FloatArray | None = None
    test_targets: FloatArray | None = None
    _: KW_ONLY
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    target_name: str = "target"
    name: str = ""
    points: FloatArray | None = None
    test_points: FloatArray | None = None
    image_shape: tuple[int, int] | None = None
    transform: InputTransform | None = None
    raw_inputs: FloatArray | None = None
    raw_test_inputs: FloatArray | None = None

    def __post_init__(self) -> None:
        """Replace the arrays by checked copies and fill in the names left out."""
        inputs = as_inputs(self.inputs, "data.inputs")
        targets = as_targets(self.targets, "data.targets")
        check_row_count("targets", targets, inputs)
        checked: dict[str, object] = {"inputs": inputs, "targets": targets}
        if (self.test_inputs is None) != (self.test_targets is None):
            missing = "test_inputs" if self.test_inputs is None else "test_targets"
            raise DataError(f"data.{missing}: test rows need both inputs and targets")
        if self.test_inputs is not None and self.test_targets is not None:
            test_inputs = as_inputs(self.test_inputs, "data.test_inputs", inputs.shape[1])
            test_targets = as_targets(self.test_targets, "data.test_targets", targets.shape[1])
            check_row_count("test_targets", test_targets, test_inputs)
            checked |= {"test_inputs": test_inputs, "test_targets": test_targets}
        for name in ("points", "test_points", "raw_inputs", "raw_test_inputs"):
            rows = getattr(self, name)
            if rows is not None:
                checked[name] = as_inputs(rows, f"data.{name}")
        if not self.feature_names:
            checked["feature_names"] = tuple(f"x{i + 1}" for i in range(inputs.shape[1]))
        elif len(self.feature_names) != inputs.shape[1]:
            raise DataError(
                f"data.feature_names: expected {inputs.shape[1]} names, one for each column of "
                f"data.inputs, got {len(self.feature_names)}"
            )
        if self.task not in (None, *TASKS):
            raise DataError(f"data.task: expected {' or '.join(TASKS)}, got {self.task!r}")
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def input_count(self) -> int:
        """D, the number of network inputs."""
        return int(self.inputs.shape[1])

    @property
    def target_count(self) -> int:
        """K, the number of target columns."""
        return int(self.targets.shape[1])

    @property
    def class_count(self) -> int:
        """C, the number of classes if this is read as classification: at least 2.

        One column counts the highest index of training and test rows, several columns themselves.
        """
        if self.class_names:
            return len(self.class_names)
        if self.target_count > 1:
            return self.target_count
        highest = self.targets.max()
        if self.test_targets is not None:
            highest = max(highest, self.test_targets.max())
        return max(2, int(highest) + 1)

    @property
    def domain(self) -> float | None:
        """Half the side of the square that ``grid`` covers; None where there is no map."""
        return None if self.points is None else DOMAIN

    def grid(self, size: int) -> FloatArray:
        """Return network inputs (size * size, D) of the cell centres of a map of [-6, 6]^2.

        Rows of cells run from the top (x2 near +6) to the bottom, within a row from left to right,
        so that a response reshaped to (size, size) is an image.

        Raises:
            DataError: the set has no two raw inputs to draw a map over.
        """
        if self.points is None:
            raise DataError("data: only sets of two inputs within [-6, 6] have a map")
        points = grid_points(size)
        return self.transform(points) if self.transform else points


def grid_points(size: int) -> FloatArray:
    """Return raw coordinates (size * size, 2) of the cell centres of [-6, 6]^2, in image order."""
    centres = (np.arange(size) + 0.5) * (2 * DOMAIN / size) - DOMAIN
    x2, x1 = np.meshgrid(centres[::-1], centres, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


def resolved_task(dataset: Dataset, loss: str) -> str:
    """Return the data set's task, or the one that ``loss`` stands for where it names none."""
    if dataset.task is not None:
        return dataset.task
    return "classification" if loss in CROSS_ENTROPIES else "regression"


def check_row_count(name: str, targets: FloatArray, inputs: FloatArray) -> None:
    """Raise DataError at ``data.<name>`` unless there is one row of targets for each of inputs."""
    if len(targets) != len(inputs):
        inputs_name = name.replace("targets", "inputs")
        raise DataError(
            f"data.{name}: expected {len(inputs)} rows, one for each row of data.{inputs_name}, "
            f"got {len(targets)}"
        )
