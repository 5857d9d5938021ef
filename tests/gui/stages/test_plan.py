"""Where everything stands on the stage: inside, apart, with the layers at hand unfolded."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.stages.plan import Fold, Plan, Stand, Wish, make_plan


def plan_of(
    widths: tuple[int, ...],
    at_hand: tuple[int, ...] = (1,),
    size: tuple[float, float] = (820.0, 396.0),
    opened: frozenset[int] = frozenset(),
    image: tuple[int, int] | None = None,
) -> Plan:
    rows = (5,) * (len(widths) - 1)
    wish = Wish(*size, widths, True, at_hand, rows, opened, image)
    return make_plan(wish, lambda layer, count: tuple(range(count)))


@given(
    widths=st.lists(st.integers(1, 70), min_size=2, max_size=14).map(tuple),
    data=st.data(),
    size=st.tuples(st.integers(700, 2600), st.integers(330, 1300)),
)
def test_cards_are_inside_and_apart(
    widths: tuple[int, ...], data: st.DataObject, size: tuple[int, int]
) -> None:
    layer = data.draw(st.integers(1, len(widths) - 1))
    plan = plan_of(widths, (layer - 1, layer), (float(size[0]), float(size[1])))
    rects = [plan.loss]
    for slot in plan.slots:
        if isinstance(slot, Fold):
            rects.append(slot.rect)
        else:
            rects += slot.cards
            assert len(slot.units) + slot.hidden == widths[slot.layer]
    for rect in rects:
        assert rect.left() >= 0
        assert rect.right() <= size[0]
        assert rect.top() >= 0
        assert rect.bottom() <= size[1]
    for one, other in combinations(rects, 2):
        assert not one.intersects(other)


@given(widths=st.lists(st.integers(1, 12), min_size=3, max_size=20).map(tuple), data=st.data())
def test_the_layers_that_the_op_reads_and_writes_are_never_folded(
    widths: tuple[int, ...], data: st.DataObject
) -> None:
    layer = data.draw(st.integers(1, len(widths) - 1))
    plan = plan_of(widths, (layer - 1, layer))
    assert plan.stand(layer) is not None
    assert plan.stand(layer - 1) is not None
    shown = {slot.layer for slot in plan.slots if isinstance(slot, Stand)}
    folded = {n for s in plan.slots if isinstance(s, Fold) for n in range(s.first, s.last + 1)}
    assert shown | folded == set(range(len(widths)))
    assert not shown & folded


@pytest.mark.parametrize(("units", "style"), [(1, "full"), (2, "full"), (3, "some"), (8, "one")])
def test_cards_get_smaller_with_the_number_of_units(units: int, style: str) -> None:
    stand = plan_of((2, units, 1)).stand(1)
    assert stand is not None
    assert stand.style == style
    assert stand.hidden == 0


def test_units_without_room_are_counted_on_a_pill() -> None:
    stand = plan_of((64, 4096, 10), at_hand=(1, 2), image=(8, 8)).stand(1)
    assert stand is not None
    assert stand.pill is not None
    assert len(stand.units) + stand.hidden == 4096
    assert stand.pill.top() > stand.cards[-1].bottom()


def test_an_opened_layer_has_room_for_three_boxes() -> None:
    stand = plan_of((2, 2, 1), opened=frozenset({1})).stand(1)
    assert stand is not None
    assert stand.style == "open"
    assert stand.cards[0].width() > 200
