"""The panels' rectangles: apart, inside, aligned, and growing where the design says."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.arrangement import GAP, Mode, arrange

MODES: tuple[Mode, ...] = get_args(Mode)
# The body of a window is what is left between its bars.
BODY = st.tuples(st.integers(1120, 3840), st.integers(618, 2078))


@given(size=BODY, mode=st.sampled_from(MODES), deep=st.booleans())
def test_rectangles_are_apart_and_inside_with_the_gap_around_each(
    size: tuple[int, int], mode: Mode, deep: bool
) -> None:
    width, height = size
    rectangles = arrange(width, height, mode, deep=deep)
    for rectangle in rectangles.values():
        assert rectangle.left() >= GAP
        assert rectangle.top() >= GAP
        assert rectangle.right() < width - GAP + 1
        assert rectangle.bottom() < height - GAP + 1
    for one, other in combinations(rectangles.values(), 2):
        assert not one.adjusted(-GAP + 1, -GAP + 1, GAP - 1, GAP - 1).intersects(other)


@given(size=BODY, mode=st.sampled_from(MODES), deep=st.booleans())
def test_nothing_but_gaps_is_left_over(size: tuple[int, int], mode: Mode, deep: bool) -> None:
    width, height = size
    rectangles = arrange(width, height, mode, deep=deep).values()
    # With half a gap around each they fill the body, but for half a gap at its edge.
    covered = sum((r.width() + GAP) * (r.height() + GAP) for r in rectangles)
    assert covered == (width - GAP) * (height - GAP)


@pytest.mark.parametrize("mode", MODES)
def test_the_confusion_matrix_has_a_place_only_beside_samples(mode: Mode) -> None:
    names = {"controls", "network", "right", "loss", "gradients"}
    expected = names | ({"confusion"} if mode == "samples" else set())
    assert set(arrange(1280, 718, mode)) == expected


def test_the_map_is_square_with_the_numbers_of_the_design() -> None:
    right = arrange(1280, 718, "map")["right"]
    assert right.width() == 356
    assert right.height() == 718 - 3 * GAP - 268


def test_new_width_goes_to_the_diagram_and_the_right_column_and_never_to_the_controls() -> None:
    small, large = arrange(1280, 718, "map"), arrange(1920, 998, "map")
    assert small["controls"].width() == large["controls"].width() == 248
    assert large["right"].width() == 560
    gained = {name: large[name].width() - small[name].width() for name in small}
    assert gained["network"] > gained["right"] > 0
    assert gained["gradients"] > gained["loss"] > 0


def test_new_height_goes_to_the_diagram_first() -> None:
    small, large = arrange(1280, 718, "map"), arrange(1280, 998, "map")
    assert large["network"].height() - small["network"].height() == 280 - (360 - 268)


def test_deep_networks_have_higher_gradients() -> None:
    plain, deep = arrange(1280, 718, "map"), arrange(1280, 718, "map", deep=True)
    assert deep["gradients"].height() - plain["gradients"].height() == 312 - 268


def test_the_trace_takes_the_whole_height() -> None:
    rectangles = arrange(1280, 718, "tall")
    assert rectangles["right"].height() == rectangles["controls"].height() == 718 - 2 * GAP


def test_all_lengths_follow_the_size_of_the_text() -> None:
    plain, double = arrange(1280, 718, "map"), arrange(2560, 1436, "map", scale=2.0)
    for name, rectangle in plain.items():
        assert double[name].width() == pytest.approx(2 * rectangle.width(), abs=2)
        assert double[name].height() == 2 * rectangle.height()
