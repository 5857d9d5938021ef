"""The list of operations of one training step and the position in it.

Play runs the list, Step runs one entry: there is one executor. The program knows where the update
begins, because nothing may pass that line with a number that is not finite; whoever drives it
checks there.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.step.operations import Op, Phase


class Program:
    """Ops in order and a program counter.

    Attributes:
        ops: all operations of one step.
        pc: index of the next op; 0 at a step's start.
        update_start: index of the first op of the update.
        completed: whether pc is 0 because a step has just run to its end; its values can then
            still be read.
    """

    def __init__(self, ops: Iterable[Op]) -> None:
        """Take the ops of one step, ordered by phase."""
        self.ops: tuple[Op, ...] = tuple(ops)
        self.pc = 0
        self.completed = False
        self.update_start = next(
            (i for i, op in enumerate(self.ops) if op.phase == "update"), len(self.ops)
        )
        self._before_update = tuple(op.run for op in self.ops[: self.update_start])
        self._update = tuple(op.run for op in self.ops[self.update_start :])
        self.position_of = {name: i for i, op in enumerate(self.ops) for name in op.writes}

    def peek(self) -> Op:
        """Return the next op; at a step's start the first one."""
        return self.ops[self.pc]

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

    def run_to_update(self) -> None:
        """Run from a step's start up to the update; the counter stands there."""
        self.completed = False
        for run in self._before_update:
            run()
        self.pc = self.update_start

    def run_update(self) -> None:
        """Run the update from its start; the step is then complete."""
        for run in self._update:
            run()
        self.pc = 0
        self.completed = True

    def rewind(self) -> None:
        """Stand at a step's start with nothing computed."""
        self.pc = 0
        self.completed = False

    def run_step(self) -> None:
        """Run the rest of the step."""
        self.run_op()
        while self.pc:
            self.run_op()

    def has_written(self, name: str) -> bool:
        """Return whether the op that writes ``name`` has run in this step."""
        position = self.position_of.get(name)
        return position is not None and (self.completed or position < self.pc)
