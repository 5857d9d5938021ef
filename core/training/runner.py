"""The thread that owns a trainer and drives it in the slices it is granted.

It is a plain daemon thread without Qt. What goes in is an ordered queue of commands and a grant,
the time until which it may train; what comes out is a mailbox with the latest snapshot and a queue
of events. Whoever paints grants slices between frames, because a thread that trained all the time
would starve the window of the interpreter lock.
"""

from __future__ import annotations

import math
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import perf_counter

import numpy as np

from core.errors import UserError
from core.training.bench import Bench
from core.training.chunks import Chunks
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
from core.training.snapshot import ALL_PARTS, Part, Snapshot
from core.training.trainer import Trainer
from core.training.travel import go_back, go_to_op, isolate

FOREVER = math.inf


class Runner:
    """Drives one trainer on a thread of its own.

    The state is "paused", "running" or "failed" and travels in the snapshots.

    Attributes:
        obeyed: how many commands have been carried out and followed by a snapshot.
    """

    def __init__(self, trainer: Trainer) -> None:
        """Own ``trainer``; nothing else may touch it from now on."""
        self._trainer = trainer
        self._wake = threading.Condition()
        self._commands: deque[Command] = deque()
        self._events: deque[Event] = deque()
        self._mail: Snapshot | None = None
        self._arrival = threading.Event()
        self._grant = 0.0
        self._parts = ALL_PARTS
        self._closing = False
        self._state = "paused"
        self._target_epoch: int | None = None
        self._pace = Pace()
        self._bench = Bench(trainer)
        self._chunks = Chunks()
        self._snapshot_seconds: dict[Part, float] = {}
        self.obeyed = 0
        self._picture: Snapshot | None = None
        self._thread = threading.Thread(target=self._work, name="trainer", daemon=True)

    # -------------------------------------------------------- called from other threads

    def start(self) -> None:
        """Start the thread; it publishes a first snapshot."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Put a command into the queue."""
        with self._wake:
            self._commands.append(command)
            self._wake.notify()

    def grant(self, until: float, parts: Part = ALL_PARTS) -> None:
        """Allow training until ``until`` (of ``perf_counter``), then a snapshot with ``parts``."""
        with self._wake:
            self._grant = until
            self._parts = parts
            self._wake.notify()

    def take_snapshot(self, patience: float = 0.0) -> Snapshot | None:
        """Return the latest snapshot, or None if it has been taken already.

        With ``patience`` a new one is waited for so many seconds.
        """
        if self._mail is None and patience > 0.0:
            self._arrival.wait(patience)
        # In this order one that comes in between is taken at once.
        self._arrival.clear()
        snapshot, self._mail = self._mail, None
        return snapshot

    @property
    def has_mail(self) -> bool:
        """Return whether a snapshot or an event waits to be taken."""
        return self._mail is not None or bool(self._events)

    def take_events(self) -> list[Event]:
        """Return what happened since the last call, in order."""
        events = []
        while self._events:
            events.append(self._events.popleft())
        return events

    def shutdown(self, timeout: float = 2.0) -> bool:
        """End the thread and return whether it has ended; may be called again."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    # -------------------------------------------------------- on the thread

    def _work(self) -> None:
        np.seterr(all="ignore")
        self._guarded(partial(self._publish, ALL_PARTS))
        while True:
            with self._wake:
                while not (self._closing or self._commands or self._may_train()):
                    self._wake.wait(self._seconds_until_due())
                if self._closing:
                    return
                commands = list(self._commands)
                self._commands.clear()
            for command in commands:
                self._guarded(partial(self._obey, command))
            if commands:
                self._guarded(partial(self._publish, ALL_PARTS))
                self.obeyed += len(commands)
            if self._may_train():
                self._guarded(self._train)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do ``work``; an error of the program puts the runner into the failed state."""
        try:
            work()
        except Exception as error:  # the thread must outlive any error of a step
            self._fail(error)

    def _may_train(self) -> bool:
        now = perf_counter()
        return self._state == "running" and now < self._grant and self._due(now) > 0

    def _due(self, now: float) -> int:
        """Return how many steps may be done now; a ghost that is behind is not held back."""
        return sys.maxsize if self._bench.waits_for_ghost else self._pace.due(now)

    def _seconds_until_due(self) -> float | None:
        """Return how long to sleep for a paced run that has time left in its grant."""
        now = perf_counter()
        if self._state != "running" or now >= self._grant:
            return None
        return self._pace.seconds_until_due(now)

    def _train(self) -> None:
        """Train until the grant ends, a command comes or the run stops."""
        # The snapshot is part of the slice: it is to be there when the slice ends.
        # Where it costs more than the slice, half of the slice goes to training all the same.
        left = self._grant - perf_counter()
        end = self._grant - min(self._snapshot_seconds.get(self._parts, 0.0), left / 2)
        while self._state == "running" and not (self._commands or self._closing):
            began = perf_counter()
            if began >= end:
                break
            count = self._steps_now(began, end - began)
            if count == 0:
                break
            self._advance(count)
            self._chunks.done(count, perf_counter() - began)
        if self._grant != FOREVER:
            self._grant = 0.0
        self._publish(self._parts if self._state == "running" else ALL_PARTS)

    def _advance(self, count: int) -> None:
        trainer, bench = self._trainer, self._bench
        before, was_busy, is_waiting = trainer.step, bench.is_busy, bench.waits_for_ghost
        bench.advance(count)
        self._pace.done(trainer.step - before)
        if not is_waiting:
            self._stop_where_due()
        if was_busy and not bench.is_busy and self._state == "running":
            self._state = "paused" if trainer.halted is not None else bench.resumes

    def _steps_now(self, now: float, left: float) -> int:
        """Return how many steps to do before looking up: no further than the run is to go."""
        trainer = self._trainer
        count = min(self._chunks.count(left), self._due(now))
        if self._target_epoch is not None:
            return min(count, 1)
        planned = trainer.spec.training.steps
        return min(count, planned - trainer.step) if trainer.step < planned else count

    def _stop_where_due(self) -> None:
        trainer = self._trainer
        if trainer.halted is not None:
            # The ghost of a trial goes on alone.
            self._state = "running" if self._bench.is_busy else "paused"
            self._tell_halt()
        elif trainer.guard.hits:
            self._state = "paused"
            self._note(tuple(hit.message for hit in trainer.guard.hits))
        elif trainer.stop is not None:
            self._state = "paused"
            self._tell_stop()
        elif self._target_epoch is not None and trainer.epoch >= self._target_epoch:
            self._state = "paused"
        elif trainer.step == trainer.spec.training.steps:
            self._state = "paused"
            done = "step is" if trainer.step == 1 else f"{trainer.step:,} steps are"
            self._events.append(Note(f"The planned {done} done."))

    def _obey(self, command: Command) -> None:
        if self._state == "failed" and not isinstance(command, Reset | Load):
            self._events.append(Refused(command, "The run has failed; reset it first."))
            return
        try:
            was_busy = self._bench.is_busy
            self._carry_out(command)
            self._note(self._bench.drop_if_outdated())
            if was_busy and not self._bench.is_busy and self._state == "running":
                self._state = self._bench.resumes
        except UserError as error:
            self._events.append(Refused(command, str(error)))

    def _carry_out(self, command: Command) -> None:
        trainer = self._trainer
        match command:
            case Run():
                self._run(until_epoch=None)
            case Pause():
                self._state = "paused"
            case Step(granularity):
                self._state = "paused"
                self._step(granularity)
            case StepBack(granularity):
                self._state = "paused"
                go_back(trainer, granularity)
            case GoToOp(place):
                self._state = "paused"
                go_to_op(trainer, place)
                self._tell_halt()
            case Isolate(row):
                self._state = "paused"
                isolate(trainer, row)
            case SetBreakpoints(breakpoints):
                trainer.guard.set(breakpoints)
            case SetSpeed(rate):
                self._pace.set_rate(rate, perf_counter())
            case _ if isinstance(command, Changing):
                self._change(command)
            case Try(kind, remedy, from_start):
                self._note(self._bench.begin(kind, remedy, from_start, self._state))
                self._run(until_epoch=None)
            case EndTrial(apply):
                shelf = trainer.shelf
                self._bench.end(apply)
                self._count_epochs_anew(shelf)
            case LookAt(sample, probe, parameter, quantity, saliency):
                trainer.sample = trainer.sample if sample is None else sample
                trainer.probe = trainer.probe if probe is None else probe
                trainer.parameter = trainer.parameter if parameter is None else parameter
                trainer.quantity = trainer.quantity if quantity is None else quantity
                trainer.saliency = trainer.saliency if saliency is None else saliency
            case Ask(question, tag):
                self._events.append(Answer(tag, question(trainer)))

    def _change(self, command: Changing) -> None:
        """Change what the run is: its settings, its data, or which run it is."""
        trainer = self._trainer
        shelf = trainer.shelf
        self._chunks.restart()
        match command:
            case Reset() if self._state == "failed":
                trainer.recover(trainer.spec)
            case Load(spec) if self._state == "failed":
                trainer.recover(spec)
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
            self._state = "paused"
        self._count_epochs_anew(shelf)
        if not isinstance(command, Change | EditPoints):
            self._note(self._bench.drop("the run has been changed"))

    def _count_epochs_anew(self, shelf: Shelf) -> None:
        """Let a run up to an epoch's end go to that of another run, if that has taken its place."""
        if self._trainer.shelf is not shelf and self._target_epoch is not None:
            self._target_epoch = self._trainer.epoch + 1

    def _tell_halt(self) -> None:
        if self._trainer.halted is not None:
            self._events.append(Note(self._trainer.halted.message))

    def _tell_stop(self) -> None:
        if self._trainer.stop is not None:
            self._events.append(Note(self._trainer.stop.message))

    def _run(self, until_epoch: int | None) -> None:
        if self._trainer.halted is not None and not self._bench.is_busy:
            self._tell_halt()
            return
        self._target_epoch = until_epoch
        self._state = "running"
        self._pace.start(perf_counter())

    def _step(self, granularity: str) -> None:
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

    def _note(self, notes: tuple[str, ...]) -> None:
        self._events.extend(Note(note) for note in notes)

    def _publish(self, parts: Part) -> None:
        began = perf_counter()
        picture = self._trainer.snapshot(parts, self._picture)
        now = perf_counter()
        self._snapshot_seconds[parts] = now - began
        rate = self._pace.measure(picture.step, now)
        self._picture = replace(
            picture, state=self._state, steps_per_second=rate, trial=self._bench.view()
        )
        self._mail = self._picture
        self._arrival.set()

    def _fail(self, error: Exception) -> None:
        program = self._trainer.program
        self._state = "failed"
        self._note(self._bench.drop("the run has failed"))
        self._events.append(
            Failure(
                type(error).__name__,
                str(error),
                "".join(traceback.format_exception(error)),
                self._trainer.step,
                program.peek().name,
            )
        )
        if self._picture is not None:
            self._picture = replace(self._picture, state="failed", trial=None)
            self._mail = self._picture
            self._arrival.set()
