"""Claims about the corridor's axes and places: what rests, what fits, what is as high as what."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication

from core.diagnosis.corridor import Corridor, Spread
from gui.corridor.axes import LEAST_SHARE, Axes, Decades, fitted_axes
from gui.corridor.geometry import chart_geometry

FLAT = (1.0, 1.0, 1.0)


def spread(size: float) -> Spread:
    return Spread((size / 3, size / 2, size, 1.5 * size, 2 * size), size, 0.0, 0)


def corridor(activations: tuple[float, ...], errors: tuple[float, ...]) -> Corridor:
    forward, backward = (tuple(map(spread, sizes)) for sizes in (activations, errors))
    return Corridor(0, 10, 10, forward, backward, None)


def test_axes_are_whole_decades_around_what_is_shown() -> None:
    axes = fitted_axes(None, corridor(FLAT, (2e-5, 0.4)))
    assert axes.forward == Decades(-1, 1)
    assert axes.backward == Decades(-6, 0)


def test_axes_rest_while_everything_has_a_place() -> None:
    first = fitted_axes(None, corridor(FLAT, (2e-5, 0.4)))
    assert fitted_axes(first, corridor(FLAT, (3e-4, 0.1))) == first
    wider = fitted_axes(first, corridor(FLAT, (2e-8, 0.4)))
    assert (wider.forward, wider.backward) == (first.forward, Decades(-9, 0))
    # What has moved away for good is followed.
    assert fitted_axes(first, corridor(FLAT, (30.0, 4e4))).backward.high == 5
    assert fitted_axes(wider, corridor(FLAT, (0.2, 0.4))).backward.length < 4


def test_sizes_without_a_logarithm_ask_for_no_room() -> None:
    nothing = Spread((float("nan"),) * 5, 0.0, 1.0, 0)
    axes = fitted_axes(None, Corridor(0, 1, 1, (nothing, nothing), (nothing,), None))
    assert axes == Axes()
    assert axes.forward.depth(0.0) is None
    assert axes.forward.depth(float("inf")) is None


@pytest.mark.parametrize("errors", [(0.1, 0.4), (1e-9, 0.4), (1e-60, 0.4)])
def test_a_decade_is_as_high_forward_as_backward(
    qapp: QApplication, errors: tuple[float, ...]
) -> None:
    axes = fitted_axes(None, corridor(FLAT, errors))
    found = chart_geometry(800, 420, 2, axes, "theory: He", True)
    assert found.forward.decade == pytest.approx(found.backward.decade)
    heights = found.forward.area.height(), found.backward.area.height()
    assert min(heights) >= 0.99 * LEAST_SHARE * max(heights)
    one, ten = (found.backward.y(size) for size in (0.1, 0.01))
    assert one is not None
    assert ten is not None
    assert ten - one == pytest.approx(found.forward.decade)
    assert found.key.bottom() <= 420 + 1e-6


def test_columns_are_found_by_the_pointer(qapp: QApplication) -> None:
    found = chart_geometry(800, 420, 12, Axes(), "", False)
    for layer, x in enumerate(found.columns):
        assert found.column_at(x) == layer
        assert found.column_at(x + 0.4 * found.column_width) == layer
    assert found.column_at(3) is None
    assert found.column_at(799) is None


def test_layers_that_have_no_room_for_words_are_named_every_so_often(qapp: QApplication) -> None:
    few, some, many = (
        chart_geometry(800, 420, n, Axes(), "theory: Xavier", True) for n in (3, 13, 60)
    )
    assert few.texts == ("Inputs", "Hidden 1", "Hidden 2", "Output")
    assert some.texts == ("In", *map(str, range(1, 13)), "Out")
    assert some.stride == 1
    assert many.stride > 2
    assert many.texts[-1] == "Out"
    named = [layer for layer, text in enumerate(many.texts) if text]
    assert named[0] == 0
    assert all(b - a >= many.stride for a, b in pairwise(named))
    assert many.stride * many.column_width >= 40
