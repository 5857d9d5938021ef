"""The axis of the ridges holds what matters, moves in whole decades and only widens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.diagnosis.histograms import LayerHistograms, layer_histograms
from core.network.parameters import ParameterLayout
from gui.ridges.decade_axis import DecadeAxis, fitted_axis

LAYOUT = ParameterLayout((9, 10))
decades = st.floats(-18, 10)


def histograms(decade: float, spread: float = 0.0) -> LayerHistograms:
    """Return the histograms of 100 entries within ``spread`` decades around ``decade``."""
    return layer_histograms(10.0 ** np.linspace(decade - spread, decade + spread, 100), LAYOUT)


@given(decades)
def test_the_axis_holds_the_entries_with_room_for_the_skirts(decade: float) -> None:
    axis = fitted_axis(None, histograms(decade))
    assert axis is not None
    assert axis.low <= decade - 0.2
    assert axis.high >= decade + 0.2


@given(decades, decades)
def test_the_axis_is_only_ever_widened(first: float, second: float) -> None:
    held = fitted_axis(None, histograms(first))
    axis = fitted_axis(held, histograms(second))
    assert held is not None
    assert axis is not None
    assert axis.low <= held.low
    assert axis.high >= held.high


@given(st.floats(-4.5, -0.5))
def test_entries_within_the_axis_leave_it_alone(decade: float) -> None:
    held = DecadeAxis(-6, 1)
    assert fitted_axis(held, histograms(decade)) == held


def test_a_steady_drift_moves_the_axis_less_than_once_a_decade() -> None:
    axis, seen = fitted_axis(None, histograms(0.0)), set()
    for decade in np.arange(0, -15, -0.1):
        axis = fitted_axis(axis, histograms(decade))
        seen.add(axis)
    assert len(seen) <= 8


def test_one_tiny_entry_does_not_stretch_the_axis() -> None:
    values = np.full(100, 0.1)
    values[0] = 1e-17
    shown = layer_histograms(values, LAYOUT)
    axis = fitted_axis(None, shown)
    assert axis is not None
    assert axis.low >= -6
    assert axis.entries_below(shown.counts[0]) == 1


def test_what_rounding_has_left_of_a_zero_does_not_stretch_the_axis() -> None:
    values = np.full(100, 0.1)
    values[:20] = 1e-17
    axis = fitted_axis(None, layer_histograms(values, LAYOUT))
    assert axis is not None
    assert axis.low >= -8


def test_a_layer_of_tiny_entries_alone_is_within_the_axis() -> None:
    axis = fitted_axis(None, layer_histograms(np.full(100, 1e-17), LAYOUT))
    assert axis is not None
    assert axis.low <= -17


def test_without_entries_there_is_no_axis_to_choose() -> None:
    nothing = layer_histograms(np.zeros(100), LAYOUT)
    assert fitted_axis(None, nothing) is None
    assert fitted_axis(DecadeAxis(-3, 2), nothing) == DecadeAxis(-3, 2)


def test_the_outermost_decade_says_that_it_stands_for_all_beyond() -> None:
    axis = fitted_axis(None, histograms(-30.0))
    assert axis is not None
    assert axis.label(axis.low) == "≤10⁻²⁰"
    assert axis.label(axis.low + 1) == "10⁻¹⁹"


@given(st.integers(-20, 0), st.integers(1, 12), st.floats(60, 900))
def test_labels_keep_their_distance(low: int, high: int, pixels: float) -> None:
    axis = DecadeAxis(low, high)
    labelled = axis.decades(pixels, 30)
    assert np.all(np.diff(labelled) * pixels / (high - low) >= 30)


def test_the_density_peaks_where_the_entries_are() -> None:
    axis = DecadeAxis(-6, 1)
    density = axis.density_matrix(701) @ histograms(-2.06).counts[0]
    assert -6 + 7 * density.argmax() / 700 == pytest.approx(-2.06, abs=0.07)


def test_the_density_is_as_wide_as_the_smoothing() -> None:
    axis = DecadeAxis(-6, 1)
    density = axis.density_matrix(7_001) @ histograms(-2.06).counts[0]
    above_half = np.count_nonzero(density > density.max() / 2) / 1_000
    # The full width at half maximum of a normal density is 2.355 deviations.
    assert above_half == pytest.approx(2.355 * 0.22, rel=0.01)
