"""Training under watch: before every update the breakpoints are looked at.

A step is then run op by op up to its update, so that a breakpoint leaves it there, with every value
of both passes to be read. Without breakpoints nothing of this runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.diagnosis.breakpoints import Breakpoint, BreakpointWatch, Hit, WatchState

if TYPE_CHECKING:
    from core.step.workspace import Workspace
    from core.training.trainer import Trainer


class Guard:
    """The breakpoints of a trainer.

    Attributes:
        breakpoints: all of them, those that rest too.
        hits: the breakpoints that stopped the run where it stands now.
    """

    def __init__(self) -> None:
        """Watch for nothing."""
        self.breakpoints: tuple[Breakpoint, ...] = ()
        self.hits: tuple[Hit, ...] = ()
        self._watch: BreakpointWatch | None = None
        self._seen = WatchState()

    @property
    def is_armed(self) -> bool:
        """Return whether any breakpoint is enabled."""
        return any(breakpoint.enabled for breakpoint in self.breakpoints)

    def set(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        """Watch for ``breakpoints`` from now on; what has been seen so far still counts."""
        seen = self._seen if self._watch is None else self._watch.state()
        self.restart()
        self.breakpoints, self._seen = breakpoints, seen

    def restart(self) -> None:
        """Forget what has been seen: the run stands elsewhere or has other layers."""
        self.hits = ()
        self._watch = None
        self._seen = WatchState()

    def advance(self, trainer: Trainer) -> bool:
        """Do one step; return False where a breakpoint or a halt leaves it before its update.

        A step that stands at or behind that place is finished without another look.
        """
        self.hits = ()
        program = trainer.program
        update = next(i for i, op in enumerate(program.ops) if op.phase == "update")
        if program.pc < update:
            while program.pc < update and trainer.halted is None:
                trainer.advance_op()
            self.hits = self._check(trainer)
            if self.hits:
                return False
        if trainer.halted is None:
            trainer.advance_step()
        return trainer.halted is None

    def _check(self, trainer: Trainer) -> tuple[Hit, ...]:
        if self._watch is None:
            self._watch = BreakpointWatch(self.breakpoints, len(trainer.network.layers))
            self._watch.restore(self._seen)
        workspace = trainer.shown.workspace

        def training_rows() -> Workspace:
            evaluator = trainer.assembly.evaluator("train")
            assert evaluator is not None
            return evaluator.run_recorded_rows()

        loss = workspace.loss.item()
        return self._watch.check(trainer.step, loss, trainer.network, workspace, training_rows)
