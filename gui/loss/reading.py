"""What the loss plot reads at one step: which numbers, in which words, at which points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training.abscissa import ABSCISSAS
from core.training.log import Curves
from gui.loss.axes import LossAxis, StepAxis
from gui.loss.lines import NAMES, RunLines
from gui.numbers import format_count, format_value
from gui.typography import in_print

Array = NDArray[np.float64]

TOKENS = {"train": "text", "test": "accent", "batch": "text2"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read at one place: its step, the lines of the read-out, and the points to ring.

    Attributes:
        share: where on the step axis.
        title: the step, in words.
        lines: name and number, one pair a line; a setting's words have no number.
        points: (share of the step axis, share of the loss axis, token of the colour).
    """

    share: float
    title: str
    lines: tuple[tuple[str, str], ...]
    points: tuple[tuple[float, float, str], ...]

    def sentence(self) -> str:
        """Return all of it in one line."""
        return ", ".join([self.title, *(" ".join(line).strip() for line in self.lines)])


def read_run(
    run: RunLines, step: float, steps: StepAxis, losses: LossAxis, reach: float
) -> Reading | None:
    """Read at the recorded step on the axis that is nearest to ``step``; None without any.

    Changes of settings count that lie within ``reach``, a share of the step axis.
    """
    known = run.read_steps(steps.low, steps.limit)
    if not len(known):
        return None
    step = float(known[nearest(known, step)])
    share = steps.share(run.place(step))
    lines: list[tuple[str, str]] = []
    points: list[tuple[float, float, str]] = []
    for name, loss, is_mark in values_at(run, step):
        lines.append((name, format_value(loss)))
        if is_mark and name in TOKENS:
            points.append((share, losses.share(loss), TOKENS[name]))
    curves = run.curves
    if (rate := _rate_at(curves, step)) is not None:
        lines.append(("rate", format_value(rate, 3)))
    marks = curves.marks
    near = [mark for mark in marks if abs(steps.share(run.place(mark.step)) - share) <= reach]
    lines += [(in_print(mark.text), "") for mark in near]
    return Reading(share, title_at(run, step), tuple(lines), tuple(points))


def title_at(run: RunLines, step: float) -> str:
    """Return ``step`` in words, after the place on another abscissa."""
    words = f"step {format_count(step)}"
    if run.abscissa == "step":
        return words
    place = format_value(run.place(step))
    word = ABSCISSAS[run.abscissa].word
    return f"{place} {word}, {words}" if word.endswith("s") else f"{word} {place}, {words}"


def values_at(run: RunLines, step: float) -> Iterator[tuple[str, float, bool]]:
    """Yield name and loss of every line at ``step``, and whether a point there is worth a ring.

    Evaluations count where they were recorded; of batches the loss recorded nearest.
    """
    for name in reversed(NAMES):
        steps, losses = run.recorded[name]
        index = nearest(steps, step)
        if not len(steps) or (name != "batch" and steps[index] != step):
            continue
        yield name, float(losses[index]), name != "batch"
        if name == "batch" and len(run.curves.batch_lowest) == len(steps):
            low, high = run.curves.batch_lowest[index], run.curves.batch_highest[index]
            if low < high:
                yield "batch, lowest", float(low), False
                yield "batch, highest", float(high), False
        if run.is_smooth:
            yield f"{name}, smoothed", float(run.smooth[name][1][index]), False


def _rate_at(curves: Curves, step: float) -> float | None:
    """Return the recorded learning rate nearest to ``step``, None while it has not changed."""
    rates = curves.rates
    if not len(rates) or not (rates != rates[0]).any():
        return None
    rate = float(rates[nearest(curves.steps, step)])
    return rate if np.isfinite(rate) else None


def nearest(steps: Array, step: float) -> int:
    """Return the index of the step nearest to ``step``; 0 where there is none."""
    return int(np.argmin(np.abs(steps - step))) if len(steps) else 0
