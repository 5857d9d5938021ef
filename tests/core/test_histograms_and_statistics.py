"""Claims about what is measured of the layers: histograms, root mean squares, error signals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.diagnosis.histograms import (
    HIGHEST_DECADE,
    LOWEST_DECADE,
    SAMPLE_SIZE,
    bin_edges,
    layer_histograms,
    layer_rms,
)
from core.diagnosis.statistics import is_symmetric
from core.network.parameters import ParameterLayout
from tests.core.experiments import Array, small_trainer

LAYOUT = ParameterLayout((3, 5, 2))


def parts(vector: Array) -> list[Array]:
    return [vector[LAYOUT.segment(n)] for n in (1, 2)]


def expected_counts(part: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs = np.log10(np.abs(part))
    logs = np.clip(logs[np.isfinite(logs)], LOWEST_DECADE, HIGHEST_DECADE)
    return np.histogram(logs, bin_edges())[0].astype(np.float64)


# Tenths of a bin, and none on an edge, where the last bit of a logarithm decides.
EXPONENTS = st.integers(-2000, 1200).filter(lambda tenths: tenths % 10 != 0)


@settings(max_examples=60)
@given(
    exponents=st.lists(EXPONENTS, min_size=LAYOUT.size, max_size=LAYOUT.size),
    specials=st.lists(
        st.tuples(
            st.integers(0, LAYOUT.size - 1), st.sampled_from([0.0, -0.0, np.inf, -np.inf, np.nan])
        ),
        max_size=6,
    ),
)
def test_histograms_are_numpys_and_nothing_is_lost(
    exponents: list[int], specials: list[tuple[int, float]]
) -> None:
    vector = 10.0 ** (np.array(exponents) / 80)
    vector[::2] *= -1
    for index, value in specials:
        vector[index] = value
    found = layer_histograms(vector, LAYOUT)
    for row, part in enumerate(parts(vector)):
        np.testing.assert_array_equal(found.counts[row], expected_counts(part))
        assert found.zeros[row] == np.count_nonzero(part == 0)
        assert found.nan[row] == np.count_nonzero(np.isnan(part))
        assert found.infinite[row] == np.count_nonzero(np.isinf(part))
        total = found.counts[row].sum() + found.zeros[row] + found.nan[row] + found.infinite[row]
        assert total == found.sizes[row] == part.size


@pytest.mark.parametrize("decade", range(LOWEST_DECADE, HIGHEST_DECADE))
def test_a_power_of_ten_lies_in_the_bin_that_begins_there(decade: int) -> None:
    vector = np.full(LAYOUT.size, 1.0000001 * 10.0**decade)
    (first,) = np.flatnonzero(layer_histograms(vector, LAYOUT).counts[0])
    assert bin_edges()[first] == pytest.approx(decade)


@pytest.mark.parametrize("units", [1, 3, 4, 16])
def test_histograms_of_large_layers_are_sampled_from_all_units(units: int) -> None:
    n_in = 3 * SAMPLE_SIZE // units
    layout = ParameterLayout((n_in, units))
    vector = np.zeros(layout.size)
    layout.block(vector, 1)[:] = 10.0 ** np.arange(-units, 0)
    found = layer_histograms(vector, layout)
    filled = found.counts[0][found.counts[0] > 0]
    assert len(filled) == units
    np.testing.assert_allclose(filled, n_in + 1, rtol=0.02)
    assert filled.sum() == pytest.approx(layout.size)


@pytest.mark.parametrize("scale", [1.0, 1e-170, 1e-310, 1e160, 1e300])
def test_layer_rms_neither_underflows_nor_overflows(scale: float) -> None:
    vector = np.linspace(-1.0, 2.0, LAYOUT.size) * scale
    expected = [np.sqrt(np.mean((part / scale) ** 2)) for part in parts(vector)]
    with np.errstate(over="ignore"):
        found = layer_rms(vector, LAYOUT)
    np.testing.assert_allclose(found / scale, expected, rtol=1e-9)


def test_layer_rms_of_the_smallest_number_is_not_zero_and_of_zeros_is() -> None:
    smallest = np.full(LAYOUT.size, 5e-324)
    assert (layer_rms(smallest, LAYOUT) > 0).all()
    assert not layer_rms(np.zeros(LAYOUT.size), LAYOUT).any()


def test_layer_rms_in_float32_does_not_underflow() -> None:
    vector = np.full(LAYOUT.size, 1e-30, np.float32)
    np.testing.assert_allclose(layer_rms(vector, LAYOUT), 1e-30, rtol=1e-6)


def test_layer_rms_shows_what_is_not_finite() -> None:
    vector = np.ones(LAYOUT.size)
    vector[0], vector[-1] = np.inf, np.nan
    rms = layer_rms(vector, LAYOUT)
    assert rms[0] == np.inf
    assert np.isnan(rms[1])


@pytest.mark.parametrize("initializer", ["zeros", "constant"])
def test_equal_units_are_called_symmetric(initializer: str) -> None:
    assert is_symmetric(small_trainer({"network.initializer": initializer}).network)


def test_drawn_units_are_not_called_symmetric() -> None:
    assert not is_symmetric(small_trainer().network)


def test_the_snapshots_histograms_are_those_of_the_last_gradient() -> None:
    trainer = small_trainer()
    trainer.advance_step()
    found = trainer.snapshot().histograms
    for row, layer in enumerate(trainer.network.layers):
        part = np.concatenate([layer.dW.ravel(), layer.db])
        np.testing.assert_array_equal(found.counts[row], expected_counts(part))
        assert found.rms[row] == pytest.approx(np.sqrt(np.mean(part**2)), rel=1e-12)
