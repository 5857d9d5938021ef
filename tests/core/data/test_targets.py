"""Claims about targets: how each output layer gets them, and which layers are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.data import (
    Dataset,
    class_indices,
    encode_targets,
    has_independent_labels,
    predicted_classes,
    suitable_loss,
    suitable_output,
)
from core.errors import DataError, SpecError

LABELS = [[1, 1, 0], [0, 0, 0], [0, 1, 0]]


def dataset(targets: Any, test_targets: Any = None, **names: Any) -> Dataset:
    inputs = np.ones((len(targets), 2))
    test_inputs = None if test_targets is None else np.ones((len(test_targets), 2))
    return Dataset(inputs, targets, None, test_inputs, test_targets, **names)


@pytest.mark.parametrize(
    ("targets", "units", "activation", "encoded"),
    [
        ([0, 1, 1], 1, "sigmoid", [[0], [1], [1]]),
        ([0, 1, 1], 1, "tanh", [[-1], [1], [1]]),
        ([0, 1, 1], 1, "linear", [[0], [1], [1]]),
        ([-1, 1, 1], 1, "sigmoid", [[0], [1], [1]]),
        ([-1, 1, 1], 1, "tanh", [[-1], [1], [1]]),
        ([-1, 1, 1], 2, "softmax", [[1, 0], [0, 1], [0, 1]]),
        ([0, 1, 1], 2, "softmax", [[1, 0], [0, 1], [0, 1]]),
        ([0, 2, 1], 3, "softmax", [[1, 0, 0], [0, 0, 1], [0, 1, 0]]),
        ([0, 2, 1], 3, "sigmoid", [[1, 0, 0], [0, 0, 1], [0, 1, 0]]),
        ([0, 2, 1], 3, "tanh", [[1, -1, -1], [-1, -1, 1], [-1, 1, -1]]),
        ([[1, 0], [0, 1], [0, 1]], 2, "softmax", [[1, 0], [0, 1], [0, 1]]),
        ([[1, 0], [0, 1], [0, 1]], 1, "sigmoid", [[0], [1], [1]]),
        (LABELS, 3, "sigmoid", LABELS),
    ],
)
def test_classes_are_encoded_for_the_output_layer(
    targets: Any, units: int, activation: str, encoded: Any
) -> None:
    train, test = encode_targets(dataset(targets), "classification", units, activation)
    np.testing.assert_array_equal(train, encoded)
    assert test is None


@pytest.mark.parametrize(
    ("targets", "units", "activation", "message"),
    [
        (
            [0, 2, 1],
            1,
            "sigmoid",
            "3 classes need 3 output units with softmax, got 1 unit with sigmoid",
        ),
        (
            [0, 2, 1],
            2,
            "softmax",
            "3 classes need 3 output units with softmax, got 2 units with softmax",
        ),
        (
            [0, 1, 1],
            3,
            "softmax",
            "2 classes need 1 output unit with sigmoid or 2 output units with softmax, "
            "got 3 units with softmax",
        ),
        (
            [0, 1, 1],
            1,
            "softmax",
            "2 classes need 1 output unit with sigmoid or 2 output units with softmax, "
            "got 1 unit with softmax",
        ),
        (
            LABELS,
            3,
            "softmax",
            "3 independent labels need 3 output units with sigmoid, got 3 units with softmax",
        ),
        (
            LABELS,
            1,
            "sigmoid",
            "3 independent labels need 3 output units with sigmoid, got 1 unit with sigmoid",
        ),
    ],
)
def test_an_output_layer_that_does_not_fit_is_refused_with_what_it_takes(
    targets: Any, units: int, activation: str, message: str
) -> None:
    with pytest.raises(SpecError) as refusal:
        encode_targets(dataset(targets), "classification", units, activation)
    assert refusal.value.place == "network.layers"
    assert str(refusal.value) == f"network.layers: {message}"


def test_regression_targets_stay_as_they_are_and_need_a_unit_each() -> None:
    data = dataset([[0.5, -2.0], [1.5, 3.0]], [[9.0, 9.5]])
    train, test = encode_targets(data, "regression", 2, "linear")
    np.testing.assert_array_equal(train, data.targets)
    np.testing.assert_array_equal(test, [[9.0, 9.5]])
    with pytest.raises(SpecError, match="2 target columns need 2 output units, got 1"):
        encode_targets(data, "regression", 1, "linear")
    with pytest.raises(SpecError, match="1 target column needs 1 output unit, got 3"):
        encode_targets(dataset([1.0, 2.0]), "regression", 3, "linear")


def test_test_rows_are_encoded_like_training_rows_though_a_class_is_missing() -> None:
    _, test = encode_targets(dataset([0, 1, 2], [1]), "classification", 3, "softmax")
    np.testing.assert_array_equal(test, [[0, 1, 0]])
    train, test = encode_targets(dataset([-1, 1], [-1, -1]), "classification", 1, "sigmoid")
    np.testing.assert_array_equal(train, [[0], [1]])
    np.testing.assert_array_equal(test, [[0], [0]])


@pytest.mark.parametrize("targets", [[0.5, 1, 0], [-1, 0, 1], [-2, 1, 1], [[0.2, 0.8], [1, 0]]])
def test_numbers_that_are_no_classes_are_refused_with_the_way_out(targets: Any) -> None:
    with pytest.raises(DataError, match=r'^data\.targets: .* set data\.task to "regression"'):
        encode_targets(dataset(targets), "classification", 1, "sigmoid")


def test_a_class_beyond_the_named_ones_is_refused() -> None:
    data = dataset([0, 1, 2], class_names=("a", "b"))
    with pytest.raises(DataError, match="class 2 has no name, there are 2"):
        encode_targets(data, "classification", 2, "softmax")


@pytest.mark.parametrize(
    ("targets", "indices"),
    [
        ([[0], [2], [1]], [0, 2, 1]),
        ([[-1], [1]], [0, 1]),
        ([[0, 0, 1], [1, 0, 0]], [2, 0]),
        ([[-1, 1], [1, -1]], [1, 0]),
    ],
)
def test_class_indices_undo_every_encoding(targets: Any, indices: list[int]) -> None:
    found = class_indices(np.array(targets, dtype=np.float64))
    assert found.tolist() == indices
    assert found.dtype == np.intp


@pytest.mark.parametrize(
    ("outputs", "activation", "classes"),
    [
        ([[0.4], [0.6]], "sigmoid", [0, 1]),
        ([[-0.1], [0.1]], "tanh", [0, 1]),
        ([[0.1], [0.9]], "linear", [0, 1]),
        ([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]], "softmax", [1, 0]),
    ],
)
def test_predictions_cut_one_unit_in_the_middle_and_take_the_largest_of_several(
    outputs: Any, activation: str, classes: list[int]
) -> None:
    assert predicted_classes(np.array(outputs), activation).tolist() == classes


@pytest.mark.parametrize(
    ("targets", "task", "loss", "output"),
    [
        ([0, 1], "classification", "binary_cross_entropy", (1, "sigmoid")),
        ([0, 1], "classification", "cross_entropy", (2, "softmax")),
        ([0, 1], "classification", "mean_squared_error", (1, "sigmoid")),
        ([0, 1, 2], "classification", "binary_cross_entropy", (3, "sigmoid")),
        ([0, 1, 2], "classification", "cross_entropy", (3, "softmax")),
        ([0, 1, 2], "classification", "half_squared_error", (3, "sigmoid")),
        (LABELS, "classification", "binary_cross_entropy", (3, "sigmoid")),
        ([0.3, 0.4], "regression", "mean_squared_error", (1, "linear")),
        ([[0.3, 0.4]], "regression", "half_squared_error", (2, "linear")),
        ([0.3, 0.4], "regression", "binary_cross_entropy", (1, "sigmoid")),
        ([[0.3, 0.7]], "regression", "cross_entropy", (2, "softmax")),
    ],
)
def test_the_suitable_output_layer_is_accepted(
    targets: Any, task: str, loss: str, output: tuple[int, str]
) -> None:
    data = dataset(targets)
    assert suitable_output(data, task, loss) == output
    train, _ = encode_targets(data, task, *output)
    assert train.shape == (len(targets), output[0])


@pytest.mark.parametrize(
    ("targets", "task", "loss"),
    [
        ([0, 1], "classification", "binary_cross_entropy"),
        ([0, 1, 2], "classification", "cross_entropy"),
        (LABELS, "classification", "binary_cross_entropy"),
        ([0.3, 0.4], "regression", "mean_squared_error"),
    ],
)
def test_the_suitable_loss_follows_the_targets(targets: Any, task: str, loss: str) -> None:
    assert suitable_loss(dataset(targets), task) == loss


def test_labels_are_independent_only_if_some_row_is_not_one_hot() -> None:
    assert has_independent_labels(dataset(LABELS))
    assert has_independent_labels(dataset([[1, 0], [0, 1]], [[1, 1]]))
    assert has_independent_labels(dataset([[1, 0], [0, 0]]))
    assert not has_independent_labels(dataset([[1, 0], [0, 1]]))
    assert not has_independent_labels(dataset([0, 1]))
