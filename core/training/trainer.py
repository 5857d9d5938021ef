"""The trainer: one network learning from one dataset, step by step or op by op.

There is one implementation of a step, the program; ``advance_step`` runs it whole, ``advance_op``
one entry of it, to the same bits. Settings may change while it runs, and it halts before an update
that is not finite. It knows nothing of threads or windows. How it goes on, is looked at and is
changed stands in modules of their own, whose functions act on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import Dataset
from core.diagnosis.findings import Finding, Remedy
from core.diagnosis.thresholds import InForce
from core.network.network import Network
from core.network.parameters import Floats
from core.spec import ExperimentSpec, TrainingSpec
from core.step.operations import Op
from core.step.program import Program
from core.training import advancing, changing, travel, undoing
from core.training.assembly import Assembly, Station
from core.training.camera import take_snapshot
from core.training.early_stopping import EarlyStop
from core.training.evaluation import Metrics, Split
from core.training.frozen import frozen
from core.training.history import History
from core.training.in_view import InView
from core.training.keyframe import Keyframe, take_keyframe
from core.training.log import RunLog
from core.training.points import PointEdit
from core.training.recorder import Recorder
from core.training.shelf import Shelf
from core.training.snapshot import ALL_PARTS, Part, Snapshot
from core.training.stopwatch import timed
from core.training.timeline import Timeline
from core.training.watching import Guard

# Overflow and NaN are found by checking numbers and told as findings, not as NumPy's warnings.
_QUIETLY = np.errstate(all="ignore")


class Trainer:
    """Trains one network.

    Attributes:
        assembly: the data, the network and the programs that the spec stands for.
        step: finished updates; it rises with a step's last op.
        last_loss: batch loss of the last finished step; NaN before the first.
        step_start: what the step on show began with, None where nobody looked at it op by op.
        rule_used: the settings that the update of the step on show has used, if changed since.
        station: the program of the step at hand with its workspace.
        shown: the station whose values are on show: of this step, or the one just finished.
        given: the data that take the place of those of the spec, or None.
        history: the changes that can be undone.
        shelf: where this run waits while another one is under way.
        guard, in_force: the breakpoints, and the thresholds of the warnings.
        recorder: what it remembers of the run and finds in it.
        timeline: keyframes from which earlier steps can be reached.
        halted: the finding that stopped the run at a number that is not finite, else None.
        halted_at: the place of the op that wrote that number first, else None.
        stop: the early stop that the last step has ended with, else None.
        structure: rises whenever arrays change their shape or the data are others.
        in_view: what somebody looks at.
    """

    assembly: Assembly
    step: int
    last_loss: float
    halted: Finding | None
    halted_at: int | None
    stop: EarlyStop | None
    step_start: Keyframe | None
    rule_used: TrainingSpec | None
    timeline: Timeline
    recorder: Recorder
    station: Station
    shown: Station

    @_QUIETLY
    def __init__(self, spec: ExperimentSpec, dataset: Dataset | None = None) -> None:
        """Build the run; ``dataset`` takes the place of what ``spec.data`` would make.

        Raises:
            SpecError, DataError: the output layer or the data do not fit.
        """
        self.given = dataset
        self.guard = Guard()
        self.history = History()
        self.shelf = Shelf()
        self.in_force = InForce()
        self.in_view = InView()
        self.structure = 0
        self.start(Assembly.from_spec(spec, dataset))

    @timed
    @_QUIETLY
    def advance_step(self) -> float:
        """Finish the step at hand and return its batch loss.

        Where a number is not finite the update is not made and ``step`` does not rise.
        """
        return advancing.advance_step(self)

    @timed
    @_QUIETLY
    def advance_steps(self, count: int) -> float:
        """Do ``advance_step`` ``count`` times and return the last loss.

        A halt or an early stop ends it earlier, and so does a breakpoint, before an update.
        """
        return advancing.advance_steps(self, count)

    @timed
    @_QUIETLY
    def advance_op(self) -> Op:
        """Run the next op and return it; while halted nothing runs and the last op is returned."""
        return advancing.advance_op(self)

    def advance_batch(self) -> float:
        """Do ``advance_step`` and keep what the step began with, for those who look at it."""
        return advancing.advance_batch(self)

    def advance_layer(self) -> Op:
        """Run the ops of one layer in one phase; return the last."""
        return advancing.advance_layer(self)

    def advance_phase(self) -> Op:
        """Run to the end of the phase; return the last op."""
        return advancing.advance_phase(self)

    def advance_epoch(self) -> float:
        """Finish the epoch at hand and return the last batch loss."""
        return advancing.advance_epoch(self)

    # ------------------------------------------------------------------ looking

    @property
    def spec(self) -> ExperimentSpec:
        """Return what is trained; changed through ``change`` and ``adopt``."""
        return self.assembly.spec

    @property
    def dataset(self) -> Dataset:
        """Return the data."""
        return self.assembly.dataset

    @property
    def network(self) -> Network:
        """Return the network; a change of structure makes another one."""
        return self.assembly.network

    @property
    def program(self) -> Program:
        """Return the program of the step at hand."""
        return self.station.program

    @property
    def epoch(self) -> int:
        """Return the finished epochs."""
        return self.assembly.feed.epoch

    @property
    def learning_rate(self) -> float:
        """Return the rate that the next update uses."""
        return float(self.assembly.hyper.learning_rate)

    @property
    def log(self) -> RunLog:
        """Return what happened so far."""
        return self.recorder.log

    @property
    def batch_rows(self) -> NDArray[np.intp]:
        """Return the row numbers (B,) of the batch on show."""
        feed = self.assembly.feed
        return frozen(feed.last_rows if self.shown.program.completed else feed.rows)

    @_QUIETLY
    def value(self, name: str) -> Floats | None:
        """Return a read-only copy of a named value, or None if this step has not computed it.

        Values of samples have one row a sample. At a step's end its values stay readable until
        the next op runs.

        Raises:
            KeyError: this run has no such value.
        """
        found = self.shown.values.read(name)
        return None if found is None else frozen(found)

    @_QUIETLY
    def evaluate(self, split: Split) -> Metrics | None:
        """Return the metrics on all rows of a split; None for ``"test"`` without test rows."""
        evaluator = self.assembly.evaluator(split)
        if evaluator is None:
            return None
        return self.assembly.with_penalty(evaluator.evaluate())

    def findings(self) -> tuple[Finding, ...]:
        """Return every finding raised so far, cleared or not."""
        return self.recorder.findings

    @_QUIETLY
    def snapshot(self, parts: Part = ALL_PARTS, previous: Snapshot | None = None) -> Snapshot:
        """Return a picture of this moment; parts not in ``parts`` come from ``previous``."""
        return take_snapshot(self, parts, previous)

    def keyframe(self) -> Keyframe:
        """Return the state at the start of the step at hand."""
        if self.program.pc and self.step_start is not None:
            return self.step_start
        return take_keyframe(self)

    # ------------------------------------------------------------------ changing

    @_QUIETLY
    def reset(self) -> None:
        """Start the same run again: the same weights are drawn."""
        changing.reset(self)

    @_QUIETLY
    def load(self, spec: ExperimentSpec) -> None:
        """Start anew with ``spec``.

        Raises:
            SpecError, DataError: it is refused; nothing has changed.
        """
        changing.load(self, spec)

    def change(self, changes: Mapping[str, Any], gesture: str = "") -> tuple[str, ...]:
        """Merge ``changes`` over the spec and go on with it; return what there is to say.

        Changes in a row with the same ``gesture`` are undone as one.

        Raises:
            SpecError, DataError: the change is refused; nothing has changed.
        """
        return self.adopt(self.spec.with_changes(changes), gesture=gesture)

    @_QUIETLY
    def adopt(self, spec: ExperimentSpec, title: str = "", gesture: str = "") -> tuple[str, ...]:
        """Go on with ``spec``, keeping every weight that still has a place."""
        return changing.adopt(self, spec, title, gesture)

    @_QUIETLY
    def edit_points(self, edit: PointEdit, gesture: str = "") -> tuple[str, ...]:
        """Add or erase points of the plane, keeping every weight; return what there is to say.

        Raises:
            UserError: these data cannot be edited so; nothing has changed.
        """
        return changing.edit_points(self, edit, gesture)

    @_QUIETLY
    def cure(self, remedy: Remedy) -> tuple[str, ...]:
        """Apply ``remedy`` as one change, from step 0 where it restarts; return what to say.

        Raises:
            UserError: it would change nothing, or is refused; nothing has changed.
        """
        return changing.cure(self, remedy)

    @_QUIETLY
    def undo(self) -> tuple[str, ...]:
        """Take the latest change back; return what there is to say.

        Raises:
            UserError: there is nothing to undo.
        """
        return undoing.undo(self)

    @_QUIETLY
    def redo(self) -> tuple[str, ...]:
        """Make the change that was undone last once more; return what there is to say.

        Raises:
            UserError: there is nothing to redo.
        """
        return undoing.redo(self)

    def restore(self, keyframe: Keyframe) -> None:
        """Go to the state that ``keyframe`` holds, from wherever the run is.

        A timeline begins, and what was changed before cannot be undone.
        """
        changing.restore(self, keyframe)

    def return_to(self, keyframe: Keyframe) -> None:
        """Go to the state that ``keyframe`` of this timeline holds."""
        travel.return_to(self, keyframe)

    @_QUIETLY
    def start(self, assembly: Assembly) -> None:
        """Begin a run of ``assembly`` at step 0."""
        self.step = 0
        self.last_loss = float("nan")
        self.stop = None
        self.enter(assembly)
        self.recorder = Recorder(assembly, self.in_force)
        self.timeline = Timeline(take_keyframe(self))

    def enter(self, assembly: Assembly) -> None:
        """Run ``assembly`` from its present place on."""
        self.assembly = assembly
        assembly.hyper.seek(self.step)
        self.halted = self.halted_at = None
        self.guard.restart()
        self.step_start = self.rule_used = None
        self.structure += 1
        self.station = self.shown = assembly.station()
