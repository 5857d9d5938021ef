"""Points of the plane that a user adds or erases while the run goes on.

An edit turns the data into given rows, training and test rows apart, so that no other point moves
and the split stays. Every weight is kept: the change reaches as far as one of the noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from core.data import DOMAIN, Dataset, class_indices
from core.errors import UserError
from core.spec import ExperimentSpec, Rows
from core.training.changes import holds_points

Array = NDArray[np.float64]

# With more points every edit would take longer than a frame.
MOST_POINTS = 5000
FEWEST_POINTS = 2


@dataclass(frozen=True, slots=True)
class PointEdit:
    """One point added, or all points near a place erased.

    Attributes:
        x1, x2: the place.
        label: class of the point added, or its value in a regression; None erases.
        split: "train" or "test", or "both" to erase in either.
        reach: how far from the place points are erased, in units of x1 and x2.
    """

    x1: float
    x2: float
    label: float | None
    split: str = "train"
    reach: float = 0.0

    @property
    def title(self) -> str:
        """Return what the edit is called where it can be undone."""
        return "points erased" if self.label is None else "points added"


def can_edit(spec: ExperimentSpec, dataset: Dataset) -> bool:
    """Return whether the data are points of the plane that can be added to."""
    return dataset.points is not None and holds_points(spec.data)


def edited(spec: ExperimentSpec, dataset: Dataset, edit: PointEdit, task: str) -> ExperimentSpec:
    """Return ``spec`` with the points of ``dataset`` as ``edit`` leaves them.

    Raises:
        UserError: the data cannot be edited, or the edit would leave too little or too much.
    """
    if not can_edit(spec, dataset):
        raise UserError("Only points of the plane can be edited; these data are others.")
    assert dataset.raw_inputs is not None
    train = dataset.raw_inputs, dataset.targets
    test = _test_rows(dataset)
    count = len(train[0]) + len(test[0])
    if edit.label is None:
        if edit.split != "test":
            train = _without(train, edit)
        if edit.split != "train":
            test = _without(test, edit)
        if len(train[0]) + len(test[0]) == count:
            return spec
        _check_what_is_left(dataset, train, test, task)
    elif count >= MOST_POINTS:
        raise UserError(f"No more than {MOST_POINTS:,} points can be edited.")
    elif edit.split == "test":
        test = _with(test, edit, dataset, task)
    else:
        train = _with(train, edit, dataset, task)
    has_test = len(test[0]) > 0
    data = replace(
        spec.data,
        kind="inline",
        task=spec.data.task or dataset.task,
        inputs=_rows(train[0]),
        targets=_rows(train[1]),
        test_inputs=_rows(test[0]) if has_test else None,
        test_targets=_rows(test[1]) if has_test else None,
        test_fraction=spec.data.test_fraction if has_test else 0.0,
    )
    return replace(spec, data=data)


Samples = tuple[Array, Array]


def _test_rows(dataset: Dataset) -> Samples:
    if dataset.raw_test_inputs is None or dataset.test_targets is None:
        return np.empty((0, 2)), np.empty((0, dataset.target_count))
    return dataset.raw_test_inputs, dataset.test_targets


def _without(rows: Samples, edit: PointEdit) -> Samples:
    distance = np.hypot(rows[0][:, 0] - edit.x1, rows[0][:, 1] - edit.x2)
    stays = distance > edit.reach
    return rows[0][stays], rows[1][stays]


def _with(rows: Samples, edit: PointEdit, dataset: Dataset, task: str) -> Samples:
    place = np.clip([[edit.x1, edit.x2]], -DOMAIN, DOMAIN)
    target = _target(edit.label or 0.0, dataset, task)
    return np.vstack([rows[0], place]), np.vstack([rows[1], target])


def _target(label: float, dataset: Dataset, task: str) -> Array:
    """Return (1, K) the target of a class as the data write it: an index, -1 and +1, or one-hot."""
    count = dataset.target_count
    if task == "classification":
        if count > 1:
            return np.eye(count)[[int(label)]]
        if dataset.targets.min() < 0:
            label = 2 * label - 1
    return np.full((1, count), label)


def _check_what_is_left(dataset: Dataset, train: Samples, test: Samples, task: str) -> None:
    if len(train[0]) < FEWEST_POINTS:
        raise UserError(f"At least {FEWEST_POINTS} training points have to stay.")
    if task != "classification" or dataset.target_count > 1:
        return
    left = class_indices(np.concatenate([train[1], test[1]])).max()
    if left + 1 < dataset.class_count:
        raise UserError(
            f"The last point of class {dataset.class_count - 1} stays: "
            "the output layer is made for as many classes."
        )


def _rows(rows: Array) -> Rows:
    plain: list[list[Any]] = rows.tolist()
    return tuple(map(tuple, plain))
