"""What the signal corridor says in words and numbers; no Qt in here."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.diagnosis.corridor import Corridor, Spread
from gui.diagram.names import layer_name
from gui.numbers import counted, format_count, format_setting, format_value

EMPTY = "The signals of this network appear here"
NO_THEORY = "No theory: these start values are not random"
NORMALIZED = "No theory for normalized layers"
FORMULAS = (
    "Theory of the first step: forward E[a²] = E[f(z)²] with z ~ N(b, n_in Var[W] E[a²]), backward "
    "E[δ²] = n_out Var[W] E[f′(z)²] E[δ²] for δ = ∂L/∂z, from the inputs' size and the outputs' "
    "error as measured (Glorot and Bengio 2010, He et al. 2015)."
)
FORWARD, BACKWARD = "activations |a|", "error signal |∂L/∂z| of one sample"
# Between these a layer leaves a signal about as large as it was.
STEADY = (0.9, 1.1)
# A forward signal is named first where it changes by more than this and more than the error.
NOTABLE = 10.0
# Between these a factor has two digits, beyond them one.
SMALLEST_FACTOR, LARGEST_FACTOR = 0.00995, 999.5
UNKNOWN = "–"

COLUMNS = (
    "5 %",
    "25 %",
    "median",
    "75 %",
    "95 %",
    "RMS",
    "theory",
    "factor",
    "theory ×",
    "zeros",
)


def headline(corridor: Corridor) -> str:
    """Return in one sentence what one sees."""
    trouble = _broken_sentence(corridor) or _silent_sentence(corridor)
    if trouble:
        return trouble
    if corridor.layer_count == 1:
        return "One layer: there is no other for signals to pass through."
    forward, backward = forward_total(corridor), backward_total(corridor)
    if _decades(forward) > max(math.log10(NOTABLE), _decades(backward)):
        return _passage_sentence("Forward", "signal", corridor, forward)
    return _passage_sentence("Backward", "error", corridor, backward)


def forward_total(corridor: Corridor) -> float:
    """Return the size of the last hidden layer's activations over the first's."""
    last = _last_hidden(corridor)
    return _ratio(corridor.activations[last].rms, corridor.activations[1].rms)


def backward_total(corridor: Corridor) -> float:
    """Return the size of hidden layer 1's error over the last hidden layer's, or the output's."""
    from_layer = corridor.layer_count if _hops(corridor) == 0 else _last_hidden(corridor)
    return _ratio(corridor.errors[0].rms, corridor.errors[from_layer - 1].rms)


def rate_words(corridor: Corridor, total: float) -> str:
    """Return what a hidden layer does to a signal on average, for the head of a plot."""
    if _hops(corridor) < 2 or not 0 < total < math.inf:
        return ""
    rate = total ** (1 / _hops(corridor))
    return f"on average {format_factor(rate)} a layer"


def format_factor(factor: float) -> str:
    """Write how many times as large, in at most six characters: ``×0.22``, ``×3e−5``."""
    if not math.isfinite(factor):
        return UNKNOWN
    is_plain = factor == 0 or SMALLEST_FACTOR <= factor < LARGEST_FACTOR
    return f"×{format_value(factor, 2) if is_plain else format_setting(factor, 1)}"


def lack_of_theory(corridor: Corridor) -> str:
    """Return why there is no theory; "" where there is one."""
    if corridor.theory is not None:
        return ""
    return NORMALIZED if corridor.is_normalized else NO_THEORY


def theory_name(initializer: str) -> str:
    """Return what the theory of ``initializer`` is called: by its author, else by its kind."""
    family = initializer.partition("_")[0]
    named = {"xavier": "Xavier", "he": "He", "lecun": "LeCun"}.get(family, family)
    return f"theory: {named}"


def rows_words(corridor: Corridor) -> str:
    """Return over how many rows and when the signals were taken."""
    which = counted(corridor.rows, "row")
    if corridor.rows < corridor.of_rows:
        which = f"{format_count(corridor.rows)} of {counted(corridor.of_rows, 'row')}"
    return f"{which} · after {counted(corridor.step, 'step')}"


def forward_cells(corridor: Corridor, layer: int) -> tuple[str, ...]:
    """Return the numbers of a layer's activations (0: the inputs) under ``COLUMNS``."""
    theory = None if corridor.theory is None else corridor.theory.activations
    factor = None if layer == 0 else corridor.forward_factors()[layer - 1]
    promised = None
    if theory is not None and layer > 0:
        promised = _ratio(theory[layer], theory[layer - 1])
    own = None if theory is None else theory[layer]
    return _cells(corridor.activations[layer], own, factor, promised)


def backward_cells(corridor: Corridor, layer: int) -> tuple[str, ...]:
    """Return the numbers of a layer's error signal under ``COLUMNS``; none for the inputs."""
    if layer == 0:
        return (UNKNOWN,) * len(COLUMNS)
    theory = None if corridor.theory is None else corridor.theory.errors
    is_last = layer == corridor.layer_count
    factor = None if is_last else corridor.backward_factors()[layer - 1]
    promised = None
    if theory is not None and not is_last:
        promised = _ratio(theory[layer - 1], theory[layer])
    own = None if theory is None else theory[layer - 1]
    return _cells(corridor.errors[layer - 1], own, factor, promised)


def layer_in_words(corridor: Corridor, layer: int) -> str:
    """Return all numbers of a layer as text."""
    name = layer_name(layer, corridor.layer_count)
    parts = [f"{name}, {FORWARD}: {_spoken(forward_cells(corridor, layer))}"]
    if layer:
        parts.append(f"{BACKWARD}: {_spoken(backward_cells(corridor, layer))}")
    return ". ".join(parts)


def in_words(corridor: Corridor) -> str:
    """Return the sentence, and the factors of all layers in both directions."""
    count = corridor.layer_count
    forward = [
        f"{layer_name(layer, count)} {format_factor(factor)}"
        for layer, factor in enumerate(corridor.forward_factors(), start=1)
    ]
    backward = [
        f"{layer_name(layer, count)} {format_factor(factor)}"
        for layer, factor in enumerate(corridor.backward_factors(), start=1)
    ]
    parts = [headline(corridor), f"Forward from layer to layer: {', '.join(forward)}."]
    if backward:
        parts.append(f"Backward: {', '.join(reversed(backward))}.")
    return " ".join(parts)


def _cells(
    spread: Spread, theory: float | None, factor: float | None, promised: float | None
) -> tuple[str, ...]:
    sizes = (*spread.quantiles, spread.rms, math.nan if theory is None else theory)
    factors = (math.nan if value is None else value for value in (factor, promised))
    zeros = f"{100 * spread.zeros:.0f} %" if spread.zeros else "0"
    return (*map(_number, sizes), *map(format_factor, factors), zeros)


def _number(size: float) -> str:
    return UNKNOWN if math.isnan(size) else format_value(size, 3)


def _spoken(cells: Sequence[str]) -> str:
    named = zip(COLUMNS, cells, strict=True)
    return ", ".join(f"{name} {cell}" for name, cell in named if cell != UNKNOWN)


def _passage_sentence(way: str, signal: str, corridor: Corridor, total: float) -> str:
    hops = _hops(corridor)
    if hops < 2:
        return _single_sentence(way, signal, corridor, total)
    if not 0 < total < math.inf:
        return f"{way}, the {signal}'s size has no number."
    rate = total ** (1 / hops)
    end = f"after {hops} layers"
    left = format_value(total, 2)
    if STEADY[0] <= rate <= STEADY[1]:
        return f"{way}, the {signal} keeps its size: {end} it is {left} times what it was."
    if rate < 1:
        share = format_value(100 * rate, 3)
        return f"{way}, each layer keeps about {share} %: {end} {left} is left."
    times = format_value(rate, 3)
    whole = format_count(float(f"{total:.2g}")) if 10 <= total < 1e6 else left
    return (
        f"{way}, each layer makes the {signal} about {times} times as large: {end} {whole} times."
    )


def _single_sentence(way: str, signal: str, corridor: Corridor, total: float) -> str:
    """Say what one layer does, where there are no more to speak of an average."""
    count, last = corridor.layer_count, _last_hidden(corridor)
    ends = (layer_name(1, count), layer_name(last if last > 1 else count, count))
    receiver, giver = ends if way == "Backward" else ends[::-1]
    share = f"{format_value(100 * total, 3)} %" if total < 1 else f"{format_value(total, 3)} times"
    link = "of the" if total < 1 else "the"
    return f"{way}, {receiver} gets {share} {link} {signal} of {giver}."


def _broken_sentence(corridor: Corridor) -> str:
    count = corridor.layer_count
    for layer, spread in enumerate(corridor.activations):
        if spread.broken:
            return _not_finite("Forward", layer_name(layer, count), spread.broken)
    for layer in range(count, 0, -1):
        if corridor.errors[layer - 1].broken:
            broken = corridor.errors[layer - 1].broken
            return _not_finite("Backward", layer_name(layer, count), broken)
    return ""


def _not_finite(way: str, name: str, count: int) -> str:
    verb = "is" if count == 1 else "are"
    return f"{way}, {counted(count, 'number')} of {name} {verb} not finite."


def _silent_sentence(corridor: Corridor) -> str:
    """Say where the error signal ends, if it does."""
    count = corridor.layer_count
    silent = [layer for layer in range(1, count + 1) if corridor.errors[layer - 1].rms == 0]
    if not silent:
        return ""
    if silent[-1] == count:
        return "There is no error at the output: nothing is left to learn from."
    name = layer_name(silent[-1], count)
    return f"No error signal reaches {name}{' or any layer before it' if silent[-1] > 1 else ''}."


def _last_hidden(corridor: Corridor) -> int:
    return max(corridor.layer_count - 1, 1)


def _hops(corridor: Corridor) -> int:
    """Return how many layers lie between hidden 1 and the last hidden layer's outputs."""
    return _last_hidden(corridor) - 1


def _ratio(after: float, before: float) -> float:
    return after / before if 0 < before < math.inf else math.nan


def _decades(total: float) -> float:
    return abs(math.log10(total)) if 0 < total < math.inf else 0.0
