"""What it costs to record how weights and gradients are distributed, as a share of training.

It is recorded whether somebody looks or not, most often in a run's first steps.
"""

from __future__ import annotations

from time import process_time

import numpy as np

from core.training.distributions import (
    COLUMN_LIMIT,
    EARLY_INTERVAL,
    FIRST_INTERVAL,
    DistributionLog,
)
from tests.benchmarks.workloads import WORKLOADS, Problem

ROUNDS = 10
MOST_PERCENT = 0.5


def main() -> None:
    """Print one line per workload."""
    steps = range(0, COLUMN_LIMIT * FIRST_INTERVAL, EARLY_INTERVAL)
    print(
        f"\nDistributions over the run, in its first {steps.stop:,} steps (half of it in twice as "
        f"many): at most {MOST_PERCENT:g} % of training"
    )
    for workload in WORKLOADS:
        trainer = Problem(workload).trainer()
        network, ratios = trainer.network, []
        trainer.advance_steps(3)
        for _ in range(ROUNDS):
            log, began = DistributionLog(), process_time()
            for step in steps:
                log.add(step, network.params.data, network.grads.data, network.layout)
            each = (process_time() - began) / len(steps)
            began = process_time()
            trainer.advance_steps(EARLY_INTERVAL)
            ratios.append(each / (process_time() - began))
        percent = 100 * float(np.median(ratios))
        verdict = "" if percent <= MOST_PERCENT else "  MISSED"
        print(f"  {workload.name:<22}{percent:>8.2f} %{verdict}")
