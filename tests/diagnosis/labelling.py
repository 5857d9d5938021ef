"""What is wrong with a run, found without the diagnosis: by its outcome and by what mends it.

A run that misses its target is run again with one thing changed at a time, all else equal. The
labels follow from what cures it and from how it looks at the end. A run that misses and that
nothing cures has no label and is not counted, nor is one that misses by little: whether it is ill
is anybody's guess.
"""

from __future__ import annotations

import numpy as np

from tests.diagnosis.outcomes import (
    Outcome,
    counts_test_rows,
    nearly_target,
    observe,
    target_score,
)
from tests.diagnosis.runs import Run, changed

SQUASHING = ("sigmoid", "tanh")


def label(run: Run) -> Run:
    """Return ``run`` with ``target``, ``status``, ``labels``, ``allowed`` and ``cured_by``."""
    target = target_score(run)
    outcome = observe(run)
    missed = outcome.score < target
    cures = {name: observe(other) for name, other in _interventions(run)} if missed else {}
    cured_by = [name for name, other in cures.items() if other.score >= target]
    labels, allowed = set(), set()
    if missed:
        if outcome.score < nearly_target(run, target):
            labels = _labels(run, outcome, cures, cured_by)
        allowed = {"slow", "vanishing", "learning_rate_too_high", "overfitting"}
        if not (labels & {"vanishing"}) and not outcome.halted and "slow" in labels:
            allowed -= {"learning_rate_too_high"}
    if _is_overfit(outcome):
        labels.add("overfitting")
    allowed |= _present(run, outcome)
    status = "faulty" if labels else "unclear" if missed else "healthy"
    return {
        **run,
        "target": target,
        "status": status,
        "labels": sorted(labels),
        "allowed": sorted(allowed - labels),
        "cured_by": cured_by,
        "score": outcome.score,
    }


def _interventions(run: Run) -> list[tuple[str, Run]]:
    rate = run["optimizer"]["lr"]
    squashed = run["net"]["activation"] in SQUASHING
    standard = "xavier" if squashed or run["net"]["activation"] == "linear" else "he"
    return [
        ("init", changed(run, net={"init": standard, "init_value": None, "bias_init": 0.0})),
        ("act", changed(run, net=_net("relu", "he"))),
        ("tanh", changed(run, net=_net("tanh", "xavier"))),
        ("leaky", changed(run, net={"activation": "leaky_relu"})),
        ("lr/10", changed(run, optimizer={"lr": rate / 10})),
        ("lr/100", changed(run, optimizer={"lr": rate / 100})),
        ("lr*10", changed(run, optimizer={"lr": rate * 10})),
        ("lr*100", changed(run, optimizer={"lr": rate * 100})),
        ("adam", changed(run, optimizer={"name": "adam", "lr": 0.003})),
        ("norm", {**run, "standardize": True}),
    ]


def _net(activation: str, init: str) -> Run:
    return {"activation": activation, "init": init, "init_value": None, "bias_init": 0.0}


def _labels(run: Run, outcome: Outcome, cures: dict[str, Outcome], cured_by: list[str]) -> set[str]:
    labels: set[str] = set()
    losses = outcome.losses
    if outcome.same and len(run["net"]["hidden"]):
        labels.add("symmetric")
    if _is_dead(outcome):
        labels.add("dead")
    repairs = {"init", "act", "tanh", "norm", "lr/10", "lr/100"} & set(cured_by)
    if _is_flat(outcome) and repairs and not outcome.halted:
        labels.add("saturated")
    repaired = cures["init"].losses[0] if cures["init"].losses else losses[0]
    if _blew_up(outcome) or losses[0] >= 30 * repaired:
        labels.add("exploding")
    # Data that are of a good size anyway may be cured by the luck of other numbers.
    if "norm" in cured_by and {"x_scale", "x_shift"} & run["dataset"].keys():
        labels.add("unnormalized")
    # Where test rows count, shorter steps also mend what has learnt its training rows too well.
    knows_rows = counts_test_rows(run) and np.median(losses[-5:]) < 0.1 * losses[0]
    is_sound = losses[0] < 20 * max(repaired, 1e-12) and not knows_rows
    if {"lr/10", "lr/100"} & set(cured_by) and is_sound:
        labels.add("learning_rate_too_high")
    by_rate = {"lr/10", "lr/100", "lr*10"} & set(cured_by)
    by_start = {"init", "act", "tanh"} & set(cured_by)
    if run["net"]["activation"] == "linear":
        # Another activation gives a linear network what it cannot have: that proves nothing.
        by_start &= {"init"}
    if len(run["net"]["hidden"]) >= 2 and by_start and not by_rate and not labels:
        name = next(iter(sorted(by_start)))
        still = outcome.moved < 0.1 * cures[name].moved
        if still or _idle_below(run, outcome):
            labels.add("vanishing")
    if not labels and not outcome.halted and {"lr*10", "lr*100", "adam"} & set(cured_by):
        labels.add("slow")
    return labels


def _idle_below(run: Run, outcome: Outcome) -> bool:
    """Return whether it makes no difference if the lower half of the network never learns."""
    held = observe(run, frozen_layers=(len(run["net"]["hidden"]) + 1) // 2)
    if held.halted:
        return False
    now, then = np.median(outcome.losses[-8:]), np.median(held.losses[-8:])
    return bool(abs(now - then) < 0.02 * now)


def _is_dead(outcome: Outcome) -> bool:
    if not outcome.dead or outcome.halted:
        return False
    total = float(np.dot(outcome.dead, outcome.units)) / sum(outcome.units)
    return total >= 0.5 or max(outcome.dead) >= 0.9


def _is_flat(outcome: Outcome) -> bool:
    return max([*outcome.flat_start, *outcome.flat_end], default=0.0) >= 0.5


def _blew_up(outcome: Outcome) -> bool:
    if outcome.halted:
        return True
    losses, norms = outcome.losses, outcome.gradient_norms
    first = losses[0]
    grew = max(norms) > 1000 * max(norms[min(1, len(norms) - 1)], 1e-300)
    return (
        losses[-1] > 10 * first or max(losses) > 1000 * first or (grew and max(losses) > 10 * first)
    )


def _is_overfit(outcome: Outcome) -> bool:
    tested = [loss for loss in outcome.test_losses if np.isfinite(loss)]
    if not tested or outcome.halted:
        return False
    return float(np.median(tested[-5:])) >= 1.3 * min(tested) and outcome.gap >= 0.1


def _present(run: Run, outcome: Outcome) -> set[str]:
    """Return what may be said of a run because it is there, though it does no harm."""
    found = set()
    # Rounding may part copies that an adaptive rule then drives apart.
    if outcome.same or run["net"]["init"] in ("zeros", "constant"):
        found.add("symmetric")
    if outcome.dead and max(outcome.dead) >= 0.5:
        found.add("dead")
    if _is_flat(outcome):
        found.add("saturated")
    if outcome.halted or max(*outcome.losses, outcome.peak / 100) > 10 * outcome.losses[0]:
        found |= {"exploding", "learning_rate_too_high"}
    data = run["dataset"]
    if np.any(np.asarray(data.get("x_scale", 1.0)) != 1.0) or np.any(
        np.asarray(data.get("x_shift", 0.0)) != 0.0
    ):
        found.add("unnormalized")
    if outcome.gap >= 0.05 and _test_loss_rose(outcome):
        found.add("overfitting")
    return found


def _test_loss_rose(outcome: Outcome) -> bool:
    tested = [loss for loss in outcome.test_losses if np.isfinite(loss)]
    return bool(tested) and float(np.median(tested[-5:])) > 1.1 * min(tested)
