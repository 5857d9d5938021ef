"""Raises and clears the findings of one run from what is recorded of it.

It knows no rule: it collects the records, asks every rule whether it holds, raises a finding when
one has held for its time, and clears it when the trouble has been past for as long. A change of
structure, loss, data or weights starts a new segment with its own beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.diagnosis.case import PATIENCE, Case
from core.diagnosis.causes import with_causes
from core.diagnosis.cures import remedies_for
from core.diagnosis.findings import Evidence, Finding, History, Kind
from core.diagnosis.record import Beginning, Record, signal_ratio
from core.diagnosis.rules import RULES, URGENT_RULES, Rule, rules_for
from core.diagnosis.thresholds import InForce
from core.diagnosis.watch import Watch
from core.spec import ExperimentSpec

# In the planned length; what needs patience is asked at looks alone.
RECORDS, LOOKS = 36, 16
# In as many steps of an open-ended run that has gone on beyond the length it is judged over.
LATE_RECORDS, LATE_LOOKS = 12, 3
# Layers are of no interest in a network a little better than what counts as solved.
LOOKS_UNTIL = 0.6

_RULES_BY_NAME = {rule.name: rule for rule in RULES}


class Monitor:
    """Applies the rules to one run.

    Attributes:
        watch: what is remembered.
    """

    def __init__(self, in_force: InForce) -> None:
        """Begin with nothing; ``begin`` opens the first; ``in_force`` is read at every record."""
        self.watch = Watch()
        self._in_force = in_force
        self._histories: tuple[Watch, Mapping[str, History]] | None = None

    def begin(self, spec: ExperimentSpec, horizon: int, beginning: Beginning) -> None:
        """Open a segment: what was open is cleared."""
        step = beginning.record.step
        findings = tuple(
            replace(finding, cleared_step=step) if finding.cleared_step is None else finding
            for finding in self.watch.findings
        )
        self.watch = Watch(findings, beginning).with_record(beginning.record).looked_at()
        self.take(spec, horizon)
        self._judge(self._case(), step)

    def take(self, spec: ExperimentSpec, horizon: int) -> None:
        """Go on with other settings in the same segment."""
        self._spec = spec
        self._horizon = horizon
        self._histories = None
        self._plan()

    def restore(self, watch: Watch) -> None:
        """Go back to what was remembered at another moment."""
        self.watch = watch
        self._plan()

    def is_due(self, step: int) -> bool:
        """Return whether an evaluation after ``step`` steps is to be a record."""
        return step >= self._record_due

    @property
    def awaits_signal(self) -> bool:
        """Return whether the first error signal of the segment has not been seen."""
        return self.watch.first_ratio is None

    def add_first_signal(self, signal: tuple[float, ...]) -> None:
        """Take the error signal (L,) of the segment's first step."""
        self.watch = self.watch._replace(first_ratio=signal_ratio(signal))

    def looks_at(self, step: int) -> bool:
        """Return whether all rules are to be asked at a record after ``step`` steps."""
        return step >= self._look_due

    def looks_at_layers(self, step: int) -> bool:
        """Return whether a record after ``step`` steps is to tell of the layers anew."""
        is_solved = self.watch.latest.loss < (1 - LOOKS_UNTIL) * self._beginning.yardstick
        return self.looks_at(step) and (not is_solved or bool(self.watch.raised))

    def add(self, record: Record) -> None:
        """Take the next record and judge."""
        is_look = self.looks_at(record.step)
        self.watch = self.watch.with_record(record)
        if is_look:
            self.watch = self.watch.looked_at()
            self._judge(self._case(), record.step)
        elif not record.loss <= self._in_force.thresholds.growth * self._beginning.level:
            self._raise_urgent(self._case(), record.step)
        self._plan()

    def add_non_finite(self, step: int, layer: int, message: str, in_half: bool = False) -> Finding:
        """Take the news that an op wrote a number that is not finite; return its finding.

        ``in_half``: the number was finite until it was rounded to half precision, which says
        nothing of the run itself.
        """
        self.watch = self.watch.looked_at()
        case = Case(self._spec, self._horizon, self.watch, step, in_half, self._in_force.thresholds)
        if not in_half:
            self._judge(case, step)
        evidence = Evidence(
            quantity="Numbers that are not finite",
            value=1.0,
            threshold=0.0,
            is_high=True,
            source="exact: every step is checked before its update",
            why=(
                "Half precision ends at 65,504: a larger gradient becomes an infinity."
                if in_half
                else "An overflow makes an infinity, and two infinities make NaN; from there on "
                "every number that depends on it is lost.",
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
        self.watch = self.watch._replace(findings=found)
        return found[-1]

    def histories(self) -> Mapping[str, History]:
        """Return how the measured quantities of the open findings went."""
        # Pictures are taken far more often than records.
        if self._histories is None or self._histories[0] is not self.watch:
            self._histories = self.watch, self._measure_histories()
        return self._histories[1]

    def _measure_histories(self) -> dict[str, History]:
        if not self.watch.raised:
            return {}
        cases = [Case(self._spec, self._horizon, past) for past in self.watch.pasts()]
        steps = _read_only(case.now.step for case in cases)
        measures = {name: _RULES_BY_NAME[name].measure for name in self.watch.raised}
        return {
            name: History(steps, _read_only(measure(case) for case in cases))
            for name, measure in measures.items()
        }

    def _plan(self) -> None:
        """Note from which steps on the next record and the next look are due."""
        latest = self.watch.latest.step
        is_late = latest - self._beginning.record.step >= self._horizon
        records, looks = (LATE_RECORDS, LATE_LOOKS) if is_late else (RECORDS, LOOKS)
        self._record_due = latest + self._horizon / records
        self._look_due = self.watch.records[-1].step + self._horizon / looks

    @property
    def _beginning(self) -> Beginning:
        beginning = self.watch.beginning
        assert beginning is not None
        return beginning

    def _case(self) -> Case:
        limits = self._in_force.thresholds
        return Case(self._spec, self._horizon, self.watch.looked_at(), limits=limits)

    def _judge(self, case: Case, step: int) -> None:
        """Raise what has held for its time, and clear what has been past for as long."""
        since = self.watch.since
        held: dict[str, int] = {}
        told = self._told_kinds()
        for rule in rules_for(case):
            if self._is_told(rule, told) or not rule.holds(case):
                continue
            began = since.get(rule.name, step)
            if step - began >= rule.patience * self._horizon:
                self._raise(rule, case, step, began)
                told = self._told_kinds()
            else:
                held[rule.name] = began
        if held != since:
            self.watch = self.watch._replace(since=held)
        for name in self.watch.raised:
            self._look_for_rest(_RULES_BY_NAME[name], case, step)

    def _raise_urgent(self, case: Case, step: int) -> None:
        for rule in URGENT_RULES:
            if not self._is_told(rule, self._told_kinds()) and rule.holds(case):
                self._raise(rule, case, step, step)

    def _is_told(self, rule: Rule, told: set[Kind]) -> bool:
        """Return whether ``rule`` has nothing to add; information stays behind warnings."""
        return rule.kind in told or (rule.severity == "info" and bool(told))

    def _told_kinds(self) -> set[Kind]:
        """Return the kinds that need not be told; a loss that has stopped falling is not slow."""
        if not self.watch.findings:
            return set()
        kinds = {finding.kind for finding in self.watch.open_findings}
        return kinds | {"slow"} if "plateau" in kinds else kinds

    def _look_for_rest(self, rule: Rule, case: Case, step: int) -> None:
        watch = self.watch
        rested = watch.rested.get(rule.name)
        if case.halted or not rule.rests(case):
            if rested is not None:
                self.watch = watch._replace(rested=_without(watch.rested, rule.name))
            return
        if rested is None:
            rested = step
            self.watch = watch = watch._replace(rested={**watch.rested, rule.name: step})
        if step - rested >= PATIENCE * self._horizon:
            place = watch.raised[rule.name]
            findings = list(watch.findings)
            findings[place] = replace(findings[place], cleared_step=step)
            self.watch = watch._replace(
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
            account.evidence(rule.measure(case), rule.name),
            remedies_for(rule.kind, case),
            began=case.first.step if account.is_from_start else began,
        )
        watch = self.watch
        self.watch = watch._replace(
            findings=with_causes([*watch.findings, finding], case.first.step),
            raised={**watch.raised, rule.name: len(watch.findings)},
        )


def _read_only(values: Iterable[float]) -> NDArray[np.float64]:
    array = np.fromiter(values, np.float64)
    array.flags.writeable = False
    return array


def _without(mapping: Mapping[str, int], name: str) -> dict[str, int]:
    return {key: value for key, value in mapping.items() if key != name}
