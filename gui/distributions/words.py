"""What the window of distributions says: one sentence, a moment in numbers, the same as text."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.training.distributions import (
    Distributions,
    LayerColumns,
    Recorded,
)
from gui.diagram.names import layer_name
from gui.numbers import counted, format_column, format_count, format_percent, format_value

EMPTY: dict[Recorded, str] = {
    "weights": "The weights of this run appear here with the next steps",
    "gradients": "Press Play: the gradients appear here",
}
ENTRIES: dict[Recorded, str] = {"weights": "weights and biases", "gradients": "gradient entries"}
HEADS = ("smallest", "5 %", "25 %", "median", "75 %", "95 %", "largest")
LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
# A spread that has changed by less has kept its size.
NOTABLE = 1.1


def headline(found: Distributions, quantity: Recorded) -> str:
    """Return in one sentence which layer has changed most, from the first moment to the last."""
    layers = [found.of_layer(quantity, layer + 1) for layer in range(len(found.sizes))]
    known = layers[0].known()
    if not len(known):
        return EMPTY[quantity]
    count = format_count(found.steps[known[0]])
    if len(known) == 1:
        return f"So far one moment is known, step {count}."
    changes = [_change(layer, quantity) for layer in layers]
    row = int(np.argmax(np.abs(changes)))
    name = layer_name(row + 1, len(layers))
    if abs(changes[row]) < math.log(NOTABLE):
        what = "are spread" if quantity == "weights" else "have sizes"
        return f"The {quantity} of all layers {what} as at step {count}, within a tenth."
    if quantity == "gradients":
        verb, times = ("shrunk" if changes[row] < 0 else "grown"), math.exp(abs(changes[row]))
        return (
            f"The gradient of {name} has {verb} most: its median size is {format_value(times, 2)} "
            f"times {'smaller' if verb == 'shrunk' else 'larger'} than at step {count}."
        )
    was, now = (_range_words(layers[row], int(known[place]), 0.25, 0.75) for place in (0, -1))
    return f"{name} has moved most: its middle half lay from {was}, now from {now}."


def known_columns(found: Distributions, quantity: Recorded) -> NDArray[np.intp]:
    """Return the columns that hold something: the gradients' first one may not."""
    return found.of_layer(quantity, 1).known()


def cells(found: Distributions, quantity: Recorded, layer: int, column: int) -> list[str]:
    """Return the numbers of ``layer`` (from 1) at one moment under ``HEADS``."""
    columns = found.of_layer(quantity, layer)
    return format_column([float(columns.quantile(share)[column]) for share in LEVELS], 3)


def place_words(found: Distributions, layer: int, column: int) -> str:
    """Return which moment of which layer it is."""
    name = layer_name(layer, len(found.sizes))
    return f"{name} at step {format_count(found.steps[column])}"


def moment_words(
    found: Distributions,
    quantity: Recorded,
    layer: int,
    column: int,
    value: float | None = None,
    sizes: bool = False,
) -> str:
    """Return the moment in numbers, and which share lies below ``value``.

    With ``sizes`` absolute values take the place of the entries.
    """
    columns = found.of_layer(quantity, layer)
    columns = columns.sizes() if sizes else columns
    if column not in columns.known():
        return "no gradient yet"
    words = [
        f"median{' size' if sizes else ''} {format_value(float(columns.quantile(0.5)[column]), 3)}",
        f"middle half {_range_words(columns, column, 0.25, 0.75)}",
        f"all {_range_words(columns, column, 0.0, 1.0)}",
    ]
    if value is not None:
        share = float(columns.shares_below(np.array([value]))[column, 0])
        verb = "are smaller than" if sizes else "lie below"
        words.append(f"{format_percent(share, 0)} {verb} {format_value(value, 3)}")
    return " · ".join(words)


def facts(found: Distributions) -> str:
    """Return how many moments are shown and how far the run is."""
    return f"{counted(len(found.steps), 'moment')} · after {counted(found.step, 'step')}"


def in_words(found: Distributions, quantity: Recorded) -> str:
    """Return the sentence and every layer as it is now."""
    known = known_columns(found, quantity)
    parts = [headline(found, quantity)]
    if len(known):
        last = int(known[-1])
        for layer in range(1, len(found.sizes) + 1):
            moment = moment_words(found, quantity, layer, last).replace(" · ", ", ")
            parts.append(f"{place_words(found, layer, last)}: {moment}.")
    return " ".join(parts)


def _change(columns: LayerColumns, quantity: Recorded) -> float:
    """Return the logarithm of how many times as wide the middle half is as at first.

    Of gradients that of their median size; 0 where it has none.
    """
    known = columns.known()
    if quantity == "gradients":
        widths = columns.sizes().quantile(0.5)[known]
    else:
        widths = (columns.quantile(0.75) - columns.quantile(0.25))[known]
    first, last = float(widths[0]), float(widths[-1])
    return math.log(last / first) if first > 0 and last > 0 else 0.0


def _range_words(columns: LayerColumns, column: int, low: float, high: float) -> str:
    ends = format_column([float(columns.quantile(share)[column]) for share in (low, high)], 3)
    return " to ".join(ends)
