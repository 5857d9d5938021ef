"""Plans of gradient checkpointing: run over real arrays, they give the gradient of training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core import Trainer
from core.network.network import Network
from core.network.parameters import Floats
from core.step.backward import backward_ops
from core.step.checkpointing import (
    Move,
    checkpoints,
    forget,
    kept_values,
    layer_by_layer,
    plan_pass,
    run_moves,
    value_arrays,
)
from core.step.forward import forward_ops, loss_op
from core.step.wiring import wires_of
from core.step.workspace import Workspace
from tests.core.experiments import small_spec, value_of

Layers = list[dict[str, Any]]
SIGMOID = {"units": 1, "activation": "sigmoid"}
HIDDEN = {"units": 5, "activation": "tanh"}
KINDS = ("tanh", "relu", "gelu", "softmax", "silu", "elu")

NETWORKS: dict[str, Layers] = {
    "plain": [*({"units": n, "activation": "tanh"} for n in (4, 6, 3, 5, 7)), SIGMOID],
    "other activations": [*({**HIDDEN, "activation": kind} for kind in KINDS), SIGMOID],
    "batch normalization": [{**HIDDEN, "normalization": "batch"}] * 5 + [SIGMOID],
    "layer normalization": [{**HIDDEN, "normalization": "layer"}] * 5 + [SIGMOID],
    "dropout": [{**HIDDEN, "dropout": 0.4}] * 5 + [SIGMOID],
    "residual": [HIDDEN, *[{**HIDDEN, "residual": True}] * 4, SIGMOID],
    "all at once": [
        HIDDEN,
        {**HIDDEN, "normalization": "batch", "dropout": 0.3, "residual": True},
        {**HIDDEN, "normalization": "layer", "residual": True},
        {**HIDDEN, "dropout": 0.2, "activation": "relu"},
        {**HIDDEN, "normalization": "batch", "residual": True},
        SIGMOID,
    ],
}


def trainer_of(layers: Layers, changes: Mapping[str, Any] | None = None) -> Trainer:
    """Return a trainer at the last batch of an epoch, of 6 rows."""
    trainer = Trainer(small_spec(changes={"network": {"layers": layers}, **(changes or {})}))
    trainer.advance_steps(3)
    return trainer


class Pass:
    """The step at hand of a trainer, over arrays of its own, by the plan of one k."""

    def __init__(self, trainer: Trainer, every: int) -> None:
        feed, loss = trainer.assembly.feed, trainer.spec.training.loss
        self.network: Network = trainer.network.twin()
        space = Workspace(self.network.layout.widths, feed.x.shape[1], self.network.dtype, True)
        space.inputs[...], space.targets[...] = feed.x, feed.y
        ahead = forward_ops(self.network, space, trainer.spec.seed, trainer.assembly.hyper)
        forward = [*ahead, loss_op(self.network, space, loss)]
        backward = layer_by_layer(
            backward_ops(self.network, space, loss, False), self.network, space
        )
        outputs = [wires.out for wires in wires_of(self.network.layers, drops=space.drops)]
        kept = checkpoints(len(self.network.layers), every)
        names = kept_values(forward, {n: outputs[n] for n in kept})
        self.arrays = value_arrays(forward, space)
        sizes = {name: sum(a.nbytes for a in own) for name, own in self.arrays.items()}
        self.moves = plan_pass(forward, backward, names, sizes)

    def gradient(self, moves: Sequence[Move]) -> Floats:
        """Return what ``moves`` make of arrays that hold nothing yet."""
        forget(self.arrays, self.arrays)
        self.network.grads.data.fill(np.nan)
        run_moves(moves, self.arrays)
        return self.network.grads.data

    def bytes_there(self) -> int:
        """Return the size of all arrays that hold numbers."""
        values = [array for own in self.arrays.values() for array in own]
        return sum(array.nbytes for array in values if not np.isnan(array).any())


def gradient_of_training(trainer: Trainer) -> bytes:
    while trainer.program.peek().phase != "update":
        trainer.advance_op()
    return value_of(trainer, "gradient").tobytes()


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_is_that_of_training_bit_for_bit(name: str) -> None:
    trainer = trainer_of(NETWORKS[name])
    passes = [Pass(trainer, every) for every in range(1, len(NETWORKS[name]) + 1)]
    found = {checkpointed.gradient(checkpointed.moves).tobytes() for checkpointed in passes}
    assert found == {gradient_of_training(trainer)}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_bytes_are_those_of_the_arrays_that_hold_numbers(name: str) -> None:
    trainer = trainer_of(NETWORKS[name])
    for every in range(1, len(NETWORKS[name]) + 1):
        checkpointed = Pass(trainer, every)
        forget(checkpointed.arrays, checkpointed.arrays)
        assert checkpointed.bytes_there() == 0
        for move in checkpointed.moves:
            move.op.run()
            there = checkpointed.bytes_there()
            # A variance's root is there one op later than the variance.
            assert move.held == there or (move.op.name.startswith("var") and move.held > there)
            forget(move.drops, checkpointed.arrays)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_op_runs_once_and_those_up_to_the_last_kept_layer_at_most_twice(name: str) -> None:
    trainer = trainer_of(NETWORKS[name])
    for every in range(1, len(NETWORKS[name]) + 1):
        moves = Pass(trainer, every).moves
        first = Counter(move.op.name for move in moves if not move.is_again)
        again = Counter(move.op.name for move in moves if move.is_again)
        assert set(first.values()) == {1}
        assert set(again.values()) <= {1}
        last_kept = max(range(0, len(NETWORKS[name]), every))
        layers = {move.op.layer for move in moves if move.is_again}
        # Of a kept softmax nothing is missing: its slope is made of its outputs.
        assert layers == {
            n
            for n in range(1, last_kept + 1)
            if n % every or NETWORKS[name][n - 1]["activation"] != "softmax"
        }


@pytest.mark.parametrize("every", [1, 2, 3, 4, 5, 6])
def test_the_most_bytes_of_plain_layers_are_those_reckoned_by_hand(every: int) -> None:
    layers = NETWORKS["plain"]
    checkpointed = Pass(trainer_of(layers), every)
    units, last, row = [0, *(layer["units"] for layer in layers)], len(layers), 6 * 8
    kept = [n for n in range(1, last) if n % every == 0]
    found = []
    for begin, end in zip([0, *kept], [*kept, last], strict=True):
        # The way back through one segment begins: kept outputs before it, z and a within.
        outputs = sum(units[n] for n in kept if n <= begin)
        found.append(outputs + 2 * sum(units[n] for n in range(begin + 1, end + 1)))
    for n in range(1, last):
        # The way forward: a layer beside the one before it, and what is kept before them.
        before = sum(units[m] for m in kept if m < n - 1)
        found.append(before + units[n - 1] + 2 * units[n])
    assert max(move.held for move in checkpointed.moves) == row * max(found)


def test_without_computing_again_what_was_dropped_there_is_no_gradient() -> None:
    checkpointed = Pass(trainer_of(NETWORKS["plain"]), 2)
    lazy = [move for move in checkpointed.moves if not move.is_again]
    assert np.isnan(checkpointed.gradient(lazy)).any()
    careless = [replace(move, drops=()) for move in lazy]
    assert np.isfinite(checkpointed.gradient(careless)).all()


def test_a_batch_of_one_row_is_normalized_by_running_statistics_again() -> None:
    trainer = trainer_of(NETWORKS["batch normalization"], {"training.batch_size": 1})
    checkpointed = Pass(trainer, 2)
    found = checkpointed.gradient(checkpointed.moves).tobytes()
    assert found == gradient_of_training(trainer)
