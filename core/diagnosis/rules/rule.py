"""What a rule is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Literal

from core.diagnosis.case import SOLVED, Case
from core.diagnosis.findings import Evidence, Kind, Severity

When = Literal["always", "start", "standstill"]


@dataclass(frozen=True, slots=True)
class Account:
    """What a rule has to say of a case that it holds for; the attributes are as in ``Evidence``.

    Attributes:
        message: one sentence.
        is_from_start: whether it was so before the first update.
    """

    message: str
    quantity: str
    threshold: float
    source: str
    why: tuple[str, ...]
    clears: str
    is_high: bool = True
    is_log: bool = False
    layers: tuple[int, int] = (0, 0)
    units: tuple[tuple[int, int], ...] = ()
    not_offered: tuple[str, ...] = ()
    is_from_start: bool = False

    def evidence(self, value: float, series: str) -> Evidence:
        """Return the evidence with what was measured and the name of its history."""
        shared = {f.name for f in fields(Evidence)} & {f.name for f in fields(self)}
        return Evidence(
            value=value, series=series, **{name: getattr(self, name) for name in shared}
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a run goes wrong.

    Attributes:
        name: of its own; several rules may find the same kind.
        kind, severity: of the finding.
        patience: for which share of the planned length it must hold.
        holds: whether it does at the latest record.
        account: what there is to say.
        rests: whether the trouble has passed; a rule that has been raised and no longer holds is
            not at rest yet.
        measure: the measured quantity of a case; of earlier ones for its history.
        until: the skill from which on it is not asked.
        when: it is asked only before the first update, or only while the loss gets nowhere.
        is_urgent: whether a loss that has blown up is enough to ask it, at any record.
    """

    name: str
    kind: Kind
    severity: Severity
    patience: float
    holds: Callable[[Case], bool]
    account: Callable[[Case], Account]
    rests: Callable[[Case], bool]
    measure: Callable[[Case], float]
    until: float = SOLVED
    when: When = "always"
    is_urgent: bool = False
