"""The loss plot's axes: round ranges that move rarely, and labels that people can read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.loss.axes import LossAxis, StepAxis, loss_axis, round_limit, step_axis

positive = st.floats(1e-300, 1e300)


def texts(axis: StepAxis | LossAxis, pixels: float) -> list[str]:
    return [text for _, text in axis.ticks(pixels)]


@given(st.floats(20, 1e9))
def test_the_step_axis_holds_the_run_and_leaves_at_most_a_fifth_empty(last: float) -> None:
    limit = step_axis(last).limit
    assert last * (1 - 1e-6) <= limit <= last * 1.2500001


def test_a_growing_run_moves_the_step_axis_rarely() -> None:
    limits = {step_axis(step).limit for step in range(1_000, 10_000)}
    assert len(limits) <= 16


def test_steps_are_written_with_commas() -> None:
    assert texts(StepAxis(4_500), 344) == ["1,000", "2,000", "3,000", "4,000"]


@given(positive, positive)
def test_a_logarithmic_axis_holds_all_losses(one: float, other: float) -> None:
    axis = loss_axis(None, min(one, other), max(one, other), log=True)
    shares = axis.shares(np.array([one, other]))
    assert shares.min() >= 0
    assert shares.max() <= 1 + 1e-9


@given(positive, positive)
def test_an_axis_is_widened_and_never_narrowed(one: float, other: float) -> None:
    held = loss_axis(None, 0.1, 1.0, log=True)
    axis = loss_axis(held, min(one, other), max(one, other), log=True)
    assert axis.low <= held.low
    assert axis.high >= held.high


@given(st.floats(0.3, 0.6))
def test_a_loss_that_moves_within_the_axis_leaves_it_alone(loss: float) -> None:
    held = loss_axis(None, 0.1, 1.0, log=True)
    assert loss_axis(held, loss, loss, log=True) == held


def test_a_loss_of_zero_lies_on_the_floor() -> None:
    axis = LossAxis(True, -3.0, 0.0)
    assert axis.shares(np.array([0.0, 1e-3, 1.0])).tolist() == [0.0, 0.0, 1.0]


def test_decades_are_labelled_as_numbers() -> None:
    assert texts(LossAxis(True, -2.5, 0.5), 190) == ["0.01", "0.1", "1"]


def test_far_decades_are_labelled_as_powers() -> None:
    labels = texts(LossAxis(True, -12.0, 0.0), 190)
    assert labels[:3] == ["10⁻¹²", "10⁻¹⁰", "10⁻⁸"]
    assert labels[-1] == "1"


def test_under_one_decade_ticks_are_evenly_spaced_losses() -> None:
    assert texts(LossAxis(True, -0.25, -0.05), 200) == ["0.6", "0.7", "0.8"]


def test_a_logarithmic_tick_stands_where_its_loss_is() -> None:
    axis = LossAxis(True, -0.25, -0.05)
    for share, text in axis.ticks(200):
        assert share == pytest.approx(axis.share(float(text)))


def test_a_linear_axis_begins_at_zero() -> None:
    axis = loss_axis(None, 0.3, 0.69, log=False)
    assert (axis.low, axis.high) == (0.0, pytest.approx(0.7))
    assert texts(axis, 190) == ["0", "0.2", "0.4", "0.6"]


@given(positive, positive, st.booleans(), st.floats(60, 1000))
def test_labels_of_losses_never_overlap(one: float, other: float, log: bool, pixels: float) -> None:
    axis = loss_axis(None, min(one, other), max(one, other), log=log)
    heights = np.array([share for share, _ in axis.ticks(pixels)]) * pixels
    assert np.all(np.diff(heights) >= 11)


def test_round_limits_start_over_at_each_power_of_ten() -> None:
    assert [round_limit(value) for value in (0, 3, 9.5, 10, 4_200)] == [1, 3, 10, 10, 4_500]
