"""How often the diagnosis is right on labelled runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.diagnosis.outcomes import Outcome, observe
from tests.diagnosis.runs import Run

KINDS = (
    "vanishing",
    "exploding",
    "dead",
    "saturated",
    "learning_rate_too_high",
    "slow",
    "overfitting",
    "symmetric",
    "unnormalized",
)
ALARMS = ("warning", "error")


@dataclass
class Rates:
    """Counts over runs.

    Attributes:
        healthy, faulty: how many runs were scored.
        flipped: runs whose outcome is not that of their labels in this core; not scored.
        alarmed: healthy runs with a kind that they are not labelled with, and which.
        hits, misses, false: by kind.
        fired: by kind, the share of the run at which it was raised.
    """

    healthy: int = 0
    faulty: int = 0
    flipped: list[str] = field(default_factory=list)
    alarmed: dict[str, list[str]] = field(default_factory=dict)
    hits: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    misses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    false: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    fired: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, run: Run, outcome: Outcome) -> None:
        """Count one run."""
        labels, allowed = set(run["labels"]), set(run["allowed"])
        if has_flipped(run, outcome):
            self.flipped.append(run["id"])
            return
        raised: dict[str, int] = {}
        for finding in outcome.findings:
            if finding.severity in ALARMS and finding.kind in KINDS:
                raised.setdefault(finding.kind, finding.step)
        wrong = [kind for kind in raised if kind not in labels | allowed]
        if labels:
            self.faulty += 1
        else:
            self.healthy += 1
            if wrong:
                self.alarmed[run["id"]] = wrong
        for kind, step in raised.items():
            if kind in labels:
                self.hits[kind].append(run["id"])
                self.fired[kind].append(step / run["steps"])
        for kind in labels - raised.keys():
            self.misses[kind].append(run["id"])
        for kind in wrong:
            self.false[kind].append(run["id"])

    def table(self) -> str:
        """Return precision, recall, misses and false alarms of every kind."""
        lines = [
            f"{self.healthy} healthy runs, {len(self.alarmed)} with a false alarm"
            + "".join(f"; {name}: {', '.join(kinds)}" for name, kinds in self.alarmed.items()),
            f"{self.faulty} faulty runs; {len(self.flipped)} runs dropped, their outcome differs "
            f"here: {', '.join(self.flipped) or 'none'}",
            "",
            "| kind | runs | precision | recall | raised at | missed | false |",
            "|---|---|---|---|---|---|---|",
        ]
        for kind in KINDS:
            hits, misses, false = (len(x[kind]) for x in (self.hits, self.misses, self.false))
            when = sorted(self.fired[kind])
            cells = (
                kind,
                str(hits + misses),
                _ratio(hits, hits + false),
                _ratio(hits, hits + misses),
                f"{100 * when[len(when) // 2]:.0f} %" if when else "–",
                ", ".join(self.misses[kind]) or "–",
                ", ".join(self.false[kind]) or "–",
            )
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)


def has_flipped(run: Run, outcome: Outcome) -> bool:
    """Return whether the run ends otherwise than its labels say, its draws being others."""
    labels = set(run["labels"])
    if labels == {"overfitting"}:
        tested = outcome.test_losses
        late = sorted(tested[-5:])[len(tested[-5:]) // 2]
        return not (late >= 1.3 * min(tested) and outcome.gap >= 0.1)
    return (outcome.score < run["target"]) != bool(labels)


def score(runs: Sequence[Run], outcomes: Iterable[Outcome]) -> Rates:
    """Return the rates over ``runs``."""
    rates = Rates()
    for run, outcome in zip(runs, outcomes, strict=True):
        rates.add(run, outcome)
    return rates


def watch(run: Run) -> Outcome:
    """Train one run and return its outcome and findings."""
    return observe(run)


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "–"
