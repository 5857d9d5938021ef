"""The list of operations of one training step and the position in it.

Play runs the list, Step runs one entry: both call the same functions in the same order. At its
barriers a program looks whether a vector is finite and goes no further if it is not, so no number
that is not finite ever reaches the parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from core.network.parameters import Floats
from core.step.gates import finite_gate
from core.step.operations import Op, Phase
from core.step.straight_line import straight_line


class Barrier(NamedTuple):
    """A place that the program passes only with finite numbers.

    Attributes:
        before: the op that is not run otherwise.
        vector: (P,) what is looked at; the loss is looked at too.
    """

    before: str
    vector: Floats


class Program:
    """Ops in order and a program counter.

    Attributes:
        ops: all operations of one step.
        pc: index of the next op; 0 at a step's start.
        completed: whether pc is 0 because a step has just run to its end; its values can then
            still be read.
    """

    def __init__(
        self, ops: Iterable[Op], loss: Floats | None = None, barriers: Iterable[Barrier] = ()
    ) -> None:
        """Take the ops of one step, ordered by phase, and where to look at which vector."""
        self.ops: tuple[Op, ...] = tuple(ops)
        self.pc = 0
        self.completed = False
        self.position_of = {name: i for i, op in enumerate(self.ops) for name in op.writes}
        read_loss = (np.zeros(()) if loss is None else loss).item
        self._gates = {
            self.position_of[b.before]: finite_gate(b.vector, read_loss) for b in barriers
        }
        self._whole_step = straight_line((op.run for op in self.ops), self._gates)

    def writes(self, name: str) -> bool:
        """Return whether a step computes ``name``."""
        return name in self.position_of

    def peek(self) -> Op:
        """Return the next op; at a step's start the first one."""
        return self.ops[self.pc]

    def may_pass(self) -> bool:
        """Return whether the next op may run: not before a barrier with non-finite numbers."""
        gate = self._gates.get(self.pc)
        return gate is None or gate.is_open()

    def run_op(self) -> Op:
        """Run the next op and return it; after a step's last op the counter is 0 again."""
        op = self.ops[self.pc]
        op.run()
        self.pc = (self.pc + 1) % len(self.ops)
        self.completed = self.pc == 0
        return op

    def run_until(self, phase: Phase) -> None:
        """Run ops up to the next one of ``phase``; at least one, and not past the step's end."""
        self.run_op()
        while self.pc and self.peek().phase != phase:
            self.run_op()

    def run_step(self) -> bool:
        """Run the rest of the step; return False where a barrier stopped it."""
        if self.pc:
            while self.pc and self.may_pass():
                self.run_op()
            return self.completed
        self.completed = False
        pc = self.pc = self._whole_step()
        completed = self.completed = not pc
        return completed

    def rewind(self) -> None:
        """Stand at a step's start with nothing computed."""
        self.pc = 0
        self.completed = False

    def has_written(self, name: str) -> bool:
        """Return whether the op that writes ``name`` has run in this step."""
        position = self.position_of.get(name)
        return position is not None and (self.completed or position < self.pc)
