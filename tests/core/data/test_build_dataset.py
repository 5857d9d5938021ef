"""Claims about the way from a data section to a data set: split, features, standardization."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.data import Dataset, build_dataset
from core.data.build import split_rows
from core.data.features import FEATURES, Standardizer
from core.errors import UserError
from core.spec import DataSpec

ALL_KINDS = (
    "circle",
    "xor",
    "gaussians",
    "spiral",
    "moons",
    "checkerboard",
    "plane",
    "bumps",
    "sine",
    "digits",
    "iris",
    "wine",
    "breast_cancer",
)


def build(seed: int = 0, shuffle: bool = True, **data: Any) -> Dataset:
    return build_dataset(DataSpec(**data), seed, shuffle)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_standardized_training_columns_have_mean_0_and_deviation_1(kind: str) -> None:
    dataset = build(kind=kind)
    assert dataset.raw_inputs is not None
    varying = np.ptp(dataset.raw_inputs, axis=0) > 0
    np.testing.assert_allclose(dataset.inputs.mean(axis=0), 0.0, atol=1e-10)
    np.testing.assert_allclose(dataset.inputs[:, varying].std(axis=0), 1.0, atol=1e-10)
    assert not dataset.inputs[:, ~varying].any()


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_test_rows_get_the_statistics_of_the_training_rows(kind: str) -> None:
    dataset = build(kind=kind, test_fraction=0.25)
    assert dataset.raw_inputs is not None
    assert dataset.raw_test_inputs is not None
    deviation = dataset.raw_inputs.std(axis=0)
    varying = deviation > 0
    expected = (dataset.raw_test_inputs - dataset.raw_inputs.mean(axis=0))[:, varying]
    assert dataset.test_inputs is not None
    np.testing.assert_allclose(
        dataset.test_inputs[:, varying], expected / deviation[varying], atol=1e-9
    )


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_without_normalize_the_network_sees_the_raw_rows(kind: str) -> None:
    dataset = build(kind=kind, normalize=False)
    assert dataset.raw_inputs is not None
    np.testing.assert_array_equal(dataset.inputs, dataset.raw_inputs)


@pytest.mark.parametrize("kind", ["spiral", "sine", "iris"])
def test_same_seed_gives_the_same_bits_whatever_was_built_before(kind: str) -> None:
    first = build(seed=5, kind=kind)
    build(seed=6, kind="moons")
    again, other = build(seed=5, kind=kind), build(seed=6, kind=kind)
    assert first.inputs.tobytes() == again.inputs.tobytes()
    assert first.targets.tobytes() == again.targets.tobytes()
    assert first.inputs.tobytes() != other.inputs.tobytes()


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.5, 0.99])
@pytest.mark.parametrize("count", [1, 2, 3, 10, 501])
def test_split_is_disjoint_complete_and_leaves_a_training_row(
    count: int, fraction: float, shuffle: bool
) -> None:
    train, test = split_rows(count, fraction, 3, shuffle)
    assert sorted([*train, *test]) == list(range(count))
    assert len(train) >= 1
    assert abs(len(test) - count * fraction) <= 0.5 or len(train) == 1


def test_the_test_rows_of_a_smaller_fraction_are_among_those_of_a_larger_one() -> None:
    _, few = split_rows(100, 0.2, 7, True)
    _, many = split_rows(100, 0.6, 7, True)
    assert set(few) < set(many)
    assert list(few) != list(range(20))


def test_split_in_order_trains_on_the_first_rows() -> None:
    rows = [[float(i), 1.0] for i in range(10)]
    dataset = build(
        shuffle=False,
        kind="inline",
        inputs=rows,
        targets=list(range(10)),
        test_fraction=0.3,
        normalize=False,
    )
    np.testing.assert_array_equal(dataset.targets[:, 0], np.arange(7))
    assert dataset.test_targets is not None
    np.testing.assert_array_equal(dataset.test_targets[:, 0], [7, 8, 9])


def test_fraction_zero_leaves_no_test_rows() -> None:
    dataset = build(kind="spiral", test_fraction=0.0)
    assert len(dataset.inputs) == 500
    assert dataset.test_inputs is dataset.test_targets is dataset.test_points is None


def test_bundled_sets_use_all_rows_whatever_samples_says() -> None:
    dataset = build(kind="digits", samples=10)
    assert dataset.test_inputs is not None
    assert len(dataset.inputs) + len(dataset.test_inputs) == 1797
    assert dataset.image_shape == (8, 8)
    assert dataset.points is None


def test_derived_features_are_the_formulas_of_their_names() -> None:
    names = tuple(FEATURES)
    dataset = build(kind="moons", features=names, normalize=False)
    assert dataset.feature_names == names
    assert dataset.points is not None
    x1, x2 = dataset.points.T
    expected = [x1, x2, x1**2, x2**2, x1 * x2, np.sin(x1), np.sin(x2)]
    np.testing.assert_allclose(dataset.inputs, np.stack(expected, axis=1))


def test_features_come_in_the_order_asked_for_and_keep_the_points() -> None:
    dataset = build(kind="circle", features=("x2^2", "x1"))
    plain = build(kind="circle")
    assert dataset.inputs.shape == (250, 2)
    assert dataset.points is not None
    assert plain.points is not None
    np.testing.assert_array_equal(dataset.points, plain.points)
    np.testing.assert_array_equal(dataset.inputs[:, 1], plain.inputs[:, 0])


def test_points_sent_through_the_transform_are_the_network_inputs() -> None:
    dataset = build(kind="spiral", features=("x1", "sin(x2)", "x1*x2"))
    assert dataset.transform is not None
    assert dataset.points is not None
    assert dataset.test_points is not None
    np.testing.assert_array_equal(dataset.transform(dataset.points), dataset.inputs)
    np.testing.assert_array_equal(dataset.transform(dataset.test_points), dataset.test_inputs)
    assert dataset.grid(5).shape == (25, 3)


def test_a_constant_feature_is_only_centred() -> None:
    rows = np.array([[0.1, 1.0]] * 3 + [[0.1, 5.0]] * 7)
    standardized = Standardizer.fit(rows)(rows)
    assert not standardized[:, 0].any()
    np.testing.assert_allclose(Standardizer.fit(rows)(np.array([[0.6, 1.0]]))[0, 0], 0.5)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_numbers_whose_squares_are_no_numbers_are_standardized_like_others(size: float) -> None:
    rows = np.arange(12.0).reshape(6, 2) ** 2
    np.testing.assert_allclose(
        Standardizer.fit(size * rows)(size * rows), Standardizer.fit(rows)(rows), rtol=1e-12
    )


@pytest.mark.parametrize("inside", [True, False])
def test_inline_rows_have_a_map_only_within_the_square(inside: bool) -> None:
    rows = [[0.0, 0.0], [6.0 if inside else 6.1, -6.0], [1.0, 2.0]]
    dataset = build(kind="inline", inputs=rows, targets=[0.0, 1.0, 1.0], test_fraction=0.4)
    assert (dataset.points is not None) is inside
    assert (dataset.test_points is not None) is inside


def test_inline_test_rows_take_the_place_of_the_split() -> None:
    dataset = build(
        kind="inline",
        inputs=[[1.0], [3.0]],
        targets=[[1.0], [2.0]],
        test_inputs=[[5.0]],
        test_targets=[[3.0]],
        test_fraction=0.5,
    )
    np.testing.assert_array_equal(dataset.inputs, [[-1.0], [1.0]])
    np.testing.assert_array_equal(dataset.test_inputs, [[3.0]])
    np.testing.assert_array_equal(dataset.test_targets, [[3.0]])
    assert dataset.task is None


def test_the_task_of_the_specification_comes_before_that_of_the_set() -> None:
    assert build(kind="spiral").task == "classification"
    assert build(kind="plane").task == "regression"
    assert build(kind="spiral", task="regression").task == "regression"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            {"kind": "spiral", "features": ("x1", "x3")},
            "data.features[1]: expected one of x1, x2, x1^2, x2^2, x1*x2, sin(x1), sin(x2), "
            "got 'x3'",
        ),
        ({"kind": "spiral", "features": ("x1", "x1")}, "data.features[1]: 'x1' is listed twice"),
        (
            {"kind": "iris", "features": ("x1",)},
            "data.features: only for sets of two inputs, this one has 4; remove it",
        ),
        (
            {"kind": "inline", "inputs": [[1, 2, 3]], "targets": [1], "features": ("x1",)},
            "data.features: only for sets of two inputs, this one has 3; remove it",
        ),
        (
            {"kind": "inline", "inputs": [[1, 2]] * 3 + [[1, 2, 3]], "targets": [1] * 4},
            "data.inputs[3]: expected 2 numbers, got 3",
        ),
        (
            {"kind": "inline", "inputs": [[1, 2]] * 4, "targets": [1] * 3},
            "data.targets: expected 4 rows, one for each row of data.inputs, got 3",
        ),
        (
            {
                "kind": "inline",
                "inputs": [[1, 2]],
                "targets": [1],
                "test_inputs": [[1, 2, 3]],
                "test_targets": [1],
            },
            "data.test_inputs[0]: expected 2 numbers, got 3",
        ),
        (
            {
                "kind": "inline",
                "inputs": [[1e200, 2], [-1e200, 0]],
                "targets": [1, 0],
                "features": ("x1^2",),
                "test_fraction": 0.0,
            },
            "data.inputs[0][0]: expected a finite number, got nan",
        ),
    ],
)
def test_what_cannot_be_built_is_refused_in_one_line_with_its_place(
    data: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError) as refusal:
        build(**data)
    assert str(refusal.value) == message
