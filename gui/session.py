"""The window's side of a run: owns the runner, sends it commands, hands on what it tells.

This is the only file of the window that knows the runner. Everything else sees snapshots and
asks for changes here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from core import ExperimentSpec, Snapshot, Trainer, UserError
from core.diagnosis.breakpoints import Breakpoint
from core.diagnosis.findings import Kind, Remedy
from core.diagnosis.histograms import Quantity
from core.diagnosis.thresholds import Thresholds
from core.random_streams import another_seed
from core.training.commands import (
    Answer,
    Ask,
    Change,
    Command,
    Cure,
    EditPoints,
    EndTrial,
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
from core.training.evaluation import Split
from core.training.points import PointEdit
from core.training.runner import Runner
from core.training.shares import ParameterPlace
from core.training.snapshot import Part


class Session(QObject):
    """One run and the commands that go to it.

    Attributes:
        snapshot: the latest snapshot, None only before the first.

    Signals:
        awaited: a command was sent, so a snapshot will come.
        noted: one line worth reading.
        refused: one line about a command that changed nothing.
        change_refused: that command was ``change``; its changes and the line.
        load_refused: that command was ``load``.
        failed: an error of the program stopped the run.
        answered: the answer to ``ask``, by its tag.
    """

    awaited = Signal()
    noted = Signal(str)
    refused = Signal(str)
    change_refused = Signal(dict, str)
    load_refused = Signal()
    failed = Signal(object)
    answered = Signal(str, object)

    def __init__(self, trainer: Trainer, parent: QObject | None = None) -> None:
        """Start the thread that owns ``trainer`` from now on."""
        super().__init__(parent)
        self.snapshot: Snapshot | None = None
        self._runner = Runner(trainer)
        self._sent = 0
        self._wanted: ExperimentSpec | None = trainer.spec
        self._thresholds: Thresholds | None = None
        self._runner.start()

    @property
    def spec(self) -> ExperimentSpec:
        """Return what is trained as soon as everything that was asked for is done.

        A change that is made of the present one starts from here, so that of two quick wishes the
        second does not take the first back.
        """
        if self._wanted is not None:
            return self._wanted
        assert self.snapshot is not None
        return self.snapshot.spec

    def is_idle(self) -> bool:
        """Return whether nothing will come until a command is sent."""
        return (
            self.snapshot is not None
            and self.snapshot.state != "running"
            and self._runner.obeyed >= self._sent
            and not self._runner.has_mail
        )

    def collect(self, patience: float = 0.0) -> Snapshot | None:
        """Hand on what the runner told and return its latest snapshot if it is a new one.

        With ``patience`` a new one is waited for so many seconds.
        """
        refused_changes = []
        for event in self._runner.take_events():
            match event:
                case Note(message):
                    self.noted.emit(message)
                case Refused(command, message):
                    if isinstance(command, Load):
                        self.load_refused.emit()
                    if isinstance(command, Change):
                        refused_changes.append((dict(command.changes), message))
                    self.refused.emit(message)
                case Answer(tag, value):
                    self.answered.emit(tag, value)
                case Failure():
                    self.failed.emit(event)
        has_obeyed = self._runner.obeyed >= self._sent
        snapshot = self._runner.take_snapshot(patience)
        if snapshot is not None:
            self.snapshot = snapshot
        # What has been refused is not to be expected any more.
        if (has_obeyed or refused_changes) and self.snapshot is not None:
            self._wanted = None
        for changes, message in refused_changes:
            self.change_refused.emit(changes, message)
        return snapshot

    def grant(self, until: float, parts: Part) -> None:
        """Let the runner train until ``until`` (of ``perf_counter``)."""
        self._runner.grant(until, parts)

    def play(self) -> None:
        """Train until paused."""
        self._send(Run())

    def pause(self) -> None:
        """Stop at a step's boundary."""
        self._send(Pause())

    def step(self, granularity: Granularity) -> None:
        """Pause and go on by one op, layer, pass, batch or epoch."""
        self._send(Step(granularity))

    def step_back(self, granularity: Granularity) -> None:
        """Pause and go back by one op, layer, pass, batch or epoch."""
        self._send(StepBack(granularity))

    def go_to_op(self, place: int) -> None:
        """Pause and go to where the op at ``place`` of the step on show is the last run."""
        self._send(GoToOp(place))

    def isolate(self, row: int | None) -> None:
        """Let the step at hand see one training row alone; None: its whole batch again."""
        self._send(Isolate(row))

    def set_breakpoints(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        """Pause before updates that ``breakpoints`` are about."""
        self._send(SetBreakpoints(breakpoints))

    def reset(self) -> None:
        """Start the same run again."""
        self._send(Reset())
        self._tell_thresholds()

    def start_anew(self) -> None:
        """Start again with another seed, from which everything random is drawn anew."""
        self.change({"seed": another_seed(self.spec.seed)})

    def change(self, changes: Mapping[str, Any], gesture: str = "") -> None:
        """Merge ``changes`` over the spec; those of one ``gesture`` are undone together."""
        self._expect(changes)
        self._send(Change(changes, gesture))

    def edit_points(self, edit: PointEdit, gesture: str = "") -> None:
        """Add or erase points of the plane; those of one ``gesture`` are undone together."""
        self._send(EditPoints(edit, gesture))

    def set_parameter(self, place: ParameterPlace, value: float, gesture: str = "") -> None:
        """Give one weight or bias another value; edits of one ``gesture`` are undone together."""
        self._send(SetParameter(place, value, gesture))

    def undo(self) -> None:
        """Take the latest change back."""
        self._send(Undo())

    def redo(self) -> None:
        """Make the change that was taken back last once more."""
        self._send(Redo())

    def cure(self, kind: Kind, remedy: Remedy) -> None:
        """Apply a remedy of a finding of ``kind``."""
        self._expect(remedy.changes)
        self._send(Cure(kind, remedy))

    def try_remedy(self, kind: Kind, remedy: Remedy, from_start: bool) -> None:
        """Try a remedy on a ghost beside the run, from step 0 or from where the run stands."""
        self._send(Try(kind, remedy, from_start))

    def end_trial(self, apply: bool) -> None:
        """Let the ghost take the run's place, or drop it."""
        self._send(EndTrial(apply))

    def load(self, spec: ExperimentSpec) -> None:
        """Start anew with ``spec``."""
        self._wanted = spec
        self._send(Load(spec))
        self._tell_thresholds()

    def set_thresholds(self, thresholds: Thresholds) -> None:
        """Judge by ``thresholds`` from the next record on, in this run and in those after it."""
        self._thresholds = thresholds
        self._tell_thresholds()

    def set_speed(self, steps_per_second: float | None) -> None:
        """Limit the pace; None is flat out."""
        self._send(SetSpeed(steps_per_second))

    def look_at_sample(self, place: int) -> None:
        """Choose the sample of the batch that is looked at in a step."""
        self._send(LookAt(sample=place))

    def look_at_row(self, split: Split, row: int) -> None:
        """Choose the row of the data that is looked at between steps."""
        self._send(LookAt(probe=(split, row)))

    def look_at_parameter(self, place: ParameterPlace) -> None:
        """Choose the weight or bias whose gradient is looked at sample by sample."""
        self._send(LookAt(parameter=place))

    def look_at_quantity(self, quantity: Quantity) -> None:
        """Choose what the histograms of the layers are made of."""
        self._send(LookAt(quantity=quantity))

    def look_at_saliency(self, is_wanted: bool) -> None:
        """Choose whether the gradient with respect to that row's inputs is looked at."""
        self._send(LookAt(saliency=is_wanted))

    def ask(self, question: Callable[[Trainer], Any], tag: str) -> None:
        """Have ``question`` answered between steps; the answer comes as ``answered``."""
        self._send(Ask(question, tag))

    def close(self) -> bool:
        """End the thread and return whether it has ended; may be called again."""
        return self._runner.shutdown()

    def _tell_thresholds(self) -> None:
        # Again after a start: a run that has failed refuses to be told.
        if self._thresholds is not None:
            self.ask(partial(_put_in_force, self._thresholds), "thresholds")

    def _expect(self, changes: Mapping[str, Any]) -> None:
        # What cannot be merged the runner refuses.
        with suppress(UserError):
            self._wanted = self.spec.with_changes(changes)

    def _send(self, command: Command) -> None:
        self._sent += 1
        self._runner.send(command)
        self.awaited.emit()


def _put_in_force(thresholds: Thresholds, trainer: Trainer) -> None:
    trainer.in_force.thresholds = thresholds
