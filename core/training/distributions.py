"""How the values of every layer were distributed over the run: weights and gradients, by step.

A column is one moment, kept as 65 quantiles, so it can be read on any axis. Moments are taken at
multiples of an interval; when all columns are full the interval doubles and what is no multiple
goes, so a run of ten million steps keeps as much as one of eight thousand. Which moments are kept
is a function of the steps alone. Nothing here changes what is trained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.histograms import sampled_places
from core.network.parameters import Floats, ParameterLayout
from core.training.frozen import frozen

if TYPE_CHECKING:
    from core.training.trainer import Trainer

Array = NDArray[np.float64]
Recorded = Literal["weights", "gradients"]

QUANTITIES: tuple[Recorded, ...] = ("weights", "gradients")
# Shares of a layer's entries that are not above each of its quantiles.
SHARES = np.arange(65) / 64
COLUMN_LIMIT = 128
# Multiples of the steps between two records of the layers' statistics.
FIRST_INTERVAL = 64
# Most changes in the first steps: there moments lie closer, until there are too many.
EARLY_STEPS, EARLY_INTERVAL = 256, 16
# Of a large layer so many entries stand for all of them.
MOST_ENTRIES = 256
# Moments wait for one another: what is done for many at a time costs a tenth. So many wait at most,
# and fewer where they are more than so many numbers.
FRESH_COLUMNS, FRESH_NUMBERS = 16, 2**17


@dataclass(frozen=True, slots=True)
class Distributions:
    """The columns of one run, for one picture; row 0 is layer 1.

    Attributes:
        steps: (C,) after how many steps each moment was, rising.
        quantiles: by quantity (C, L, 65) the entries at ``SHARES``: the smallest of those that have
            at least that share at or below them. NaN for gradients before the first step.
        sizes: (L,) entries of every layer, weights and biases.
        step: at which the run was when they were asked for.
    """

    steps: Array
    quantiles: dict[Recorded, Array]
    sizes: NDArray[np.int64]
    step: int

    def of_layer(self, quantity: Recorded, layer: int) -> LayerColumns:
        """Return all moments of ``layer`` (from 1)."""
        columns, size = self.quantiles[quantity][:, layer - 1], int(self.sizes[layer - 1])
        if size >= len(SHARES):
            return LayerColumns(columns)
        # Each entry of so small a layer is one of its quantiles.
        ranks = np.arange(1, size + 1) * (len(SHARES) - 1) // size
        return LayerColumns(columns[:, ranks], is_whole=True)


@dataclass(frozen=True, slots=True)
class LayerColumns:
    """The moments of one layer.

    Attributes:
        values: (C, m) of each moment, rising, all entries or their 65 quantiles; NaN where there
            are none.
        is_whole: whether they are all entries. Otherwise what lies between two quantiles, a 64th
            of the entries, counts as spread evenly.
    """

    values: Array
    is_whole: bool = False

    def known(self) -> NDArray[np.intp]:
        """Return the columns that hold something."""
        return np.flatnonzero(~np.isnan(self.values[:, 0]))

    def sizes(self) -> LayerColumns:
        """Return the absolute values in place of the entries; of quantiles within two 64ths."""
        return LayerColumns(np.sort(np.abs(self.values), axis=1), self.is_whole)

    def quantile(self, share: float) -> Array:
        """Return (C,) the smallest entry that has at least ``share`` of all at or below it."""
        count = self.values.shape[1]
        rank = math.ceil(share * count) - 1 if self.is_whole else round(share * (count - 1))
        found: Array = self.values[:, max(rank, 0)]
        return found

    def shares_below(self, limits: Array) -> Array:
        """Return (C, n) which share of the entries lies below each of ``limits`` (n,)."""
        if self.is_whole:
            rows = [np.searchsorted(row, limits) / len(row) for row in self.values]
        else:
            rows = [np.interp(limits, row, SHARES, left=0.0, right=1.0) for row in self.values]
        found = np.array(rows).reshape(-1, len(limits))
        found[np.isnan(self.values[:, 0])] = math.nan
        return found

    def shares_between(self, edges: Array) -> Array:
        """Return (C, n) which share lies between neighbours of ``edges`` (n + 1,), rising."""
        found: Array = np.diff(self.shares_below(edges), axis=1)
        return found


class DistributionLog:
    """The recorded moments of one run, bounded.

    Attributes:
        interval: a moment is taken after every so many steps, in the first ones more often.
    """

    def __init__(self) -> None:
        """Begin empty; the first moment says what the layers are."""
        self.interval = FIRST_INTERVAL
        self._layout: ParameterLayout | None = None
        self._sample: _Sample | None = None
        self._steps: list[int] = []
        # (quantity, moment, entry) of the moments that wait.
        self._fresh = np.empty((0, 0, 0))
        self._quantiles = np.empty((0, 0, 0, 0))
        self._settled = 0

    def add(self, step: int, parameters: Floats, gradient: Floats, layout: ParameterLayout) -> None:
        """Take the moment after ``step`` steps if it is one to take; vectors are (P,).

        Another ``layout`` begins anew.
        """
        if layout is not self._layout and layout != self._layout:
            self._begin(layout)
        while len(self._steps) == COLUMN_LIMIT and step % self.interval == 0:
            self._thin()
        if step % self.interval and (step > EARLY_STEPS or step % EARLY_INTERVAL):
            return
        sample = self._sample
        assert sample is not None
        if not self._fresh.size:
            self._make_room(sample)
        fresh, waiting = self._fresh, len(self._steps) - self._settled
        self._steps.append(step)
        if sample.is_all:
            fresh[0, waiting], fresh[1, waiting] = parameters, gradient
        else:
            fresh[0, waiting] = parameters.take(sample.places)
            fresh[1, waiting] = gradient.take(sample.places)
        if waiting + 1 == fresh.shape[1]:
            self._settle()

    def _begin(self, layout: ParameterLayout) -> None:
        self._layout, self._sample = layout, _sample_of(layout)
        self.interval = FIRST_INTERVAL
        self._steps, self._settled = [], 0
        self._fresh = np.empty((0, 0, 0))
        self._quantiles = np.empty((len(QUANTITIES), 0, layout.layer_count, len(SHARES)))

    def _make_room(self, sample: _Sample) -> None:
        count = len(sample.places)
        fresh = min(max(FRESH_NUMBERS // count, 1), FRESH_COLUMNS)
        self._fresh = np.empty((len(QUANTITIES), fresh, count))

    def _make_columns(self, least: int) -> None:
        """Make room for ``least`` columns: most runs that are set aside are short."""
        held = self._quantiles
        count = min(max(least, 2 * held.shape[1]), COLUMN_LIMIT)
        self._quantiles = np.empty((len(held), count, *held.shape[2:]))
        self._quantiles[:, : self._settled] = held[:, : self._settled]

    def truncate(self, step: int) -> None:
        """Forget what came after ``step``; what comes next is taken as often as in a fresh run."""
        self._settle()
        self._steps = [kept for kept in self._steps if kept <= step]
        self._settled = len(self._steps)
        self.interval = FIRST_INTERVAL
        while step >= COLUMN_LIMIT * self.interval:
            self.interval *= 2

    def copy(self) -> DistributionLog:
        """Return another one with the same past; room for more is made when it is needed."""
        self._settle()
        other = DistributionLog()
        other._layout, other._sample = self._layout, self._sample
        other.interval = self.interval
        other._steps, other._settled = list(self._steps), self._settled
        other._quantiles = self._quantiles.copy()
        return other

    @property
    def byte_count(self) -> int:
        """Return how much memory the columns take, filled or not."""
        return self._quantiles.nbytes + self._fresh.nbytes

    def until_now(self, step: int, layout: ParameterLayout) -> Distributions:
        """Return copies of all columns of a run at ``step``; none where the layers are others."""
        self._settle()
        count = self._settled if layout == self._layout else 0
        held = self._quantiles if count else np.empty((2, 0, layout.layer_count, len(SHARES)))
        return Distributions(
            frozen(np.array(self._steps[:count], np.float64)),
            {name: frozen(held[row, :count]) for row, name in enumerate(QUANTITIES)},
            frozen(np.diff(layout.offsets)),
            step,
        )

    def _thin(self) -> None:
        """Keep the moments that a run with twice the interval would have taken."""
        self._settle()
        self.interval *= 2
        kept = [row for row, step in enumerate(self._steps) if step % self.interval == 0]
        self._quantiles[:, : len(kept)] = self._quantiles[:, kept]
        self._steps = [self._steps[row] for row in kept]
        self._settled = len(kept)

    def _settle(self) -> None:
        """Take the quantiles of the fresh moments, many at a time."""
        sample, waiting = self._sample, len(self._steps) - self._settled
        if not waiting or sample is None:
            return
        if len(self._steps) > self._quantiles.shape[1]:
            self._make_columns(len(self._steps))
        fresh, held = self._fresh[:, :waiting], self._quantiles[:, self._settled :]
        for layer, (part, ranks) in enumerate(zip(sample.parts, sample.ranks, strict=True)):
            held[:, :waiting, layer] = np.sort(fresh[..., part], axis=2)[..., ranks]
        if self._steps[self._settled] == 0:
            # No step has been made, so there is no gradient yet.
            held[QUANTITIES.index("gradients"), 0] = math.nan
        self._settled = len(self._steps)


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Which entries of a vector are looked at, and which of them, sorted, are the quantiles.

    Attributes:
        places: (S,) where they are, a stretch for every layer.
        parts: the stretches in ``places``.
        ranks: of each layer (65,) the places of its quantiles in its sorted stretch.
        is_all: whether these are all entries there are.
    """

    places: NDArray[np.intp]
    parts: tuple[slice, ...]
    ranks: tuple[NDArray[np.intp], ...]
    is_all: bool


def _sample_of(layout: ParameterLayout) -> _Sample:
    stretches = sampled_places(layout, MOST_ENTRIES)
    ends = np.cumsum([0, *map(len, stretches)]).tolist()
    parts = tuple(slice(ends[i], ends[i + 1]) for i in range(len(stretches)))
    ranks = tuple(
        np.maximum(np.ceil(SHARES * len(stretch)).astype(np.intp) - 1, 0) for stretch in stretches
    )
    return _Sample(np.concatenate(stretches), parts, ranks, ends[-1] == layout.size)


def recorded_distributions(trainer: Trainer) -> Distributions:
    """Return how the values of every layer have been distributed in the run of ``trainer``."""
    return trainer.log.distributions.until_now(trainer.step, trainer.network.layout)
