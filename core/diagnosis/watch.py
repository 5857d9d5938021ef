"""All that the diagnosis remembers of a run, so that the run can go back to a moment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from core.diagnosis.findings import Finding
from core.diagnosis.record import Beginning, Record, middle_loss

# A planned run and a little more.
MOST_RECORDS = 40


class Watch(NamedTuple):
    """What is remembered; never altered, the mappings neither.

    Attributes:
        findings: every finding raised so far, cleared or not, in order.
        beginning: of the segment.
        records: the latest, in order, up to the last look at them.
        fresh: those since then; peak, level and the best ones know nothing of them.
        first_ratio: the error signal of hidden layer 1 over that of the last one in the first step
            of the segment, whose backward pass came before any update; None before it.
        peak: the largest batch loss of the segment.
        level: the median loss of the latest three records.
        best: the lowest such level.
        best_test: the lowest test loss of all evaluations and its step, infinite without any.
        since: by rule, the step from which on it has held without having been raised.
        raised: by rule, the place of its open finding among ``findings``.
        rested: by rule, the step from which on the trouble of its open finding has been past.
    """

    findings: tuple[Finding, ...] = ()
    beginning: Beginning | None = None
    records: tuple[Record, ...] = ()
    fresh: tuple[Record, ...] = ()
    first_ratio: float | None = None
    peak: float = -math.inf
    level: float = math.inf
    best: float = math.inf
    best_test: tuple[float, int] = (math.inf, 0)
    since: Mapping[str, int] = {}
    raised: Mapping[str, int] = {}
    rested: Mapping[str, int] = {}

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Return the findings that are not cleared."""
        return tuple(finding for finding in self.findings if finding.cleared_step is None)

    @property
    def latest(self) -> Record:
        """Return the latest record."""
        return self.fresh[-1] if self.fresh else self.records[-1]

    def with_record(self, record: Record) -> Watch:
        """Return what is remembered once ``record`` has been taken."""
        return self._replace(fresh=(*self.fresh, record))

    def looked_at(self) -> Watch:
        """Return what is remembered once the fresh records have been looked at."""
        if not self.fresh:
            return self
        records = (*self.records, *self.fresh)[-MOST_RECORDS:]
        level = middle_loss(records[-3:])
        return self._replace(
            records=records,
            fresh=(),
            peak=max([self.peak, *[r.peak if r.peak == r.peak else math.inf for r in self.fresh]]),
            level=level,
            best=min(self.best, level),
            best_test=min([self.best_test, *[r.lowest_test for r in self.fresh]]),
        )

    def pasts(self) -> list[Watch]:
        """Return what was remembered at each record that is kept, the present last."""
        past = Watch(beginning=self.beginning, first_ratio=self.first_ratio)
        found = []
        for record in (*self.records, *self.fresh):
            past = past.with_record(record).looked_at()
            if self.best_test[1] <= record.step:
                past = past._replace(best_test=self.best_test)
            found.append(past)
        # What is older than the records is remembered for the present alone.
        return [*found[:-1], self.looked_at()]
