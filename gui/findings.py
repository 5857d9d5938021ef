"""What the window says of a finding where there is no room for its message, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence

from core.diagnosis.findings import Finding, Kind

KIND_WORDS: dict[Kind, str] = {
    "vanishing": "vanishing gradient",
    "exploding": "exploding loss",
    "dead": "dead units",
    "saturated": "saturated units",
    "learning_rate_too_high": "learning rate too high",
    "slow": "slow learning",
    "overfitting": "overfitting",
    "symmetric": "symmetric units",
    "unnormalized": "unnormalized inputs",
    "non_finite": "number not finite",
    "underflow": "underflow",
    "plateau": "plateau",
}
SHORT_MESSAGES: dict[Kind, str] = {
    "vanishing": "The first layers hardly learn.",
    "exploding": "The loss grows instead of falling.",
    "dead": "Units that answer 0 to everything do not learn.",
    "saturated": "Units at the end of their range hardly learn.",
    "learning_rate_too_high": "Lower the learning rate.",
    "slow": "The loss falls slowly.",
    "overfitting": "The test loss rises while the train loss falls.",
    "symmetric": "Units that start alike stay alike.",
    "unnormalized": "The inputs differ much in size.",
    "non_finite": "Reset, and lower the learning rate.",
    "underflow": "Some numbers are too small to be stored.",
    "plateau": "The loss has stopped falling.",
}


def open_findings(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that are not cleared."""
    return [finding for finding in findings if finding.cleared_step is None]


def vanishing_layers(findings: Sequence[Finding]) -> tuple[int, int] | None:
    """Return the first and last layer that less than 1 % of the error signal reaches."""
    for finding in open_findings(findings):
        if finding.kind == "vanishing":
            starved = int(finding.evidence.get("starved_layers", 1.0))
            return finding.layer, max(finding.layer, starved)
    return None
