"""How far the axes of the loss plot reach while the whole run is on show.

Ranges are kept from picture to picture, so that they move rarely. No Qt in here.
"""

from __future__ import annotations

import numpy as np

from gui.loss.axes import LossAxis, StepAxis, loss_axis, step_axis
from gui.loss.lines import RunLines

# Guessing is marked once the loss is above its 1.4th part, and until it is below its 1.6th.
NEAR_GUESSING = (1.4, 1.6)
# Extremes of single batches do not decide the range.
BATCH_QUANTILES = (0.01, 0.99)
# The shortest axis, so that the first steps do not fill it at once.
SHORTEST = {"step": 20.0, "epoch": 1.0, "seconds": 0.1}


class Ranges:
    """The axes of the whole run.

    Attributes:
        steps: the axis of steps, or of what else is counted.
        is_near_guessing: whether the loss is near that of the best constant prediction.
    """

    def __init__(self) -> None:
        """Begin with empty axes, the one of losses logarithmic."""
        self.steps = StepAxis()
        self.is_near_guessing = False
        self._log = True
        self._held: LossAxis | None = None

    @property
    def losses(self) -> LossAxis:
        """Return the axis of losses."""
        empty = LossAxis(self._log, *((-2.0, 0.0) if self._log else (0.0, 1.0)))
        return self._held or empty

    def set_log(self, log: bool) -> None:
        """Choose between a logarithmic and a linear axis; it begins anew."""
        self._log, self._held = log, None

    def begin_anew(self) -> None:
        """Let the next run choose the axis of losses."""
        self._held = None

    def fit(self, run: RunLines | None) -> None:
        """Widen the axes so that they hold ``run``; None is no run at all."""
        if run is None:
            self.steps = StepAxis()
            return
        self.steps = step_axis(run.place(run.last_step), SHORTEST.get(run.abscissa, 1.0))
        guessing, train = run.curves.guessing, run.curves.train_loss
        latest = train[-1] if len(train) else np.inf
        factor = NEAR_GUESSING[self.is_near_guessing]
        self.is_near_guessing = bool(latest * factor > guessing > 0)
        wanted = [run.recorded["train"][1], run.recorded["test"][1], run.ghost[1]]
        batch = run.recorded["batch"][1]
        if len(batch):
            wanted.append(np.quantile(batch, BATCH_QUANTILES))
        if self.is_near_guessing and latest < guessing * NEAR_GUESSING[1]:
            wanted.append(np.array([guessing]))
        values = np.concatenate(wanted)
        if self._log:
            values = values[values > 0]
        if len(values):
            low, high = float(values.min()), float(values.max())
            self._held = loss_axis(self._held, low, high, log=self._log)
