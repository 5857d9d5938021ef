"""Raises and clears the findings of one run from what is recorded of it.

It knows no rule: it collects the records, asks every rule whether it holds, raises a finding when
one has held for its time, and clears it when the trouble has been past for as long. A change of
structure, loss, data or weights starts a new segment with its own beginning.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.diagnosis.case import PATIENCE, Case, middle_loss
from core.diagnosis.causes import with_causes
from core.diagnosis.findings import Evidence, Finding, History, Kind
from core.diagnosis.record import Beginning, Record, signal_ratio
from core.diagnosis.remedies import remedies_for
from core.diagnosis.rules import RULES, Account, Rule
from core.spec import ExperimentSpec

RECORDS = 36
MOST_RECORDS = 64
# A network this good is asked only what may still go wrong with it.
LEARNT = 0.9
# Units are of no interest in a network a little better than what counts as solved.
LOOKS_UNTIL = 0.6

_RULES_BY_NAME = {rule.name: rule for rule in RULES}
_URGENT_RULES = tuple(rule for rule in RULES if rule.is_urgent)


@dataclass(frozen=True, slots=True)
class Watch:
    """All that the diagnosis remembers, so that a run can go back to a moment; never altered.

    Attributes:
        findings: every finding raised so far, cleared or not, in order.
        beginning: of the segment.
        records: the latest, in order.
        first_ratio: the error signal of hidden layer 1 over that of the last one in the first step
            of the segment, whose backward pass came before any update; NaN before it.
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
    first_ratio: float | None = None
    peak: float = -math.inf
    best: float = math.inf
    best_test: tuple[float, int] = (math.inf, 0)
    since: Mapping[str, int] = field(default_factory=dict)
    raised: Mapping[str, int] = field(default_factory=dict)
    rested: Mapping[str, int] = field(default_factory=dict)


class Monitor:
    """Applies the rules to one run.

    Attributes:
        watch: what is remembered.
    """

    def __init__(self) -> None:
        """Begin with nothing; ``begin`` opens the first segment."""
        self.watch = Watch()

    def begin(self, spec: ExperimentSpec, horizon: int, beginning: Beginning) -> None:
        """Open a segment: what was open is cleared."""
        step = beginning.record.step
        self.watch = Watch(
            tuple(
                replace(finding, cleared_step=step) if finding.cleared_step is None else finding
                for finding in self.watch.findings
            ),
            beginning,
            (beginning.record,),
        )
        self.add_test_loss(step, beginning.record.test_loss)
        self.take(spec, horizon)
        self._judge(self._case(), step)

    def take(self, spec: ExperimentSpec, horizon: int) -> None:
        """Go on with other settings in the same segment."""
        self._spec = spec
        self._horizon = horizon

    @property
    def latest_step(self) -> int:
        """Return the step of the latest record."""
        return self.watch.records[-1].step

    def is_due(self, step: int) -> bool:
        """Return whether an evaluation after ``step`` steps is to be a record."""
        return step - self.latest_step >= self._horizon / RECORDS

    @property
    def awaits_signal(self) -> bool:
        """Return whether the first error signal of the segment has not been seen."""
        return self.watch.first_ratio is None

    def add_first_signal(self, signal: tuple[float, ...]) -> None:
        """Take the error signal (L,) of the segment's first step."""
        self.watch = replace(self.watch, first_ratio=signal_ratio(signal))

    @property
    def looks_at_units(self) -> bool:
        """Return whether it is time to look at units: at every other record of an unsolved task."""
        watch = self.watch
        if watch.beginning is None:
            return True
        if len(watch.records) % 2:
            return False
        yardstick = watch.beginning.guessing or watch.beginning.record.loss
        return not watch.records[-1].loss < (1 - LOOKS_UNTIL) * yardstick

    def add_test_loss(self, step: int, loss: float) -> None:
        """Take the test loss of an evaluation, whether it becomes a record or not."""
        if loss < self.watch.best_test[0]:
            self.watch = replace(self.watch, best_test=(loss, step))

    def add(self, record: Record) -> None:
        """Take the next record and judge."""
        watch = self.watch
        records = (*watch.records, record)[-MOST_RECORDS:]
        self.watch = replace(
            watch,
            records=records,
            peak=max(watch.peak, _peak(record)),
            best=min(watch.best, middle_loss(records[-3:])),
        )
        case = self._case()
        self._judge(case, record.step)

    def add_non_finite(self, step: int, layer: int, message: str) -> Finding:
        """Take the news that an op wrote a number that is not finite; return its finding."""
        case = self._case(halted_at=step)
        self._judge(case, step)
        evidence = Evidence(
            quantity="Numbers that are not finite",
            value=1.0,
            threshold=0.0,
            is_high=True,
            source="exact: every step is checked before its update",
            why=(
                "An overflow makes an infinity, and two infinities make NaN; from there on every "
                "number that depends on it is lost.",
                "The update was not made: the weights are those from before this step.",
            ),
            clears="Clears with Reset, or by going back.",
            layers=(layer, layer),
        )
        finding = Finding(
            "non_finite",
            "error",
            layer,
            step,
            message,
            evidence,
            remedies_for("non_finite", case),
            began=step,
        )
        found = with_causes([*self.watch.findings, finding], case.first.step)
        self.watch = replace(self.watch, findings=found)
        return found[-1]

    def histories(self) -> dict[str, History]:
        """Return how the measured quantities of the open findings went."""
        if not self.watch.raised:
            return {}
        cases = self._cases()
        steps = np.array([case.now.step for case in cases], np.float64)
        steps.flags.writeable = False
        found = {}
        for name in self.watch.raised:
            values = np.array([_RULES_BY_NAME[name].measure(case) for case in cases], np.float64)
            values.flags.writeable = False
            found[name] = History(steps, values)
        return found

    def _cases(self) -> list[Case]:
        """Return the cases as they were at all records that are kept, the latest last."""
        watch = self.watch
        assert watch.beginning is not None
        peak, best, test = -math.inf, math.inf, (math.inf, 0)
        cases = []
        for index, record in enumerate(watch.records, 1):
            records = watch.records[:index]
            peak, best = max(peak, _peak(record)), min(best, middle_loss(records[-3:]))
            test = watch.best_test if watch.best_test[1] <= record.step else test
            if record.test_loss < test[0]:
                test = record.test_loss, record.step
            cases.append(
                Case(
                    self._spec,
                    self._horizon,
                    watch.beginning,
                    records,
                    watch.first_ratio,
                    peak,
                    best,
                    test,
                )
            )
        # What is older than the records is remembered for the present alone.
        cases[-1] = self._case()
        return cases

    def _case(self, halted_at: int | None = None) -> Case:
        watch = self.watch
        assert watch.beginning is not None
        return Case(
            self._spec,
            self._horizon,
            watch.beginning,
            watch.records,
            watch.first_ratio,
            watch.peak,
            watch.best,
            watch.best_test,
            halted_at,
        )

    def _judge(self, case: Case, step: int) -> None:
        asked = RULES if case.halted or case.skill < LEARNT else _URGENT_RULES
        since = dict(self.watch.since)
        if asked is _URGENT_RULES:
            since = {name: at for name, at in since.items() if _RULES_BY_NAME[name].is_urgent}
        told = self._told_kinds()
        for rule in asked:
            if rule.every > 1 and len(case.records) % rule.every and not case.halted:
                continue
            if rule.name in self.watch.raised:
                continue
            # Information stays behind warnings.
            is_told = rule.kind in told or (rule.severity == "info" and bool(told))
            may_hold = not is_told and (case.gets_nowhere or not rule.at_standstill)
            if not may_hold or not rule.holds(case):
                since.pop(rule.name, None)
                continue
            began = since.setdefault(rule.name, step)
            if step - began >= rule.patience * self._horizon:
                del since[rule.name]
                self._raise(rule, case, step, began)
                told = self._told_kinds()
        if since != self.watch.since:
            self.watch = replace(self.watch, since=since)
        for name in self.watch.raised:
            rule = _RULES_BY_NAME[name]
            if rule.every == 1 or len(case.records) % rule.every == 0:
                self._look_for_rest(rule, case, step)

    def _told_kinds(self) -> set[Kind]:
        """Return the kinds that need not be told; a loss that has stopped falling is not slow."""
        kinds = {f.kind for f in self.watch.findings if f.cleared_step is None}
        return kinds | {"slow"} if "plateau" in kinds else kinds

    def _look_for_rest(self, rule: Rule, case: Case, step: int) -> None:
        watch = self.watch
        rested = watch.rested.get(rule.name)
        if case.halted or not rule.rests(case):
            if rested is not None:
                self.watch = replace(watch, rested=_without(watch.rested, rule.name))
            return
        if rested is None:
            rested = step
            self.watch = watch = replace(watch, rested={**watch.rested, rule.name: step})
        if step - rested >= PATIENCE * self._horizon:
            place = watch.raised[rule.name]
            findings = list(watch.findings)
            findings[place] = replace(findings[place], cleared_step=step)
            self.watch = replace(
                watch,
                findings=with_causes(findings, case.first.step),
                raised=_without(watch.raised, rule.name),
                rested=_without(watch.rested, rule.name),
            )

    def _raise(self, rule: Rule, case: Case, step: int, began: int) -> None:
        account = rule.account(case)
        finding = Finding(
            rule.kind,
            rule.severity,
            account.layers[0],
            step,
            account.message,
            _evidence(account, rule.measure(case), rule.name),
            remedies_for(rule.kind, case),
            began=case.first.step if account.is_from_start else began,
        )
        watch = self.watch
        self.watch = replace(
            watch,
            findings=with_causes([*watch.findings, finding], case.first.step),
            raised={**watch.raised, rule.name: len(watch.findings)},
        )


def _evidence(account: Account, value: float, series: str) -> Evidence:
    return Evidence(
        quantity=account.quantity,
        value=value,
        threshold=account.threshold,
        is_high=account.is_high,
        source=account.source,
        why=account.why,
        clears=account.clears,
        is_log=account.is_log,
        layers=account.layers,
        units=account.units,
        not_offered=account.not_offered,
        series=series,
    )


def _peak(record: Record) -> float:
    return record.peak if record.peak == record.peak else math.inf


def _without(mapping: Mapping[str, int], name: str) -> dict[str, int]:
    return {key: value for key, value in mapping.items() if key != name}
