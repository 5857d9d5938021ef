"""What gradient checkpointing would save and cost for this network and batch, for every k.

Outputs of every k-th layer are kept and the rest is computed again on the way back (Chen et al.
2016). Bytes and passes are counted on the plan of a pass; plans are run on a twin, where dropped
values become NaN, and their gradients compared with those of a pass that keeps all. The trainer is
only read, and its own steps keep every value: all of them can be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isqrt
from time import perf_counter

import numpy as np

from core.network.parameters import Floats
from core.spec import NetworkSpec
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
from core.step.half_precision import in_half_precision
from core.step.operations import Op
from core.step.wiring import wires_of
from core.training.trainer import Trainer

# All comparisons of gradients together may take so long; the best one is made in any case.
BUDGET_SECONDS = 0.5
MOST_LAYERS_FOR_ALL = 24
FORWARD, AGAIN, BACKWARD = "forward", "again", "backward"


@dataclass(frozen=True, slots=True)
class Checkpointing:
    """A pass that keeps every k-th layer.

    Attributes:
        every: k; with k = L nothing is dropped that is needed later.
        kept: the layers whose outputs are kept.
        recomputed: the layers that are computed again.
        byte_count: of the forward pass's values that are there at once, at the worst moment.
        share: of the bytes that a pass takes which keeps all.
        extra_passes: multiplications with weights that are done again, as a share of those of one
            forward pass.
        course: bytes that are there after every op.
        ways: of every op, whether it runs forward, again or backward.
        is_exact: whether the gradient has the same bits; None where that was not tried, or where
            the gradient is not finite.
    """

    every: int
    kept: tuple[int, ...]
    recomputed: tuple[int, ...]
    byte_count: int
    share: float
    extra_passes: float
    course: tuple[int, ...]
    ways: tuple[str, ...]
    is_exact: bool | None = None


@dataclass(frozen=True, slots=True)
class CheckpointAccount:
    """Every k for one network and batch.

    Attributes:
        step: finished updates.
        network: as specified.
        widths: (n[0], ..., n[L]).
        rows: B, of the batch at hand.
        batch_size, loss: as specified.
        byte_count: of all values of the forward pass; the batch itself is not counted.
        source: where the run takes its gradient from.
        choices: by rising k: 1 to L; of many layers up to twice the square root of L, and L.
        best: the k that takes the least; of several the one with the least work.
    """

    step: int
    network: NetworkSpec
    widths: tuple[int, ...]
    rows: int
    batch_size: int
    loss: str
    byte_count: int
    source: str
    choices: tuple[Checkpointing, ...]
    best: int

    @property
    def layer_count(self) -> int:
        """Return L."""
        return len(self.widths) - 1

    def choice(self, every: int) -> Checkpointing:
        """Return that of k = ``every``."""
        return next(choice for choice in self.choices if choice.every == every)


def account_checkpoints(
    trainer: Trainer, budget: float = BUDGET_SECONDS, clock: Callable[[], float] = perf_counter
) -> CheckpointAccount:
    """Return what every k comes to for the current parameters and the batch of the step at hand.

    Args:
        trainer: is read only.
        budget: seconds for comparing gradients.
        clock: gives the time in seconds.
    """
    with np.errstate(all="ignore"):
        twin = _Twin(trainer)
        plans = {k: twin.plan(k) for k in intervals(len(trainer.network.layers))}
        choices = {k: twin.choice(k, moves) for k, moves in plans.items()}
        best = min(choices.values(), key=_worth).every
        until = clock() + budget
        # The best first; then as many as the time allows.
        for k in sorted(plans, key=lambda k: (k != best, k)):
            if k != best and clock() > until:
                break
            choices[k] = replace(choices[k], is_exact=twin.is_exact(plans[k]))
    training = trainer.spec.training
    return CheckpointAccount(
        trainer.step,
        trainer.spec.network,
        trainer.network.layout.widths,
        twin.rows,
        training.batch_size,
        training.loss,
        twin.byte_count,
        training.gradient_source,
        tuple(choices.values()),
        best,
    )


def intervals(layer_count: int) -> list[int]:
    """Return the k that are looked at in a network of L layers.

    What is best lies below the square root of L where layers are alike, so in deep networks the
    large ones are left out.
    """
    if layer_count <= MOST_LAYERS_FOR_ALL:
        return list(range(1, layer_count + 1))
    return [*range(1, 2 * isqrt(layer_count) + 1), layer_count]


def _worth(choice: Checkpointing) -> tuple[float, float, int]:
    return choice.byte_count, choice.extra_passes, choice.every


class _Twin:
    """The trainer's network and batch once more, in arrays of its own."""

    def __init__(self, trainer: Trainer) -> None:
        assembly, training = trainer.assembly, trainer.spec.training
        feed, self._network = assembly.feed, trainer.network.twin()
        network, self.rows = self._network, feed.batch_size
        workspace = assembly.new_workspace(self.rows)
        workspace.loss_scale = assembly.hyper.loss_scale.copy()
        workspace.columns[...] = feed.batch.columns
        self._forward: list[Op] = [
            *forward_ops(network, workspace, trainer.spec.seed, assembly.hyper),
            loss_op(network, workspace, training.loss),
        ]
        feedback = assembly.feedback or None
        backward = backward_ops(network, workspace, training.loss, False, feedback)
        if training.gradient_storage == "float16":
            backward = in_half_precision(backward, network, workspace)
        self._backward = layer_by_layer(backward, network, workspace)
        self._outputs = [
            w.out for w in wires_of(network.layers, drops=workspace.drops, directs=network.directs)
        ]
        self._arrays = value_arrays(self._forward, workspace)
        self._sizes = {
            name: sum(array.nbytes for array in arrays) for name, arrays in self._arrays.items()
        }
        self.byte_count = sum(self._sizes.values())
        # As training does it: all ops in their order, and every value kept.
        for op in (*self._forward, *backward):
            op.run()
        self._gradient: Floats = network.grads.data.copy()

    def plan(self, every: int) -> tuple[Move, ...]:
        """Return the moves of a pass that keeps every k-th layer."""
        kept = checkpoints(len(self._network.layers), every)
        names = kept_values(self._forward, {n: self._outputs[n] for n in kept})
        return plan_pass(self._forward, self._backward, names, self._sizes)

    def choice(self, every: int, moves: tuple[Move, ...]) -> Checkpointing:
        """Return what these moves come to."""
        layers = self._network.layers
        again = [move.op for move in moves if move.is_again]
        recomputed = tuple(sorted({op.layer for op in again if op.name == f"z{op.layer}"}))
        work = sum(layers[n - 1].W.size for n in recomputed) / sum(lay.W.size for lay in layers)
        most = max(move.held for move in moves)
        return Checkpointing(
            every,
            checkpoints(len(layers), every),
            recomputed,
            most,
            most / self.byte_count,
            work,
            tuple(move.held for move in moves),
            tuple(_way(move) for move in moves),
        )

    def is_exact(self, moves: tuple[Move, ...]) -> bool | None:
        """Return whether a pass by ``moves`` gives the same gradient, bit for bit."""
        if not np.isfinite(self._gradient).all():
            return None
        forget(self._arrays, self._arrays)
        self._network.grads.data.fill(np.nan)
        run_moves(moves, self._arrays)
        return self._network.grads.data.tobytes() == self._gradient.tobytes()


def _way(move: Move) -> str:
    if move.is_again:
        return AGAIN
    return BACKWARD if move.op.phase == "backward" else FORWARD
