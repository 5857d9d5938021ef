"""What a rule is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.diagnosis.case import Case
from core.diagnosis.findings import Kind, Severity


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
        at_standstill: whether it is asked only while the loss gets nowhere.
        every: it is asked at one of so many records.
        is_urgent: whether it is looked at when the network has learnt its task.
    """

    name: str
    kind: Kind
    severity: Severity
    patience: float
    holds: Callable[[Case], bool]
    account: Callable[[Case], Account]
    rests: Callable[[Case], bool]
    measure: Callable[[Case], float]
    is_urgent: bool = False
    at_standstill: bool = False
    every: int = 1
