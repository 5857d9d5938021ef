"""The gradient check: backpropagation's derivatives against differences of the loss.

Backpropagation is compared with central differences, one parameter at a time, in float64 and over
arrays of its own: nothing of the trainer changes. What is checked is the gradient of the data
loss on the batch at hand, as the backward pass computes it; penalties come later, in the update. In
forward-forward the gradient of every hidden layer is checked against the local loss of that layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.explain.check_twin import CheckTwin
from core.explain.parameter_order import listed_order_of
from core.network.parameters import Floats, ParameterLayout
from core.training.trainer import Trainer

Verdict = Literal["good", "bad", "near a kink"]

STEP_SIZE = 1e-5
MOST_ENTRIES = 300
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-4, 1e-9
# Two a decade: with fewer the valley of the U has no shape.
CURVE_STEPS = 10.0 ** -np.arange(1.0, 13.25, 0.5)

_SEVERITY: dict[Verdict, int] = {"good": 0, "near a kink": 1, "bad": 2}


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """One parameter.

    Attributes:
        index: in the vector of all parameters.
        name: ``W2[1, 5]`` or ``b1[3]``, counted from 1.
        analytic, numeric: the derivative by backpropagation and by central differences.
        relative_error: |analytic − numeric| over the larger of the two; infinite where one of
            them is not finite.
        verdict: "near a kink" where the two differ and a unit's slope jumps between w − h and
            w + h, so that the difference quotient is no derivative.
    """

    index: int
    name: str
    analytic: float
    numeric: float
    relative_error: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class LayerCheck:
    """The checked parameters of a layer as one vector: |g − n| / max(|g|, |n|), lengths.

    Attributes:
        layer: counted from 1.
        entries: how many are compared; those near a kink have no difference quotient to compare.
        relative_error: of the gradient in float64.
        trained_error: of the gradient in the run's own number type; None where that is float64
            or a gradient was given.
    """

    layer: int
    entries: int
    relative_error: float
    trained_error: float | None = None


@dataclass(frozen=True, eq=False)
class ErrorCurve:
    """How the error of the difference quotients of one parameter goes with their step.

    Attributes:
        index, name: of the parameter.
        steps: (K,) the h, falling.
        central, one_sided: (K,) relative errors of (L(w + h) − L(w − h)) / 2h and of
            (L(w + h) − L(w)) / h.
    """

    index: int
    name: str
    steps: NDArray[np.float64]
    central: NDArray[np.float64]
    one_sided: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """The check of one gradient.

    Attributes:
        step: finished updates.
        dtype: of the numbers that the run trains with; the check itself is in float64.
        rows: B, over which the loss is a mean.
        is_local: whether a hidden layer's loss is its own, as in forward-forward.
        h: of the central differences.
        parameter_count: P; ``entries`` are all of them or a sample that is spread over all layers.
        entries: as parameters are listed: of every layer W row by row, then b, gamma and beta.
        layers: layer 1 first.
        curve: of the worst entry, or of the one that was asked for.
    """

    step: int
    dtype: str
    rows: int
    is_local: bool
    h: float
    parameter_count: int
    entries: tuple[EntryCheck, ...]
    layers: tuple[LayerCheck, ...]
    curve: ErrorCurve

    @property
    def worst(self) -> EntryCheck:
        """Return the entry with the gravest verdict and, among those, the largest error."""
        return _worst(self.entries)

    def count(self, verdict: Verdict) -> int:
        """Return how many entries have ``verdict``."""
        return sum(entry.verdict == verdict for entry in self.entries)


def check_gradient(
    trainer: Trainer, analytic: Floats | None = None, curve_of: int | None = None
) -> GradientCheck:
    """Check the gradient of the current parameters on the batch of the step at hand.

    Args:
        trainer: is read only.
        analytic: (P,) to be checked in place of what backpropagation computes.
        curve_of: the parameter whose error curve is wanted; None: the worst.

    Raises:
        IndexError: there is no parameter ``curve_of``.
    """
    with np.errstate(all="ignore"):
        twin = CheckTwin(trainer)
        gradient = twin.gradient() if analytic is None else np.asarray(analytic, np.float64)
        layout = twin.network.layout
        if curve_of is not None and not 0 <= curve_of < layout.size:
            raise IndexError(f"parameter {curve_of} of {layout.size}")
        sample = listed_order_of(layout, spread_sample(layout))
        entries = tuple(_check(twin, gradient, index) for index in sample)
        index = _worst(entries).index if curve_of is None else curve_of
        dtype = trainer.spec.network.dtype
        is_own = analytic is None and dtype != "float64"
        trained = CheckTwin(trainer, dtype).gradient() if is_own else None
        return GradientCheck(
            trainer.step,
            dtype,
            twin.workspace.batch_size,
            trainer.assembly.directs,
            STEP_SIZE,
            layout.size,
            entries,
            tuple(
                _check_layer(layout, entries, trained, n) for n in range(1, layout.layer_count + 1)
            ),
            _curve(twin, gradient, index),
        )


def spread_sample(layout: ParameterLayout, most: int = MOST_ENTRIES) -> list[int]:
    """Return the indices of all parameters, or of about ``most`` of them from every layer.

    One half of the places is dealt out evenly, the other by size, so that small layers count too.
    """
    if layout.size <= most:
        return list(range(layout.size))
    chosen: list[int] = []
    for part in layout.segments:
        size = part.stop - part.start
        places = most // (2 * layout.layer_count) + most * size // (2 * layout.size)
        count = min(size, max(1, places))
        # The last entry, a bias or beta, belongs to the sample; evenly spaced ones are distinct.
        spread = np.linspace(part.start, part.stop - 1, count) if count > 1 else [part.start]
        chosen += [round(float(index)) for index in spread]
    return chosen


def _check(twin: CheckTwin, gradient: Floats, index: int) -> EntryCheck:
    above = twin.loss_at(index, STEP_SIZE)
    sides_above = twin.sides()
    below = twin.loss_at(index, -STEP_SIZE)
    jumps = any((a != b).any() for a, b in zip(sides_above, twin.sides(), strict=True))
    exact, numeric = float(gradient[index]), (above - below) / (2 * STEP_SIZE)
    error = _relative_error(exact, numeric)
    verdict: Verdict = "near a kink" if jumps else "bad"
    if error < RELATIVE_TOLERANCE or abs(exact - numeric) < ABSOLUTE_TOLERANCE:
        verdict = "good"
    return EntryCheck(index, twin.network.layout.describe(index), exact, numeric, error, verdict)


def _check_layer(
    layout: ParameterLayout, entries: tuple[EntryCheck, ...], trained: Floats | None, layer: int
) -> LayerCheck:
    part = layout.segment(layer)
    own = [e for e in entries if part.start <= e.index < part.stop and e.verdict != "near a kink"]
    exact = np.array([entry.analytic for entry in own])
    numeric = np.array([entry.numeric for entry in own])
    other = None
    if trained is not None:
        single = np.array([trained[entry.index] for entry in own], np.float64)
        other = _relative_distance(single, numeric)
    return LayerCheck(layer, len(own), _relative_distance(exact, numeric), other)


def _relative_distance(exact: Floats, numeric: Floats) -> float:
    length = max(float(np.linalg.norm(exact)), float(np.linalg.norm(numeric)))
    error = float(np.linalg.norm(exact - numeric)) / length if length else 0.0
    return error if np.isfinite(error) else float(np.inf)


def _curve(twin: CheckTwin, gradient: Floats, index: int) -> ErrorCurve:
    exact, here = float(gradient[index]), twin.loss(index)
    central, one_sided = [], []
    for h in CURVE_STEPS.tolist():
        above, below = twin.loss_at(index, h), twin.loss_at(index, -h)
        central.append(_relative_error(exact, (above - below) / (2 * h)))
        one_sided.append(_relative_error(exact, (above - here) / h))
    arrays = [CURVE_STEPS.copy(), np.array(central), np.array(one_sided)]
    for array in arrays:
        array.flags.writeable = False
    return ErrorCurve(index, twin.network.layout.describe(index), *arrays)


def _relative_error(exact: float, numeric: float) -> float:
    scale = max(abs(exact), abs(numeric))
    error = abs(exact - numeric) / scale if scale else 0.0
    return error if np.isfinite(error) else float(np.inf)


def _worst(entries: tuple[EntryCheck, ...]) -> EntryCheck:
    def gravity(entry: EntryCheck) -> tuple[int, bool, float]:
        # Two numbers that are nothing but rounding, as a bias before a normalization has them, may
        # differ by all of their size.
        size = max(abs(entry.analytic), abs(entry.numeric))
        return _SEVERITY[entry.verdict], size >= ABSOLUTE_TOLERANCE, entry.relative_error

    return max(entries, key=gravity)
