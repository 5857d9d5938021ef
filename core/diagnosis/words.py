"""Numbers and lists as the sentences of the diagnosis say them."""

from __future__ import annotations

import math
from collections.abc import Sequence


def number(value: float, digits: int = 2) -> str:
    """Return ``value`` with some significant digits as people write it: 0.018, 1.3e−6, 12,000."""
    if not math.isfinite(value):
        return "NaN" if value != value else "∞" if value > 0 else "−∞"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        rounded = float(f"{value:.{digits}g}")
        text = f"{rounded:,.0f}" if abs(rounded) >= 10 ** (digits - 1) else f"{value:.{digits}g}"
    else:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        text = f"{float(mantissa):g}e{int(exponent)}"
    return text.replace("-", "−")


def percent(share: float) -> str:
    """Return a share as a percentage: 18 %, 0.3 %, 100 %."""
    return f"{number(100 * share)} %"


def layer_names(layers: Sequence[int]) -> str:
    """Return hidden layers by name: "hidden layer 2", "hidden layers 1 to 3", "... 1, 2 and 5"."""
    if len(layers) == 1:
        return f"hidden layer {layers[0]}"
    if len(layers) > 2 and list(layers) == list(range(layers[0], layers[-1] + 1)):
        return f"hidden layers {layers[0]} to {layers[-1]}"
    *rest, last = [str(layer) for layer in layers]
    return f"hidden layers {', '.join(rest)} and {last}"


def times(value: float) -> str:
    """Return how many times: "12 times", "3.4e8 times"."""
    return f"{number(value)} times"
