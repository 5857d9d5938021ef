"""What the cards say, made of findings and remedies; nothing here knows of Qt."""

from __future__ import annotations

from collections.abc import Sequence

from core.diagnosis.findings import Evidence, Finding, Remedy
from core.training.snapshot import TrialView
from gui.findings import KIND_WORDS, open_warnings, place_in_words
from gui.numbers import counted, format_count, format_setting, raise_exponents
from gui.typography import in_print

DIGITS = 3
NOT_MEASURED = "cure not measured"


def title(finding: Finding) -> str:
    """Return the kind as a heading."""
    words = KIND_WORDS[finding.kind]
    return words[0].upper() + words[1:]


def since(finding: Finding) -> str:
    """Return from when on it has been so."""
    return f"since step {format_count(finding.began)}" if finding.began else "since the start"


def measured(evidence: Evidence) -> str:
    """Return the label of the measured value."""
    return f"measured {format_setting(evidence.value, DIGITS)}"


def threshold(evidence: Evidence) -> str:
    """Return the label of the threshold."""
    return f"threshold {format_setting(evidence.threshold, DIGITS)}"


def comparison(evidence: Evidence) -> str:
    """Return measured value and threshold in a sentence."""
    side = "above" if evidence.is_high else "below"
    value = format_setting(evidence.value, DIGITS)
    limit = format_setting(evidence.threshold, DIGITS)
    return f"{evidence.quantity}: {value}, {side} the threshold {limit}"


def also(companions: Sequence[Finding]) -> str:
    """Return what else there is because of a finding, such as "Also: slow learning"."""
    return "Also: " + ", ".join(_kind_and_place(finding) for finding in companions)


def companion(finding: Finding) -> str:
    """Return all that is told of a finding on the card of its cause."""
    words = f"{title(finding)}, {since(finding)}: {finding.message}"
    return f"{words} {comparison(finding.evidence)}." if finding.evidence.quantity else words


def cure_rate(remedy: Remedy) -> str:
    """Return how often a remedy has cured."""
    if not remedy.tried:
        return NOT_MEASURED
    return f"cures {format_count(remedy.cured)} of {format_count(remedy.tried)}"


def more_cures(remedies: Sequence[Remedy]) -> str:
    """Return the names of cures with how often each has worked."""
    told = [
        f"{cure.title} ({cure.cured:,} of {cure.tried:,})" if cure.tried else cure.title
        for cure in remedies
    ]
    return f"{len(remedies)} more: {', '.join(told)}"


def remedy_details(remedy: Remedy) -> list[str]:
    """Return what a remedy changes, why it helps, and what its rate was measured on."""
    lines = []
    if remedy.changed:
        lines.append("Changes " + in_print("; ".join(remedy.changed)))
    begins = "The run begins again at step 0." if remedy.restarts else "The run goes on from here."
    lines.append(f"{remedy.why} {begins}".strip())
    if remedy.tried and remedy.tried_on:
        lines.append(f"Measured on {counted(remedy.tried, 'run')}: {remedy.tried_on}")
    return lines


def why(evidence: Evidence) -> str:
    """Return the reasons in one paragraph."""
    return raise_exponents(" ".join(evidence.why))


def not_offered(evidence: Evidence) -> str:
    """Return which cures are not offered and why; empty where there is none to speak of."""
    told = [_with_reason(cure.rstrip(".")) for cure in evidence.not_offered]
    return f"Not offered: {'; '.join(told)}." if told else ""


def source(evidence: Evidence) -> str:
    """Return where the threshold comes from and what it takes to clear the finding."""
    origin = f"The threshold: {evidence.source}" if evidence.source else ""
    return ". ".join(part.rstrip(".") for part in (evidence.clears, origin) if part)


def progress(trial: TrialView) -> str:
    """Return how far a trial is."""
    return f"step {format_count(trial.steps_done)} of {format_count(trial.steps_planned)}"


def beginning(trial: TrialView) -> str:
    """Return where a trial began."""
    where = "at the start" if trial.from_start else f"at step {format_count(trial.origin)}"
    return f"The trial began {where} and runs beside the run"


def log_counts(findings: Sequence[Finding]) -> str:
    """Return how many findings are open and how many have passed."""
    cleared = sum(finding.cleared_step is not None for finding in findings)
    return f"All warnings: {len(open_warnings(findings))} open, {cleared} cleared"


def log_entry(finding: Finding) -> str:
    """Return one finding's line in the log."""
    end = "open"
    if finding.cleared_step is not None:
        end = f"cleared at step {format_count(finding.cleared_step)}"
    return f"step {format_count(finding.step)}: {_kind_and_place(finding)}, {end}"


def log_entries(findings: Sequence[Finding]) -> list[str]:
    """Return the log, the latest finding first."""
    return [log_entry(f) for f in sorted(findings, key=lambda f: f.step, reverse=True)]


def _with_reason(cure: str) -> str:
    """Put the reason after a colon in brackets: what is told of several is one sentence."""
    name, colon, reason = cure.partition(": ")
    return f"{name} ({reason})" if colon else cure


def _kind_and_place(finding: Finding) -> str:
    return f"{KIND_WORDS[finding.kind]} {place_in_words(finding)}".strip()
