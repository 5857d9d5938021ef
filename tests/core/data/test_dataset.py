"""Claims about Dataset: what it checks, what it keeps, and the order of its map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.data import Dataset, InputTransform, resolved_task
from core.errors import DataError

SQUARE = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]


def test_arrays_are_read_only_copies_in_double_precision() -> None:
    inputs = np.array(SQUARE, dtype=np.float32)
    dataset = Dataset(inputs, np.array([0, 1, 1, 0]))  # type: ignore[arg-type]
    inputs[0, 0] = 7.0
    assert dataset.inputs[0, 0] == 0.0
    assert dataset.inputs.dtype == dataset.targets.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        dataset.inputs[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        dataset.targets[0, 0] = 1.0


def test_one_dimensional_targets_become_one_column() -> None:
    dataset = Dataset(
        np.array(SQUARE),
        np.array([0.0, 1, 1, 0]),
        test_inputs=np.array(SQUARE[:1]),
        test_targets=np.array([0.0]),
    )
    assert dataset.targets.shape == (4, 1)
    assert dataset.test_targets is not None
    assert dataset.test_targets.shape == (1, 1)
    assert (dataset.input_count, dataset.target_count) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"inputs": [[1, 2], [3, 4], [5]], "targets": [0, 1, 0]},
            "data.inputs[2]: expected 2 numbers, got 1",
        ),
        (
            {"inputs": [[1, 2], ["a", 4]], "targets": [0, 1]},
            "data.inputs[1]: expected numbers only",
        ),
        (
            {"inputs": [[1, 2], [3, np.nan]], "targets": [0, 1]},
            "data.inputs[1][1]: expected a finite number, got nan",
        ),
        (
            {"inputs": [[1, 2], [3, 4]], "targets": [0, np.inf]},
            "data.targets[1][0]: expected a finite number, got inf",
        ),
        (
            {"inputs": [1, 2], "targets": [0, 1]},
            "data.inputs: expected one row of numbers a sample, got shape (2,)",
        ),
        (
            {"inputs": np.empty((0, 2)), "targets": []},
            "data.inputs: expected at least one row with one number, got none",
        ),
        (
            {"inputs": SQUARE, "targets": [0, 1, 1]},
            "data.targets: expected 4 rows, one for each row of data.inputs, got 3",
        ),
        (
            {"inputs": SQUARE, "targets": [0, [1], 1, 0]},
            "data.targets[1]: expected a number like the rows before it, got a list",
        ),
        (
            {"inputs": SQUARE, "targets": [[0], 1, 1, 0]},
            "data.targets[1]: expected 1 number, got a single one without brackets",
        ),
        (
            {"inputs": SQUARE, "targets": [0, 1, 1, 0], "test_inputs": SQUARE},
            "data.test_targets: test rows need both inputs and targets",
        ),
        (
            {"inputs": SQUARE, "targets": [0, 1, 1, 0], "test_inputs": [[1]], "test_targets": [1]},
            "data.test_inputs[0]: expected 2 numbers, got 1",
        ),
        (
            {
                "inputs": SQUARE,
                "targets": [0, 1, 1, 0],
                "test_inputs": SQUARE,
                "test_targets": [[1, 0]] * 4,
            },
            "data.test_targets[0]: expected 1 number, got 2",
        ),
        (
            {"inputs": SQUARE, "targets": [0, 1, 1, 0], "task": "ranking"},
            "data.task: expected classification or regression, got 'ranking'",
        ),
        (
            {"inputs": SQUARE, "targets": [0, 1, 1, 0], "feature_names": ("a",)},
            "data.feature_names: expected 2 names, one for each column of data.inputs, got 1",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError) as refusal:
        Dataset(**arguments)
    assert str(refusal.value) == message


def test_grid_runs_from_top_left_to_bottom_right_through_cell_centres() -> None:
    dataset = Dataset(np.array(SQUARE), np.zeros(4), points=np.array(SQUARE))
    assert dataset.domain == 6.0
    corners = [[-3.0, 3.0], [3.0, 3.0], [-3.0, -3.0], [3.0, -3.0]]
    np.testing.assert_array_equal(dataset.grid(2), corners)


def test_grid_goes_through_the_transform_of_the_samples() -> None:
    dataset = Dataset(
        np.ones((4, 1)),
        np.zeros(4),
        points=np.array(SQUARE),
        transform=InputTransform(("x1*x2",)),
    )
    np.testing.assert_array_equal(dataset.grid(2), [[-9.0], [9.0], [9.0], [-9.0]])


def test_a_set_without_points_has_no_map() -> None:
    dataset = Dataset(np.ones((4, 3)), np.zeros(4))
    assert dataset.domain is None
    with pytest.raises(DataError, match="have a map"):
        dataset.grid(10)


@pytest.mark.parametrize(
    ("targets", "test_targets", "count"),
    [
        ([0, 1, 1, 0], None, 2),
        ([0, 0, 0, 0], None, 2),
        ([-1, 1, 1, -1], None, 2),
        ([0, 1, 1, 0], [3], 4),
        (np.eye(5)[:4], None, 5),
    ],
)
def test_class_count_covers_training_and_test_targets(
    targets: Any, test_targets: Any, count: int
) -> None:
    test_inputs = None if test_targets is None else np.ones((1, 2))
    dataset = Dataset(np.array(SQUARE), targets, test_inputs=test_inputs, test_targets=test_targets)
    assert dataset.class_count == count


@pytest.mark.parametrize(
    ("loss", "task"),
    [
        ("binary_cross_entropy", "classification"),
        ("cross_entropy", "classification"),
        ("mean_squared_error", "regression"),
        ("half_squared_error", "regression"),
    ],
)
def test_the_loss_decides_only_where_the_data_name_no_task(loss: str, task: str) -> None:
    inputs, targets = np.array(SQUARE), np.zeros(4)
    assert resolved_task(Dataset(inputs, targets), loss) == task
    for named in ("classification", "regression"):
        assert resolved_task(Dataset(inputs, targets, named), loss) == named
