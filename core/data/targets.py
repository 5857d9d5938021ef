"""How an output layer wants its targets, and which output layer fits a data set.

Class indices become 0/1, -1/+1 or one-hot rows here, and outputs become class indices again. A
layer that cannot express the targets is refused in words that say what it would take.
"""

from __future__ import annotations

import numpy as np

from core.data.arrays import AnyFloatArray, FloatArray, IndexArray
from core.data.dataset import Dataset
from core.errors import DataError, SpecError


def encode_targets(
    dataset: Dataset, task: str, units: int, activation: str
) -> tuple[FloatArray, FloatArray | None]:
    """Return the targets (N, units) of the training rows and those (M, units) of the test rows.

    Regression takes the columns as they are. Two classes with one unit are 0/1, one unit a class
    is one-hot; for tanh -1 takes the place of 0. Rows of zeros and ones that are not one-hot are
    independent labels and stay as they are.

    Raises:
        SpecError: at ``network.layers``, if the output layer does not fit the targets.
        DataError: targets that are no classes, though the task is classification.
    """
    columns = dataset.target_count
    if task == "regression":
        if units != columns:
            needed = f"{_count(columns, 'target column')} {_need(columns)}"
            raise SpecError(
                "network.layers", f"{needed} {_count(columns, 'output unit')}, got {units}"
            )
        return dataset.targets, dataset.test_targets
    _check_classes(dataset)
    if has_independent_labels(dataset):
        if units != columns or activation != "sigmoid":
            raise SpecError(
                "network.layers",
                f"{columns} independent labels need {columns} output units with sigmoid, "
                f"got {_count(units, 'unit')} with {activation}",
            )
        return dataset.targets, dataset.test_targets
    classes = dataset.class_count
    one_unit = classes == 2 and units == 1 and activation != "softmax"
    if not one_unit and units != classes:
        wanted = f"{classes} output units with softmax"
        if classes == 2:
            wanted = f"1 output unit with sigmoid or {wanted}"
        raise SpecError(
            "network.layers",
            f"{classes} classes need {wanted}, got {_count(units, 'unit')} with {activation}",
        )
    low = -1.0 if activation == "tanh" else 0.0
    test = dataset.test_targets
    return (
        _encode(dataset.targets, units, low),
        None if test is None else _encode(test, units, low),
    )


def class_indices(targets: AnyFloatArray) -> IndexArray:
    """Return the class (N,) of each row of ``targets`` (N, K), as they came or encoded.

    One column holds indices 0..C-1 or -1/+1; of several columns the largest is the class.
    """
    if targets.shape[1] > 1:
        return np.asarray(targets.argmax(axis=1))
    return np.maximum(targets[:, 0], 0.0).astype(np.intp)


def predicted_classes(outputs: AnyFloatArray, activation: str) -> IndexArray:
    """Return the class (N,) that ``outputs`` (N, K) stand for.

    One unit is cut at the middle of its targets (0 for tanh, else 0.5); of several the largest
    wins.
    """
    if outputs.shape[1] > 1:
        return np.asarray(outputs.argmax(axis=1))
    threshold = 0.0 if activation == "tanh" else 0.5
    return (outputs[:, 0] > threshold).astype(np.intp)


def suitable_output(dataset: Dataset, task: str, loss: str) -> tuple[int, str]:
    """Return units and activation of the output layer that fits the data and the loss."""
    if task == "regression":
        activations = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}
        return dataset.target_count, activations.get(loss, "linear")
    if has_independent_labels(dataset):
        return dataset.target_count, "sigmoid"
    classes = dataset.class_count
    if loss == "cross_entropy":
        return classes, "softmax"
    return (1 if classes == 2 else classes), "sigmoid"


def suitable_loss(dataset: Dataset, task: str) -> str:
    """Return the loss that is usual for the data."""
    if task == "regression":
        return "mean_squared_error"
    binary = dataset.class_count == 2 or has_independent_labels(dataset)
    return "binary_cross_entropy" if binary else "cross_entropy"


def has_independent_labels(dataset: Dataset) -> bool:
    """Return whether several columns of zeros and ones are not one-hot in every row."""
    rows = _all_targets(dataset)
    if rows.shape[1] == 1 or not np.isin(rows, (0.0, 1.0)).all():
        return False
    return not bool((rows.sum(axis=1) == 1).all())


def _check_classes(dataset: Dataset) -> None:
    """Refuse targets that name no class."""
    rows = _all_targets(dataset)
    if rows.shape[1] > 1:
        if not np.isin(rows, (0.0, 1.0)).all():
            raise DataError(
                "data.targets: several columns of classes must hold 0 and 1 only; "
                'set data.task to "regression" to fit other numbers'
            )
        return
    if np.isin(rows, (-1.0, 1.0)).all():
        return
    wrong = (rows[:, 0] < 0) | (rows[:, 0] != np.floor(rows[:, 0]))
    if wrong.any():
        raise DataError(
            f"data.targets: expected class indices 0, 1, 2, ... or -1 and +1, "
            f'got {rows[wrong][0, 0]:g}; set data.task to "regression" to fit numbers'
        )
    highest = rows.max()
    if dataset.class_names and highest >= len(dataset.class_names):
        raise DataError(
            f"data.targets: class {highest:g} has no name, there are {len(dataset.class_names)}"
        )


def _all_targets(dataset: Dataset) -> FloatArray:
    if dataset.test_targets is None:
        return dataset.targets
    return np.concatenate([dataset.targets, dataset.test_targets])


def _encode(targets: FloatArray, units: int, low: float) -> FloatArray:
    indices = class_indices(targets)
    if units == 1:
        hot: FloatArray = indices[:, None].astype(np.float64)
    else:
        hot = np.eye(units)[indices]
    return low + (1.0 - low) * hot


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _need(number: int) -> str:
    return "needs" if number == 1 else "need"
