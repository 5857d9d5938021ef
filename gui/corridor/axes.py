"""The two axes of the corridor: log10 of sizes, a decade as high forward as backward.

So the same slope is the same factor in both plots. An axis rests while what is shown fits on it;
it moves by whole decades. No Qt in here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from core.diagnosis.corridor import Corridor, Spread

FEWEST_DECADES = 2
# An axis that is held may be so many decades longer than it need be.
MOST_SPARE = 4
# The lower of the two plots gets at least this share of the other's height.
LEAST_SHARE = 0.45
STRIDES = (1, 2, 4, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Decades:
    """Decades from ``low`` to ``high``."""

    low: float = -2
    high: float = 0

    @property
    def length(self) -> float:
        """Return how many decades there are."""
        return self.high - self.low

    def depth(self, size: float) -> float | None:
        """Return how many decades ``size`` lies below the top, within the axis; None for no log."""
        if not 0 < size < math.inf:
            return None
        return min(max(self.high - math.log10(size), 0.0), self.length)

    def labels(self, pixels_per_decade: float, room: float) -> list[int]:
        """Return the decades to label where a label takes ``room`` pixels."""
        strides = (stride for stride in STRIDES if stride * pixels_per_decade >= room)
        stride = next(strides, STRIDES[-1])
        lowest, highest = math.ceil(self.low), math.floor(self.high)
        return [d for d in range(lowest, highest + 1) if d % stride == 0]


@dataclass(frozen=True, slots=True)
class Axes:
    """What the data ask for; the plots may be longer at their lower ends (``stretched``)."""

    forward: Decades = Decades()
    backward: Decades = Decades()

    def stretched(self) -> tuple[Decades, Decades]:
        """Return both axes with room below, so that neither plot is too low to be read."""
        forward, backward = self.forward, self.backward
        least = LEAST_SHARE * max(forward.length, backward.length)
        return _lengthened(forward, least), _lengthened(backward, least)


def fitted_axes(held: Axes | None, found: Corridor) -> Axes:
    """Return axes on which all of ``found`` has a place: those held, where they still do."""
    theory = found.theory
    forward = _sizes(found.activations, () if theory is None else theory.activations)
    backward = _sizes(found.errors, () if theory is None else theory.errors)
    return Axes(
        _fitted(None if held is None else held.forward, forward),
        _fitted(None if held is None else held.backward, backward),
    )


def _sizes(spreads: Iterable[Spread], theory: Iterable[float]) -> list[float]:
    sizes = [*theory]
    for spread in spreads:
        sizes += [*spread.quantiles, spread.rms]
    return [math.log10(size) for size in sizes if 0 < size < math.inf]


def _fitted(held: Decades | None, decades: list[float]) -> Decades:
    if not decades:
        return held or Decades()
    low, high = math.floor(min(decades)), math.ceil(max(decades))
    if high - low < FEWEST_DECADES:
        low = high - FEWEST_DECADES
    if held is not None and held.low <= low and high <= held.high:
        spare = held.length - (high - low)
        if spare <= MOST_SPARE:
            return held
    if held is not None and held.length < high - low + MOST_SPARE:
        # What has just outgrown an end goes on growing: widen there, and only there.
        low, high = min(low, math.floor(held.low)), max(high, math.ceil(held.high))
    return Decades(low, high)


def _lengthened(axis: Decades, least: float) -> Decades:
    return Decades(min(axis.low, axis.high - least), axis.high)
