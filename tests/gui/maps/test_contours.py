"""Contours against fields whose lines are known."""

from __future__ import annotations

import numpy as np

from gui.maps.contours import contour, winner_borders


def _grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    centres = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(centres, centres)
    return x, y


def test_a_linear_field_is_cut_exactly_where_it_crosses_the_level() -> None:
    x, _ = _grid(20)
    segments = contour(x, 0.37)
    np.testing.assert_allclose(segments[:, [0, 2]], 0.37, atol=1e-12)


def test_the_line_of_a_linear_field_runs_from_edge_to_edge() -> None:
    x, _ = _grid(20)
    segments = contour(x, 0.37)
    assert segments[:, [1, 3]].min() <= 0
    assert segments[:, [1, 3]].max() >= 1
    length = np.abs(segments[:, 3] - segments[:, 1]).sum()
    np.testing.assert_allclose(length, 1 + 1 / 20)


def test_the_contour_of_a_disc_has_the_length_of_its_circle() -> None:
    x, y = _grid(100)
    radius = 0.3
    segments = contour(np.hypot(x - 0.5, y - 0.5), radius)
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]).sum()
    np.testing.assert_allclose(length, 2 * np.pi * radius, rtol=1e-3)


def test_a_field_on_one_side_of_the_level_has_no_line() -> None:
    assert len(contour(np.full((5, 5), 2.0), 1.0)) == 0


def test_opposite_corners_above_the_level_give_two_separate_lines() -> None:
    field = np.array([[1.0, -1.0], [-1.0, 1.0]])
    segments = contour(field, 0.0)
    inside = segments[(segments >= 0.25 - 1e-9).all(axis=1) & (segments <= 0.75 + 1e-9).all(axis=1)]
    assert len(inside) == 2


def test_values_that_are_not_finite_leave_a_gap_and_no_wild_lines() -> None:
    x, _ = _grid(20)
    x[4:6, :] = np.nan
    segments = contour(x, 0.37)
    assert np.isfinite(segments).all()
    assert len(segments) > 0


def test_borders_between_three_classes_run_where_the_winner_changes() -> None:
    x, _ = _grid(30)
    # Three linear outputs: the first wins left of 1/3, the last right of 2/3.
    outputs = np.stack([1 - 3 * x, np.zeros_like(x), 3 * x - 2])
    segments = winner_borders(outputs)
    places = np.unique(np.round(segments[:, [0, 2]], 9))
    np.testing.assert_allclose(places, [1 / 3, 2 / 3])


def test_a_border_is_drawn_once_not_once_for_each_side() -> None:
    x, _ = _grid(30)
    segments = winner_borders(np.stack([0.5 - x, x - 0.5]))
    np.testing.assert_allclose(np.abs(segments[:, 3] - segments[:, 1]).sum(), 1 + 1 / 30)


def test_one_winner_everywhere_has_no_border() -> None:
    assert winner_borders(np.stack([np.ones((4, 4)), np.zeros((4, 4))])).shape == (0, 4)
