"""How numbers stand in the trace: results with all their digits, given ones as they were given."""

from __future__ import annotations

import math

from gui.numbers import format_setting, format_value

# A number of up to three digits was given by somebody: 0.4 is not shown as 0.4000.
GIVEN_DIGITS = 3


def format_operand(value: float) -> str:
    """Write a number that is put in: ``0.4``, ``1e−8``, or 4 significant digits of others."""
    if not math.isfinite(value):
        return format_value(value)
    rounded = float(f"{value:.{GIVEN_DIGITS}g}")
    is_given = math.isclose(value, rounded, rel_tol=1e-12, abs_tol=0.0)
    return format_setting(rounded) if is_given else format_value(value)
