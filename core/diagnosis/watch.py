"""All that the diagnosis remembers of a run, so that the run can go back to a moment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.diagnosis.findings import Finding
from core.diagnosis.record import Beginning, Record, middle_loss

MOST_RECORDS = 64


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered; never altered.

    Attributes:
        findings: every finding raised so far, cleared or not, in order.
        beginning: of the segment.
        records: the latest, in order.
        count: how many records the segment has had.
        first_ratio: the error signal of hidden layer 1 over that of the last one in the first step
            of the segment, whose backward pass came before any update; None before it.
        peak: the largest batch loss of the segment.
        best: the lowest median loss of three records in a row.
        best_test: the lowest test loss of all evaluations and its step, infinite without any.
        since: by rule, the step from which on it has held without having been raised.
        raised: by rule, the place of its open finding among ``findings``.
        rested: by rule, the step from which on the trouble of its open finding has been past.
    """

    findings: tuple[Finding, ...] = ()
    beginning: Beginning | None = None
    records: tuple[Record, ...] = ()
    count: int = 0
    first_ratio: float | None = None
    peak: float = -math.inf
    best: float = math.inf
    best_test: tuple[float, int] = (math.inf, 0)
    since: Mapping[str, int] = field(default_factory=dict)
    raised: Mapping[str, int] = field(default_factory=dict)
    rested: Mapping[str, int] = field(default_factory=dict)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Return the findings that are not cleared."""
        return tuple(finding for finding in self.findings if finding.cleared_step is None)

    def with_record(self, record: Record) -> Watch:
        """Return what is remembered once ``record`` has been taken."""
        records = (*self.records, record)[-MOST_RECORDS:]
        peak = record.peak if record.peak == record.peak else math.inf
        return replace(
            self,
            records=records,
            count=self.count + 1,
            peak=max(self.peak, peak),
            best=min(self.best, middle_loss(records[-3:])),
        ).with_test_loss(record.step, record.test_loss)

    def with_test_loss(self, step: int, loss: float) -> Watch:
        """Return what is remembered once an evaluation has had the test loss ``loss``."""
        return replace(self, best_test=(loss, step)) if loss < self.best_test[0] else self

    def pasts(self) -> list[Watch]:
        """Return what was remembered at each record that is kept, the present last."""
        past = Watch(beginning=self.beginning, first_ratio=self.first_ratio)
        found = []
        for record in self.records:
            past = past.with_record(record)
            if self.best_test[1] <= record.step:
                past = replace(past, best_test=self.best_test)
            found.append(past)
        # What is older than the records is remembered for the present alone.
        return [*found[:-1], self]
