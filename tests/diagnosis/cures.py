"""Whether the remedies mend the runs that they are offered for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from multiprocessing.pool import Pool
from typing import Any

from core import ExperimentSpec
from core.diagnosis.findings import Finding
from tests.diagnosis.outcomes import Outcome, observe
from tests.diagnosis.rates import ALARMS, has_flipped
from tests.diagnosis.runs import Run, experiment

Job = tuple[Run, ExperimentSpec, float]


def print_cures(runs: Sequence[Run], outcomes: Sequence[Outcome], pool: Pool) -> None:
    """Try the first two remedies of every faulty run's first card; print how many reach the target.

    A run that overfits is mended when the test loss ends within 10 % of the best it had.
    """
    jobs: list[Job] = []
    places: list[tuple[Run, str, str]] = []
    without: list[str] = []
    for run, outcome in zip(runs, outcomes, strict=True):
        if not run["labels"] or has_flipped(run, outcome):
            continue
        finding = first_card(outcome.findings)
        if finding is None or not finding.remedies:
            without.append(run["id"])
            places.append((run, "no card", ""))
            continue
        for remedy in finding.remedies[:2]:
            spec = experiment(run).with_changes(remedy.changes)
            jobs.append((run, spec, min(outcome.test_losses)))
            places.append((run, finding.kind, remedy.title))
    reached = iter(pool.map(is_mended, jobs, chunksize=1))
    found: dict[str, dict[str, Any]] = {}
    for run, kind, title in places:
        entry = found.setdefault(run["id"], {"kind": kind, "cured": [], "titles": []})
        entry["cured"].append(kind != "no card" and next(reached))
        entry["titles"].append(title)
    _print_table(found, without)


def first_card(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding at the head of the card that a user would see first."""
    alarms = [finding for finding in findings if finding.severity in ALARMS]
    opened = [finding for finding in alarms if finding.cleared_step is None] or alarms
    return next((finding for finding in opened if finding.cause is None), None)


def is_mended(job: Job) -> bool:
    """Return whether a run with another specification reaches its target."""
    run, spec, best = job
    steps = spec.training.steps or run["steps"]
    outcome = observe({**run, "steps": steps}, spec)
    if run["labels"] == ["overfitting"]:
        return outcome.test_losses[-1] <= 1.1 * best
    return outcome.score >= run["target"]


def _print_table(found: dict[str, dict[str, Any]], without: list[str]) -> None:
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in found.values():
        by_kind[entry["kind"]].append(entry)
    print("\n| first card | runs | first cure | one of the first two |\n|---|---|---|---|")
    for kind, entries in (*sorted(by_kind.items()), ("all", list(found.values()))):
        first = sum(entry["cured"][0] for entry in entries)
        either = sum(any(entry["cured"]) for entry in entries)
        count = len(entries)
        print(f"| {kind} | {count} | {_share(first, count)} | {_share(either, count)} |")
    if without:
        print(f"\nwithout a card: {', '.join(without)}")
    tries: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for entry in found.values():
        for title, cured in zip(entry["titles"], entry["cured"], strict=True):
            tries[entry["kind"], title].append(cured)
    print("\n| first card | remedy | cured |\n|---|---|---|")
    for (kind, title), results in sorted(tries.items()):
        print(f"| {kind} | {title} | {sum(results)} of {len(results)} |")
    missed = [
        f"{name} ({entry['kind']})" for name, entry in found.items() if not any(entry["cured"])
    ]
    print(f"\nnot mended: {', '.join(missed) or 'none'}")


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.0f} %)" if whole else "–"


__all__ = ["first_card", "is_mended", "print_cures"]
