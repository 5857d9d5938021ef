"""Gradient checkpointing (Chen et al. 2016): which values a pass keeps, drops and computes again.

A plan takes the very ops of a step and says in which order they run, where one of the forward pass
runs a second time, and after which op a value is dropped. Training keeps every value, because all
of them can be shown; plans are run over arrays of their own, where what is dropped becomes NaN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.network.network import Network
from core.network.parameters import Floats
from core.step.backward import slope_ops
from core.step.operations import Op
from core.step.wiring import wires_of
from core.step.workspace import Workspace

# Values of the forward pass that lie in the workspace's lists; all others go by their names.

Arrays = Mapping[str, Sequence[Floats]]


@dataclass(frozen=True, slots=True)
class Move:
    """One op of a plan.

    Attributes:
        op: what runs.
        is_again: whether it is one of the forward pass that has run before.
        drops: the values that are dropped once it has run.
        held: bytes of the forward pass's values that are there when it has run, before the drops.
    """

    op: Op
    is_again: bool
    drops: tuple[str, ...]
    held: int


def checkpoints(layer_count: int, every: int) -> tuple[int, ...]:
    """Return the layers whose outputs are kept: every k-th one, but for the last layer."""
    return tuple(range(every, layer_count, every))


def kept_values(forward: Sequence[Op], outputs: Mapping[int, str]) -> frozenset[str]:
    """Return what outlives the forward pass: the kept outputs and all that comes behind them.

    Args:
        forward: the ops of the forward pass.
        outputs: the names of what the kept layers hand on, by layer.
    """
    last = max(outputs, default=0)
    behind = (name for op in forward if op.layer > last for name in op.writes)
    return frozenset((*outputs.values(), *behind))


def plan_pass(
    forward: Sequence[Op], backward: Sequence[Op], kept: Collection[str], sizes: Mapping[str, int]
) -> tuple[Move, ...]:
    """Return the moves of one pass forward and back.

    A value is dropped after the last op that reads it. One that an op of the backward pass reads
    and that is not there any more is computed again, from what is there: the ops behind the last
    kept layer run once more, in their order.

    Args:
        forward: from z1 to the loss.
        backward: in an order that needs one layer after the other, see ``layer_by_layer``.
        kept: the values that are not dropped in the forward pass.
        sizes: bytes of every value that may be dropped; batch, parameters and loss are not.
    """
    planner = _Planner(forward, sizes)
    always = dict.fromkeys(kept, len(forward))
    ahead, back = _last_uses(forward), _last_uses(backward)
    for position, op in enumerate(forward[:-1]):
        planner.add(op, False, (ahead, position), (always, position))
    planner.add(forward[-1], False, (back, -1))
    for position, op in enumerate(backward):
        # What is computed again for an op has to wait for that op itself.
        planner.call_back(op.reads, (back, position - 1))
        planner.add(op, False, (back, position))
    return tuple(planner.moves)


# Until which place a value is needed, and the place at hand.
_Need = tuple[Mapping[str, int], int]


class _Planner:
    """What is there while a plan is made."""

    def __init__(self, forward: Sequence[Op], sizes: Mapping[str, int]) -> None:
        self.moves: list[Move] = []
        self._forward, self._sizes = forward, sizes
        self._writer = {name: i for i, op in enumerate(forward) for name in op.writes}
        self._there: set[str] = set()
        self._held = 0

    def add(self, op: Op, is_again: bool, *needs: _Need) -> None:
        """Run ``op`` and drop what none of ``needs`` asks for at a later place."""
        for name in op.writes:
            if name in self._sizes:
                self._there.add(name)
                self._held += self._sizes[name]
        held = self._held
        # At the loss the way back begins: of all that is there some may be of no use to it.
        suspects = sorted(self._there) if op.phase == "loss" else (*op.reads, *op.writes)
        there, drops = self._there, []
        for name in suspects:
            if name in there:
                for uses, place in needs:
                    if uses.get(name, -1) > place:
                        break
                else:
                    there.remove(name)
                    self._held -= self._sizes[name]
                    drops.append(name)
        self.moves.append(Move(op, is_again, tuple(drops), held))

    def call_back(self, names: Iterable[str], need: _Need) -> None:
        """Compute again whatever of ``names`` is not there, and drop what ``need`` does not."""
        chain = [self._forward[i] for i in sorted(self._missing(names))]
        uses = _last_uses(chain)
        for place, op in enumerate(chain):
            self.add(op, True, (uses, place), need)

    def _missing(self, names: Iterable[str]) -> set[int]:
        """Return the positions of the forward ops that have to run again for ``names``."""
        found: set[int] = set()
        asked = list(names)
        while asked:
            name = asked.pop()
            if name in self._sizes and name not in self._there:
                position = self._writer[name]
                if position not in found:
                    found.add(position)
                    asked += self._forward[position].reads
        return found


def _last_uses(ops: Sequence[Op]) -> dict[str, int]:
    return {name: i for i, op in enumerate(ops) for name in (*op.reads, *op.writes)}


def layer_by_layer(backward: Sequence[Op], network: Network, workspace: Workspace) -> list[Op]:
    """Return ``backward`` with the slopes of each layer taken right before they are read.

    Training takes those of neighbouring layers in one go, which needs all their values at once.
    """
    wires = wires_of(network.layers, drops=workspace.drops, directs=network.directs)
    found: list[Op] = []
    taken: set[str] = set()
    for op in backward:
        if op.name.startswith("slope"):
            continue
        for name in op.reads:
            if name.startswith("slope") and name not in taken:
                taken.add(name)
                found += slope_ops((network.layers[op.layer - 1],), workspace, wires)
        found.append(op)
    return found


def value_arrays(forward: Sequence[Op], workspace: Workspace) -> dict[str, list[Floats]]:
    """Return the arrays of every value that the layers write in ``forward``, by name."""
    found: dict[str, list[Floats]] = {}
    for op in forward:
        for name in op.writes if op.layer else ():
            found[name] = [workspace.array(name)]
            if name == f"var{op.layer}":
                # Its root, which goes with it.
                found[name].append(workspace.extra[f"deviation{op.layer}"])
    return found


def run_moves(moves: Iterable[Move], arrays: Arrays) -> None:
    """Run a plan; what it drops is overwritten with NaN, so that nothing can use it."""
    for move in moves:
        move.op.run()
        forget(move.drops, arrays)


def forget(names: Iterable[str], arrays: Arrays) -> None:
    """Overwrite values with NaN."""
    for name in names:
        for array in arrays[name]:
            array.fill(np.nan)
