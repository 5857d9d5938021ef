"""How numbers are written in the window, and how typed ones are read.

Every panel prints through these functions, so that the same value looks the same everywhere: a
real minus sign, commas between thousands, exponents as ``4.438e−4``. Nothing here knows of Qt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

MINUS = "\u2212"
INFINITY = "\u221e"
# What is written in place of a 0 that switches something off.
OFF = "off"

SMALLEST_PLAIN = 1e-3
LARGEST_PLAIN = 1e5

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


def format_value(value: float, digits: int = 4) -> str:
    """Write a live value with ``digits`` significant digits, trailing zeros kept.

    Magnitudes under 1e-3 and from 1e5 up get an exponent; the integer part is never rounded away.
    """
    if not math.isfinite(value):
        return _special(value)
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if not SMALLEST_PLAIN <= abs(float(f"{mantissa}e{exponent}")) < LARGEST_PLAIN:
        return _exponential(value, digits)
    decimals = max(0, digits - 1 - int(exponent))
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def format_setting(value: float, digits: int = 6) -> str:
    """Write a setting as shortly as it goes: ``0.006``, ``50``, ``1e−5``; ``digits`` at most."""
    if not math.isfinite(value):
        return _special(value)
    if value == 0:
        return "0"
    if SMALLEST_PLAIN <= abs(value) < 10**digits:
        text = f"{float(f'{value:.{digits}g}'):,.10f}".rstrip("0").rstrip(".")
        return text.replace("-", MINUS)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def format_count(count: float) -> str:
    """Write a whole number with commas between thousands; fractions (rates) are rounded."""
    if not math.isfinite(count):
        return _special(count)
    return f"{round(count):,}".replace("-", MINUS)


def counted(number: int, noun: str) -> str:
    """Return number and noun, the latter in its plural where it has to be."""
    return f"{format_count(number)} {noun}" + ("" if number == 1 else "s")


def format_percent(share: float, decimals: int = 1) -> str:
    """Write a share of 1 as a percentage: ``0.996`` is ``99.6 %``."""
    if not math.isfinite(share):
        return _special(share)
    return f"{100 * share:.{decimals}f} %".replace("-", MINUS)


def format_column(values: Iterable[float], digits: int = 4) -> list[str]:
    """Write numbers that stand above each other.

    One finite value below 1e-3, other than zero, puts exponents on all of them.
    """
    column = list(values)
    small = any(math.isfinite(v) and 0 < abs(v) < SMALLEST_PLAIN for v in column)
    write = _exponential if small else format_value
    return [write(v, digits) if math.isfinite(v) and v else format_value(v) for v in column]


def power_of_ten(exponent: int) -> str:
    """Write a decade on an axis: ``10⁻⁶``, but 1 and 10 as themselves."""
    if exponent in (0, 1):
        return str(10**exponent)
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def raise_exponents(text: str) -> str:
    """Write powers in a text as people do: ``0.22^9`` is 0.22⁹."""
    return re.sub(r"\^(-?\d+)", lambda match: match[1].translate(_SUPERSCRIPTS), text)


def parse_number(text: str) -> float:
    """Read a number as people type it and as this module prints it.

    Takes a decimal comma, commas between thousands, a real minus sign and exponents. Raises
    ValueError, whose text is one line for the user, on anything else and on NaN and infinity.
    """
    plain = text.strip().replace(MINUS, "-").replace(" ", "").replace("\u00a0", "")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in plain:
        shown = text.strip() or "nothing"
        raise ValueError(f"expected a number such as 0.03 or 1e{MINUS}3, got {shown}")
    return value


def _exponential(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return INFINITY if value > 0 else MINUS + INFINITY
