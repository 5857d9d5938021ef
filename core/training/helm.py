"""Where a run is steered: what commands do to it, how far it goes on, and where it pauses.

Nothing here knows of threads or of time slices: the runner hands over one command after the other
and, while the run goes on, has as many steps done as are due. What there is to tell waits in a
queue, from which others may take.
"""

from __future__ import annotations

import sys
import traceback
from collections import deque
from dataclasses import replace
from time import perf_counter

from core.errors import UserError
from core.training.bench import Bench
from core.training.changing import recover
from core.training.commands import (
    Answer,
    Ask,
    Change,
    Changing,
    Command,
    Cure,
    EditPoints,
    EndTrial,
    Event,
    Failure,
    GoToOp,
    Granularity,
    Isolate,
    Load,
    LookAt,
    Note,
    Pause,
    Redo,
    Refused,
    Reset,
    Run,
    SetBreakpoints,
    SetParameter,
    SetSpeed,
    Step,
    StepBack,
    Try,
    Undo,
)
from core.training.editing import set_parameter
from core.training.pace import Pace
from core.training.shelf import Shelf
from core.training.snapshot import Part, Snapshot
from core.training.trainer import Trainer
from core.training.travel import go_back, go_to_op, isolate


class Helm:
    """Steers one trainer.

    Attributes:
        state: "paused", "running" or "failed".
        events: what happened and nobody has taken yet, in order.
    """

    def __init__(self, trainer: Trainer) -> None:
        """Begin with ``trainer`` paused."""
        self.state = "paused"
        self.events: deque[Event] = deque()
        self._trainer = trainer
        self._target_epoch: int | None = None
        self._pace = Pace()
        self._bench = Bench(trainer)

    # ------------------------------------------------------------------ going on

    def due(self, now: float) -> int:
        """Return how many steps may be done now; a ghost that is behind is not held back."""
        if self.state != "running":
            return 0
        return sys.maxsize if self._bench.waits_for_ghost else self._pace.due(now)

    def seconds_until_due(self, now: float) -> float | None:
        """Return how long a paced run has to wait for its next step; None for any other."""
        return self._pace.seconds_until_due(now) if self.state == "running" else None

    def within_reach(self, most: int, now: float) -> int:
        """Return how many of ``most`` steps to do in a row: no further than the run is to go."""
        trainer = self._trainer
        count = min(most, self.due(now))
        if self._target_epoch is not None:
            return min(count, 1)
        planned = trainer.spec.training.steps
        return min(count, planned - trainer.step) if trainer.step < planned else count

    def advance(self, count: int) -> None:
        """Train by at most ``count`` steps, and pause where the run is to stop."""
        trainer, bench = self._trainer, self._bench
        before, was_busy, is_waiting = trainer.step, bench.is_busy, bench.waits_for_ghost
        bench.advance(count)
        self._pace.done(trainer.step - before)
        if not is_waiting:
            self._stop_where_due()
        if was_busy and not bench.is_busy and self.state == "running":
            self.state = "paused" if trainer.halted is not None else bench.resumes

    def _stop_where_due(self) -> None:
        trainer = self._trainer
        if trainer.halted is not None:
            # The ghost of a trial goes on alone.
            self.state = "running" if self._bench.is_busy else "paused"
            self._tell_halt()
        elif trainer.guard.hits:
            self.state = "paused"
            self._note(tuple(hit.message for hit in trainer.guard.hits))
        elif trainer.stop is not None:
            self.state = "paused"
            self._tell_stop()
        elif self._target_epoch is not None and trainer.epoch >= self._target_epoch:
            self.state = "paused"
        elif trainer.step == trainer.spec.training.steps:
            self.state = "paused"
            done = "step is" if trainer.step == 1 else f"{trainer.step:,} steps are"
            self.events.append(Note(f"The planned {done} done."))

    # ------------------------------------------------------------------ commands

    def obey(self, command: Command) -> None:
        """Carry out ``command``, or say why it is refused."""
        if self.state == "failed" and not isinstance(command, Reset | Load):
            self.events.append(Refused(command, "The run has failed; reset it first."))
            return
        try:
            was_busy = self._bench.is_busy
            self._carry_out(command)
            self._note(self._bench.drop_if_outdated())
            if was_busy and not self._bench.is_busy and self.state == "running":
                self.state = self._bench.resumes
        except UserError as error:
            self.events.append(Refused(command, str(error)))

    def _carry_out(self, command: Command) -> None:
        trainer = self._trainer
        match command:
            case Run():
                self._run(until_epoch=None)
            case Pause():
                self.state = "paused"
            case Step(granularity):
                self.state = "paused"
                self._step(granularity)
            case StepBack(granularity):
                self.state = "paused"
                go_back(trainer, granularity)
            case GoToOp(place):
                self.state = "paused"
                go_to_op(trainer, place)
                self._tell_halt()
            case Isolate(row):
                self.state = "paused"
                isolate(trainer, row)
            case SetBreakpoints(breakpoints):
                trainer.guard.set(breakpoints)
            case SetSpeed(rate):
                self._pace.set_rate(rate, perf_counter())
            case _ if isinstance(command, Changing):
                self._change(command)
            case Try(kind, remedy, from_start):
                self._note(self._bench.begin(kind, remedy, from_start, self.state))
                self._run(until_epoch=None)
            case EndTrial(apply):
                shelf = trainer.shelf
                self._bench.end(apply)
                self._count_epochs_anew(shelf)
            case LookAt():
                trainer.in_view.look_at(command)
            case Ask(question, tag):
                self.events.append(Answer(tag, question(trainer)))

    def _change(self, command: Changing) -> None:
        """Change what the run is: its settings, its data, or which run it is."""
        trainer = self._trainer
        shelf = trainer.shelf
        match command:
            case Reset() if self.state == "failed":
                recover(trainer, trainer.spec)
            case Load(spec) if self.state == "failed":
                recover(trainer, spec)
            case Reset():
                trainer.reset()
            case Load(spec):
                trainer.load(spec)
            case Change(changes, gesture):
                self._note(trainer.change(changes, gesture))
            case EditPoints(edit, gesture):
                self._note(trainer.edit_points(edit, gesture))
            case SetParameter(place, value, gesture):
                self._note(set_parameter(trainer, place, value, gesture))
            case Undo():
                self._note(trainer.undo())
            case Redo():
                self._note(trainer.redo())
            case Cure(_, remedy):
                self._note(trainer.cure(remedy))
        if isinstance(command, Reset | Load):
            self.state = "paused"
        self._count_epochs_anew(shelf)
        if not isinstance(command, Change | EditPoints):
            self._note(self._bench.drop("the run has been changed"))

    def _count_epochs_anew(self, shelf: Shelf) -> None:
        """Let a run up to an epoch's end go to that of another run, if that has taken its place."""
        if self._trainer.shelf is not shelf and self._target_epoch is not None:
            self._target_epoch = self._trainer.epoch + 1

    def _run(self, until_epoch: int | None) -> None:
        if self._trainer.halted is not None and not self._bench.is_busy:
            self._tell_halt()
            return
        self._target_epoch = until_epoch
        self.state = "running"
        self._pace.start(perf_counter())

    def _step(self, granularity: Granularity) -> None:
        trainer = self._trainer
        trainer.guard.hits = ()
        if granularity == "epoch":
            # An epoch may be long: it is a run with an end, so that it can be watched and paused.
            self._run(until_epoch=trainer.epoch + 1)
            return
        {
            "op": trainer.advance_op,
            "layer": trainer.advance_layer,
            "pass": trainer.advance_phase,
            "batch": trainer.advance_batch,
        }[granularity]()
        self._tell_halt()
        self._tell_stop()

    # ------------------------------------------------------------------ telling

    def picture(self, parts: Part, previous: Snapshot | None) -> Snapshot:
        """Return a snapshot with ``parts``, the others from ``previous``, and with the state."""
        # While the run goes on the rows are evaluated when the log is due, not for pictures.
        wanted = parts & ~Part.EVALUATION if self.state == "running" else parts
        picture = self._trainer.snapshot(wanted, previous)
        rate = self._pace.measure(picture.step, perf_counter())
        return replace(picture, state=self.state, steps_per_second=rate, trial=self._bench.view())

    def fail(self, error: Exception) -> None:
        """Go no further after an ``error`` of the program, and tell of it."""
        trainer = self._trainer
        self.state = "failed"
        self._note(self._bench.drop("the run has failed"))
        self.events.append(
            Failure(
                type(error).__name__,
                str(error),
                "".join(traceback.format_exception(error)),
                trainer.step,
                trainer.program.peek().name,
            )
        )

    def _tell_halt(self) -> None:
        if self._trainer.halted is not None:
            self.events.append(Note(self._trainer.halted.message))

    def _tell_stop(self) -> None:
        if self._trainer.stop is not None:
            self.events.append(Note(self._trainer.stop.message))

    def _note(self, notes: tuple[str, ...]) -> None:
        self.events.extend(Note(note) for note in notes)
