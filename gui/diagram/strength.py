"""How strongly an edge is drawn, and which edges are drawn at all.

Values become eight signed steps against a reference that the diagram states. Everything here is
NumPy over the values of shown units; colours and curves are the work of ``edges``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.network.parameters import Floats
from core.training.snapshot import Snapshot
from gui.numbers import format_setting

Quantity = Literal["weight", "gradient", "update"]
Scale = Literal["relative", "absolute", "logarithmic"]
QUANTITIES: dict[str, str] = {"weight": "Weight", "gradient": "Gradient", "update": "Update"}
SCALES: dict[str, str] = {
    "relative": "relative",
    "absolute": "absolute",
    "logarithmic": "log",
}
SYMBOLS: dict[Quantity, str] = {"weight": "|w|", "gradient": "|gradient|", "update": "|update|"}

STEPS = 8
NOT_SHOWN, NON_FINITE = 0, STEPS + 1
DECADES = 4
MOST_EDGES = 300

Steps = NDArray[np.int8]


def quantity_vector(snapshot: Snapshot, quantity: Quantity) -> Floats:
    """Return (P,) what is shown: parameters, gradient, or what the last update added."""
    if quantity == "weight":
        return snapshot.parameters
    if quantity == "gradient":
        return snapshot.gradient
    return -snapshot.update


def largest(values: Floats) -> float:
    """Return the largest finite magnitude in ``values``, 0 if there is none."""
    if not values.size:
        return 0.0
    peak = max(float(values.max()), -float(values.min()))
    if np.isfinite(peak):
        return peak
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max(initial=0.0))


def round_up(value: float) -> float:
    """Return the next number of 1, 2, 5, 10 ... from ``value`` on, so that a scale rests."""
    if value <= 0:
        return 0.0
    decade = 10.0 ** np.floor(np.log10(value))
    return float(next(decade * m for m in (1, 2, 5, 10, 20) if decade * m >= value))


def steps(values: Floats, reference: float, scale: Scale) -> Steps:
    """Return signed steps 1..8 of ``values`` against ``reference``, and 9 where not finite.

    Step 1 is also what zeros get: the thinnest line. On the logarithmic scale the eight steps
    cover four decades below the reference.
    """
    finite = np.isfinite(values)
    share = np.abs(np.where(finite, values, 0.0), dtype=np.float64)
    share /= reference if reference > 0 else 1.0
    if scale == "logarithmic":
        share = 1 + np.log10(np.maximum(share, 1e-30)) / DECADES
    step = np.clip(np.ceil(STEPS * share), 1, STEPS).astype(np.int8)
    return np.where(finite, np.where(values < 0, -step, step), np.int8(NON_FINITE))


def strongest(
    shares: Sequence[NDArray[np.float64]], per_unit: Sequence[int | None], limit: int = MOST_EDGES
) -> list[NDArray[np.bool_]]:
    """Choose the edges to draw.

    Args:
        shares: per gap (n_to, n_from), magnitudes relative to the layer's largest; inf for
            values that are not finite, which are always worth seeing.
        per_unit: per gap, how many of the strongest edges into each unit may be drawn.
        limit: how many in all.

    Returns:
        Per gap, which edges are drawn, (n_to, n_from).
    """
    chosen = [_into_each(s, count) for s, count in zip(shares, per_unit, strict=True)]
    total = sum(int(mask.sum()) for mask in chosen)
    if total <= limit:
        return chosen
    candidates = np.concatenate([s[mask] for s, mask in zip(shares, chosen, strict=True)])
    kept = np.zeros(total, bool)
    kept[np.argsort(-candidates, kind="stable")[:limit]] = True
    start = 0
    for mask in chosen:
        count = int(mask.sum())
        mask[mask] = kept[start : start + count]
        start += count
    return chosen


def scale_in_words(scale: Scale, quantity: Quantity, reference: float) -> str:
    """Say what the width of an edge means; ``reference`` is the absolute scale's."""
    symbol = SYMBOLS[quantity]
    if scale == "absolute":
        return f"width: full at {symbol} = {format_setting(reference, 3)}"
    if scale == "logarithmic":
        return f"width: logarithmic, {DECADES} decades below the largest {symbol} of the layer"
    return f"width: relative to the largest {symbol} of the layer"


def _into_each(shares: NDArray[np.float64], count: int | None) -> NDArray[np.bool_]:
    if count is None or count >= shares.shape[1]:
        return np.ones(shares.shape, bool)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :count]
    mask = np.zeros(shares.shape, bool)
    np.put_along_axis(mask, order, True, axis=1)
    return mask
