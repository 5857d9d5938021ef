"""Claims about the generated sets: their shapes, their noise and what they depend on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.arrays import FloatArray
from core.data.generators import CLASSIFICATION, REGRESSION, Draw, generate

KINDS = [*CLASSIFICATION, *REGRESSION]


def make(
    kind: str,
    seed: int = 0,
    samples: int = 600,
    noise: float = 0.0,
    classes: int = 3,
    arms: int = 2,
) -> tuple[FloatArray, FloatArray]:
    table = generate(kind, Draw(seed, samples, noise, classes, arms))
    return table.inputs, table.targets[:, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_gives_the_same_bits_and_another_seed_another_set(kind: str) -> None:
    first, again, other = make(kind, 1), make(kind, 1), make(kind, 2)
    assert first[0].tobytes() == again[0].tobytes()
    assert first[1].tobytes() == again[1].tobytes()
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("kind", KINDS)
def test_noise_moves_every_sample_along_a_fixed_offset_in_proportion(kind: str) -> None:
    clean, little, much = (np.column_stack(make(kind, noise=n)) for n in (0.0, 0.1, 0.4))
    assert np.abs(much - clean).max() > 0.1
    np.testing.assert_allclose(much - clean, 4 * (little - clean), atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_more_samples_are_added_to_the_same_ones(kind: str) -> None:
    few, many = make(kind, samples=50, noise=0.2), make(kind, samples=80, noise=0.2)
    np.testing.assert_array_equal(few[0], many[0][:50])
    np.testing.assert_array_equal(few[1], many[1][:50])


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    seed=st.integers(0, 2**53),
    classes=st.integers(2, 6),
    arms=st.integers(2, 3),
)
def test_every_point_stays_in_the_square_at_full_noise(
    kind: str, seed: int, classes: int, arms: int
) -> None:
    points, _ = make(kind, seed, 400, 0.5, classes, arms)
    assert points.shape == (400, 2)
    assert np.abs(points).max() <= 6.0


@pytest.mark.parametrize(
    ("kind", "classes", "arms", "count"),
    [(kind, 3, 2, 2) for kind in CLASSIFICATION if kind != "gaussians"]
    + [("gaussians", c, 2, c) for c in range(2, 7)]
    + [("spiral", 3, 3, 3)],
)
def test_classes_are_balanced_also_in_the_first_rows(
    kind: str, classes: int, arms: int, count: int
) -> None:
    _, targets = make(kind, samples=600, classes=classes, arms=arms)
    np.testing.assert_array_equal(np.unique(targets), np.arange(count))
    for rows in (targets, targets[:60]):
        np.testing.assert_array_equal(np.bincount(rows.astype(int)), len(rows) // count)


def test_circle_is_told_apart_by_the_radius() -> None:
    points, targets = make("circle")
    np.testing.assert_array_equal(np.hypot(*points.T) < 2.8, targets == 1)


def test_xor_is_the_exclusive_or_of_the_signs() -> None:
    points, targets = make("xor")
    np.testing.assert_array_equal((points[:, 0] > 0) ^ (points[:, 1] > 0), targets == 1)


def test_checkerboard_alternates_between_neighbouring_cells() -> None:
    points, targets = make("checkerboard")
    cells = np.floor((points + 4.8) / 2.4).astype(int)
    assert len(np.unique(cells, axis=0)) == 16
    np.testing.assert_array_equal(cells.sum(axis=1) % 2, targets)


def test_clean_gaussians_lie_nearest_to_the_mean_of_their_class() -> None:
    points, targets = make("gaussians", samples=1200, classes=6)
    means = np.stack([points[targets == c].mean(axis=0) for c in range(6)])
    distances = np.linalg.norm(points[:, None] - means, axis=2)
    np.testing.assert_array_equal(distances.argmin(axis=1), targets)


@pytest.mark.parametrize("arms", [2, 3])
def test_spiral_arms_are_rotations_of_one_another(arms: int) -> None:
    points, targets = make("spiral", arms=arms)
    radius, angle = np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0])
    unwound = angle - 2 * np.pi * targets / arms - 2 * np.pi * (3.3 / arms) * radius / 4.8
    np.testing.assert_allclose(np.cos(unwound), 1.0, atol=1e-9)
    assert radius.max() > 4.5


def test_clean_moons_are_no_straight_line_apart_but_mirror_each_other() -> None:
    points, targets = make("moons", samples=2000)
    upper, lower = points[targets == 0], points[targets == 1]
    np.testing.assert_allclose(upper.mean(axis=0), -lower.mean(axis=0), atol=0.2)
    design = np.column_stack([points, np.ones(len(points))])
    weights = np.linalg.lstsq(design, 2 * targets - 1, rcond=None)[0]
    assert np.mean((design @ weights > 0) == (targets == 1)) < 0.97


def test_clean_regression_targets_follow_their_formula_within_one() -> None:
    points, plane = make("plane")
    np.testing.assert_allclose(plane, points.sum(axis=1) / 12)
    points, sine = make("sine")
    np.testing.assert_allclose(sine, np.sin(points[:, 0] + np.sin(points[:, 1])))
    _, bumps = make("bumps", samples=5000)
    assert -1.05 < bumps.min() < -0.9
    assert 0.9 < bumps.max() < 1.05


def test_regression_noise_moves_targets_and_leaves_inputs() -> None:
    clean, noisy = make("plane"), make("plane", noise=0.5)
    np.testing.assert_array_equal(clean[0], noisy[0])
    assert 0.15 < np.std(noisy[1] - clean[1]) < 0.3


def test_the_noise_of_a_point_has_nothing_to_do_with_its_place() -> None:
    clean, noisy = make("circle", samples=5000), make("circle", samples=5000, noise=0.5)
    direction = clean[0] / np.linalg.norm(clean[0], axis=1, keepdims=True)
    outwards = ((noisy[0] - clean[0]) * direction).sum(axis=1)
    assert abs(outwards.mean()) < 0.03
    assert abs(np.corrcoef(outwards, np.linalg.norm(clean[0], axis=1))[0, 1]) < 0.05


def test_offsets_are_round_and_never_longer_than_their_limit() -> None:
    offsets = Draw(3, 20_000, 0.1, 3, 2).offsets()
    assert np.linalg.norm(offsets, axis=1).max() <= 2.4
    np.testing.assert_allclose(offsets.mean(axis=0), 0.0, atol=0.03)
    # A normal pair cut off at radius 2.4: variance 1 - 2.88 q / (1 - q), q = exp(-2.4^2 / 2).
    cut = np.exp(-2.88)
    np.testing.assert_allclose(
        np.cov(offsets.T), (1 - 2.88 * cut / (1 - cut)) * np.eye(2), atol=0.03
    )
