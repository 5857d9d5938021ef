"""How values become widths, and which edges are kept."""

from __future__ import annotations

import numpy as np
import pytest

from gui.diagram.strength import NON_FINITE, largest, round_up, steps, strongest


def test_the_largest_value_is_drawn_at_full_width_with_its_sign() -> None:
    assert steps(np.array([-4.0, 4.0]), 4.0, "relative").tolist() == [-8, 8]


def test_zero_gets_the_thinnest_line_on_every_scale() -> None:
    for scale in ("relative", "absolute", "logarithmic"):
        assert steps(np.zeros(2), 1.0, scale).tolist() == [1, 1]


def test_a_layer_of_zeros_is_drawn_thin() -> None:
    assert steps(np.zeros(3), 0.0, "relative").tolist() == [1, 1, 1]


def test_relative_steps_are_eighths_rounded_up() -> None:
    values = np.array([0.1, 0.25, 0.26, 0.5, 0.9])
    assert steps(values, 1.0, "relative").tolist() == [1, 2, 3, 4, 8]


def test_the_logarithmic_scale_gives_two_steps_to_a_decade() -> None:
    values = 10.0 ** np.array([0, -0.4, -0.6, -1.1, -2.1, -3.9, -5.0])
    assert steps(values, 1.0, "logarithmic").tolist() == [8, 8, 7, 6, 4, 1, 1]


def test_values_that_are_not_finite_have_a_step_of_their_own() -> None:
    values = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert steps(values, 1.0, "relative").tolist() == [NON_FINITE] * 3 + [8]


def test_the_largest_magnitude_leaves_out_what_is_not_finite() -> None:
    assert largest(np.array([1.0, -3.0, np.nan, np.inf])) == 3.0
    assert largest(np.array([np.nan])) == 0.0


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.9, 1), (1.0, 1), (1.01, 2), (3, 5), (7, 10), (0.03, 0.05), (0, 0)]
)
def test_an_absolute_scale_ends_at_a_round_number(value: float, rounded: float) -> None:
    assert round_up(value) == pytest.approx(rounded)


def test_at_most_the_limit_is_drawn_and_it_is_the_strongest() -> None:
    rng = np.random.default_rng(1)
    shares = [rng.random((20, 15)), rng.random((10, 20))]
    chosen = strongest(shares, [None, None], limit=300)
    threshold = np.sort(np.concatenate([s.ravel() for s in shares]))[-300]
    for share, mask in zip(shares, chosen, strict=True):
        assert np.array_equal(mask, share >= threshold)


def test_a_limit_per_unit_keeps_the_strongest_into_each() -> None:
    shares = np.array([[0.1, 0.9, 0.5], [0.3, 0.2, 0.1]])
    (mask,) = strongest([shares], [2])
    assert mask.tolist() == [[False, True, True], [True, True, False]]


def test_edges_that_are_not_finite_are_drawn_first_of_all() -> None:
    shares = np.array([[1.0, 0.9, np.inf, 0.8]])
    (mask,) = strongest([shares], [None], limit=1)
    assert mask.tolist() == [[False, False, True, False]]
