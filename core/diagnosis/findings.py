"""What a diagnosis says: findings with their evidence, and remedies that can be applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "vanishing",
    "exploding",
    "dead",
    "saturated",
    "learning_rate_too_high",
    "slow",
    "overfitting",
    "symmetric",
    "unnormalized",
    "non_finite",
    "underflow",
    "plateau",
]
Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that may mend a finding.

    Attributes:
        title, why: what to do and why it helps, for people.
        changes: over the spec, for ``spec.with_changes``.
    """

    title: str
    why: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong, when, and by which measurement.

    Attributes:
        kind, severity: what it is.
        layer: where (from 1), or 0 for the whole network.
        step: when it was raised.
        cleared_step: when it had passed, or None while it lasts.
        message: one sentence in plain words.
        evidence: measured numbers by name.
        remedies: the best first.
    """

    kind: Kind
    severity: Severity
    layer: int
    step: int
    message: str
    evidence: Mapping[str, float] = field(default_factory=dict)
    remedies: tuple[Remedy, ...] = ()
    cleared_step: int | None = None
