"""The factors along the path of one gradient, layer by layer from the output down.

Which units the path passes is decided elsewhere (``core.explain.strongest_path``), and so is how
many factors are taken together.
"""

from __future__ import annotations

import math
from dataclasses import replace

from core.explain.foreseen_errors import foreseen_errors, start_weights
from core.explain.normalization_steps import normalization_factors
from core.explain.notation import split_name
from core.explain.reference import Reference
from core.explain.strongest_path import strongest_path
from core.explain.waterfall_steps import (
    Group,
    StepKind,
    WaterfallStep,
)
from core.network.activations import ACTIVATIONS
from core.step.wiring import wires_of
from core.training.snapshot import Snapshot

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SLOPES = {"sigmoid": "σ", "relu": "ReLU", "leaky_relu": "leaky ReLU", "linear": "id"}


class Chain:
    """The strongest path from the outputs down to one unit, and the factors along it."""

    def __init__(self, snapshot: Snapshot, parameter: Reference, hidden: frozenset[str]) -> None:
        """Follow the gradient of ``parameter``; values called ``hidden`` are unknown."""
        self._snapshot = snapshot
        self._parameter = parameter
        self._hidden = hidden
        self._kind, digits = split_name(parameter.name)
        self._layer = int(digits)
        self._last = snapshot.layout.layer_count
        self._widths = snapshot.layout.widths
        self._values = snapshot.trace.values
        self._place_of = {
            name: place for place, op in enumerate(snapshot.trace.ops) for name in op.writes
        }
        self._errors = foreseen_errors(snapshot, self._layer)
        path = strongest_path(snapshot, self._layer, parameter.index[0], self._errors)
        self._units, self._shortcuts = path.units, path.shortcuts
        self._layers = snapshot.spec.network.layers
        self._wires = wires_of(self._layers, drops=True)
        self._is_open = True

    def groups(self) -> list[Group]:
        """Return the factors by layer, the last layer first; those of layer 0 are of a weight."""
        hidden = range(self._last - 1, self._layer - 1, -1)
        found: list[Group] = [(self._last, self._output_error())]
        found += [(n, [*self._down_to(n), *self._within(n)]) for n in hidden]
        if self._kind == "W":
            found.append((0, [self._input()]))
        elif self._kind == "gamma":
            found.append((0, [self._normalized()]))
        return found

    def _down_to(self, layer: int) -> list[WaterfallStep]:
        """Return the factors from the layer above to what ``layer`` hands on."""
        if layer + 1 in self._shortcuts:
            return self._on_shortcut(layer)
        return self._through_weights(layer)

    def _within(self, layer: int) -> list[WaterfallStep]:
        """Return the factors from what ``layer`` hands on down to its sums."""
        if layer in self._shortcuts:
            return []
        masks = [self._mask(layer)] if self._layers[layer - 1].dropout else []
        return [*masks, self._slope(layer), *self._normalization(layer)]

    def _normalization(self, layer: int) -> list[WaterfallStep]:
        is_end = layer == self._layer and self._kind in ("gamma", "beta")
        if self._layers[layer - 1].normalization == "none" or is_end:
            return []
        unit, n = self._units[layer], layer
        before, after = f"ds{n}", f"dz{n}"
        shown = normalization_factors(self._snapshot, layer, unit)
        has_run = self._has_run(after)
        real, foreseen = (
            (self._number(before, unit), self._number(after, unit)),
            (self._foreseen(before, unit), self._foreseen(after, unit)),
        )
        scaled = _times(real[0], shown.factor), _times(foreseen[0], shown.factor)
        value = shown.factor if has_run and f"gamma{n}" not in self._hidden else None
        step = self._step(shown.label, "normalization", after, value, scaled, (), "γ is 0")
        reference = None if unit is None else Reference(f"gamma{n}", (unit,))
        result = None if unit is None else Reference(after, (unit,))
        step = replace(step, reference=reference)
        if not shown.shared:
            return [replace(step, result=result)]
        whole = real[1], foreseen[1]
        starts_anew = bool(has_run and scaled[0] == 0 and real[1])
        if starts_anew:
            rest = self._step(shown.anew, "restart", after, real[1], whole, (after,), "")
        else:
            ratio = _ratio(real[1], scaled[0]) if has_run else None
            rest = self._step(shown.shared, "shared", after, ratio, whole, (after,), shown.none)
        return [step, replace(rest, reference=result, result=result)]

    def _mask(self, layer: int) -> WaterfallStep:
        unit, name, da = self._units[layer], f"mask{layer}", f"da{layer}"
        value = self._number(name, unit) if self._has_run(da) else None
        products = self._number(da, unit), self._foreseen(da, unit)
        label = self._named("mask", layer, unit)
        step = self._step(label, "mask", da, value, products, (da,), "dropped in this step")
        if unit is None:
            return step
        return replace(step, reference=Reference(name, (unit,)), result=Reference(da, (unit,)))

    def _on_shortcut(self, layer: int) -> list[WaterfallStep]:
        """Return the factors where most of the error comes back beside the weights."""
        unit = self._units[layer]
        out, above = self._wires[layer].out_gradient, self._wires[layer + 1].out_gradient
        beside = self._number(above, unit), self._foreseen(above, unit)
        whole = self._number(out, unit), self._foreseen(out, unit)
        value = 1.0 if self._has_run(out) else None
        label = f"shortcut past {layer + 1}"
        step = self._step(label, "shortcut", out, value, beside, (), "")
        ratio = _ratio(whole[0], beside[0]) if self._has_run(out) else None
        ways = self._step("both ways", "ways", out, ratio, whole, (out,), "the ways cancel")
        result = None if unit is None else Reference(out, (unit,))
        return [step, replace(ways, reference=result, result=result)]

    def _output_error(self) -> list[WaterfallStep]:
        last, unit = self._last, self._units[self._last]
        is_apart = f"da{last}" in self._place_of and _is_by_unit(self._snapshot, last)
        entering = self._wires[last].entering
        name, letter = (f"da{last}", "a") if is_apart else (f"d{entering}", entering[0])
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
        slopes = [self._slope(last)] if is_apart else []
        return [start, *slopes, *self._normalization(last)]

    def _through_weights(self, layer: int) -> list[WaterfallStep]:
        unit, above = self._units[layer], self._units[layer + 1]
        da, dz = self._wires[layer].out_gradient, f"dz{layer + 1}"
        name = f"W{layer + 1}"
        weight = reference = result = None
        if unit is not None:
            result = Reference(da, (unit,))
        if unit is not None and above is not None:
            reference = Reference(name, (above, unit))
            weight = float(start_weights(self._snapshot, layer + 1)[above, unit])
        whole = self._number(da, unit), self._foreseen(da, unit)
        all_paths = whole
        is_residual = self._layers[layer].residual
        if is_residual:
            beside = self._wires[layer + 1].out_gradient
            all_paths = (
                _less(whole[0], self._number(beside, unit)),
                _less(whole[1], self._foreseen(beside, unit)),
            )
        one_path = (
            _times(weight, self._number(dz, above)),
            _times(weight, self._foreseen(dz, above)),
        )
        value = weight if self._has_run(da) and name not in self._hidden else None
        indices = ", ".join("?" if u is None else str(u + 1) for u in (above, unit))
        label, zero = f"W{_lowered(layer + 1)}[{indices}]", "this weight is 0"
        width = self._widths[layer + 1]
        away = (da, name) if width == 1 else (name,)
        product = all_paths if width == 1 else one_path
        step = self._step(label, "weight", da, value, product, away, zero)
        steps = [replace(step, reference=reference)]
        if width > 1:
            ratio = _ratio(all_paths[0], one_path[0]) if self._has_run(da) else None
            label, zero = f"all {width} paths", "the paths cancel"
            steps.append(self._step(label, "paths", da, ratio, all_paths, (da,), zero))
        if is_residual:
            ratio = _ratio(whole[0], all_paths[0]) if self._has_run(da) else None
            steps.append(
                self._step("both ways", "ways", da, ratio, whole, (da,), "the ways cancel")
            )
        if len(steps) > 1:
            steps[-1] = replace(steps[-1], reference=result)
        steps[-1] = replace(steps[-1], result=result)
        return steps

    def _slope(self, layer: int) -> WaterfallStep:
        unit = self._units[layer]
        entering, kind = self._wires[layer].entering, self._layers[layer - 1].activation
        dz = f"d{entering}"
        arrived = self._number(dz, unit)
        products = arrived, self._foreseen(dz, unit)
        reference = None
        if ACTIVATIONS[kind].by_unit:
            label = f"{_SLOPES.get(kind, kind)}′({self._named(entering[0], layer, unit)})"
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
        name = self._wires[self._layer].before
        label = f"x{_lowered(source + 1)}"
        if self._layer > 1:
            label = self._named(name[0], self._layer - 1, source)
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

    def _normalized(self) -> WaterfallStep:
        """Return the last factor of a gamma: the normalized sum that it scales."""
        (unit,), n = self._parameter.index, self._layer
        name, gradient, ds = f"zhat{n}", f"dgamma{n}", f"ds{n}"
        raw = self._number(name, unit)
        value = raw if self._has_run(gradient) else None
        products = _times(self._number(ds, unit), value), _times(self._foreseen(ds, unit), raw)
        label, zero = self._named("ẑ", n, unit), "the normalized sum is 0"
        step = self._step(label, "input", gradient, value, products, (gradient,), zero)
        return replace(
            step, reference=Reference(name, (unit,)), result=Reference(gradient, (unit,))
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


def _less(whole: float | None, part: float | None) -> float | None:
    return None if whole is None or part is None else whole - part


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
