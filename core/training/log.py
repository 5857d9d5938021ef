"""What a run remembers of its past, by step: losses, evaluations, layer statistics, changes.

Only finished steps are recorded, at a rhythm that follows steps and never frames, and everything
here stays bounded in memory.
"""

from __future__ import annotations

import math
from copy import copy, deepcopy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training.distributions import DistributionLog
from core.training.evaluation import Metrics
from core.training.frozen import frozen
from core.training.pass_count import PassCount
from core.training.series import Series
from core.training.stopwatch import Stopwatch

MARK_LIMIT = 100
FRESH_LIMIT = 256


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The metrics of one moment; ``test`` is None without test rows."""

    step: int
    epoch: int
    train: Metrics
    test: Metrics | None
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A setting changed while the run went on."""

    step: int
    text: str


@dataclass(frozen=True, slots=True)
class Curves:
    """Copies of the recorded series, for one picture.

    Attributes:
        batch_steps, batch_loss: (n,) the loss of every step, averaged over neighbours in long runs.
        batch_passes: (n,) the passes through the network that those steps had taken in all.
        batch_lowest, batch_highest: (n,) the extremes of those neighbours.
        steps: (m,) of the evaluations.
        passes: (m,) likewise.
        train_loss, test_loss, train_score, test_score: (m,); NaN where there is no value. The
            score is the accuracy, or R² of a regression.
        rates: (m,) learning rate of the update after each evaluation.
        rms_steps, rms: (k,) and (k, L) root mean square of every layer's gradient.
        marks: changes of settings.
        guessing: the loss of the best constant prediction.
        place_steps, epochs, seconds: (p,) finished epochs, with fractions, and time spent training
            at some steps, the first and the latest among them.
    """

    batch_steps: NDArray[np.float64]
    batch_loss: NDArray[np.float64]
    batch_passes: NDArray[np.float64]
    batch_lowest: NDArray[np.float64]
    batch_highest: NDArray[np.float64]
    steps: NDArray[np.float64]
    passes: NDArray[np.float64]
    train_loss: NDArray[np.float64]
    test_loss: NDArray[np.float64]
    train_score: NDArray[np.float64]
    test_score: NDArray[np.float64]
    rates: NDArray[np.float64]
    rms_steps: NDArray[np.float64]
    rms: NDArray[np.float64]
    marks: tuple[Mark, ...]
    guessing: float
    place_steps: NDArray[np.float64]
    epochs: NDArray[np.float64]
    seconds: NDArray[np.float64]


class RunLog:
    """The series of one run.

    Attributes:
        latest: the last evaluation.
        guessing: the loss of the best constant prediction.
        marks: the latest changes of settings.
        passes: through the network, by step.
        distributions: of weights and gradients, by step.
        stopwatch: the time that the run has spent training.
    """

    def __init__(self, layers: int, guessing: float) -> None:
        """Begin empty for a network of ``layers`` layers."""
        self._batch = Series()
        self._extremes = (Series(rule="lowest"), Series(rule="highest"))
        self._fresh: list[float] = []
        self._last_step = 0
        self._peak = -math.inf
        self._peak_from = 0
        self._evaluations = Series(width=5)
        self._places = Series(width=2, rule="latest")
        self._rms = Series(width=layers, capacity=512)
        self.distributions = DistributionLog()
        self.stopwatch = Stopwatch()
        self.guessing = guessing
        self.latest: Evaluation | None = None
        self.marks: tuple[Mark, ...] = ()
        self.passes = PassCount()

    def add_loss(self, step: int, loss: float) -> None:
        """Add the batch loss of the step that made the step count ``step``."""
        self._fresh.append(loss)
        self._last_step = step
        if len(self._fresh) >= FRESH_LIMIT:
            self._settle()

    def _settle(self) -> None:
        """Move the fresh losses into their series, many at a time."""
        losses = np.array(self._fresh, np.float64)
        for series in (self._batch, *self._extremes):
            series.extend(self._last_step - len(losses) + 1, losses)
        self._peak = self.peak
        self._fresh.clear()
        self._peak_from = 0

    @property
    def peak(self) -> float:
        """Return the largest batch loss since it was last set to -inf."""
        return max([self._peak, *self._fresh[self._peak_from :]])

    @peak.setter
    def peak(self, value: float) -> None:
        self._peak = value
        self._peak_from = len(self._fresh)

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Add one evaluation."""
        self.latest = evaluation
        train, test = evaluation.train, evaluation.test
        row = (
            train.loss,
            test.loss if test else math.nan,
            train.score,
            test.score if test else math.nan,
            evaluation.learning_rate,
        )
        self._evaluations.add(evaluation.step, row)

    def add_place(self, step: int, epoch: float) -> None:
        """Note at which ``epoch``, with its fraction, the run is now, and its time."""
        self._places.add(step, (epoch, self.stopwatch.seconds))

    def add_rms(self, step: int, rms: NDArray[np.float64]) -> None:
        """Add the gradient's root mean square (L,) of one step."""
        self._rms.add(step, rms)

    def add_mark(self, step: int, text: str) -> None:
        """Note a change; the latest of the same step and setting stands for all of them."""
        setting = _setting(text)
        kept = [m for m in self.marks if m.step != step or _setting(m.text) != setting]
        self.marks = (*kept[-(MARK_LIMIT - 1) :], Mark(step, text))

    def restructure(self, layers: int) -> None:
        """Go on with another number of layers; their series begins anew."""
        self._rms = Series(width=layers, capacity=512)

    def truncate(self, step: int) -> None:
        """Forget what happened after ``step``."""
        self._settle()
        for series in self._all_series():
            series.truncate(step)
        self.distributions.truncate(step)

    def copy(self) -> RunLog:
        """Return another log with the same past, which goes its own way from here."""
        other = copy(self)
        other._fresh = list(self._fresh)
        other._batch = deepcopy(self._batch)
        other._extremes = deepcopy(self._extremes)
        other._evaluations = deepcopy(self._evaluations)
        other._places = deepcopy(self._places)
        other._rms = deepcopy(self._rms)
        other.distributions = self.distributions.copy()
        other.stopwatch = copy(self.stopwatch)
        return other

    @property
    def byte_count(self) -> int:
        """Return how much memory the series take."""
        return sum(s.byte_count for s in self._all_series()) + self.distributions.byte_count

    def _all_series(self) -> tuple[Series, ...]:
        return (self._batch, *self._extremes, self._evaluations, self._places, self._rms)

    def curves(self, now: tuple[int, float] | None = None) -> Curves:
        """Return copies of all series; ``now`` is the step and epoch at which the run is."""
        self._settle()
        lowest, highest = (series.values()[:, 0] for series in self._extremes)
        place_steps, epochs, seconds = self._places_until(now)
        train_loss, test_loss, train_score, test_score, rates = self._evaluations.values().T
        batch_steps, steps = self._batch.steps(), self._evaluations.steps()
        return Curves(
            batch_steps=batch_steps,
            batch_loss=self._batch.values()[:, 0],
            batch_passes=self.passes.along(batch_steps),
            steps=steps,
            passes=self.passes.along(steps),
            batch_lowest=lowest,
            batch_highest=highest,
            train_loss=train_loss,
            test_loss=test_loss,
            train_score=train_score,
            test_score=test_score,
            rates=rates,
            rms_steps=self._rms.steps(),
            rms=self._rms.values(),
            marks=self.marks,
            guessing=self.guessing,
            place_steps=place_steps,
            epochs=epochs,
            seconds=seconds,
        )

    def _places_until(self, now: tuple[int, float] | None) -> NDArray[np.float64]:
        """Return (3, p) step, epoch and seconds from the run's beginning to ``now``."""
        steps, places = self._places.steps(), self._places.values()
        found = np.zeros((3, 1 + len(steps) + (now is not None)))
        found[0, 1 : len(steps) + 1] = steps
        found[1:, 1 : len(steps) + 1] = places.T
        if now is not None:
            found[:, -1] = (*now, self.stopwatch.seconds)
        return frozen(found)


def _setting(text: str) -> str:
    return text.rpartition(" ")[0]
