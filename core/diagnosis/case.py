"""A run as the rules see it: its settings, its beginning, its records so far.

A case gives the quantities that several rules share. Windows and patience are shares of the planned
length, so that a rule means the same in a run of 300 steps and in one of 300,000.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from core.diagnosis.outlook import Outlook
from core.diagnosis.record import Record, middle, middle_loss
from core.diagnosis.thresholds import MEASURED, Thresholds
from core.diagnosis.watch import Watch
from core.spec import ExperimentSpec, LayerSpec

# Skill from which on a task is solved, and learnt: a network this good has few ways left to fail.
SOLVED, LEARNT = 0.5, 0.9
MASTERED = 0.8
# A first loss of so many times guessing's is no usual start.
FAR = 20.0
NARROW, DEEP = 6, 6
# Of the planned length: 8 of 90 records, and longer looks back.
PATIENCE = 8 / 90
RECENT, OUTLOOK = 16 / 90, 20 / 90
FEWEST_RECORDS = 4
# A loss that has fallen by less than this share over the recent records gets nowhere.
PROGRESS = 0.05
# Weights that would move by this share of their size in a whole run do move.
MOVING = 0.3


class Case:
    """A run at its latest record.

    Attributes:
        spec: what is trained.
        horizon: the planned length, or over how many steps an open-ended run is judged.
        beginning: of the segment, before its first update.
        records: in order, the latest last.
        first_ratio, peak, best, best_test: as in ``Watch``; NaN where the ratio is not known.
        start_level, yardstick: as in ``Beginning``.
        skill: 1 - loss / yardstick of the last three records: 0 guesses, 1 is perfect.
        share: how much of the planned length this segment has done.
        halted: whether a number was not finite.
        has_overflowed_in_half: whether that was a gradient too large for half precision.
        limits: the thresholds in force.
        has_moved: whether an update has been made.
    """

    def __init__(
        self,
        spec: ExperimentSpec,
        horizon: int,
        watch: Watch,
        halted_at: int | None = None,
        has_overflowed_in_half: bool = False,
        limits: Thresholds = MEASURED,
    ) -> None:
        """Take what is known; ``halted_at`` is the step with a number that is not finite."""
        beginning, records = watch.beginning, watch.records
        assert beginning is not None
        self.spec = spec
        self.horizon = horizon
        self.beginning = beginning
        self.records = records
        self.first_ratio = math.nan if watch.first_ratio is None else watch.first_ratio
        self.peak = watch.peak
        self.best = watch.best
        self.best_test = watch.best_test
        self.halted = halted_at is not None
        self.has_overflowed_in_half = has_overflowed_in_half
        self.limits = limits
        self.now = now = records[-1]
        self.first = first = beginning.record
        self.has_moved = (now.step if halted_at is None else halted_at) > first.step
        self.start_level = beginning.level
        self.yardstick = beginning.yardstick
        self.skill = 1 - watch.level / self.yardstick if self.yardstick > 0 else 0.0
        self.share = (now.step - first.step) / horizon

    @property
    def hidden(self) -> Sequence[LayerSpec]:
        """Return the hidden layers."""
        return self.spec.network.layers[:-1]

    @property
    def learning_rate(self) -> float:
        """Return the rate that is set."""
        return self.spec.training.optimizer.learning_rate

    @property
    def is_unsolved(self) -> bool:
        """Return whether the network is nearer to guessing than to a perfect answer."""
        return self.skill < SOLVED

    @property
    def flattest(self) -> float:
        """Return the largest share of flat outputs in a layer."""
        return max([share for share in self.now.flat if share == share], default=0.0)

    @cached_property
    def mastery(self) -> float:
        """Return how far the score has come from chance (0) to perfect (1), of three records."""
        chance = self.beginning.chance
        scores = [record.score for record in self.records[-3:] if record.score == record.score]
        return (middle(scores) - chance) / (1 - chance) if scores and chance < 1 else -math.inf

    @property
    def is_mastered(self) -> bool:
        """Return whether nearly all answers are right, whatever the loss says."""
        return self.mastery >= MASTERED

    @property
    def starts_normally(self) -> bool:
        """Return whether the first loss is of the size of guessing."""
        return self.first.loss < FAR * self.beginning.guessing

    @property
    def is_narrow_and_deep(self) -> bool:
        """Return whether there are so few units a layer that whole layers are easily silent."""
        return len(self.hidden) >= DEEP and min(layer.units for layer in self.hidden) <= NARROW

    def recent(self, share: float = RECENT, fewest: int = FEWEST_RECORDS) -> Sequence[Record]:
        """Return the records of the last ``share`` of the planned length, ``fewest`` at least.

        None where there are not as many. Where epochs are long, the fewest reach farther back.
        """
        since = self.now.step - share * self.horizon
        index = len(self.records) - fewest
        while index > 0 and self.records[index - 1].step >= since:
            index -= 1
        return self.records[index:] if index >= 0 else ()

    @property
    def gets_nowhere(self) -> bool:
        """Return whether the loss has not fallen by 5 % over the recent records.

        What only wins back lost ground is no progress either.
        """
        found = self.recent()
        if not found or self.share < RECENT:
            return False
        quarter = max(1, len(found) // 4)
        level = middle_loss(found[-quarter:])
        return level * (1 - PROGRESS) > self.best or level >= (1 - PROGRESS) * middle_loss(
            found[:quarter]
        )

    @property
    def moves(self) -> bool:
        """Return whether the weights move in a whole run at the usual pace of this one."""
        travelled = middle([record.pace for record in self.records]) * self.horizon
        return MOVING <= travelled < math.inf

    @cached_property
    def outlook(self) -> Outlook:
        """Return where the recent pace of the loss leads by the planned end."""
        left = self.first.step + self.horizon - self.now.step
        # An open-ended run has at least half of its horizon before it.
        rest = max(left, 0 if self.spec.training.steps else self.horizon // 2)
        recent = self.recent(OUTLOOK)
        return Outlook(recent, rest, self.horizon, self.yardstick, self.beginning.chance)

    @property
    def growth(self) -> float:
        """Return the largest batch loss so far over the loss at the start."""
        return self.peak / self.start_level
