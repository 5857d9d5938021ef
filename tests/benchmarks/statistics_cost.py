"""What the statistics that the window shows cost while training runs, in percent of a core.

The histograms and root mean squares of all layers' gradients are part of a snapshot. At 60 frames a
second the window has them made anew with every fourth.
"""

from __future__ import annotations

from time import process_time

import numpy as np

from core.diagnosis.histograms import layer_histograms
from tests.benchmarks.workloads import WORKLOADS, Problem

REFRESHES_PER_SECOND = 15
ROUNDS = 60
MOST_PERCENT = 1.0


def main() -> None:
    """Print one line per workload."""
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
