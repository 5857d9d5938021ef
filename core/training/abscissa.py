"""What the curves of a run can be drawn over: its steps, or what it has cost by then.

Which there are is the table here; one whose numbers a run does not record is not offered. Between
recorded steps the numbers are interpolated, after the last one they go on at the run's mean pace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training.log import Curves

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Abscissa:
    """One of them.

    Attributes:
        word: what it counts, of one and as the name of an axis.
        sentence: what that means.
        steps, numbers: the arrays of ``Curves`` that hold it: at which steps, how much; "" for
            the steps themselves.
    """

    word: str
    sentence: str
    steps: str = ""
    numbers: str = ""


ABSCISSAS: dict[str, Abscissa] = {
    "step": Abscissa("step", "Finished updates"),
    "epoch": Abscissa(
        "epoch", "How often every training row has been seen", "place_steps", "epochs"
    ),
    "seconds": Abscissa(
        "seconds", "Time spent training, without pauses and drawing", "place_steps", "seconds"
    ),
    "passes": Abscissa("passes", "Rows sent forward and backward", "steps", "passes"),
}


def offered(curves: Curves) -> tuple[str, ...]:
    """Return the keys of those that ``curves`` hold, in the table's order."""
    return tuple(
        key
        for key, abscissa in ABSCISSAS.items()
        if not abscissa.numbers or getattr(curves, abscissa.numbers, None) is not None
    )


def positions(curves: Curves, key: str, steps: Array) -> Array:
    """Return (n,) where ``steps`` (n,) stand on the abscissa ``key``."""
    return _read(steps, *_arrays(curves, key))


def steps_at(curves: Curves, key: str, positions: Array) -> Array:
    """Return (n,) the steps at ``positions`` (n,) of the abscissa ``key``."""
    known, numbers = _arrays(curves, key)
    return _read(positions, numbers, known)


def _arrays(curves: Curves, key: str) -> tuple[Array, Array]:
    abscissa = ABSCISSAS[key]
    if not abscissa.numbers:
        return np.zeros(1), np.zeros(1)
    return getattr(curves, abscissa.steps), getattr(curves, abscissa.numbers)


def _read(xs: Array, known: Array, numbers: Array) -> Array:
    # Between 0 and 0 the two are the same thing, as steps and steps are.
    if len(known) == 0 or known[-1] <= 0:
        return np.array(xs, np.float64)
    pace = numbers[-1] / known[-1]
    beyond: Array = np.maximum(xs - known[-1], 0.0) * pace
    return np.interp(xs, known, numbers) + beyond
