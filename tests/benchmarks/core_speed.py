"""Speed of the core against others that do the same work, as ratios within one run.

All train the same weights on the same batches in float32 on one thread; the losses of the first
epoch are compared before anything is timed. Then they take turns of some epochs, and what counts is
the median over the rounds of their ratios in CPU time, since the machine may be busy. Whoever comes
after a large library finds the caches filled with its code, so the order is drawn anew for every
round, and a turn is long enough that its first steps hardly count.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Mapping
from random import Random
from time import process_time

import numpy as np

from tests.benchmarks.contestants import OURS, Contestant, keep_to_one_thread, peers
from tests.benchmarks.workloads import WORKLOADS, Problem, Workload

# Fewer digits in common than this, and it was not the same work.
LEAST_DIGITS = 3.0


def main() -> None:
    """Print, for every workload, the ratios and which floors are missed."""
    keep_to_one_thread()
    print(
        "Speed of the core: CPU time of a peer's step ÷ that of the core's, float32, one thread.\n"
        f"BLAS: {blas_architecture()}. In brackets the digits in common of the first epoch's loss."
    )
    present = peers()
    if absent := [name for name in WORKLOADS[0].floors if name not in present]:
        print(f"Not installed, so not compared: {', '.join(absent)}.")
    missed = []
    for workload in WORKLOADS:
        problem = Problem(workload)
        contestants = {name: make(problem) for name, make in {**OURS, **present}.items()}
        digits = compare(contestants)
        ratios, microseconds = measure(workload, contestants)
        trainer = 1 / ratios["trainer"]
        print(
            f"\n{workload.name}, {workload.hidden}, batch {workload.batch_size}, "
            f"{workload.optimizer}: a step takes {microseconds['step']:.1f} µs, "
            f"with the whole trainer {1 / trainer:.2f} × that"
        )
        for name in contestants:
            if name in OURS:
                continue
            floor = workload.floors.get(name)
            is_missed = floor is not None and ratios[name] < floor
            verdict = "" if floor is None else f"floor {floor:5.2f}  "
            verdict += "MISSED" if is_missed else "" if floor is None else "reached"
            print(
                f"  {name:<13}{microseconds[name]:>10.1f} µs{ratios[name]:>8.2f}  {verdict:<22}"
                f"of the trainer {ratios[name] * trainer:6.2f}  ({digits[name]:.1f} digits)"
            )
            if is_missed:
                missed.append(f"{workload.name[:2]} {name} {ratios[name]:.2f} < {floor:g}")
    print("\nMissed: " + "; ".join(missed) if missed else "\nAll floors are reached.")


def compare(contestants: Mapping[str, Contestant]) -> dict[str, float]:
    """Train an epoch; return how many digits of its mean loss each shares with the step.

    Raises:
        AssertionError: so few that somebody did other work.
    """
    losses = {name: contestant.losses() for name, contestant in contestants.items()}
    ours = losses["step"]
    digits = {name: -math.log10(max(abs(loss / ours - 1), 1e-9)) for name, loss in losses.items()}
    if min(digits.values()) < LEAST_DIGITS:
        raise AssertionError(f"losses differ: {losses}")
    return digits


def measure(
    workload: Workload, contestants: Mapping[str, Contestant]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return by contestant the median ratio of its CPU time to the step's, and µs a step."""
    rounds: dict[str, list[float]] = {name: [] for name in contestants}
    order, draw = list(contestants), Random(0)
    steps = workload.epochs * workload.batches
    gc.collect()
    gc.freeze()
    # As in the trainer, and every other contestant may have it too.
    with np.errstate(all="ignore"):
        for _ in range(workload.rounds):
            draw.shuffle(order)
            for name in order:
                began = process_time()
                for _ in range(workload.epochs):
                    contestants[name].epoch()
                rounds[name].append((process_time() - began) / steps)
    gc.unfreeze()
    seconds = {name: np.array(times) for name, times in rounds.items()}
    ratios = {name: float(np.median(s / seconds["step"])) for name, s in seconds.items()}
    return ratios, {name: float(np.median(s)) * 1e6 for name, s in seconds.items()}


def blas_architecture() -> str:
    """Return which kernels NumPy's BLAS has chosen."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "unknown, threadpoolctl is not installed"
    return ", ".join(
        f"{info['internal_api']} {info['version']} {info.get('architecture', '')}, "
        f"threads: {info['num_threads']}"
        for info in threadpool_info()
        if info["user_api"] == "blas"
    )
