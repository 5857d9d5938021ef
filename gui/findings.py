"""What the window says of a finding where there is no room for its message, and where it lies.

Findings have roots: one that another open finding explains is told with that one. The spot is
what diagram and gradients point out: of the finding that the user chose, else of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.diagnosis.findings import Finding, Kind, Severity
from gui.numbers import format_percent

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
    "non_finite": "Reset, and look at the warnings.",
    "underflow": "Some numbers are too small to be stored.",
    "plateau": "The loss has stopped falling.",
}
SPOT_WORDS: dict[Kind, str] = {
    "vanishing": "less than {threshold} of the error signal arrives here",
    "exploding": "here the numbers grow with every step",
    "dead": "silent for every training row",
    "saturated": "at the flat ends of their range",
    "learning_rate_too_high": "the steps are too long here",
    "slow": "hardly changes any more",
    "overfitting": "learns the training rows by heart",
    "symmetric": "the units of a layer all do the same",
    "unnormalized": "gets inputs that differ much in size",
    "non_finite": "here a number is not finite",
    "underflow": "gradients here are too small to be stored",
    "plateau": "hardly changes any more",
}
SEVERITY_TOKENS: dict[Severity, str] = {"error": "err", "warning": "warn", "info": "text2"}
SEVERITY_ICONS: dict[Severity, str] = {"error": "x", "warning": "warn", "info": "eye"}
WHOLE_NETWORK = (0, 0)
# More units are outlined by their layers: many rings are no picture of anything.
MOST_UNITS = 8

FindingKey = tuple[Kind, int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """The part of the network that a finding is about.

    Attributes:
        layers: the first and the last one.
        units: (layer, unit) from 1 where it is not all of a layer.
        words: what is the matter there.
        severity: of the finding.
    """

    layers: tuple[int, int]
    units: tuple[tuple[int, int], ...]
    words: str
    severity: Severity

    def holds_layer(self, layer: int) -> bool:
        """Return whether ``layer`` (from 1) is concerned."""
        if self.units:
            return any(layer == concerned for concerned, _ in self.units)
        return self.layers[0] <= layer <= self.layers[1]

    def in_words(self) -> str:
        """Return where and what, such as "Layers 1 to 6: less than 1 % ..."."""
        return f"{_place(self.layers, self.units).capitalize()}: {self.words}"


@dataclass(frozen=True, slots=True)
class SpotChoice:
    """Which finding the user wants to be pointed out.

    Attributes:
        chosen: that finding, or None for the first one.
        hidden: the findings that are not to be pointed out unasked.
    """

    chosen: FindingKey | None = None
    hidden: frozenset[FindingKey] = frozenset()


def open_findings(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that are not cleared."""
    return [finding for finding in findings if finding.cleared_step is None]


def open_warnings(findings: Sequence[Finding]) -> list[Finding]:
    """Return the open findings that are no mere information, errors first."""
    found = [f for f in open_findings(findings) if f.severity != "info"]
    return sorted(found, key=lambda finding: finding.severity != "error")


def key_of(finding: Finding) -> FindingKey:
    """Return what tells a finding from all others of its run, also once it is cleared."""
    return finding.kind, finding.layer, finding.step


def with_companions(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Return the open warnings that stand alone, each with those that it explains.

    Those that are errors, or explain one, come first.
    """
    found = open_warnings(findings)
    by_kind = {finding.kind: finding for finding in reversed(found)}
    companions: dict[FindingKey, list[Finding]] = {}
    roots = []
    for finding in found:
        root = _root(finding, by_kind)
        if root is finding:
            roots.append(finding)
        else:
            companions.setdefault(key_of(root), []).append(finding)
    groups = [(root, companions.get(key_of(root), [])) for root in roots]
    return sorted(groups, key=lambda group: gravest([group[0], *group[1]]) != "error")


def with_information(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Return what ``with_companions`` does, and behind it what is open and no warning."""
    groups = with_companions(findings)
    groups += [(f, []) for f in open_findings(findings) if f.severity == "info"]
    return groups


def gravest(findings: Sequence[Finding]) -> Severity:
    """Return the severity of the gravest of ``findings``."""
    severities = {finding.severity for finding in findings}
    grave: tuple[Severity, ...] = ("error", "warning")
    return next((severity for severity in grave if severity in severities), "info")


def spot_finding(findings: Sequence[Finding], choice: SpotChoice) -> Finding | None:
    """Return the finding to point out: the chosen one, else the first that has a place."""
    placed = [finding for finding in _in_order(findings) if has_place(finding)]
    for finding in placed:
        if key_of(finding) == choice.chosen:
            return finding
    return next((finding for finding in placed if key_of(finding) not in choice.hidden), None)


def spot_of(findings: Sequence[Finding], choice: SpotChoice) -> Spot | None:
    """Return what to point out in the diagram and in the gradients."""
    finding = spot_finding(findings, choice)
    if finding is None:
        return None
    evidence = finding.evidence
    words = SPOT_WORDS[finding.kind].format(threshold=_share_in_words(evidence.threshold))
    is_many = len(evidence.units) > MOST_UNITS and evidence.layers != WHOLE_NETWORK
    return Spot(evidence.layers, () if is_many else evidence.units, words, finding.severity)


def has_place(finding: Finding) -> bool:
    """Return whether a finding is about a part of the network."""
    return bool(finding.evidence.units) or finding.evidence.layers != WHOLE_NETWORK


def place_in_words(finding: Finding) -> str:
    """Return where a finding lies, such as "in layers 1 to 3"; empty for the whole network."""
    return f"in {_place(finding.evidence.layers, finding.evidence.units)}" * has_place(finding)


def _place(layers: tuple[int, int], units: Sequence[tuple[int, int]]) -> str:
    if len(units) == 1:
        return f"unit {units[0][1]} of layer {units[0][0]}"
    first, last = (min(units)[0], max(units)[0]) if units else layers
    return f"layer {first}" if first == last else f"layers {first} to {last}"


def _in_order(findings: Sequence[Finding]) -> list[Finding]:
    groups = with_companions(findings)
    return [root for root, _ in groups] + [other for _, others in groups for other in others]


def _root(finding: Finding, by_kind: dict[Kind, Finding]) -> Finding:
    """Follow the causes as far as they are open; in a circle nothing explains anything."""
    seen, root = {finding.kind}, finding
    while root.cause is not None and root.cause in by_kind:
        if root.cause in seen:
            return finding
        seen.add(root.cause)
        root = by_kind[root.cause]
    return root


def _share_in_words(threshold: float) -> str:
    return format_percent(threshold, 0) if 0.01 <= threshold < 1 else "1 %"
