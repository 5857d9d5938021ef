"""What single techniques mend: each alone, on every faulty run, by what is wrong with the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from multiprocessing.pool import Pool
from typing import Any

from core import ExperimentSpec
from core.errors import SpecError
from tests.diagnosis.cures import first_card, is_mended
from tests.diagnosis.outcomes import Outcome
from tests.diagnosis.rates import has_flipped
from tests.diagnosis.runs import Run, experiment

Change = Callable[[ExperimentSpec], dict[str, Any]]


def _in_hidden_layers(key: str, value: Any) -> Change:
    def change(spec: ExperimentSpec) -> dict[str, Any]:
        hidden = range(len(spec.network.layers) - 1)
        return {f"network.layers[{i}].{key}": value for i in hidden}

    return change


def _residual(spec: ExperimentSpec) -> dict[str, Any]:
    """Return a connection past every hidden layer that has as many units as inputs."""
    layers = spec.network.layers
    return {
        f"network.layers[{i}].residual": True
        for i in range(1, len(layers) - 1)
        if layers[i].units == layers[i - 1].units
    }


TECHNIQUES: dict[str, Change] = {
    "batch normalization": _in_hidden_layers("normalization", "batch"),
    "layer normalization": _in_hidden_layers("normalization", "layer"),
    "residual connections": _residual,
    "batch normalization and residual connections": lambda spec: {
        **TECHNIQUES["batch normalization"](spec),
        **_residual(spec),
    },
    "clipping at norm 1": lambda spec: {"training.clip_norm": 1.0},
}


def print_techniques(runs: Sequence[Run], outcomes: Sequence[Outcome], pool: Pool) -> None:
    """Print by kind of the first card how many runs reach their target with each technique."""
    jobs, places = [], []
    for run, outcome in zip(runs, outcomes, strict=True):
        finding = first_card(outcome.findings)
        if not run["labels"] or has_flipped(run, outcome) or finding is None:
            continue
        spec = experiment(run)
        if finding.kind == "vanishing":
            hidden = {layer.activation for layer in spec.network.layers[:-1]}
            kind = f"vanishing, {'with' if 'sigmoid' in hidden else 'without'} a sigmoid"
        elif finding.kind == "exploding":
            start = outcome.losses[0] if outcome.losses else 0.0
            kind = f"exploding, {'bad' if start > 20 else 'normal'} start"
        elif finding.kind in ("dead", "saturated"):
            when = "from the start" if finding.began == 0 else "later"
            kind = f"{finding.kind} {when}"
        else:
            kind = finding.kind
        for name, change in TECHNIQUES.items():
            changes = change(spec)
            try:
                changed = spec.with_changes(changes)
            except SpecError:
                continue
            if changed == spec:
                continue
            jobs.append((run, changed, min(outcome.test_losses, default=0.0)))
            places.append((kind, name))
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for place, mended in zip(places, pool.map(is_mended, jobs, chunksize=1), strict=True):
        counts[place].append(mended)
    print(f"\n| first card | {' | '.join(TECHNIQUES)} |\n|{'---|' * (len(TECHNIQUES) + 1)}")
    for kind in sorted({kind for kind, _ in counts}):
        cells = [counts.get((kind, name), []) for name in TECHNIQUES]
        print(f"| {kind} | {' | '.join(f'{sum(c)} of {len(c)}' for c in cells)} |")
