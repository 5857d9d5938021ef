"""The axis of a measured quantity holds what it has to show and is labelled in round numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gui.warnings.scale import evidence_scale

LOG_PAIRS = [(1.4e-6, 0.01), (1e-300, 1e-2), (12.3, 10.0), (0.011, 0.01), (5.0, 5.0)]
LINEAR_PAIRS = [(0.62, 0.5), (12.3, 10.0), (-3.0, -1.0), (-0.2, 0.4), (0.0, 0.0), (0.02, 0.01)]


@pytest.mark.parametrize("values", LOG_PAIRS)
def test_both_values_lie_within_a_logarithmic_axis_with_room_at_its_ends(
    values: tuple[float, float],
) -> None:
    scale = evidence_scale(values, log=True)
    assert all(0.02 <= scale.share(value) <= 0.98 for value in values)


@pytest.mark.parametrize("values", LINEAR_PAIRS)
def test_both_values_lie_within_a_linear_axis(values: tuple[float, float]) -> None:
    scale = evidence_scale(values, log=False)
    assert scale.low <= min(values)
    assert scale.high >= max(values)
    assert scale.share(values[0]) == pytest.approx(
        (values[0] - scale.low) / (scale.high - scale.low)
    )


def test_a_share_gets_an_axis_up_to_the_whole() -> None:
    scale = evidence_scale((0.62, 0.5), log=False)
    assert (scale.low, scale.high) == (0.0, 1.0)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", LOG_PAIRS)
def test_ticks_are_few_in_order_and_on_the_axis(values: tuple[float, float], log: bool) -> None:
    ticks = evidence_scale(values, log=log).ticks(5)
    shares = [share for share, _ in ticks]
    assert 2 <= len(ticks) <= 7
    assert shares == sorted(shares)
    assert shares[0] >= -1e-9
    assert shares[-1] <= 1 + 1e-9


def test_decades_are_written_as_powers_of_ten() -> None:
    scale = evidence_scale((1.4e-6, 0.01), log=True)
    assert [text for _, text in scale.ticks(5)] == ["10⁻⁶", "10⁻⁴", "10⁻²"]


def test_what_has_no_place_stands_at_an_end() -> None:
    scale = evidence_scale((1e-3, 0.01, math.nan, math.inf), log=True)
    assert scale.share(0.0) == 0.0
    assert scale.share(-1.0) == 0.0
    assert scale.share(math.inf) == 1.0
    assert scale.share(math.nan) == 1.0


def test_many_values_are_placed_as_one_is() -> None:
    scale = evidence_scale((1e-6, 1.0), log=True)
    values = np.array([1e-6, 1e-3, 1.0])
    assert scale.shares(values).tolist() == [scale.share(value) for value in values.tolist()]
