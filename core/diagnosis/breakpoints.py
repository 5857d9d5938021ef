"""Conditions on a step at which a run is to stop before its update, and what watches for them.

A breakpoint says what to look for. A watch looks once a step, after the backward pass, and reports
a breakpoint when its condition comes to hold, not at every step while it lasts. Nothing here stops
or changes a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.statistics import SATURATING, root_mean_square
from core.errors import SpecError
from core.network.activations import ACTIVATIONS
from core.network.network import Network
from core.step.workspace import Workspace

BreakpointKind = Literal["non_finite", "gradient_rms", "dead_unit", "loss_rise", "step"]
Confirm = Callable[[], Workspace]

RECENT_LOSSES = 32
FEWEST_LOSSES = 8
# Of the activation's largest slope: with no more a unit passes next to nothing back.
DEAD_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A condition on one step.

    - non_finite: the loss or an entry of the gradient is not finite.
    - gradient_rms: the RMS over a layer's gradient, biases included, leaves low to high.
    - dead_unit: a unit that was alive dies. A unit is alive while its slope is more than 1 % of
      the activation's largest for some training row: a dead ReLU is off, a dead leaky ReLU on its
      flat side, a dead sigmoid saturated, for all of them.
    - loss_rise: the batch loss is more than ``factor`` times the median of the last 32 batch
      losses, once 8 are known. Batch losses are noisy and skewed, and the median is what single
      batches do not move: a mean would rise with an outlier and hide the next one.
    - step: ``step`` updates are finished.

    Attributes:
        kind: which condition.
        layer: where to look, from 1, for gradient_rms and dead_unit; 0 for every layer, each by
            itself. The output layer has no units that die.
        low, high: the range of gradient_rms, both ends included.
        factor, step: of the kinds that need them.
        enabled: whether a watch looks for it.
    """

    kind: BreakpointKind
    layer: int = 0
    low: float = 0.0
    high: float = math.inf
    factor: float = 2.0
    step: int = 0
    enabled: bool = True

    def __post_init__(self) -> None:
        """Raise SpecError for a field of which nothing can come."""
        if self.kind not in get_args(BreakpointKind):
            known = ", ".join(get_args(BreakpointKind))
            raise SpecError("kind", f"expected one of {known}, got {self.kind!r}")
        for name, number in (("layer", self.layer), ("step", self.step)):
            if not isinstance(number, int) or number < 0:
                raise SpecError(name, f"expected a whole number from 0 up, got {number}")
        if self.kind == "gradient_rms":
            self._check_range()
        if self.kind == "loss_rise" and not 1 < self.factor < math.inf:
            raise SpecError("factor", f"expected a number above 1, got {_number(self.factor)}")

    def _check_range(self) -> None:
        if not 0 <= self.low < math.inf:
            raise SpecError("low", f"expected a number from 0 up, got {_number(self.low)}")
        if not self.low < self.high:
            low, high = _number(self.low), _number(self.high)
            raise SpecError("high", f"expected a number above low, which is {low}, got {high}")
        if self.low == 0 and self.high == math.inf:
            raise SpecError("high", "expected a number where low is 0: no RMS leaves 0 to ∞")


def describe(breakpoint: Breakpoint, layer_names: Sequence[str] = ()) -> str:
    """Return the condition in plain words; ``layer_names`` (layer 1 first) replace "layer 1"."""
    layer = breakpoint.layer
    where = layer_names[layer - 1] if 0 < layer <= len(layer_names) else f"layer {layer}"
    low, high = _number(breakpoint.low), _number(breakpoint.high)
    match breakpoint.kind:
        case "non_finite":
            return "the loss or a gradient is not finite"
        case "gradient_rms":
            where = where if layer else "any layer"
            if breakpoint.high == math.inf:
                return f"{where}: gradient RMS falls below {low}"
            if breakpoint.low == 0:
                return f"{where}: gradient RMS rises above {high}"
            return f"{where}: gradient RMS leaves {low} to {high}"
        case "dead_unit":
            return f"{where if layer else 'any hidden layer'}: a unit dies"
        case "loss_rise":
            return f"loss rises above {_number(breakpoint.factor)} times its recent level"
        case "step":
            return f"step {breakpoint.step:,} is reached"


def fits(breakpoint: Breakpoint, layer_count: int) -> bool:
    """Return whether a network of ``layer_count`` layers has what the breakpoint looks at."""
    if breakpoint.kind == "dead_unit":
        return max(breakpoint.layer, 1) < layer_count
    return breakpoint.kind != "gradient_rms" or breakpoint.layer <= layer_count


@dataclass(frozen=True, slots=True)
class Hit:
    """A breakpoint that was reached, with one line that says by which measurement."""

    breakpoint: Breakpoint
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class WatchState:
    """All that a watch remembers, so that a run can go back to a moment; never altered.

    Attributes:
        losses: the latest finite batch losses.
        met: what held at the last check, as breakpoint and layer (0: the network).
        alive: (n,) by layer, the units that were alive when last looked at.
    """

    losses: tuple[float, ...] = ()
    met: frozenset[tuple[Breakpoint, int]] = frozenset()
    alive: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)


class BreakpointWatch:
    """Looks for the enabled breakpoints that fit the network.

    A condition that holds at the first check is reported there, since nobody has been told of it
    yet. Units that are dead at the first check are not: they did not die under watch.
    """

    def __init__(self, breakpoints: Sequence[Breakpoint], layer_count: int) -> None:
        """Begin with nothing remembered; what ``layer_count`` layers do not have rests."""
        self._active = tuple(b for b in breakpoints if b.enabled and fits(b, layer_count))
        self._follows_loss = any(b.kind == "loss_rise" for b in self._active)
        mortal = [b.layer for b in self._active if b.kind == "dead_unit"]
        self._mortal = tuple(n for n in range(1, layer_count) if n in mortal or 0 in mortal)
        self._layers = range(1, layer_count + 1)
        self.restore(WatchState())

    def state(self) -> WatchState:
        """Return what is remembered now."""
        return WatchState(self._losses, self._met, self._alive)

    def restore(self, state: WatchState) -> None:
        """Remember what ``state`` does, which may come from a watch for other breakpoints."""
        self._losses = state.losses
        self._met = state.met
        self._alive = state.alive

    # What is not finite is a breakpoint's news, not NumPy's warning.
    @np.errstate(all="ignore")
    def check(
        self, step: int, loss: float, network: Network, workspace: Workspace, confirm: Confirm
    ) -> tuple[Hit, ...]:
        """Return the breakpoints that the step after ``step`` updates reaches; call once a step.

        ``network`` and ``workspace`` hold the gradients and slopes of the batch. ``confirm`` runs
        training rows through the network as it is now, and returns the workspace with their z and
        a; it is called only where the batch shows no slope of a unit that may die, and once.
        """
        if not self._active:
            return ()
        level = median(self._losses) if len(self._losses) >= FEWEST_LOSSES else math.nan
        if self._follows_loss and math.isfinite(loss):
            self._losses = (*self._losses, loss)[-RECENT_LOSSES:]
        deaths = self._take_deaths(network, workspace, confirm) if self._mortal else {}
        hits = []
        for breakpoint in self._active:
            match breakpoint.kind:
                case "non_finite":
                    text = self._non_finite(breakpoint, loss, network)
                case "gradient_rms":
                    text = self._gradient_rms(breakpoint, network)
                case "dead_unit":
                    found = [deaths[n] for n in deaths if breakpoint.layer in (0, n)]
                    text = _joined([text for _, text in found], sum(n for n, _ in found), "unit")
                case "loss_rise":
                    text = self._loss_rise(breakpoint, loss, level)
                case "step":
                    is_there = self._is_news(breakpoint, 0, step == breakpoint.step)
                    text = f"the count of finished updates is {step:,}" if is_there else ""
            if text:
                message = f"Breakpoint: {text} (step {step:,}, before the update)"
                hits.append(Hit(breakpoint, message))
        return tuple(hits)

    def _is_news(self, breakpoint: Breakpoint, layer: int, holds: bool) -> bool:
        """Remember whether a condition holds; return whether it does and did not before."""
        key = (breakpoint, layer)
        if holds == (key in self._met):
            return False
        self._met = self._met | {key} if holds else self._met - {key}
        return holds

    def _non_finite(self, breakpoint: Breakpoint, loss: float, network: Network) -> str:
        gradient = network.grads.data
        total = loss + float(gradient.dot(gradient))
        # Squares overflow before the numbers themselves do.
        is_finite = total - total == 0 or (math.isfinite(loss) and np.isfinite(gradient).all())
        if not self._is_news(breakpoint, 0, not is_finite):
            return ""
        if not math.isfinite(loss):
            return f"the loss is {_number(loss)}, not finite"
        # The error comes from the output, so the last layer had it first.
        index = int(np.flatnonzero(~np.isfinite(gradient))[-1])
        name = network.layout.describe(index)
        return f"the gradient of {name} is {_number(float(gradient[index]))}, not finite"

    def _gradient_rms(self, breakpoint: Breakpoint, network: Network) -> str:
        texts = []
        for layer in (breakpoint.layer,) if breakpoint.layer else self._layers:
            rms = root_mean_square(network.grads.data[network.layout.segment(layer)])
            if self._is_news(breakpoint, layer, not breakpoint.low <= rms <= breakpoint.high):
                against = _beside(rms, breakpoint.low, breakpoint.high)
                texts.append(f"gradient RMS of layer {layer} is {against}")
        return _joined(texts, len(texts), "layer")

    def _loss_rise(self, breakpoint: Breakpoint, loss: float, level: float) -> str:
        if not self._is_news(breakpoint, 0, loss > breakpoint.factor * level):
            return ""
        times = f"{_number(breakpoint.factor)} times its recent level of {_number(level, 4)}"
        return f"the loss is {_number(loss, 4)}, above {times}"

    def _take_deaths(
        self, network: Network, workspace: Workspace, confirm: Confirm
    ) -> dict[int, tuple[int, str]]:
        """Bring ``alive`` up to date; return by layer how many died, and the first in words."""
        deaths: dict[int, tuple[int, str]] = {}
        values: Workspace | None = None
        for layer in self._mortal:
            kind = network.layers[layer - 1].activation
            activation = ACTIVATIONS[kind]
            if not activation.by_unit:
                continue
            limit = DEAD_SHARE * activation.largest_slope
            # NaN counts as alive: it is another breakpoint's news.
            active = ~(np.abs(workspace.slope[layer]).max(axis=1) <= limit)
            known = self._alive.get(layer)
            is_new = known is None or known.shape != active.shape
            alive = active if known is None or is_new else known | active
            suspects = np.flatnonzero(~active & (is_new | alive))
            if suspects.size:
                values = values or confirm()
                z, a = values.z[layer][suspects], values.a[layer][suspects]
                slope = np.empty_like(a)
                activation.bind_slope(z, a, slope)()
                peaks = np.abs(slope).max(axis=1)
                alive[suspects] = ~(peaks <= limit)
                dead = np.flatnonzero(peaks <= limit)
                if dead.size and not is_new:
                    unit, peak = suspects[dead[0]] + 1, _number(float(peaks[dead[0]]), 4)
                    what = "saturated" if kind in SATURATING else "died"
                    slope_is = f"its largest slope over {a.shape[1]:,} training rows is {peak}"
                    text = f"unit {unit} of layer {layer} has {what}: {slope_is}"
                    deaths[layer] = dead.size, f"{text}, not above {_number(limit)}"
            self._alive = {**self._alive, layer: alive}
        return deaths


def _joined(texts: Sequence[str], count: int, noun: str) -> str:
    """Return the first text and how many more of ``count`` there are to say the same of."""
    others = count - 1
    more = f"; likewise {others:,} more {noun}{'s' * (others > 1)}" if others > 0 else ""
    return texts[0] + more if texts else ""


def _number(value: float, digits: int = 6) -> str:
    """Return ``value`` with at most ``digits`` significant digits: 0.5, 1e−6."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{'' if value > 0 else '−'}∞"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")


def _beside(value: float, low: float, high: float) -> str:
    """Return a value outside a range and the limit, with as many digits as tell them apart."""
    if math.isnan(value):
        return f"NaN, not from {_number(low)} to {_number(high)}"
    side, limit = ("below", low) if value < low else ("above", high)
    texts = [_number(value, digits) for digits in (4, 8, 17)]
    text = next((text for text in texts if text != _number(limit)), texts[-1])
    return f"{text}, {side} {_number(limit)}"
