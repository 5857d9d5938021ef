"""Which open finding explains which: several may be true at once, and one of them is the cause.

A cause began no later than what it explains. Bad before the first update means the start, the
inputs or the structure; sound at first and bad later means the learning rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.diagnosis.findings import Finding, Kind

# What may explain a kind, the first that is open counts.
CAUSES: dict[Kind, tuple[Kind, ...]] = {
    "exploding": ("unnormalized", "learning_rate_too_high"),
    "non_finite": ("unnormalized", "learning_rate_too_high", "exploding"),
    "dead": ("unnormalized", "symmetric", "learning_rate_too_high", "exploding"),
    "saturated": ("unnormalized", "symmetric", "underflow", "learning_rate_too_high", "exploding"),
    "vanishing": ("unnormalized", "symmetric", "dead", "underflow"),
    "learning_rate_too_high": ("unnormalized", "symmetric"),
    "slow": (
        "unnormalized",
        "symmetric",
        "underflow",
        "vanishing",
        "learning_rate_too_high",
        "exploding",
        "dead",
        "saturated",
    ),
}


def with_causes(findings: Sequence[Finding], start: int) -> tuple[Finding, ...]:
    """Return ``findings`` with the cause of every open one; the segment began at ``start``.

    What is explained takes the remedies of its cause: nothing else mends it.
    """
    opened = [finding for finding in findings if finding.cleared_step is None]
    return tuple(
        _explained(finding, opened, start) if finding.cleared_step is None else finding
        for finding in findings
    )


def _explained(finding: Finding, opened: Sequence[Finding], start: int) -> Finding:
    cause = _cause(finding, opened, start)
    kind = None if cause is None else cause.kind
    if kind == finding.cause:
        return finding
    remedies = finding.remedies if cause is None else cause.remedies
    return replace(finding, cause=kind, remedies=remedies)


def _cause(finding: Finding, opened: Sequence[Finding], start: int) -> Finding | None:
    for kind in CAUSES.get(finding.kind, ()):
        for other in opened:
            if other.kind != kind:
                continue
            # A rate that is too high shows in its victims before it can be told itself.
            is_first = kind == "learning_rate_too_high" and finding.began > start
            if other.began <= finding.began or is_first:
                return other
    return None
