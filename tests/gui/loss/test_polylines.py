"""Thinned lines keep their extremes, and dashes cover their share of a line."""

from __future__ import annotations

import numpy as np
import pytest

from gui.loss.polylines import cut_dashes, thin


def test_thinning_keeps_the_extremes_of_every_column() -> None:
    x = np.linspace(0, 1, 5_000, endpoint=False)
    y = np.random.default_rng(0).normal(size=5_000)
    thin_x, thin_y = thin(x, y, 100)
    assert len(thin_x) == 200
    for column in range(100):
        inside = (x >= column / 100) & (x < (column + 1) / 100)
        kept = thin_y[2 * column : 2 * column + 2]
        assert (kept.min(), kept.max()) == (y[inside].min(), y[inside].max())


def test_a_line_of_few_points_stays_as_it_is() -> None:
    x, y = np.array([0.0, 0.5, 1.0]), np.array([1.0, 0.0, 2.0])
    thin_x, thin_y = thin(x, y, 100)
    assert thin_x.tolist() == x.tolist()
    assert thin_y.tolist() == y.tolist()


def test_dashes_and_gaps_alternate_along_a_straight_line() -> None:
    x, y = cut_dashes(np.array([0.0, 1.0]), np.zeros(2), (100, 100), (8, 5))
    assert (x[0::2] * 100).tolist() == pytest.approx([0, 13, 26, 39, 52, 65, 78, 91])
    assert ((x[1::2] - x[0::2]) * 100).tolist() == pytest.approx([8] * 8)
    assert not y.any()


def test_dashes_are_measured_along_the_line_and_keep_its_corners() -> None:
    x, y = cut_dashes(np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0]), (60, 40), (8, 5))
    length = np.hypot((x[1::2] - x[0::2]) * 60, (y[1::2] - y[0::2]) * 40).sum()
    assert length / (2 * np.hypot(30, 40)) == pytest.approx(8 / 13, abs=0.05)
    assert np.allclose(y, 1 - np.abs(2 * x - 1))


@pytest.mark.parametrize("count", [0, 1])
def test_a_line_without_length_has_no_dashes(count: int) -> None:
    x, y = cut_dashes(np.zeros(count), np.zeros(count), (100, 100), (8, 5))
    assert len(x) == len(y) == 0


def test_a_pattern_may_have_dots_between_its_dashes() -> None:
    x, _ = cut_dashes(np.array([0.0, 1.0]), np.zeros(2), (100, 100), (8, 4, 2, 4))
    assert (x[0::2] * 100).tolist() == pytest.approx([0, 12, 18, 30, 36, 48, 54, 66, 72, 84, 90])
    lengths = (x[1::2] - x[0::2]) * 100
    assert lengths.tolist() == pytest.approx([8, 2, 8, 2, 8, 2, 8, 2, 8, 2, 8])
