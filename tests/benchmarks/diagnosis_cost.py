"""What the diagnosis adds to training a 2-8-8-8-1 network.

The CPU time of its records is taken within the run that it watches. That of runs with it and
without it, one after the other, would differ by more than it costs.
"""

from __future__ import annotations

from statistics import median
from time import process_time

from core import ExperimentSpec, Trainer
from core.training.assembly import Station
from core.training.log import Evaluation

STEPS, ROUNDS = 6000, 9
MOST_PERCENT = 3.0


def main() -> None:
    """Print the median over the rounds, for two batch sizes and two rates."""
    print(
        f"\nDiagnosis, 2-8-8-8-1 tanh on the spirals, {STEPS:,} steps: at most "
        f"{MOST_PERCENT:g} % of training"
    )
    for batch_size in (10, 32):
        for kind, rate in (("adam", 0.01), ("sgd", 0.03)):
            percent = 100 * median(_share(batch_size, kind, rate) for _ in range(ROUNDS))
            verdict = "" if percent <= MOST_PERCENT else "  MISSED"
            print(f"  batch {batch_size:2d}, {kind:4s} {rate:g}: {percent:.2f} %{verdict}")


def _share(batch_size: int, kind: str, rate: float) -> float:
    """Return the time of the diagnosis in one run over that of everything else."""
    trainer = Trainer(_spec(batch_size, kind, rate))
    spent, diagnose = 0.0, trainer.recorder._diagnose

    def timed(evaluation: Evaluation, station: Station) -> None:
        nonlocal spent
        began = process_time()
        diagnose(evaluation, station)
        spent += process_time() - began

    trainer.recorder._diagnose = timed  # type: ignore[method-assign]
    began = process_time()
    trainer.advance_steps(STEPS)
    return spent / (process_time() - began - spent)


def _spec(batch_size: int, kind: str, rate: float) -> ExperimentSpec:
    hidden = [{"units": 8, "activation": "tanh"}] * 3
    return ExperimentSpec.from_dict(
        {
            "data": {"kind": "spiral"},
            "network": {"layers": [*hidden, {"units": 1, "activation": "sigmoid"}]},
            "training": {
                "batch_size": batch_size,
                "optimizer": {"kind": kind, "learning_rate": rate},
            },
        }
    )
