"""What the loss plot reads at one step: which numbers, in which words, at which points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training.log import Curves
from gui.loss.axes import LossAxis, StepAxis
from gui.numbers import format_count, format_value

Array = NDArray[np.float64]


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


def read_curves(
    curves: Curves, step: float, steps: StepAxis, losses: LossAxis, reach: float
) -> Reading | None:
    """Read at the evaluation nearest to ``step``; None where there is none.

    Changes of settings count that lie within ``reach``, a share of the step axis.
    """
    if not len(curves.steps):
        return None
    index = nearest(curves.steps, step)
    step = float(curves.steps[index])
    share = step / steps.limit
    lines: list[tuple[str, str]] = []
    points: list[tuple[float, float, str]] = []
    for name, loss, token in (
        ("train", float(curves.train_loss[index]), "text"),
        ("test", float(curves.test_loss[index]), "accent"),
    ):
        if np.isfinite(loss):
            lines.append((name, format_value(loss)))
            points.append((share, losses.share(loss), token))
    if len(curves.batch_steps):
        batch = curves.batch_loss[nearest(curves.batch_steps, step)]
        lines.append(("batch", format_value(float(batch))))
    rates = curves.rates
    if np.isfinite(rates[index]) and (rates != rates[0]).any():
        lines.append(("rate", format_value(float(rates[index]), 3)))
    near = [mark for mark in curves.marks if abs(mark.step / steps.limit - share) <= reach]
    lines += [(mark.text, "") for mark in near]
    return Reading(share, f"step {format_count(step)}", tuple(lines), tuple(points))


def nearest(steps: Array, step: float) -> int:
    """Return the index of the step nearest to ``step``; 0 where there is none."""
    return int(np.argmin(np.abs(steps - step))) if len(steps) else 0
