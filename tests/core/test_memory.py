"""Claims about memory: a step allocates nothing that stays, and views are never rebound."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from core import Trainer
from tests.core.experiments import small_trainer

STEPS = 20_000
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
    for _ in range(2000):
        trainer.advance_step()
    # One float kept a step would be more than this.
    assert SLACK + RECORDS < 24 * STEPS
    assert growth(trainer, STEPS) < SLACK + RECORDS


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
