"""Claims about memory: a step allocates nothing, a run stays small, views are never rebound."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from core import Dataset, ExperimentSpec, Trainer
from core.training import timeline
from core.training.distributions import COLUMN_LIMIT, FIRST_INTERVAL
from tests.core.experiments import small_trainer

STEPS = 8_000
# What the interpreter itself keeps now and then, and what the diagnosis knows of a whole run.
SLACK = 16_384
RECORDS = 64 * 1024


def growth(trainer: Trainer, steps: int) -> int:
    """Return by how many bytes the memory in use has grown over ``steps`` steps.

    The timeline, which has a limit of its own, is emptied before both measurements.
    """
    trainer.restore(trainer.keyframe())
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(steps):
            trainer.advance_step()
        trainer.restore(trainer.keyframe())
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["sgd", "adamw"])
def test_memory_does_not_grow_with_the_number_of_steps(kind: str) -> None:
    trainer = small_trainer({"training.optimizer": {"kind": kind, "learning_rate": 1e-3}})
    # What is remembered of the whole run has as many columns then as it ever will.
    trainer.advance_steps(FIRST_INTERVAL * COLUMN_LIMIT)
    # One float kept a step would be more than this.
    assert SLACK + RECORDS < 24 * STEPS
    assert growth(trainer, STEPS) < SLACK + RECORDS


def wide_trainer(
    widths: tuple[int, ...], rows: int, batch_size: int, optimizer: str, hidden: str
) -> Trainer:
    """Return a classifier of drawn rows in float32."""
    draw = np.random.default_rng(0)
    inputs = draw.normal(size=(rows, widths[0]))
    targets = np.eye(widths[-1])[draw.integers(0, widths[-1], rows)]
    layers = [{"units": n, "activation": hidden} for n in widths[1:-1]]
    spec = ExperimentSpec.from_dict(
        {
            "data": {"kind": "digits"},
            "network": {
                "layers": [*layers, {"units": widths[-1], "activation": "softmax"}],
                "dtype": "float32",
            },
            "training": {
                "loss": "cross_entropy",
                "batch_size": batch_size,
                "optimizer": {"kind": optimizer, "learning_rate": 1e-4},
            },
        }
    )
    return Trainer(spec, Dataset(inputs, targets, task="classification"))


@pytest.mark.parametrize("hidden", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_a_step_makes_no_array_not_even_for_a_moment(kind: str, hidden: str) -> None:
    trainer = wide_trainer((40, 30, 30, 20), 5 * 512, 512, kind, hidden)
    trainer.advance_steps(5 + 1)
    program, feed = trainer.program, trainer.assembly.feed
    smallest = min(z.nbytes for z in trainer.station.workspace.z[1:])
    gc.collect()
    tracemalloc.start()
    try:
        with np.errstate(all="ignore"):
            for _ in range(3):
                before, _ = tracemalloc.get_traced_memory()
                tracemalloc.reset_peak()
                assert program.run_step()
                feed.advance()
                assert tracemalloc.get_traced_memory()[1] - before < smallest / 2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_after_the_first_epoch_only_the_record_of_the_run_takes_memory(kind: str) -> None:
    trainer = small_trainer({"training.optimizer": {"kind": kind, "learning_rate": 1e-3}})
    trainer.advance_steps(2000)
    only = [tracemalloc.Filter(True, f"*/core/{part}/*") for part in ("step", "network", "data")]
    tracemalloc.start()
    try:
        trainer.advance_steps(2)
        first = tracemalloc.take_snapshot().filter_traces(only)
        trainer.advance_steps(2000)
        second = tracemalloc.take_snapshot().filter_traces(only)
    finally:
        tracemalloc.stop()
    grown = sum(line.size_diff for line in second.compare_to(first, "lineno"))
    # One array header a step would be more than this.
    assert grown < 4096


def test_a_wide_network_with_adam_stays_under_200_megabytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As many keyframes as a long run leaves, in a few steps.
    monkeypatch.setattr(timeline, "SPACING", 2)
    tracemalloc.start()
    try:
        trainer = wide_trainer((784, 1024, 1024, 10), 1024, 256, "adam", "relu")
        trainer.advance_steps(9)
        assert tracemalloc.get_traced_memory()[1] < 200 * 2**20
    finally:
        tracemalloc.stop()
    assert trainer.timeline.earliest < trainer.step - 2


def test_memory_does_not_grow_with_snapshots_that_are_dropped() -> None:
    trainer = small_trainer()
    for _ in range(20):
        trainer.advance_step()
        trainer.snapshot()
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(40):
            trainer.advance_step()
            trainer.snapshot()
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] - before < SLACK + RECORDS
    finally:
        tracemalloc.stop()


def test_views_are_never_rebound_while_the_structure_stays() -> None:
    trainer = small_trainer({"training.optimizer.kind": "adam"})
    layer, vector = trainer.network.layers[0], trainer.network.params.data
    frame = trainer.keyframe()
    for _ in range(6):
        trainer.advance_step()
    trainer.change({"training.optimizer.kind": "sgd", "training.batch_size": 5})
    trainer.restore(trainer.keyframe())
    trainer.advance_op()
    assert trainer.network.params.data is vector
    assert trainer.network.layers[0] is layer
    assert np.shares_memory(layer.W, vector)
    assert frame.parameters is not vector
