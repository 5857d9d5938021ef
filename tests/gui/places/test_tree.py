"""Trees of panels: nothing gets lost, and a moved panel lies where it was taken to."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.places.layout import STEP, TRAINING, Layout, from_text, to_text
from gui.places.tree import (
    Side,
    Split,
    as_data,
    at_edge,
    beside,
    column,
    from_data,
    names,
    row,
    swapped,
    without,
)

SIDES: tuple[Side, ...] = get_args(Side)


@st.composite
def trees(draw: st.DrawFn, panels: tuple[str, ...] = TRAINING) -> str | Split:
    """Trees that hold all ``panels``, as a user could make them."""
    order = draw(st.permutations(panels))
    tree: str | Split = order[0]
    for index, name in enumerate(order[1:], start=1):
        side = draw(st.sampled_from(SIDES))
        target = draw(st.sampled_from(order[:index]))
        tree = beside(row(tree, name), name, target, side)
    return tree


@given(tree=trees(), name=st.sampled_from(TRAINING), other=st.sampled_from(TRAINING))
def test_no_move_loses_or_doubles_a_panel(tree: str | Split, name: str, other: str) -> None:
    moved = [swapped(tree, name, other)]
    moved += [beside(tree, name, other, side) for side in SIDES]
    moved += [at_edge(tree, name, side) for side in SIDES]
    assert all(sorted(names(one)) == sorted(TRAINING) for one in moved)


@given(tree=trees(), name=st.sampled_from(TRAINING))
def test_rows_lie_in_columns_and_columns_in_rows_only(tree: str | Split, name: str) -> None:
    def check(node: str | Split) -> None:
        if isinstance(node, Split):
            assert len(node.parts) > 1
            for part in node.parts:
                assert isinstance(part, str) or part.is_row != node.is_row
                check(part)

    check(tree)
    rest = without(tree, name)
    assert rest is not None
    check(rest)


def test_a_panel_goes_beside_another_or_along_an_edge() -> None:
    tree = row("a", column("b", "c"))
    assert beside(tree, "a", "c", "left") == column("b", row("a", "c"))
    assert beside(tree, "c", "a", "right") == row("a", "c", "b")
    assert at_edge(tree, "c", "above") == column("c", row("a", "b"))
    assert swapped(tree, "a", "c") == row("c", column("b", "a"))
    assert without("a", "a") is None


@given(tree=trees())
def test_a_tree_is_read_as_it_was_written(tree: str | Split) -> None:
    assert from_data(json.loads(json.dumps(as_data(tree))), TRAINING) == tree


@given(
    training=st.none() | trees(),
    step=st.none() | trees(STEP),
    factors=st.dictionaries(st.text(), st.floats(1e-3, 1e3)),
    hidden=st.frozensets(st.sampled_from(TRAINING)),
    floating=st.dictionaries(
        st.sampled_from(TRAINING),
        st.tuples(*[st.integers(-9999, 9999)] * 2, *[st.integers(1, 9999)] * 2),
    ),
)
def test_a_layout_is_read_as_it_was_written(
    training: str | Split | None,
    step: str | Split | None,
    factors: dict[str, float],
    hidden: frozenset[str],
    floating: dict[str, tuple[int, int, int, int]],
) -> None:
    layout = Layout(training, step, factors, hidden, floating)
    assert from_text(to_text(layout)) == layout


WRITTEN = json.loads(to_text(Layout()))
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@given(key=st.sampled_from(sorted(WRITTEN)), value=JUNK)
def test_a_damaged_layout_is_refused_and_never_breaks_anything(key: str, value: object) -> None:
    try:
        layout = from_text(json.dumps({**WRITTEN, key: value}))
    except ValueError:
        return
    # What passes is a layout.
    assert from_text(to_text(layout)) == layout


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@Invalid()",
        "[" * 100_000,
        "{}",
        json.dumps({**WRITTEN, "version": 0}),
        json.dumps({**WRITTEN, "training": ["row", "controls", "network"]}),
        json.dumps({**WRITTEN, "hidden": ["unicorn"]}),
        json.dumps({**WRITTEN, "factors": {"width right": -1}}),
        json.dumps({**WRITTEN, "floating": {"loss": [0, 0, 0, 10**400]}}),
    ],
)
def test_what_is_no_layout_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_text(text)
