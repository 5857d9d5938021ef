"""What the diagnosis adds to training a 2-8-8-8-1 network: CPU time with it over without it."""

from __future__ import annotations

from statistics import median
from time import process_time

from core import ExperimentSpec, Trainer
from core.diagnosis.monitor import Monitor
from core.training import recorder

STEPS, ROUNDS = 6000, 15


class Absent(Monitor):
    """A diagnosis that never looks."""

    awaits_signal = False

    def is_due(self, step: int) -> bool:
        """Return that no record is wanted."""
        return False


def main() -> None:
    """Print the median over interleaved rounds, for two batch sizes and two rates."""
    print(f"Diagnosis, 2-8-8-8-1 tanh on the spirals, {STEPS:,} steps, with it ÷ without it")
    for batch_size in (10, 32):
        for kind, rate in (("adam", 0.01), ("sgd", 0.03)):
            ratios = [_ratio(batch_size, kind, rate) for _ in range(ROUNDS)]
            print(f"  batch {batch_size:2d}, {kind:4s} {rate:g}: {median(ratios):.3f}")


def _ratio(batch_size: int, kind: str, rate: float) -> float:
    return _seconds(Monitor, batch_size, kind, rate) / _seconds(Absent, batch_size, kind, rate)


def _seconds(monitor: type[Monitor], batch_size: int, kind: str, rate: float) -> float:
    recorder.Monitor = monitor  # type: ignore[misc]
    try:
        trainer = Trainer(_spec(batch_size, kind, rate))
        began = process_time()
        trainer.advance_steps(STEPS)
        return process_time() - began
    finally:
        recorder.Monitor = Monitor  # type: ignore[misc]


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
