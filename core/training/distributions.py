"""How the values of every layer were distributed over the run: weights and gradients, by step.

A column is one moment, kept as 65 quantiles, so it can be read on any axis. Moments are taken at
multiples of an interval; when all columns are full every second one goes and the interval doubles,
so a run of ten million steps keeps as much as one of four thousand. Which moments are kept is a
function of the steps alone. Nothing here changes what is trained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.histograms import sampled_places
from core.network.parameters import Floats, ParameterLayout
from core.training.frozen import frozen

Array = NDArray[np.float64]
Recorded = Literal["weights", "gradients"]

QUANTITIES: tuple[Recorded, ...] = ("weights", "gradients")
# Shares of a layer's entries that are not above each of its quantiles.
SHARES = np.arange(65) / 64
COLUMN_LIMIT = 128
# A multiple of the steps between two records of the layers' statistics.
FIRST_INTERVAL = 32
# Of a large layer so many entries stand for all of them.
MOST_ENTRIES = 512
# Moments wait for one another: what is done for many at a time costs a tenth. So many numbers wait.
FRESH_NUMBERS = 2**17


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


class DistributionLog:
    """The recorded moments of one run, bounded.

    Attributes:
        interval: a moment is taken after every so many steps.
    """

    def __init__(self) -> None:
        """Begin empty; the first moment says what the layers are."""
        self.interval = FIRST_INTERVAL
        self._layout: ParameterLayout | None = None
        self._sample: _Sample | None = None
        self._steps: list[int] = []
        self._fresh: list[tuple[Floats, Floats]] = []
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
        if step % self.interval:
            return
        sample = self._sample
        assert sample is not None
        self._steps.append(step)
        if sample.is_all:
            self._fresh.append((parameters.copy(), gradient.copy()))
        else:
            self._fresh.append((parameters.take(sample.places), gradient.take(sample.places)))
        if len(self._fresh) >= sample.most_fresh:
            self._settle()

    def _begin(self, layout: ParameterLayout) -> None:
        self._layout, self._sample = layout, _sample_of(layout)
        self.interval = FIRST_INTERVAL
        self._steps, self._fresh, self._settled = [], [], 0
        shape = (len(QUANTITIES), COLUMN_LIMIT, layout.layer_count, len(SHARES))
        self._quantiles = np.empty(shape)

    def truncate(self, step: int) -> None:
        """Forget what came after ``step``; what comes next is taken as often as in a fresh run."""
        self._settle()
        self._steps = [kept for kept in self._steps if kept <= step]
        self._settled = len(self._steps)
        self.interval = FIRST_INTERVAL
        while step >= COLUMN_LIMIT * self.interval:
            self.interval *= 2

    def copy(self) -> DistributionLog:
        """Return another one with the same past."""
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
        return self._quantiles.nbytes

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
        sample = self._sample
        if not self._fresh or sample is None:
            return
        rows = slice(self._settled, self._settled + len(self._fresh))
        for quantity in range(len(QUANTITIES)):
            taken = np.array([moment[quantity] for moment in self._fresh])
            for layer, (part, ranks) in enumerate(zip(sample.parts, sample.ranks, strict=True)):
                self._quantiles[quantity, rows, layer] = np.sort(taken[:, part], axis=1)[:, ranks]
        if self._steps[self._settled] == 0:
            # No step has been made, so there is no gradient yet.
            self._quantiles[QUANTITIES.index("gradients"), self._settled] = math.nan
        self._settled = len(self._steps)
        self._fresh.clear()


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Which entries of a vector are looked at, and which of them, sorted, are the quantiles.

    Attributes:
        places: (S,) where they are, a stretch for every layer.
        parts: the stretches in ``places``.
        ranks: of each layer (65,) the places of its quantiles in its sorted stretch.
        most_fresh: how many moments may wait.
        is_all: whether these are all entries there are.
    """

    places: NDArray[np.intp]
    parts: tuple[slice, ...]
    ranks: tuple[NDArray[np.intp], ...]
    most_fresh: int
    is_all: bool


def _sample_of(layout: ParameterLayout) -> _Sample:
    stretches = sampled_places(layout, MOST_ENTRIES)
    ends = np.cumsum([0, *map(len, stretches)]).tolist()
    parts = tuple(slice(ends[i], ends[i + 1]) for i in range(len(stretches)))
    ranks = tuple(
        np.maximum(np.ceil(SHARES * len(stretch)).astype(np.intp) - 1, 0) for stretch in stretches
    )
    fresh = min(max(FRESH_NUMBERS // ends[-1], 1), COLUMN_LIMIT // 2)
    return _Sample(np.concatenate(stretches), parts, ranks, fresh, ends[-1] == layout.size)


def shares_between(quantiles: Array, edges: Array) -> Array:
    """Return (C, R) which share of a layer's entries lies between neighbours of ``edges`` (R + 1,).

    ``quantiles`` (C, 65) are those of one layer. Between two of them their 64th is spread evenly;
    what lies beyond the edges counts for neither end. NaN where there are none.
    """
    below = np.array([np.interp(edges, row, SHARES, left=0.0, right=1.0) for row in quantiles])
    found: Array = np.diff(below.reshape(-1, len(edges)), axis=1)
    found[np.isnan(quantiles[:, 0])] = math.nan
    return found


def share_below(quantiles: Array, value: float) -> float:
    """Return which share of the entries of one column (65,) lies below ``value``."""
    return float(np.interp(value, quantiles, SHARES, left=0.0, right=1.0))


def sizes_of(quantiles: Array) -> Array:
    """Return (..., 65) quantiles of the entries' absolute values, within two 64ths."""
    sizes: Array = np.sort(np.abs(quantiles), axis=-1)
    return sizes


def quantile(quantiles: Array, share: float) -> Array:
    """Return (...,) the quantile that lies nearest to ``share`` of the (..., 65)."""
    found: Array = quantiles[..., round(share * (len(SHARES) - 1))]
    return found
