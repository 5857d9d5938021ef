"""Why a parameter has the gradient it has: the factors from the output's error down to it.

For the sample in view the gradient of a weight is the error at its unit times the activation
before it, and that error has come down through the weights and slopes of the layers above. Where
several paths lead there, the strongest is followed, and a factor of its own says how much all of
them bring, so that the factors multiply out to the sample's share of the gradient. Every product on
the way is the number of the step itself; what the step has not computed yet is unknown.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from core.explain.foreseen_errors import foreseen_errors, start_weights
from core.explain.reference import Reference
from core.explain.waterfall_steps import (
    MOST_STEPS,
    Group,
    StepKind,
    Waterfall,
    WaterfallStep,
    folded,
)
from core.network.activations import ACTIVATIONS
from core.network.parameters import ParameterLayout
from core.training.snapshot import Snapshot

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SLOPES = {"sigmoid": "σ", "relu": "ReLU", "leaky_relu": "leaky ReLU", "linear": "id"}


def gradient_waterfall(
    snapshot: Snapshot,
    parameter: Reference,
    hidden: frozenset[str] = frozenset(),
    most: int = MOST_STEPS,
) -> Waterfall:
    """Return the factors of ``parameter``, a weight or a bias, for the sample in view.

    Values whose names are in ``hidden``, and products that would give them away, are unknown.
    Where there are more than ``most`` factors, those of a layer are taken together.
    """
    groups = _Chain(snapshot, parameter, hidden).groups()
    flat = [step for _, group in groups for step in group]
    known = [step.product for step in flat if step.product is not None]
    gradient_name = f"d{parameter.name}"
    gradient = None if gradient_name in hidden else snapshot.trace.values.get(gradient_name)
    return Waterfall(
        parameter,
        tuple(folded(groups, most)),
        known[-1] if known else None,
        flat[-1].product,
        None if gradient is None else float(gradient[parameter.index]),
        len(snapshot.trace.rows),
    )


def has_parameter(layout: ParameterLayout, parameter: Reference) -> bool:
    """Return whether ``parameter`` is a weight or bias under ``layout``."""
    kind, digits = parameter.name[:1], parameter.name[1:]
    if kind not in ("W", "b") or not digits.isdigit() or (kind == "b" and not layout.biases):
        return False
    layer = int(digits)
    if not 1 <= layer <= layout.layer_count:
        return False
    shape = (layout.widths[layer], layout.widths[layer - 1])[: 2 if kind == "W" else 1]
    return len(parameter.index) == len(shape) and all(
        0 <= i < size for i, size in zip(parameter.index, shape, strict=True)
    )


class _Chain:
    """The strongest path from the outputs down to one unit, and the factors along it."""

    def __init__(self, snapshot: Snapshot, parameter: Reference, hidden: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._parameter = parameter
        self._hidden = hidden
        self._layer = int(parameter.name[1:])
        self._last = snapshot.layout.layer_count
        self._widths = snapshot.layout.widths
        self._values = snapshot.trace.values
        self._place_of = {
            name: place for place, op in enumerate(snapshot.trace.ops) for name in op.writes
        }
        self._errors = foreseen_errors(snapshot, self._layer)
        self._units = self._strongest_units()
        self._is_open = True

    def groups(self) -> list[Group]:
        """Return the factors by layer, the last layer first; those of layer 0 are of a weight."""
        hidden = range(self._last - 1, self._layer - 1, -1)
        found: list[Group] = [(self._last, self._output_error())]
        found += [(n, [*self._through_weights(n), self._slope(n)]) for n in hidden]
        if self._parameter.name[0] == "W":
            found.append((0, [self._input()]))
        return found

    def _output_error(self) -> list[WaterfallStep]:
        last, unit = self._last, self._units[self._last]
        is_apart = f"da{last}" in self._place_of and _is_by_unit(self._snapshot, last)
        name, letter = (f"da{last}", "a") if is_apart else (f"dz{last}", "z")
        value = self._number(name, unit)
        start = self._step(
            f"∂L/∂{self._named(letter, last, unit)}",
            "start",
            name,
            value,
            (value, self._foreseen(name, unit)),
            (name,),
            "there is no error",
        )
        reference = None if unit is None else Reference(name, (unit,))
        start = replace(start, reference=reference, result=reference)
        return [start, self._slope(last)] if is_apart else [start]

    def _through_weights(self, layer: int) -> list[WaterfallStep]:
        unit, above = self._units[layer], self._units[layer + 1]
        da, dz, name = f"da{layer}", f"dz{layer + 1}", f"W{layer + 1}"
        weight = reference = result = None
        if unit is not None:
            result = Reference(da, (unit,))
        if unit is not None and above is not None:
            reference = Reference(name, (above, unit))
            weight = float(start_weights(self._snapshot, layer + 1)[above, unit])
        all_paths = self._number(da, unit), self._foreseen(da, unit)
        one_path = (
            _times(weight, self._number(dz, above)),
            _times(weight, self._foreseen(dz, above)),
        )
        value = weight if self._has_run(da) and name not in self._hidden else None
        indices = ", ".join("?" if u is None else str(u + 1) for u in (above, unit))
        label, zero = f"W{_lowered(layer + 1)}[{indices}]", "this weight is 0"
        width = self._widths[layer + 1]
        if width == 1:
            step = self._step(label, "weight", da, value, all_paths, (da, name), zero)
            return [replace(step, reference=reference, result=result)]
        step = self._step(label, "weight", da, value, one_path, (name,), zero)
        ratio = _ratio(all_paths[0], one_path[0]) if self._has_run(da) else None
        label, zero = f"all {width} paths", "the paths cancel"
        paths = self._step(label, "paths", da, ratio, all_paths, (da,), zero)
        return [
            replace(step, reference=reference),
            replace(paths, reference=result, result=result),
        ]

    def _slope(self, layer: int) -> WaterfallStep:
        unit = self._units[layer]
        dz, kind = f"dz{layer}", self._snapshot.spec.network.layers[layer - 1].activation
        arrived = self._number(dz, unit)
        products = arrived, self._foreseen(dz, unit)
        reference = None
        if ACTIVATIONS[kind].by_unit:
            label = f"{_SLOPES.get(kind, kind)}′({self._named('z', layer, unit)})"
            value = self._number(f"slope{layer}", unit)
            zero = "the unit is off" if ACTIVATIONS[kind].kinks else "the unit is saturated"
            reference = None if unit is None else Reference(f"slope{layer}", (unit,))
        else:
            # Softmax mixes the errors of all its units: there is a ratio, but no slope.
            label, zero = f"{kind} of all units", "the errors cancel"
            value = _ratio(arrived, self._number(f"da{layer}", unit))
        value = value if self._has_run(dz) else None
        step = self._step(label, "slope", dz, value, products, (dz,), zero)
        result = None if unit is None else Reference(dz, (unit,))
        return replace(step, reference=reference, result=result)

    def _input(self) -> WaterfallStep:
        unit, source = self._parameter.index
        name = "x" if self._layer == 1 else f"a{self._layer - 1}"
        label = f"x{_lowered(source + 1)}"
        if self._layer > 1:
            label = self._named("a", self._layer - 1, source)
        gradient, dz = f"d{self._parameter.name}", f"dz{self._layer}"
        before = self._values.get(name)
        raw = None if before is None else float(before[source])
        value = raw if self._has_run(gradient) and name not in self._hidden else None
        step = self._step(
            label,
            "input",
            gradient,
            value,
            (_times(self._number(dz, unit), value), _times(self._foreseen(dz, unit), raw)),
            (gradient,),
            "this input is 0" if name == "x" else "the unit before gives 0",
        )
        return replace(
            step, reference=Reference(name, (source,)), result=Reference(gradient, (unit, source))
        )

    def _step(
        self,
        label: str,
        kind: StepKind,
        brought_by: str,
        value: float | None,
        products: tuple[float | None, float | None],
        gives_away: tuple[str, ...],
        zero: str,
    ) -> WaterfallStep:
        """Return a step; ``products`` are the real one and the foreseen one."""
        real, foreseen = products
        if self._hidden.intersection(gives_away):
            self._is_open = False
        if not self._is_open:
            real = foreseen = None
        elif not self._has_run(brought_by):
            real = None
        place = self._place_of[brought_by]
        return WaterfallStep(label, kind, value, real, foreseen, _note(value, zero), (place,))

    def _strongest_units(self) -> dict[int, int | None]:
        """Return by layer the unit on the path; None where the errors do not tell yet."""
        units: dict[int, int | None] = {self._layer: self._parameter.index[0]}
        for layer in range(self._layer + 1, self._last + 1):
            below, error = units[layer - 1], self._errors.get(f"dz{layer}")
            if self._widths[layer] == 1:
                units[layer] = 0
            elif below is None or error is None:
                units[layer] = None
            else:
                with np.errstate(all="ignore"):
                    strengths = np.abs(start_weights(self._snapshot, layer)[:, below] * error)
                # The first NaN counts as the largest, and it is what there is to explain.
                units[layer] = int(np.argmax(strengths))
        return units

    def _has_run(self, name: str) -> bool:
        return self._place_of[name] < self._snapshot.trace.position

    def _number(self, name: str, unit: int | None) -> float | None:
        found = None if name in self._hidden else self._values.get(name)
        return None if found is None or unit is None else float(found[unit])

    def _foreseen(self, name: str, unit: int | None) -> float | None:
        found = self._errors.get(name)
        return None if found is None or unit is None else float(found[unit])

    def _named(self, letter: str, layer: int, unit: int | None) -> str:
        name = f"{letter}{_lowered(layer)}"
        if self._widths[layer] == 1:
            return name
        return f"{name}[{'?' if unit is None else unit + 1}]"


def _note(value: float | None, zero: str) -> str:
    if value is None or (value and math.isfinite(value)):
        return ""
    return zero if value == 0 else "not a number" if math.isnan(value) else "it has overflowed"


def _times(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one * other


def _ratio(whole: float | None, part: float | None) -> float | None:
    """Return how many times ``part`` the whole is; once where there is nothing at all."""
    if whole is None or part is None:
        return None
    return whole / part if part else 1.0 if whole == 0 else math.nan


def _is_by_unit(snapshot: Snapshot, layer: int) -> bool:
    return ACTIVATIONS[snapshot.spec.network.layers[layer - 1].activation].by_unit


def _lowered(number: int) -> str:
    return str(number).translate(_SUBSCRIPTS)
