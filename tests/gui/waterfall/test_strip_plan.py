"""Claims about the bars of a batch's samples: where they stand, which have room, how high."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gui.waterfall.strip_plan import NARROWEST, WIDEST, strip_plan


def test_every_sample_of_a_small_batch_has_a_bar_in_its_order() -> None:
    plan = strip_plan(np.array([1.0, -4.0, 0.0, 2.0]), 4, 1, 10.0, 300.0)
    assert plan.places.tolist() == [0, 1, 2, 3]
    assert plan.pitch == WIDEST
    assert [plan.bar_at(10.0 + WIDEST * (n + 0.5)) for n in range(4)] == [0, 1, 2, 3]
    assert plan.bar_at(9.0) is None
    assert plan.bar_at(plan.right + 1) is None
    assert [plan.height(share) for share in (1.0, -4.0, 0.0)] == [0.25, -1.0, 0.0]


def test_of_a_large_batch_the_largest_shares_have_a_bar_and_the_sample_in_view() -> None:
    random = np.random.default_rng(5)
    shares = random.normal(size=1000)
    sample = int(np.argmin(np.abs(shares)))
    plan = strip_plan(shares, 1000, sample, 0.0, 300.0)
    assert len(plan.places) == 300 // NARROWEST
    assert plan.places.tolist() == sorted(plan.places.tolist())
    assert sample in plan.places
    others = [place for place in plan.places if place != sample]
    assert set(others) == set(np.argsort(-np.abs(shares))[: len(others)].tolist())
    assert plan.right <= 300.0 + 1e-9
    assert plan.bar_of(sample) is not None
    hidden = next(place for place in range(1000) if place not in plan.places)
    assert plan.bar_of(hidden) is None


def test_shares_that_are_zero_unknown_or_no_numbers_have_no_scale() -> None:
    assert strip_plan(np.zeros(3), 3, 0, 0.0, 300.0).scale == 0.0
    assert strip_plan(np.zeros(3), 3, 0, 0.0, 300.0).height(0.0) == 0.0
    assert strip_plan(None, 3, 0, 0.0, 300.0).scale == 0.0
    plan = strip_plan(np.array([math.nan, math.inf, -2.0]), 3, 0, 0.0, 300.0)
    assert plan.scale == 2.0
    assert math.isnan(plan.height(math.nan))
    assert math.isnan(plan.height(math.inf))
    assert plan.height(-2.0) == pytest.approx(-1.0)
