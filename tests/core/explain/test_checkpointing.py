"""The account of gradient checkpointing: what it says is so, and no bit of the run changes."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pytest

from core import Trainer
from core.explain.checkpointing import CheckpointAccount, account_checkpoints, intervals
from tests.core.experiments import bits, readable, small_spec

# More than any of the small networks here takes.
AMPLE = 60.0
OUTPUT = {"units": 1, "activation": "sigmoid"}
DEEP = [{"units": 5, "activation": "tanh"}] * 11 + [OUTPUT]
MIXED = [
    {"units": 5, "activation": "tanh", "dropout": 0.3},
    {"units": 5, "activation": "relu", "normalization": "batch", "residual": True},
    {"units": 4, "activation": "gelu", "normalization": "layer"},
    {"units": 4, "activation": "tanh", "dropout": 0.2, "residual": True},
    OUTPUT,
]


def trainer_of(layers: list[dict[str, Any]], **training: Any) -> Trainer:
    changes = {"network": {"layers": layers}, "training": training}
    return Trainer(small_spec(changes=changes))


def account_of(layers: list[dict[str, Any]], **training: Any) -> CheckpointAccount:
    trainer = trainer_of(layers, **training)
    trainer.advance_steps(4)
    return account_checkpoints(trainer, AMPLE)


def test_accounting_changes_no_bit_of_the_run_at_a_step_s_start_and_within() -> None:
    runs = [trainer_of(MIXED) for _ in range(2)]
    for number, trainer in enumerate(runs):
        trainer.advance_steps(5)
        for _ in range(len(trainer.program.ops) - 1):
            if number:
                before = bits(trainer), readable(trainer), trainer.program.pc
                account_checkpoints(trainer, 0)
                assert (bits(trainer), readable(trainer), trainer.program.pc) == before
            trainer.advance_op()
        trainer.advance_steps(5)
    assert bits(runs[0]) == bits(runs[1])


@pytest.mark.parametrize(
    "training",
    [
        {},
        {"gradient_source": "feedback_alignment"},
        {"gradient_source": "random_search"},
        {"gradient_storage": "float16", "loss_scale": 64.0},
    ],
)
def test_the_gradient_of_every_k_has_the_same_bits(training: dict[str, Any]) -> None:
    account = account_of(MIXED, **training)
    assert [choice.every for choice in account.choices] == [1, 2, 3, 4, 5]
    assert all(choice.is_exact for choice in account.choices)


def test_bytes_layers_and_passes_of_equal_layers_are_those_of_the_formulas() -> None:
    account = account_of(DEEP)
    rows, item, width = 8, 8, 5
    assert account.rows == rows
    assert account.byte_count == 2 * (11 * width + 1) * rows * item
    weights = [2 * width, *[width * width] * 10, width]
    for choice in account.choices:
        kept = tuple(n for n in range(1, 12) if n % choice.every == 0)
        assert choice.kept == kept
        assert choice.recomputed == tuple(range(1, max(kept, default=0) + 1))
        assert choice.extra_passes == pytest.approx(sum(weights[: max(kept, default=0)]) / 265)
        assert choice.share == choice.byte_count / account.byte_count
        assert max(choice.course) == choice.byte_count
        again = sum(way == "again" for way in choice.ways)
        # Of a kept layer only z is missing, of every other one z and a.
        assert again == 2 * len(choice.recomputed) - len(kept)
    assert account.choice(12).share == 1.0


def test_the_best_takes_the_least_and_lies_near_the_root_of_half_the_layers() -> None:
    account = account_of([{"units": 6, "activation": "tanh"}] * 17 + [OUTPUT])
    best = account.choice(account.best)
    assert best.byte_count == min(choice.byte_count for choice in account.choices)
    # L / k outputs are kept and 2 k values are at work: least where k is the root of L / 2.
    assert abs(best.every - np.sqrt(18 / 2)) <= 1


def test_one_layer_has_nothing_to_drop() -> None:
    account = account_of([OUTPUT])
    (only,) = account.choices
    assert (only.kept, only.recomputed, only.extra_passes, only.share) == ((), (), 0.0, 1.0)


def test_when_time_is_short_the_best_alone_is_compared() -> None:
    trainer = trainer_of(DEEP)
    ticks = count()
    account = account_checkpoints(trainer, 0, lambda: float(next(ticks)))
    compared = [choice.every for choice in account.choices if choice.is_exact is not None]
    assert compared == [account.best]
    assert account.choice(account.best).is_exact


def test_a_gradient_that_is_not_finite_is_not_compared() -> None:
    trainer = trainer_of(DEEP)
    trainer.network.params.data[...] = np.inf
    account = account_checkpoints(trainer, AMPLE)
    assert {choice.is_exact for choice in account.choices} == {None}


def test_of_many_layers_the_large_intervals_are_left_out() -> None:
    assert intervals(24) == list(range(1, 25))
    assert intervals(100) == [*range(1, 21), 100]
