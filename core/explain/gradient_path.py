"""Why a weight has the gradient it has: the factors from the loss down to it, multiplied out.

For the sample in view the gradient of a weight is the error at its unit times the activation before
it, and that error has come through slopes and weights of the layers above. Where there are several
ways, the strongest is followed and a factor of its own says how much all of them bring. The factors
multiply out to this sample's share of the gradient. Nothing is computed that the step has not
computed: a factor whose op has not run is unknown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from core.explain.reference import Reference
from core.network.activations import ACTIVATIONS
from core.network.parameters import Floats
from core.training.snapshot import Snapshot

MOST_FACTORS = 9
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor, or the error at the output that the others are multiplied with.

    Attributes:
        label: its name, such as ``W₂[1, 1]``.
        value: the number, None while its op has not run.
        product: everything up to here multiplied, None where that is unknown.
        place: of the op that multiplies with it.
        layer: the layer whose error it brings; 0 for the activation before the weight.
        reference: the value that it is, or None where it is a ratio.
    """

    label: str
    value: float | None
    product: float | None
    place: int
    layer: int
    reference: Reference | None


@dataclass(frozen=True, slots=True)
class GradientPath:
    """All factors of one parameter's gradient.

    Attributes:
        parameter: the weight or bias.
        factors: the first is the error at the output.
        share: what the sample in view adds to the gradient, None while unknown.
        gradient: of the whole batch, None while unknown.
        batch_size: B.
        folded: whether factors of a layer are taken together.
    """

    parameter: Reference
    factors: tuple[Factor, ...]
    share: float | None
    gradient: float | None
    batch_size: int
    folded: bool

    @property
    def so_far(self) -> float | None:
        """Return the product of the factors that are known from the first on."""
        known = [factor.product for factor in self.factors if factor.product is not None]
        return known[-1] if known else None


# What overflows is not finite, and is shown so.
@np.errstate(all="ignore")
def gradient_path(
    snapshot: Snapshot, parameter: Reference, hidden: frozenset[str] = frozenset()
) -> GradientPath:
    """Return the factors of ``parameter`` (W or b with its index) for the sample in view."""
    path = _Path(snapshot, parameter, hidden)
    factors = path.factors()
    folded = len(factors) > MOST_FACTORS
    if folded:
        factors = _fold(factors, snapshot.layout.layer_count)
    factors = _with_products(factors)
    name = f"d{parameter.name}"
    found = None if name in hidden else snapshot.trace.values.get(name)
    gradient = None if found is None else float(found[parameter.index])
    return GradientPath(
        parameter,
        tuple(factors),
        factors[-1].product,
        gradient,
        len(snapshot.trace.rows),
        folded,
    )


class _Path:
    """The strongest way from the outputs down to one unit."""

    def __init__(self, snapshot: Snapshot, parameter: Reference, hidden: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._parameter = parameter
        self._hidden = hidden
        self._layer = int(parameter.name[1:])
        self._last = snapshot.layout.layer_count
        self._place_of = {
            name: place for place, op in enumerate(snapshot.trace.ops) for name in op.writes
        }
        self._units = self._strongest_units()

    def factors(self) -> list[Factor]:
        """Return all factors without their products."""
        units, last = self._units, self._last
        found = self._output_error(units[last])
        for layer in range(last - 1, self._layer - 1, -1):
            above, unit = units[layer + 1], units[layer]
            place = self._place_of[f"da{layer}"]
            weight = self._value(f"W{layer + 1}", (above, unit))
            label = f"W{_sub(layer + 1)}[{above + 1}, {unit + 1}]"
            reference = Reference(f"W{layer + 1}", (above, unit))
            found.append(self._factor(label, weight, place, layer, reference))
            count = self._snapshot.layout.widths[layer + 1]
            if count > 1:
                found.append(self._all_paths(layer, unit, above, weight, count, place))
            found.append(self._slope(layer, unit))
        if self._parameter.name[0] == "W":
            source = self._parameter.index[1]
            before = "x" if self._layer == 1 else f"a{self._layer - 1}"
            label = f"x{_sub(source + 1)}" if before == "x" else _named(before, source)
            value = self._value(before, (source,))
            place = self._place_of[f"dW{self._layer}"]
            found.append(self._factor(label, value, place, 0, Reference(before, (source,))))
        return found

    def _output_error(self, unit: int) -> list[Factor]:
        last = self._last
        if f"da{last}" not in self._place_of or not self._has_slope(last):
            # Output activation and loss are one, or the slope is a matrix: begin behind them.
            place = self._place_of[f"dz{last}"]
            value = self._value(f"dz{last}", (unit,))
            label = f"∂L/∂{self._named_output('z', unit)}"
            return [self._factor(label, value, place, last, Reference(f"dz{last}", (unit,)))]
        place = self._place_of[f"da{last}"]
        value = self._value(f"da{last}", (unit,))
        label = f"∂L/∂{self._named_output('a', unit)}"
        start = self._factor(label, value, place, last, Reference(f"da{last}", (unit,)))
        return [start, self._slope(last, unit)]

    def _slope(self, layer: int, unit: int) -> Factor:
        place = self._place_of[f"dz{layer}"]
        if self._has_slope(layer):
            name = self._snapshot.spec.network.layers[layer - 1].activation
            symbol = "σ" if name == "sigmoid" else name
            label = f"{symbol}′({self._named_output('z', unit, layer)})"
            reference = Reference(f"slope{layer}", (unit,))
            value = self._value(reference.name, reference.index)
            return self._factor(label, value, place, layer, reference)
        da, dz = (self._value(f"{kind}{layer}", (unit,)) for kind in ("da", "dz"))
        label = f"Jacobian of layer {layer}"
        return self._factor(label, _ratio(dz, da), place, layer, None)

    def _all_paths(
        self, layer: int, unit: int, above: int, weight: float | None, count: int, place: int
    ) -> Factor:
        da = self._value(f"da{layer}", (unit,))
        dz = self._value(f"dz{layer + 1}", (above,))
        one = None if weight is None or dz is None else weight * dz
        return self._factor(f"all {count} ways", _ratio(da, one), place, layer, None)

    def _strongest_units(self) -> dict[int, int]:
        """Return by layer the unit on the way; the errors decide once all of them are there."""
        values = self._snapshot.trace.values
        unit = self._parameter.index[0]
        units = {self._layer: unit}
        for layer in range(self._layer + 1, self._last + 1):
            strength: Floats = (
                np.abs(values[f"W{layer}"][:, unit])
                if f"W{layer}" in values
                else (
                    np.abs(self._snapshot.layout.weights(self._snapshot.parameters, layer)[:, unit])
                )
            )
            error = values.get(f"dz{layer}")
            if error is not None:
                strength = strength * np.abs(error)
            unit = int(np.argmax(np.nan_to_num(strength)))
            units[layer] = unit
        return units

    def _value(self, name: str, index: tuple[int, ...]) -> float | None:
        found = None if name in self._hidden else self._snapshot.trace.values.get(name)
        return None if found is None else float(found[index])

    def _factor(
        self,
        label: str,
        value: float | None,
        place: int,
        layer: int,
        reference: Reference | None,
    ) -> Factor:
        has_run = place < self._snapshot.trace.position
        return Factor(label, value if has_run else None, None, place, layer, reference)

    def _has_slope(self, layer: int) -> bool:
        return ACTIVATIONS[self._snapshot.spec.network.layers[layer - 1].activation].by_unit

    def _named_output(self, kind: str, unit: int, layer: int | None = None) -> str:
        layer = layer or self._last
        name = f"{kind}{_sub(layer)}"
        return name if self._snapshot.layout.widths[layer] == 1 else f"{name}[{unit + 1}]"


def _fold(factors: list[Factor], last: int) -> list[Factor]:
    """Take the factors of each layer together, and of so many layers that the rest has room."""
    by_layer: list[list[Factor]] = []
    for factor in factors:
        if by_layer and by_layer[-1][0].layer == factor.layer:
            by_layer[-1].append(factor)
        else:
            by_layer.append([factor])
    head, *middle = by_layer
    tail = [middle.pop()] if middle and middle[-1][0].layer == 0 else []
    room = MOST_FACTORS - 1 - len(tail)
    # The layers next to the weight stay apart; those next to the loss go together first.
    together = max(1, len(middle) - room + 1)
    first = [factor for group in middle[:together] for factor in group]
    groups = [first, *middle[together:]]
    folded = [_together(group) for group in groups if group]
    start = head if len(head) == 1 else [replace(_together(head), label="error at the output")]
    return [*start, *folded, *(factor for group in tail for factor in group)]


def _together(group: list[Factor]) -> Factor:
    first, final = group[0].layer, group[-1].layer
    span = f"layer {final}" if first == final else f"layers {first} to {final}"
    values = [factor.value for factor in group]
    value = None if None in values else math.prod(v for v in values if v is not None)
    return Factor(span, value, None, group[-1].place, final, None)


def _with_products(factors: list[Factor]) -> list[Factor]:
    done: list[Factor] = []
    product: float | None = 1.0
    for factor in factors:
        known = product is not None and factor.value is not None
        product = product * factor.value if known else None  # type: ignore[operator]
        done.append(replace(factor, product=product))
    return done


def _ratio(whole: float | None, part: float | None) -> float | None:
    """Return whole / part; 1 of nothing where the part is 0."""
    if whole is None or part is None:
        return None
    return whole / part if part else (1.0 if whole == 0 else math.inf)


def _named(name: str, unit: int) -> str:
    return f"{name[0]}{_sub(int(name[1:]))}[{unit + 1}]"


def _sub(number: int) -> str:
    return str(number).translate(_SUBSCRIPTS)
