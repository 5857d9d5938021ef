"""The axes of the loss plot: which range they cover, where ticks stand and what they say.

Ranges are chosen from few round values and move rarely, so that the curve grows and the picture
stands still. Positions are shares of the axis, 0 at its start and 1 at its end. No Qt in here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gui.numbers import format_count, format_setting, power_of_ten

Array = NDArray[np.float64]
Tick = tuple[float, str]

ROUND_LIMITS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
SMALLEST_STEP_LIMIT = 20.0
# In decades. A range narrower than WIDE moves in fine strides, a wider one in coarse ones.
WIDE, COARSE, FINE, NARROWEST = 0.5, 0.5, 0.1, 0.2
PIXELS_PER_LABEL, PIXELS_PER_DECADE = 39, 26
PIXELS_PER_DIGIT, PIXELS_BETWEEN_STEPS = 7, 18
# Below this many decades 2 and 5 are labelled too.
MANTISSA_DECADES = 2.0
PLAIN_DECADES = range(-3, 5)
# In heights of the axis: nothing farther off is told apart.
FAR = 1e6


@dataclass(frozen=True, slots=True)
class StepAxis:
    """Steps, or what else is counted, from ``low`` to ``limit``."""

    limit: float = 100.0
    low: float = 0.0

    @property
    def span(self) -> float:
        """Return the length."""
        return self.limit - self.low

    def shares(self, steps: Array) -> Array:
        """Return where ``steps`` (n,) stand."""
        return (steps - self.low) / self.span

    def share(self, step: float) -> float:
        """Return where one stands."""
        return (step - self.low) / self.span

    def ticks(self, pixels: float) -> list[Tick]:
        """Return the ticks of an axis ``pixels`` long; none at its start, where the axes meet."""
        decimals = max(0, math.ceil(-math.log10(self.span / 5)))
        digits = len(format_count(self.limit)) + (decimals + 1 if decimals else 0)
        widest = PIXELS_BETWEEN_STEPS + PIXELS_PER_DIGIT * digits
        distance = self.span * widest / pixels
        values = [v for v in round_values(self.low, self.limit, distance) if v > self.low]
        fine = distance < 1
        texts = _labelled(values) if fine else [(v, format_count(v)) for v in values]
        return [(self.share(value), text) for value, text in texts]


@dataclass(frozen=True, slots=True)
class LossAxis:
    """Losses from ``low`` to ``high``, which are decades where ``log`` is on.

    An axis that ``is_part`` of another has losses below it, which lie below its floor.
    """

    log: bool = True
    low: float = -2.0
    high: float = 0.0
    is_part: bool = False

    def shares(self, losses: Array) -> Array:
        """Return where ``losses`` (n,) stand; a loss of 0, without logarithm, lies on the floor."""
        if self.log:
            losses = np.log10(np.maximum(losses, np.finfo(np.float64).tiny))
        low, high = (-FAR, FAR) if self.is_part else (0.0, 2.0)
        shares: Array = np.clip((losses - self.low) / (self.high - self.low), low, high)
        return shares

    def share(self, loss: float) -> float:
        """Return where one loss stands."""
        return float(self.shares(np.array([loss]))[0])

    def holds(self, loss: float) -> bool:
        """Return whether ``loss`` > 0 lies within the axis."""
        return self.low <= (math.log10(loss) if self.log else loss) <= self.high

    def ticks(self, pixels: float) -> list[Tick]:
        """Return the ticks of an axis ``pixels`` high."""
        span = self.high - self.low
        # At least one tick beside zero, however low the axis is.
        share = min(0.25, PIXELS_PER_LABEL / pixels)
        if not self.log:
            values = round_values(self.low, self.high, span * share)
            return [((v - self.low) / span, text) for v, text in _labelled(values)]
        if span < 1.0:
            low, high = 10.0**self.low, 10.0**self.high
            values = round_values(low, high, (high - low) * share)
            return [((math.log10(v) - self.low) / span, text) for v, text in _labelled(values)]
        return self._decades(pixels / span)

    def _decades(self, pixels_per_decade: float) -> list[Tick]:
        span = self.high - self.low
        every = round(_round_up(max(1.0, PIXELS_PER_DECADE / pixels_per_decade), (1, 2, 5, 10)))
        mantissas = (1, 2, 5) if span < MANTISSA_DECADES else (1,)
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        plain = decades[0] in PLAIN_DECADES and decades[-1] in PLAIN_DECADES
        ticks = []
        for decade in decades:
            for mantissa in mantissas if decade % every == 0 else ():
                place = decade + math.log10(mantissa)
                if self.low - 1e-9 <= place <= self.high + 1e-9:
                    written = plain or mantissa > 1
                    text = format_setting(mantissa * 10.0**decade) if written else ""
                    ticks.append(((place - self.low) / span, text or power_of_ten(decade)))
        return ticks


def step_axis(last_step: float, smallest: float = SMALLEST_STEP_LIMIT) -> StepAxis:
    """Return the axis for a run of ``last_step`` steps; it grows by at most a quarter at a time."""
    return StepAxis(round_limit(max(last_step, smallest)))


def loss_axis(held: LossAxis | None, lowest: float, highest: float, *, log: bool) -> LossAxis:
    """Return an axis that holds losses from ``lowest`` to ``highest``, both finite.

    An axis already ``held`` is widened and never narrowed. A logarithmic axis needs
    ``lowest`` > 0.
    """
    needed = _log_axis(lowest, highest) if log else LossAxis(False, 0.0, round_limit(highest))
    if held is None or held.log != log:
        return needed
    return LossAxis(log, min(held.low, needed.low), max(held.high, needed.high))


def round_limit(value: float) -> float:
    """Return the next round number from ``value`` up, at most a quarter above it; 1 for 0."""
    return _round_up(value, ROUND_LIMITS) if value > 0 else 1.0


def round_values(low: float, high: float, distance: float) -> list[float]:
    """Return the multiples in low..high of 1, 2 or 5 times a power of ten, ``distance`` or more."""
    step = _round_up(distance, (1, 2, 5, 10))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def _round_up(value: float, mantissas: Sequence[float]) -> float:
    """Return the next from ``value`` up of ``mantissas`` (1 to 10) times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(value))
    return next((m * power for m in mantissas if m * power >= value * (1 - 1e-9)), 10 * power)


def _log_axis(lowest: float, highest: float) -> LossAxis:
    low, high = math.log10(lowest), math.log10(highest)
    stride = FINE if high - low < WIDE else COARSE
    low, high = math.floor(low / stride) * stride, math.ceil(high / stride) * stride
    missing = max(0.0, NARROWEST - (high - low))
    return LossAxis(True, low - missing / 2, high + missing / 2)


def _labelled(values: list[float]) -> list[Tick]:
    """Write the values of one axis with as many decimals as their distance asks for."""
    if not values:
        return []
    distance = values[1] - values[0] if len(values) > 1 else values[0]
    decimals = max(0, -math.floor(math.log10(distance) + 1e-9))
    plain = decimals <= 4 and values[-1] < 1e5
    return [(v, f"{v:,.{decimals}f}" if plain and v else format_setting(v)) for v in values]
