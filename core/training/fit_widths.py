"""How layers are made as wide as something else allows: a shortcut, a source, the memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from core.spec import ExperimentSpec, LayerSpec
from core.spec_rules import MOST_FOR_FORWARD_PASSES, parameter_count
from core.spoken import counted, spoken
from core.training.fit_parts import Proposals, Wish, has_memory, with_layers, with_training


def same_widths(wish: Wish) -> Proposals:
    """A shortcut needs as many units as inputs: of this layer, or of the one before it."""
    layers = list(wish.wanted.network.layers)
    widths = [wish.dataset.input_count, *(layer.units for layer in layers)]
    last = len(layers) - 1
    for index, layer in enumerate(layers):
        if layer.residual and layer.units != widths[index]:
            break
    else:
        return
    why = (
        f"To add its input, hidden {index + 1} needs as many units as inputs; "
        f"it has {layer.units} and {widths[index]}."
    )
    ways: list[tuple[int, int]] = []
    if index < last:
        ways.append((index, widths[index]))
    if index:
        ways.append((index - 1, layer.units))
    # The way on which every other shortcut stays goes first.
    found = [(_with_units(wish, layers, at, units), at, units) for at, units in ways]
    found.sort(key=lambda way: -sum(each.residual for each in way[0].network.layers))
    for final, at, units in found:
        yield final, why, f"Take {counted(units, 'unit')} in hidden {at + 1}"


def _with_units(wish: Wish, layers: Sequence[LayerSpec], index: int, units: int) -> ExperimentSpec:
    changed = [*layers[:index], replace(layers[index], units=units), *layers[index + 1 :]]
    return with_layers(wish.wanted, changed)


def few_parameters(wish: Wish) -> Proposals:
    """Sources that only run forward passes take small networks."""
    spec, wanted = wish.spec, wish.wanted
    source = wanted.training.gradient_source
    count = parameter_count(wanted, wish.dataset.input_count)
    why = (
        f"With {spoken(source)} at most {MOST_FOR_FORWARD_PASSES:,} parameters can be trained; "
        f"these are {count:,}."
    )
    if source == spec.training.gradient_source:
        yield with_training(wanted, gradient_source="backpropagation"), why, "Take backpropagation"
        return

    def is_small(layers: Sequence[LayerSpec]) -> bool:
        small = with_layers(wanted, layers)
        return parameter_count(small, wish.dataset.input_count) <= MOST_FOR_FORWARD_PASSES

    yield from _narrower(wish, why, is_small)


def within_memory(wish: Wish) -> Proposals:
    """The most that there is memory for, of what was chosen."""
    spec, wanted = wish.spec, wish.wanted
    why = "That would need more than a quarter of this machine's memory."
    hidden, now = wanted.network.layers[:-1], spec.network.layers[:-1]
    if len(hidden) > len(now):
        for count in range(len(hidden) - 1, len(now), -1):
            final = with_layers(wanted, [*hidden[:count], wanted.network.layers[-1]])
            if has_memory(final, wish):
                yield final, why, f"Take {counted(count, 'hidden layer')}"
                return
    yield from _narrower(wish, why, lambda layers: has_memory(with_layers(wanted, layers), wish))


def _narrower(wish: Wish, why: str, fits: Callable[[Sequence[LayerSpec]], bool]) -> Proposals:
    """The widest hidden layers that fit: those wider than that become as wide."""
    *hidden, output = wish.wanted.network.layers

    def capped(most: int) -> list[LayerSpec]:
        return [*(replace(each, units=min(each.units, most)) for each in hidden), output]

    low, high = 0, max((layer.units for layer in hidden), default=0)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(capped(middle)) else (low, middle)
    if low:
        few = "a hidden layer of" if len(hidden) == 1 else "hidden layers of at most"
        words = f"Take {few} {counted(low, 'unit')}"
        yield with_layers(wish.wanted, capped(low)), why, words
