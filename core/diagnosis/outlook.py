"""Where the recent pace of a loss leads by the planned end of a run.

The pace is drawn on, on a logarithmic axis, by the median slope between all pairs of records (Theil
and Sen), which single records do not move. A curve that bends down is judged by its latest part:
many sound runs are flat for long and then fall.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, pairwise

from core.diagnosis.record import Record, middle

FEWEST_IN_HALF = 4
# A pace this many times that of the records before is picking up.
BEND = 1.5
# A loss that is going to change by less than this in the rest of the run is flat.
FLAT = 0.02


class Outlook:
    """What the recent records foretell.

    Attributes:
        is_known: whether there are enough of them; else nothing of what follows is there.
        rest: the steps to the planned end.
        change: of the logarithm of the loss until then.
        tendency: its change over a whole planned length at this pace.
        loss, skill: at that end; skill as in ``Case``.
        falling: the share of records with a lower loss than the one before.
        bends_down: whether the loss falls faster than it did before.
    """

    def __init__(
        self, records: Sequence[Record], rest: int, horizon: int, yardstick: float, chance: float
    ) -> None:
        """Draw the pace of ``records`` on for ``rest`` steps of the ``horizon``."""
        self._records = records
        self._chance = chance
        losses = [record.loss for record in records]
        self.is_known = bool(losses) and math.isfinite(sum(losses))
        if not self.is_known:
            return
        self._steps = [record.step for record in records]
        self.rest = rest
        logs = [math.log(max(loss, 1e-12)) for loss in losses]
        half = len(logs) // 2
        slope = median_slope(self._steps, logs)
        self.bends_down = False
        if half >= FEWEST_IN_HALF:
            early = median_slope(self._steps[:half], logs[:half])
            late = median_slope(self._steps[half:], logs[half:])
            slope = min(slope, late)
            self.bends_down = late < BEND * min(early, 0.0) and late * rest < -FLAT
        self.change = slope * rest
        self.tendency = slope * horizon
        self.loss = math.exp(min(middle(logs[-3:]) + self.change, 700.0))
        self.skill = 1 - self.loss / yardstick if yardstick > 0 else 1.0
        self.falling = sum(b < a for a, b in pairwise(logs)) / (len(logs) - 1)

    @property
    def mastery(self) -> float:
        """Return the expected mastery, see ``Case.mastery``."""
        scores = [record.score for record in self._records]
        if not math.isfinite(sum(scores)) or self._chance >= 1:
            return -math.inf
        at_end = middle(scores[-3:]) + median_slope(self._steps, scores) * self.rest
        return (at_end - self._chance) / (1 - self._chance)

    @property
    def is_flat(self) -> bool:
        """Return whether the loss is going to stay where it is."""
        return abs(self.change) < FLAT


def median_slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the median of the slopes between all pairs of points (Sen 1968)."""
    points = list(zip(x, y, strict=True))
    return middle([(d - b) / (c - a) for (a, b), (c, d) in combinations(points, 2)])
