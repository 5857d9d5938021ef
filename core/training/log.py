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

from core.training.evaluation import Metrics
from core.training.series import Series

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
        steps: (m,) of the evaluations.
        train_loss, test_loss, train_score, test_score: (m,); NaN where there is no value. The
            score is the accuracy, or R² of a regression.
        rates: (m,) learning rate of the update after each evaluation.
        rms_steps, rms: (k,) and (k, L) root mean square of every layer's gradient.
        marks: changes of settings.
        guessing: the loss of the best constant prediction.
    """

    batch_steps: NDArray[np.float64]
    batch_loss: NDArray[np.float64]
    steps: NDArray[np.float64]
    train_loss: NDArray[np.float64]
    test_loss: NDArray[np.float64]
    train_score: NDArray[np.float64]
    test_score: NDArray[np.float64]
    rates: NDArray[np.float64]
    rms_steps: NDArray[np.float64]
    rms: NDArray[np.float64]
    marks: tuple[Mark, ...]
    guessing: float


class RunLog:
    """The series of one run.

    Attributes:
        latest: the last evaluation.
        guessing: the loss of the best constant prediction.
        marks: the latest changes of settings.
    """

    def __init__(self, layers: int, guessing: float) -> None:
        """Begin empty for a network of ``layers`` layers."""
        self._batch = Series()
        self._fresh: list[float] = []
        self._last_step = 0
        self._peak = -math.inf
        self._peak_from = 0
        self._evaluations = Series(width=5)
        self._rms = Series(width=layers, capacity=512)
        self.guessing = guessing
        self.latest: Evaluation | None = None
        self.marks: tuple[Mark, ...] = ()

    def add_loss(self, step: int, loss: float) -> None:
        """Add the batch loss of the step that made the step count ``step``."""
        self._fresh.append(loss)
        self._last_step = step
        if len(self._fresh) >= FRESH_LIMIT:
            self._settle()

    def _settle(self) -> None:
        """Move the fresh losses into their series, many at a time."""
        self._batch.extend(self._last_step - len(self._fresh) + 1, self._fresh)
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
        for series in (self._batch, self._evaluations, self._rms):
            series.truncate(step)

    def copy(self) -> RunLog:
        """Return another log with the same past, which goes its own way from here."""
        other = copy(self)
        other._fresh = list(self._fresh)
        other._batch = deepcopy(self._batch)
        other._evaluations = deepcopy(self._evaluations)
        other._rms = deepcopy(self._rms)
        return other

    @property
    def byte_count(self) -> int:
        """Return how much memory the series take."""
        return sum(s.byte_count for s in (self._batch, self._evaluations, self._rms))

    def curves(self) -> Curves:
        """Return copies of all series."""
        self._settle()
        train_loss, test_loss, train_score, test_score, rates = self._evaluations.values().T
        return Curves(
            batch_steps=self._batch.steps(),
            batch_loss=self._batch.values()[:, 0],
            steps=self._evaluations.steps(),
            train_loss=train_loss,
            test_loss=test_loss,
            train_score=train_score,
            test_score=test_score,
            rates=rates,
            rms_steps=self._rms.steps(),
            rms=self._rms.values(),
            marks=self.marks,
            guessing=self.guessing,
        )


def _setting(text: str) -> str:
    return text.rpartition(" ")[0]
