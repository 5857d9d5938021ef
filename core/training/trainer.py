"""The trainer: one network learning from one dataset, step by step or op by op.

There is one implementation of a step, the program; ``advance_step`` runs it whole and
``advance_op`` one entry of it, to the same bits. The trainer records what happened by steps, lets
settings change while it runs, and halts before an update that is not finite. It knows nothing of
threads or windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.data import Dataset, EpochBatches, build_dataset, encode_targets, resolved_task
from core.diagnosis.baseline import constant_loss
from core.diagnosis.findings import Finding
from core.diagnosis.histograms import layer_rms
from core.diagnosis.monitor import Monitor
from core.diagnosis.statistics import is_symmetric, layer_statistics
from core.errors import SpecError
from core.network.network import Network, carry_over, layer_origins
from core.network.parameters import Floats
from core.spec import ExperimentSpec
from core.step.backward import backward_ops
from core.step.forward import batch_op, forward_ops, loss_op
from core.step.operations import Op
from core.step.optimizers import Hyperparameters, OptimizerState, update_ops
from core.step.program import Program
from core.step.workspace import Workspace
from core.training.changes import Scope, describe, scope_of
from core.training.camera import take_snapshot
from core.training.evaluation import Evaluator, Metrics, Split
from core.training.feed import Feed
from core.training.keyframe import Keyframe
from core.training.log import Evaluation, RunLog
from core.training.snapshot import ALL_PARTS, Part, Snapshot
from core.training.values import StepValues
from core.training.views import Viewer

EVALUATION_ROWS = 2000
LONGEST_EVALUATION_INTERVAL = 100
STATISTICS_INTERVAL = 16
OPEN_ENDED_STEPS, OPEN_ENDED_EPOCHS = 2000, 20


@dataclass(frozen=True)
class Station:
    """A program with the workspace it was built for; a trainer has one per batch size."""

    program: Program
    workspace: Workspace
    values: StepValues


class Trainer:
    """Trains one network.

    Attributes:
        spec: what is trained; changed through ``change`` only.
        dataset, network: as the spec makes them.
        step: finished updates; it rises with a step's last op.
        targets, test_targets: of the data, as the output layer needs them.
        guessing: the loss of the best constant prediction.
        log: what happened so far.
        structure: rises whenever arrays change their shape or the data are others.
        sample: the place in the batch of the sample in view.
        probe_row: the row of the test (else training) data that is looked at between steps.
        halted: the finding that stopped the run at a number that is not finite, else None.
    """

    def __init__(self, spec: ExperimentSpec, dataset: Dataset | None = None) -> None:
        """Build the run; ``dataset`` takes the place of what ``spec.data`` would make.

        Raises:
            SpecError, DataError: the output layer or the data do not fit.
        """
        self._given = dataset
        self.structure = 0
        self.sample = 0
        self.probe_row = 0
        self._start(spec)

    # ------------------------------------------------------------------ stepping

    @property
    def program(self) -> Program:
        """Return the program of the step at hand."""
        return self._station.program

    @property
    def epoch(self) -> int:
        """Return the finished epochs."""
        return self._feed.epoch

    @property
    def epoch_progress(self) -> float:
        """Return finished epochs and the finished share of this one."""
        return self._feed.epoch + self._feed.progress

    @property
    def learning_rate(self) -> float:
        """Return the rate that the next update uses."""
        return float(self.hyper.learning_rate)

    @property
    def last_loss(self) -> float:
        """Return the batch loss of the last finished step; NaN before the first."""
        return self._last_loss

    def advance_step(self) -> float:
        """Finish the step at hand and return its batch loss.

        Where a number is not finite the update is not made and ``step`` does not rise.
        """
        program = self._station.program
        if program.pc:
            while self.halted is None:
                self.advance_op()
                if not self.program.pc:
                    break
            return self._station.workspace.loss.item()
        if self.halted is not None:
            return self._last_loss
        self._shown = self._station
        program.completed = False
        for run in program.before_update:
            run()
        loss: float = self._station.workspace.loss.item()
        if not self._is_finite(loss, self._gradient):
            program.pc = program.update_start
            self._halt()
            return loss
        for run in program.update:
            run()
        program.completed = True
        self._finish_step(loss)
        return loss

    def advance_op(self) -> Op:
        """Run the next op and return it; while halted nothing runs and the last op is returned."""
        program = self._station.program
        if self.halted is not None:
            return program.ops[program.pc - 1]
        if program.pc == 0:
            self._step_start = self.keyframe()
            self._shown = self._station
        if program.pc == program.update_start:
            loss = self._station.workspace.loss.item()
            if not self._is_finite(loss, self._gradient):
                self._halt()
                return program.ops[program.pc - 1]
        op = program.run_op()
        if program.completed:
            self._finish_step(self._shown.workspace.loss.item())
        return op

    def advance_layer(self) -> Op:
        """Run the ops of one layer in one phase; return the last."""
        op = self.advance_op()
        while self._goes_on() and (self.program.peek().phase, self.program.peek().layer) == (
            op.phase,
            op.layer,
        ):
            op = self.advance_op()
        return op

    def advance_phase(self) -> Op:
        """Run to the end of the phase; return the last op."""
        op = self.advance_op()
        while self._goes_on() and self.program.peek().phase == op.phase:
            op = self.advance_op()
        return op

    def advance_epoch(self) -> float:
        """Finish the epoch at hand and return the last batch loss."""
        epoch, loss = self.epoch, self._last_loss
        while self.epoch == epoch and self.halted is None:
            loss = self.advance_step()
        return loss

    def _goes_on(self) -> bool:
        return self.halted is None and self.program.pc != 0

    # ------------------------------------------------------------------ looking

    def value(self, name: str) -> Floats | None:
        """Return a read-only copy of a named value, or None if this step has not computed it.

        Values of samples have one row a sample. At a step's end its values stay readable until
        the next op runs.

        Raises:
            KeyError: this run has no such value.
        """
        found = self._shown.values.read(name)
        if found is None:
            return None
        copy = np.array(found)
        copy.flags.writeable = False
        return copy

    def evaluate(self, split: Split) -> Metrics | None:
        """Return the metrics on all rows of a split; None for ``"test"`` without test rows."""
        evaluator = self.evaluator(split)
        return None if evaluator is None else evaluator.evaluate()

    def evaluator(self, split: Split) -> Evaluator | None:
        """Return what evaluates a split of the data."""
        return self._test if split == "test" else self._train

    def snapshot(self, parts: Part = ALL_PARTS, previous: Snapshot | None = None) -> Snapshot:
        """Return a picture of this moment; parts not in ``parts`` come from ``previous``."""
        return take_snapshot(self, parts, previous)

    def findings(self) -> tuple[Finding, ...]:
        """Return every finding raised so far, cleared or not."""
        return self._monitor.findings

    @property
    def shown(self) -> Station:
        """Return the station whose values are on show: of this step, or the one just finished."""
        return self._shown

    @property
    def batch_rows(self) -> np.ndarray[Any, np.dtype[np.intp]]:
        """Return the row numbers (B,) of the batch on show."""
        return self._shown_rows if self._shown.program.completed else self._feed.rows

    def keyframe(self) -> Keyframe:
        """Return the state at the start of the step at hand."""
        if self.program.pc:
            return self._step_start
        return Keyframe(
            spec=self.spec,
            step=self.step,
            epoch=self._feed.epoch,
            row=self._feed.row,
            parameters=self.network.params.data.copy(),
            update=self.state.update.copy(),
            optimizer={name: array.copy() for name, array in self.state.arrays.items()},
            updates=self.state.count,
        )

    # ------------------------------------------------------------------ changing

    def reset(self) -> None:
        """Start the same run again: the same weights are drawn."""
        self._start(self.spec)

    def change(self, changes: Mapping[str, Any]) -> tuple[str, ...]:
        """Merge ``changes`` over the spec and go on with it; return what there is to say.

        Raises:
            SpecError, DataError: the change is refused; nothing has changed.
        """
        return self.adopt(self.spec.with_changes(changes))

    def adopt(self, spec: ExperimentSpec) -> tuple[str, ...]:
        """Go on with ``spec``, keeping every weight that still has a place."""
        scope = scope_of(self.spec, spec)
        if scope == Scope.ANEW:
            self._start(spec)
            return ("Started anew.",)
        notes: tuple[str, ...] = ()
        if scope >= Scope.PROGRAM and self.program.pc:
            self._check_fits(spec)
            self.restore(self._step_start)
            notes = ("The step in progress was abandoned; it starts again.",)
        text = describe(self.spec, spec)
        if scope == Scope.NUMBERS:
            self.spec = spec
            self.hyper.load(spec.training.optimizer)
        elif scope >= Scope.PROGRAM:
            self._rebuild(spec)
        if text:
            self.log.add_mark(self.step, text)
        return notes

    def restore(self, keyframe: Keyframe) -> None:
        """Go to the state that ``keyframe`` holds, from wherever the run is."""
        if keyframe.spec != self.spec:
            scope = scope_of(self.spec, keyframe.spec)
            if scope == Scope.ANEW:
                self._start(keyframe.spec)
            else:
                self._rebuild(keyframe.spec)
        np.copyto(self.network.params.data, keyframe.parameters)
        self.network.grads.data.fill(0.0)
        np.copyto(self.state.update, keyframe.update)
        for name, array in keyframe.optimizer.items():
            np.copyto(self.state.arrays[name], array)
        self.state.count = keyframe.updates
        self.step = keyframe.step
        self.halted = None
        self._losses.clear()
        self._feed.seek(keyframe.epoch, keyframe.row)
        self._enter_station()
        self._shown = self._station
        for station in self._stations.values():
            station.program.pc = 0
            station.program.completed = False
        self.log.truncate(self.step)
        self._monitor.truncate(self.step)
        self._schedule()

    # ------------------------------------------------------------------ building

    def _start(self, spec: ExperimentSpec) -> None:
        dataset = self._given or build_dataset(spec.data, spec.seed, spec.training.shuffle)
        self._encode(spec, dataset)
        self.spec = spec
        self.step = 0
        self.halted: Finding | None = None
        self._last_loss = float("nan")
        self._losses: list[float] = []
        self.network = Network(spec.network, self.dataset.inputs.shape[1], spec.seed)
        self.state = OptimizerState(
            spec.training.optimizer.kind, self.network.layout.size, self.network.dtype
        )
        self.hyper = Hyperparameters(spec.training.optimizer, self.network.dtype)
        self._build_program(epoch=0, row=0)
        self._monitor = Monitor(spec, self.guessing, self._horizon())
        self.log = RunLog(len(self.network.layers), self.guessing)
        self._evaluate_for_log()
        self._schedule()

    def _encode(self, spec: ExperimentSpec, dataset: Dataset) -> None:
        """Take ``dataset`` with targets as the output layer needs them, or change nothing."""
        task, output = resolved_task(dataset, spec.training.loss), spec.network.layers[-1]
        targets = encode_targets(dataset, task, output.units, output.activation)
        self._check_widths(spec, dataset)
        self.dataset, self.task = dataset, task
        self.targets, self.test_targets = targets
        self.guessing = constant_loss(self.targets, spec.training.loss)

    def _check_fits(self, spec: ExperimentSpec) -> None:
        task, output = resolved_task(self.dataset, spec.training.loss), spec.network.layers[-1]
        encode_targets(self.dataset, task, output.units, output.activation)

    def _check_widths(self, spec: ExperimentSpec, dataset: Dataset) -> None:
        first, n_in = spec.network.layers[0], dataset.inputs.shape[1]
        if first.weights is not None and len(first.weights[0]) != n_in:
            raise SpecError(
                "network.layers[0].weights",
                f"expected {n_in} numbers a row, got {len(first.weights[0])}",
            )

    def _rebuild(self, spec: ExperimentSpec) -> None:
        """Go on with other layers, loss, batches or update rule at a step's start."""
        old_spec, old = self.spec, self.network
        dataset = self.dataset
        if spec.data != old_spec.data and self._given is None:
            dataset = build_dataset(spec.data, spec.seed, spec.training.shuffle)
        self._encode(spec, dataset)
        self.spec = spec
        restructured = spec.network != old_spec.network
        if restructured:
            self.network = Network(spec.network, dataset.inputs.shape[1], spec.seed)
        kind = spec.training.optimizer.kind
        state = self.state
        if restructured or kind != state.kind:
            self.state = OptimizerState(kind, self.network.layout.size, self.network.dtype)
        if restructured:
            origins = layer_origins(old_spec.network.layers, spec.network.layers)
            pairs = [(old.params.data, self.network.params.data)]
            if kind == state.kind:
                pairs += [(state.arrays[name], self.state.arrays[name]) for name in state.arrays]
                self.state.count = state.count
            for source, target in pairs:
                carry_over(source, target, old.layout, self.network.layout, origins)
            self.log.restructure(len(self.network.layers), self.guessing)
        self.hyper.load(spec.training.optimizer)
        self._build_program(self._feed.epoch, self._feed.row)
        segment = ("loss", spec.training.loss), spec.data, spec.network
        if segment != (("loss", old_spec.training.loss), old_spec.data, old_spec.network):
            self._monitor.restart(spec, self.guessing, self._horizon(), self.step)
            self._evaluate_for_log()

    def _build_program(self, epoch: int, row: int) -> None:
        training, dtype = self.spec.training, self.network.dtype
        batches = EpochBatches(
            self.dataset.inputs,
            self.targets,
            dtype,
            training.batch_size,
            self.spec.seed,
            training.shuffle,
        )
        self._feed = Feed(batches, epoch, row)
        self._train = Evaluator(
            self.network, self.dataset.inputs, self.targets, self.task, training.loss
        )
        self._test: Evaluator | None = None
        if self.dataset.test_inputs is not None and self.test_targets is not None:
            self._test = Evaluator(
                self.network,
                self.dataset.test_inputs,
                self.test_targets,
                self.task,
                training.loss,
            )
        self._gradient = self.network.grads.data
        self.viewer = Viewer(self.network, self.dataset)
        self.structure += 1
        self._stations: dict[int, Station] = {}
        self._enter_station()
        self._shown = self._station
        self._shown_rows = self._feed.rows
        self._step_start = self.keyframe()

    def _enter_station(self) -> None:
        """Stand at the program for the size of the batch at hand."""
        size = self._feed.batch_size
        if size not in self._stations:
            self._stations[size] = self._build_station(size)
        self._station = self._stations[size]

    def _build_station(self, size: int) -> Station:
        network, spec = self.network, self.spec
        workspace = Workspace(network.layout.widths, size, network.dtype, training=True)
        loss = spec.training.loss
        program = Program(
            [
                batch_op(self._feed, workspace),
                *forward_ops(network, workspace),
                loss_op(network, workspace, loss),
                *backward_ops(network, workspace, loss, spec.network.input_gradient),
                *update_ops(network, self.state, self.hyper),
            ]
        )
        values = StepValues(network, workspace, self.state, program, loss)
        return Station(program, workspace, values)

    # ------------------------------------------------------------------ after a step

    def _is_finite(self, number: float, vector: Floats) -> bool:
        """Return whether ``number`` and all of ``vector`` are finite; the sum of squares tells."""
        total = number + float(vector.dot(vector))
        if total - total == 0.0:
            return True
        # Squares overflow before the numbers themselves do.
        return bool(np.isfinite(number) and np.isfinite(vector).all())

    def _finish_step(self, loss: float) -> None:
        if not self._is_finite(0.0, self.network.params.data):
            self._halt()
            return
        self.step += 1
        self._last_loss = loss
        self._losses.append(loss)
        self._shown_rows = self._feed.rows
        ended = self._feed.advance()
        if ended or self.step >= self._next_record:
            self._record(ended)
        if ended or self._feed.batch_size != self._station.workspace.batch_size:
            self._enter_station()

    def _schedule(self) -> None:
        """Set the step at which something is to be recorded next."""
        step = self.step
        rest = STATISTICS_INTERVAL - step % STATISTICS_INTERVAL
        self._next_record = step + (1 if step < STATISTICS_INTERVAL else rest)
        if self._feed.steps_per_epoch > LONGEST_EVALUATION_INTERVAL:
            every = LONGEST_EVALUATION_INTERVAL
            self._next_record = min(self._next_record, step - step % every + every)

    def _record(self, epoch_ended: bool) -> None:
        step = self.step
        self.log.add_losses(step, self._losses)
        self._losses.clear()
        if step <= STATISTICS_INTERVAL or step % STATISTICS_INTERVAL == 0:
            self.log.add_rms(step, layer_rms(self._gradient, self.network.layout))
            statistics = layer_statistics(self.network, self._station.workspace)
            self._monitor.add_statistics(step, statistics, is_symmetric(self.network))
        long_epochs = self._feed.steps_per_epoch > LONGEST_EVALUATION_INTERVAL
        due = step % LONGEST_EVALUATION_INTERVAL == 0 if long_epochs else epoch_ended
        if due:
            self._evaluate_for_log()
        self._schedule()

    def _evaluate_for_log(self) -> None:
        train = self._train.evaluate(EVALUATION_ROWS)
        test = None if self._test is None else self._test.evaluate(EVALUATION_ROWS)
        evaluation = Evaluation(self.step, self.epoch, train, test, self.learning_rate)
        self.log.add_evaluation(evaluation)
        self._monitor.add_evaluation(self.step, train.loss)

    def _horizon(self) -> int:
        planned = self.spec.training.steps
        epochs = OPEN_ENDED_EPOCHS * self._feed.steps_per_epoch
        return planned or max(OPEN_ENDED_STEPS, epochs)

    def _halt(self) -> None:
        """Stop at a number that is not finite, naming the first op that wrote one."""
        self._shown = self._station
        found = self._station.values.first_non_finite()
        index, name = found if found is not None else (len(self.program.ops) - 1, "parameters")
        op = self.program.ops[index]
        where = f" in layer {op.layer}" if op.layer else ""
        message = (
            f"{name} is not finite{where}: the {op.phase} op “{op.formula}” of step {self.step} "
            f"wrote it first. Reset, or lower the learning rate and reset."
        )
        self._monitor.add_non_finite(self.step, op.layer, message)
        self.halted = self._monitor.findings[-1]
