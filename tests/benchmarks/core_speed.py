"""Speed of the core against a textbook implementation, as ratios within one run.

Both train the same weights on the same batches in float32 with one BLAS thread; the losses of an
epoch are compared before anything is timed. Rounds alternate, and the median of their ratios in CPU
time counts, since the machine may be busy. "step" is the program of one step, the same work as the
textbook does; "trainer" is what a user gets, with evaluations, statistics and checks on top.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from time import process_time

import numpy as np

from core import Dataset, ExperimentSpec, Trainer
from tests.benchmarks.textbook import TextbookNetwork

ROUNDS = 150
BATCHES = 200
ROUND_SECONDS = 0.02


@dataclass(frozen=True)
class Workload:
    """A network, a batch size and the ratio that is to be reached."""

    name: str
    widths: tuple[int, ...]
    hidden: str
    output: str
    batch_size: int
    floor: float


WORKLOADS = (
    Workload("W1 2-4-2-1", (2, 4, 2, 1), "tanh", "sigmoid", 10, 5.0),
    Workload("W2 2-8-8-8-1", (2, 8, 8, 8, 1), "tanh", "sigmoid", 32, 4.0),
    Workload("W3 2-16(x10)-1", (2, *(16,) * 10, 1), "sigmoid", "sigmoid", 32, 3.0),
    Workload("W4 64-32-10", (64, 32, 10), "relu", "softmax", 64, 2.5),
)


def main() -> None:
    """Print one line per workload."""
    print(
        f"{'workload':<16}{'batch':>6}{'textbook µs':>13}{'step µs':>10}{'ratio':>7}"
        f"{'floor':>7}{'trainer µs':>12}{'ratio':>7}"
    )
    for workload in WORKLOADS:
        times = measure(workload)
        textbook, step, trainer = np.median(times, axis=0) * 1e6
        step_ratio, trainer_ratio = (
            statistics.median(times[:, 0] / times[:, column]) for column in (1, 2)
        )
        print(
            f"{workload.name:<16}{workload.batch_size:>6}{textbook:>13.1f}{step:>10.1f}"
            f"{step_ratio:>7.2f}{workload.floor:>7.1f}{trainer:>12.1f}{trainer_ratio:>7.2f}"
            f"{'' if step_ratio >= workload.floor else '  below the floor'}"
        )


def measure(workload: Workload) -> np.ndarray:
    """Return (rounds, 3) CPU seconds a step of the textbook, of the program, of the trainer."""
    trainer, textbook, batches = _pair(workload)
    for x, y in batches:
        ours, theirs = trainer.advance_step(), textbook.step(x, y)
        if not np.isclose(ours, theirs, rtol=2e-4):
            raise AssertionError(f"{workload.name}: losses differ, {ours} and {theirs}")
    steps = _steps_for(trainer)
    program = Trainer(trainer.spec, trainer.dataset).program

    def run_textbook() -> None:
        for index in range(steps):
            textbook.step(*batches[index % len(batches)])

    def run_program() -> None:
        for _ in range(steps):
            program.run_step()

    def run_trainer() -> None:
        trainer.advance_steps(steps)

    rounds = []
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS):
            times = []
            for run in (run_textbook, run_program, run_trainer):
                began = process_time()
                run()
                times.append((process_time() - began) / steps)
            rounds.append(times)
    return np.array(rounds)


def _pair(
    workload: Workload,
) -> tuple[Trainer, TextbookNetwork, list[tuple[np.ndarray, np.ndarray]]]:
    draw = np.random.default_rng(0)
    rows, size = BATCHES * workload.batch_size, workload.batch_size
    inputs = draw.normal(size=(rows, workload.widths[0])).astype(np.float32)
    classes = draw.integers(0, max(2, workload.widths[-1]), rows)
    one_hot = np.eye(workload.widths[-1], dtype=np.float32)
    softmax = workload.output == "softmax"
    targets = one_hot[classes] if softmax else classes[:, None].astype(np.float32)
    layers = [{"units": n, "activation": workload.hidden} for n in workload.widths[1:-1]]
    layers.append({"units": workload.widths[-1], "activation": workload.output})
    loss = "cross_entropy" if softmax else "binary_cross_entropy"
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": "circle"} if workload.widths[0] == 2 else {"kind": "digits"},
            "network": {"layers": layers, "dtype": "float32"},
            "training": {
                "loss": loss,
                "batch_size": size,
                "shuffle": False,
                "optimizer": {"learning_rate": 0.01},
            },
        }
    )
    trainer = Trainer(spec, Dataset(inputs, targets, task="classification"))
    network = trainer.network
    textbook = TextbookNetwork(
        [np.ascontiguousarray(layer.W.T) for layer in network.layers],
        [layer.b for layer in network.layers],
        [layer.activation for layer in network.layers],
        rate=0.01,
    )
    batches = [
        (inputs[start : start + size], targets[start : start + size])
        for start in range(0, rows, size)
    ]
    return trainer, textbook, batches


def _steps_for(trainer: Trainer) -> int:
    began = process_time()
    trainer.advance_steps(200)
    return max(200, round(ROUND_SECONDS / ((process_time() - began) / 200)))
