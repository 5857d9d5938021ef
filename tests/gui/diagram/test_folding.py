"""What is folded away, and that all of it can be reached."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.network.parameters import ParameterLayout
from gui.diagram.folding import Span, activity, busiest_units, fold_layers, unit_capacity

LAYOUT = ParameterLayout((2, 5, 3))


def parameters_with(weights: dict[tuple[int, int, int], float]) -> np.ndarray:
    """Return parameters that are 0 but for ``(layer, unit, source): value``."""
    vector = np.zeros(LAYOUT.size)
    for (layer, unit, source), value in weights.items():
        LAYOUT.weights(vector, layer)[unit, source] = value
    return vector


@given(st.integers(2, 129), st.integers(5, 40), st.integers(1, 127))
def test_every_layer_is_shown_or_folded_exactly_once(count: int, capacity: int, first: int) -> None:
    listed: list[int] = []
    slots = fold_layers(count, capacity, min(first, max(1, count - 2)))
    for slot in slots:
        listed += range(slot.first, slot.last + 1) if isinstance(slot, Span) else [slot]
    assert listed == list(range(count))
    assert len(slots) <= max(capacity, 5)


@given(st.integers(2, 129), st.integers(5, 40), st.integers(1, 127))
def test_inputs_and_output_are_never_folded(count: int, capacity: int, first: int) -> None:
    slots = fold_layers(count, capacity, min(first, max(1, count - 2)))
    assert (slots[0], slots[-1]) == (0, count - 1)


def test_layers_are_folded_only_where_room_is_short() -> None:
    assert fold_layers(12, 12, 1) == tuple(range(12))


def test_the_window_of_layers_follows_where_it_is_asked_to_begin() -> None:
    assert fold_layers(100, 9, 40) == (0, Span(1, 39), 40, 41, 42, 43, 44, Span(45, 98), 99)


def test_busiest_units_have_the_largest_mean_gradient_of_what_leads_into_them() -> None:
    gradient = parameters_with({(1, 4, 0): -9.0, (1, 1, 0): 3.0, (1, 1, 1): -3.0, (1, 2, 0): 1.0})
    LAYOUT.bias(gradient, 1)[3] = -8.0
    sizes = activity(LAYOUT, np.ones(LAYOUT.size), gradient, 1)
    np.testing.assert_allclose(sizes, [0, 6 / 3, 1 / 3, 8 / 3, 9 / 3])
    assert busiest_units(sizes, 2) == (3, 4)


def test_inputs_count_by_the_gradients_of_what_they_lead_to() -> None:
    gradient = parameters_with({(1, 4, 1): 5.0, (1, 0, 0): 1.0})
    assert busiest_units(activity(LAYOUT, gradient, gradient, 0), 1) == (1,)


def test_before_the_first_step_outgoing_weights_count() -> None:
    vector = parameters_with({(2, 0, 4): -9.0, (2, 1, 1): 3.0, (2, 2, 1): 3.0, (2, 0, 2): 1.0})
    nothing = np.zeros(LAYOUT.size)
    assert busiest_units(activity(LAYOUT, vector, nothing, 1), 2) == (1, 4)
    vector = parameters_with({(2, 1, 0): 0.5, (2, 2, 3): -2.0})
    assert busiest_units(activity(LAYOUT, vector, nothing, 2), 1) == (2,)


@pytest.mark.parametrize("broken", ["gradient", "parameters"])
def test_a_unit_with_a_number_that_is_not_finite_is_always_among_the_busiest(broken: str) -> None:
    vectors = {name: parameters_with({(1, 1, 0): 100.0}) for name in ("gradient", "parameters")}
    LAYOUT.weights(vectors[broken], 1)[3, 1] = np.nan
    sizes = activity(LAYOUT, vectors["parameters"], vectors["gradient"], 1)
    assert busiest_units(sizes, 1, kept=(1,)) == (3,)


def test_units_stay_while_they_are_nearly_as_busy() -> None:
    sizes = np.array([5.0, 4.0, 3.0, 2.0, 1.0, 0.5])
    assert busiest_units(sizes, 2, kept=(2, 3)) == (2, 3)
    assert busiest_units(sizes, 2, kept=(3, 4)) == (0, 3)
    assert busiest_units(sizes, 2, kept=(2, 3), pinned=5) == (2, 5)


def test_opening_a_wide_layer_shows_more_of_it_and_still_fits() -> None:
    room = 298.0
    folded = unit_capacity(32, room, opened=False)
    opened = unit_capacity(32, room, opened=True)
    assert 7 <= folded < opened < 32
    assert unit_capacity(8, room, opened=False) == 8
