"""Rectangles of trees: the design's where nothing was changed, and always apart and complete."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from gui.arrangement import GAP, Mode, arrange, arrange_step
from gui.places.layout import AT_EDGES, DESIGN, DESIGN_STEP
from gui.places.placing import Gap, Sizes, dragged, part_key, place, undragged
from gui.places.tree import Split, names

MODES: tuple[Mode, ...] = get_args(Mode)
BODY = st.tuples(st.integers(1120, 3840), st.integers(618, 2078))
FACTORS = st.floats(0.05, 20)


def sizes_of(
    design: dict[str, QRect], factors: dict[str, float] | None = None, *, gap: int = GAP
) -> Sizes:
    natural = {name: (r.width(), r.height()) for name, r in design.items()}
    return Sizes(natural, factors or {}, AT_EDGES, gap)


def area_of(width: int, height: int, gap: int = GAP) -> QRect:
    return QRect(gap, gap, width - 2 * gap, height - 2 * gap)


@given(size=BODY, mode=st.sampled_from(MODES), deep=st.booleans())
def test_where_nothing_was_changed_the_rectangles_are_those_of_the_design(
    size: tuple[int, int], mode: Mode, deep: bool
) -> None:
    design = arrange(*size, mode, deep=deep)
    assert place(DESIGN[mode], area_of(*size), sizes_of(design))[0] == design


@given(size=st.tuples(st.integers(1280, 3840), st.integers(718, 2078)))
def test_step_mode_begins_as_designed(size: tuple[int, int]) -> None:
    design = arrange_step(*size)
    assert place(DESIGN_STEP, area_of(*size), sizes_of(design))[0] == design


def keys_of(node: str | Split, is_row: bool = True) -> list[str]:
    if isinstance(node, str):
        return []
    keys = [part_key(part, node.is_row) for part in node.parts]
    return keys + [key for part in node.parts for key in keys_of(part)]


@given(data=st.data(), size=BODY, mode=st.sampled_from(MODES))
def test_whatever_is_hidden_or_resized_the_rest_fills_the_body(
    data: st.DataObject, size: tuple[int, int], mode: Mode
) -> None:
    design = arrange(*size, mode)
    hidden = data.draw(st.sets(st.sampled_from(sorted(design))))
    assume(set(design) - hidden - AT_EDGES)
    factors = {key: data.draw(FACTORS) for key in keys_of(DESIGN[mode])}
    seen = {name: rect for name, rect in design.items() if name not in hidden}
    places, _ = place(DESIGN[mode], area_of(*size), sizes_of(seen, factors))
    assert set(places) == set(seen)
    covered = sum((r.width() + GAP) * (r.height() + GAP) for r in places.values())
    assert covered == (size[0] - GAP) * (size[1] - GAP)
    for one, other in combinations(places.values(), 2):
        assert not one.adjusted(-GAP + 1, -GAP + 1, GAP - 1, GAP - 1).intersects(other)
    if "controls" in seen and len(seen) > 1:
        assert places["controls"].width() == 248


def gap_between(gaps: list[Gap], before: str, after: str) -> Gap:
    return next(gap for gap in gaps if before in names(gap.before) and names(gap.after)[0] == after)


@pytest.mark.parametrize("pixels", [-60, 45])
def test_a_dragged_gap_moves_by_as_many_pixels_and_nothing_else_does(pixels: int) -> None:
    design = arrange(1280, 718, "map")
    sizes = sizes_of(design)
    gaps = place(DESIGN["map"], area_of(1280, 718), sizes)[1]
    gap = gap_between(gaps, "loss", "gradients")
    factors = dragged(gap, pixels, sizes)
    places, _ = place(DESIGN["map"], area_of(1280, 718), sizes_of(design, factors))
    assert places["loss"].width() == pytest.approx(design["loss"].width() + pixels, abs=1)
    for name in ("controls", "network", "right"):
        assert places[name] == design[name]
    assert undragged(gap, factors) == {}


def test_a_wider_right_column_is_wider_whatever_it_shows() -> None:
    design = arrange(1280, 718, "map")
    sizes = sizes_of(design)
    gaps = place(DESIGN["map"], area_of(1280, 718), sizes)[1]
    factors = dragged(gap_between(gaps, "network", "right"), -100, sizes)
    tall = arrange(1280, 718, "tall")
    places, _ = place(DESIGN["tall"], area_of(1280, 718), sizes_of(tall, factors))
    assert places["right"].width() > tall["right"].width()


def test_no_panel_is_dragged_away() -> None:
    design = arrange(1280, 718, "map")
    sizes = sizes_of(design)
    gaps = place(DESIGN["map"], area_of(1280, 718), sizes)[1]
    factors = dragged(gap_between(gaps, "loss", "gradients"), -5000, sizes)
    places, _ = place(DESIGN["map"], area_of(1280, 718), sizes_of(design, factors))
    assert places["loss"].width() >= 100


def test_the_controls_have_no_gap_to_drag() -> None:
    gaps = place(DESIGN["map"], area_of(1280, 718), sizes_of(arrange(1280, 718, "map")))[1]
    assert not any({"controls"} == {*names(gap.before)} for gap in gaps)
    assert len(gaps) == 3


def test_little_room_goes_to_what_could_not_be_read_otherwise() -> None:
    # As wide as the window of the design at twice the size of the text.
    design = arrange(960, 458, "map")
    places, _ = place(DESIGN["map"], area_of(960, 458), sizes_of(design))
    assert design["network"].height() < 180
    assert places["network"].height() >= 220
    assert places["gradients"].height() >= 140
