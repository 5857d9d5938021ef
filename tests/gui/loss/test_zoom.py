"""Looking closer: a view stays within the whole, and the place under the pointer stays put."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.loss.polylines import fence, thin
from gui.loss.zoom import SMALLEST_SHARE, View, following, framed, moved, zoomed

WHOLE = View(0.0, 1000.0, -3.0, 1.0)
shares = st.floats(0, 1)
factors = st.floats(0.01, 100)


def lies_within(view: View) -> bool:
    slack = 1e-9
    return (
        WHOLE.left - slack <= view.left < view.right <= WHOLE.right + slack
        and WHOLE.bottom - slack <= view.bottom < view.top <= WHOLE.top + slack
    )


@given(st.lists(st.tuples(factors, factors, shares, shares), max_size=8))
def test_no_view_leaves_the_whole_or_grows_too_small(
    turns: list[tuple[float, float, float, float]],
) -> None:
    view: View | None = None
    for across, up, x, y in turns:
        view = zoomed(view, WHOLE, (across, up), (x, y))
        if view is not None:
            assert lies_within(view)
            assert view.right - view.left >= 0.999 * SMALLEST_SHARE * 1000


@given(shares, shares, st.floats(0.1, 0.9))
def test_looking_closer_keeps_the_place_under_the_pointer(
    x: float, y: float, factor: float
) -> None:
    before = WHOLE.at(x, y)
    view = zoomed(None, WHOLE, (factor, factor), (x, y))
    assert view is not None
    assert view.at(x, y) == pytest.approx(before, abs=1e-6)


def test_looking_back_far_enough_is_looking_at_all() -> None:
    view = zoomed(None, WHOLE, (0.5, 0.5), (0.3, 0.6))
    assert zoomed(view, WHOLE, (4.0, 4.0), (0.9, 0.9)) is None
    assert zoomed(None, WHOLE, (2.0, 2.0), (0.5, 0.5)) is None


def test_a_view_moves_by_shares_of_itself_and_stops_at_the_end() -> None:
    view = View(100.0, 300.0, -2.0, 0.0)
    assert moved(view, WHOLE, 0.5, 0.25) == View(200.0, 400.0, -1.5, 0.5)
    assert moved(view, WHOLE, -9.0, 0.0) == View(0.0, 200.0, -2.0, 0.0)
    assert moved(None, WHOLE, 0.5, 0.5) is None


def test_a_frame_becomes_the_view_whichever_corner_was_first() -> None:
    for corners in (((0.25, 0.5), (0.75, 0.75)), ((0.75, 0.75), (0.25, 0.5))):
        assert framed(None, WHOLE, *corners) == View(250.0, 750.0, -1.0, 0.0)


def test_a_view_follows_what_is_read_and_no_farther() -> None:
    view = View(100.0, 300.0, -2.0, 0.0)
    assert following(view, WHOLE, 250.0) == view
    assert following(view, WHOLE, 350.0) == View(150.0, 350.0, -2.0, 0.0)
    assert following(view, WHOLE, 50.0) == View(50.0, 250.0, -2.0, 0.0)


# ---------------------------------------------------------------------- polylines

LINES = st.lists(st.floats(-20, 20), min_size=2, max_size=30)


@given(LINES, st.floats(-3, 0.5), st.floats(0.6, 4))
def test_a_fenced_line_is_the_same_line_within_the_view(
    heights: list[float], start: float, end: float
) -> None:
    x, y = np.linspace(start, end, len(heights)), np.array(heights)
    fenced_x, fenced_y = fence(x, y)
    assert fenced_x.min() >= -0.05 - 1e-9
    assert fenced_x.max() <= 1.05 + 1e-9
    assert fenced_y.min() >= -0.05
    assert fenced_y.max() <= 1.05
    places = np.linspace(max(start, 0), min(end, 1), 200)
    expected = np.interp(places, x, y)
    inside = (expected > 0) & (expected < 1)
    found = np.interp(places, fenced_x, fenced_y)
    np.testing.assert_allclose(found[inside], expected[inside], atol=1e-6)


def test_a_fenced_line_that_is_elsewhere_is_empty() -> None:
    x, _ = fence(np.array([2.0, 3.0, 4.0]), np.array([0.1, 0.5, 0.9]))
    assert len(x) == 0


def test_thinning_begins_before_the_first_column_too() -> None:
    x = np.linspace(-0.05, 1.05, 10_000)
    y = np.sin(40 * x)
    y[5] = 9.0
    thin_x, thin_y = thin(x, y, 100)
    assert len(thin_x) < 300
    assert thin_y.max() == 9.0
