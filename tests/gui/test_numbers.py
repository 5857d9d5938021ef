"""Numbers in the window: the same value reads the same everywhere, and typing takes any of it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.numbers import (
    format_column,
    format_count,
    format_percent,
    format_setting,
    format_value,
    parse_number,
    power_of_ten,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.6931472, "0.6931"),
        (0.0122, "0.01220"),
        (-2.354, "−2.354"),
        (0.001, "0.001000"),
        (0.0009999, "9.999e−4"),
        (0.00099999, "0.001000"),
        (-4.438e-4, "−4.438e−4"),
        (3.1e-300, "3.100e−300"),
        (4200.0, "4,200"),
        (12345.6, "12,346"),
        (99999.4, "1.000e5"),
        (123456.0, "1.235e5"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_live_values_have_four_significant_digits(value: float, text: str) -> None:
    assert format_value(value) == text


def test_live_values_can_have_fewer_digits() -> None:
    assert format_value(0.06161, digits=3) == "0.0616"
    assert format_value(3.14e-8, digits=2) == "3.1e−8"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.006, "0.006"),
        (0.9, "0.9"),
        (0.999, "0.999"),
        (10.0, "10"),
        (1797.0, "1,797"),
        (0.0, "0"),
        (1e-5, "1e−5"),
        (2.5e-4, "2.5e−4"),
        (-0.35, "−0.35"),
        (1e6, "1e6"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_settings_are_as_short_as_they_go(value: float, text: str) -> None:
    assert format_setting(value) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (4200, "4,200"), (18412.4, "18,412"), (-1000, "−1,000")],
)
def test_counts_have_commas_between_thousands(count: float, text: str) -> None:
    assert format_count(count) == text


@pytest.mark.parametrize(("share", "text"), [(0.996, "99.6 %"), (0.5, "50.0 %"), (math.nan, "NaN")])
def test_shares_are_percentages(share: float, text: str) -> None:
    assert format_percent(share) == text


def test_a_column_below_a_thousandth_prints_all_with_exponents() -> None:
    assert format_column([0.0616, 0.0000083, 0.0, math.nan]) == ["6.160e−2", "8.300e−6", "0", "NaN"]


def test_a_column_of_plain_numbers_stays_plain() -> None:
    assert format_column([0.0616, -4200.0, 0.0]) == ["0.06160", "−4,200", "0"]


@pytest.mark.parametrize(
    ("exponent", "text"), [(-6, "10⁻⁶"), (-1, "10⁻¹"), (0, "1"), (1, "10"), (12, "10¹²")]
)
def test_decades_are_raised_powers(exponent: int, text: str) -> None:
    assert power_of_ten(exponent) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.03", 0.03),
        ("0,03", 0.03),
        (" 1e-3 ", 1e-3),
        ("1E−3", 1e-3),
        ("−4.438e−4", -4.438e-4),
        ("4,200", 4200.0),
        ("12,345.5", 12345.5),
        ("0,001", 0.001),
        ("1,5", 1.5),
        (".5", 0.5),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1e", "nan", "inf", "1,2,3", "1_000", "1e999"])
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="expected a number such as") as refusal:
        parse_number(text)
    assert "\n" not in str(refusal.value)


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_what_is_printed_can_be_typed_again(value: float) -> None:
    assert parse_number(format_value(value)) == pytest.approx(value, rel=6e-4, abs=0)
    assert parse_number(format_setting(value)) == pytest.approx(value, rel=6e-6, abs=0)
