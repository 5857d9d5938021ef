"""How much memory a wide network takes above what the imports take, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import psutil

from tests.benchmarks.workloads import WORKLOADS, Problem

STEPS, PORTION = 300, 5
MOST_MEGABYTES = 200


def main() -> None:
    """Print the largest resident size of a run of the widest workload, data included."""
    command = [sys.executable, "-m", "tests.benchmarks.memory_use"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    megabytes = float(output)
    verdict = "" if megabytes < MOST_MEGABYTES else "  MISSED"
    print(
        f"\n{WORKLOADS[-1].name} with Adam in float32 takes at most {megabytes:.0f} MB above the "
        f"imports in {STEPS} steps, to be under {MOST_MEGABYTES} MB{verdict}"
    )


def measure() -> float:
    """Return the growth of this process in MB at its largest, looked at every few steps."""
    process = psutil.Process()
    before = largest = process.memory_info().rss
    trainer = Problem(WORKLOADS[-1]).trainer()
    while trainer.step < STEPS:
        trainer.advance_steps(PORTION)
        largest = max(largest, process.memory_info().rss)
    return (largest - before) / 2**20


if __name__ == "__main__":
    print(measure())
