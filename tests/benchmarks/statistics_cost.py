"""What the statistics that the window shows cost while training runs.

The histograms and root mean squares of all layers' gradients are part of a snapshot. At 60 frames a
second the window has them made anew with every fourth. How weights and gradients are distributed
over the run is recorded whether somebody looks or not, as a share of the time that training takes.
"""

from __future__ import annotations

from time import process_time

import numpy as np

from core.diagnosis.histograms import layer_histograms
from core.training.distributions import (
    COLUMN_LIMIT,
    EARLY_INTERVAL,
    FIRST_INTERVAL,
    DistributionLog,
)
from tests.benchmarks.workloads import WORKLOADS, Problem

REFRESHES_PER_SECOND = 15
ROUNDS = 60
MOST_PERCENT = 1.0
MOST_OF_TRAINING = 0.5


def main() -> None:
    """Print both tables."""
    _print_histograms()
    _print_distributions()


def _print_histograms() -> None:
    print(
        f"\nStatistics of all layers, {REFRESHES_PER_SECOND} times a second as in the window at "
        f"60 Hz: at most {MOST_PERCENT:g} % of a core"
    )
    for workload in WORKLOADS:
        trainer = Problem(workload).trainer()
        trainer.advance_steps(3)
        gradient, layout = trainer.network.grads.data, trainer.network.layout
        seconds = []
        for _ in range(ROUNDS):
            trainer.advance_steps(1)
            began = process_time()
            layer_histograms(gradient, layout)
            seconds.append(process_time() - began)
        typical = float(np.median(seconds))
        percent = 100 * typical * REFRESHES_PER_SECOND
        verdict = "" if percent <= MOST_PERCENT else "  MISSED"
        print(f"  {workload.name:<22}{1e6 * typical:>8.0f} µs{percent:>8.2f} %{verdict}")


def _print_distributions() -> None:
    steps = range(0, COLUMN_LIMIT * FIRST_INTERVAL, EARLY_INTERVAL)
    print(
        f"\nDistributions over the run, in its first {steps.stop:,} steps (half of it in twice as "
        f"many): at most {MOST_OF_TRAINING:g} % of training"
    )
    for workload in WORKLOADS:
        trainer = Problem(workload).trainer()
        network, ratios = trainer.network, []
        trainer.advance_steps(3)
        for _ in range(ROUNDS // 6):
            log, began = DistributionLog(), process_time()
            for step in steps:
                log.add(step, network.params.data, network.grads.data, network.layout)
            each = (process_time() - began) / len(steps)
            began = process_time()
            trainer.advance_steps(EARLY_INTERVAL)
            ratios.append(each / (process_time() - began))
        percent = 100 * float(np.median(ratios))
        verdict = "" if percent <= MOST_OF_TRAINING else "  MISSED"
        print(f"  {workload.name:<22}{percent:>8.2f} %{verdict}")
