"""Everything that a specification stands for, built and connected: data, network, programs.

A trainer runs one assembly. A change that needs other arrays or another program makes a new
assembly, so a change that is refused leaves the old one untouched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
from numpy.typing import DTypeLike

from core.data import (
    CROSS_ENTROPIES,
    Dataset,
    EpochBatches,
    build_dataset,
    encode_targets,
    resolved_task,
)
from core.diagnosis.baseline import constant_loss
from core.errors import DataError, SpecError
from core.network.feedback import Feedback, feedback_matrices
from core.network.network import Network, carry_over, layer_origins
from core.network.parameters import Floats
from core.spec import DataSpec, ExperimentSpec
from core.spec_rules import (
    FORWARD_FORWARD,
    FORWARD_ONLY,
    NO_TEST_ROWS,
    check_memory,
    input_width,
    refuse_too_many,
)
from core.step.backward import backward_ops, output_ops
from core.step.forward import batch_op, forward_ops, loss_op
from core.step.forward_forward import local_ops, neutral_inputs
from core.step.gradient_sources import gradient_op, make_probe
from core.step.half_precision import in_half_precision
from core.step.hyperparameters import Hyperparameters
from core.step.normalization import running_op
from core.step.operations import Op
from core.step.optimizers import OptimizerState, barriers, update_ops
from core.step.penalties import penalty_of
from core.step.program import Program
from core.step.shaping import Shaping
from core.step.workspace import Workspace
from core.training.evaluation import Evaluator, Metrics, Split
from core.training.feed import Feed
from core.training.values import StepValues
from core.training.views import Viewer

OPEN_ENDED_STEPS, OPEN_ENDED_EPOCHS = 2000, 20
# As they came, converted, gathered for an epoch, laid out in batches; and z, a, slope, da, dz.
COPIES_OF_ROWS, BUFFERS_PER_UNIT = 4, 5


@dataclass(frozen=True)
class Station:
    """A program with the workspace it was built for; an assembly has one per batch size."""

    program: Program
    workspace: Workspace
    values: StepValues


class Assembly:
    """The parts of one run.

    Attributes:
        spec, dataset, task: what is trained on what.
        seen: the data as the network sees them; in forward-forward with a label that says nothing.
        targets, test_targets: of the data, as the output layer needs them.
        guessing: the loss of the best constant prediction.
        network, state, hyper: what the update rule works on.
        feedback: the matrices of feedback alignment by name, else none.
        shaping: the way of the gradient to the rule.
        feed: the batches and the place in them.
        viewer: what computes pictures of the network.
    """

    dataset: Dataset
    network: Network
    state: OptimizerState

    def __init__(
        self,
        spec: ExperimentSpec,
        dataset: Dataset,
        continues: Assembly | None = None,
    ) -> None:
        """Build from ``spec``; weights and the place in the epoch come from ``continues``.

        Raises:
            SpecError, DataError: the output layer or the data do not fit.
        """
        if continues is not None and dataset.input_count != continues.dataset.input_count:
            raise DataError(
                f"{dataset.name}: has {dataset.input_count} inputs now, not "
                f"{continues.dataset.input_count}; Reset begins with the data as they are"
            )
        self.spec = spec
        self.dataset = dataset
        training, output = spec.training, spec.network.layers[-1]
        self.task = resolved_task(dataset, training.loss)
        self.targets, self.test_targets = encode_targets(
            dataset, self.task, output.units, output.activation
        )
        if training.patience and self.test_targets is None:
            raise SpecError("training.patience", NO_TEST_ROWS)
        for array in (self.targets, self.test_targets):
            if array is not None:
                array.flags.writeable = False
        self.guessing = constant_loss(self.targets, training.loss)
        self.directs = training.gradient_source == FORWARD_FORWARD
        self.seen = _with_neutral_labels(dataset, output.units) if self.directs else dataset
        self._make_network(continues)
        refuse_too_many(training.gradient_source, self.network.layout.size)
        self.feedback: Feedback = {}
        if training.gradient_source == "feedback_alignment":
            layout, dtype = self.network.layout, self.network.dtype
            self.feedback = feedback_matrices(spec.network, layout, spec.seed, dtype)
        self._make_state(continues)
        draws = self.directs or any(layer.dropout for layer in spec.network.layers)
        self.hyper = Hyperparameters(training, self.network.dtype, draws=draws)
        self.shaping = Shaping(self.network, training)
        # Targets of classes are 0 and 1 where this loss takes them.
        is_binary = training.loss == "binary_cross_entropy"
        self._is_signed = is_binary and self.task == "classification"
        batches = EpochBatches(
            self.seen.inputs,
            self.targets,
            self.network.dtype,
            training.batch_size,
            spec.seed,
            training.shuffle,
            self._is_signed,
        )
        self.feed = Feed(batches)
        if continues is not None:
            epoch, row = continues.feed.epoch, continues.feed.row
            # Where fewer rows are left than the epoch has used, the next one begins.
            self.feed.seek(*((epoch, row) if row < self.feed.row_count else (epoch + 1, 0)))
        self.viewer = Viewer(self.network, self.seen)
        self._evaluators = self._make_evaluators()
        self._stations: dict[int, Station] = {}

    @classmethod
    def from_spec(cls, spec: ExperimentSpec, given: Dataset | None) -> Assembly:
        """Build anew, from ``given`` data or those that the spec describes."""
        return cls(spec, given or build_dataset(*_data_of(spec)))

    def continued(self, spec: ExperimentSpec, given: Dataset | None) -> Assembly:
        """Return the assembly of ``spec`` that keeps every weight which still has a place."""
        return Assembly(spec, self.dataset_for(spec, given), continues=self)

    def dataset_for(self, spec: ExperimentSpec, given: Dataset | None) -> Dataset:
        """Return the data of ``spec``: those of this assembly where they are the same.

        Raises:
            DataError: they are others and cannot be made or read.
        """
        if given is not None:
            return given
        # Without shuffling the split takes the first rows for training.
        if _data_of(spec) == _data_of(self.spec):
            return self.dataset
        return build_dataset(*_data_of(spec))

    def station(self) -> Station:
        """Return the program for the size of the batch at hand, built when first needed."""
        size = self.feed.batch_size
        if size not in self._stations:
            self._stations[size] = self._make_station(size)
        return self._stations[size]

    def new_workspace(self, rows: int, dtype: DTypeLike | None = None) -> Workspace:
        """Return one for a step on ``rows`` rows, which takes in the columns of a batch."""
        widths, kept = self.network.layout.widths, dtype or self.network.dtype
        return Workspace(widths, rows, kept, training=True, signed=self._is_signed)

    def rewind(self) -> None:
        """Put every program at its start."""
        for station in self._stations.values():
            station.program.rewind()

    def evaluator(self, split: Split) -> Evaluator | None:
        """Return what evaluates a split; None for the test split without test rows."""
        return self._evaluators.get(split)

    def with_penalty(self, metrics: Metrics) -> Metrics:
        """Return ``metrics`` with what regularization adds to the loss."""
        penalty = penalty_of(self.network, self.spec.training)
        return replace(metrics, penalty=penalty) if penalty else metrics

    def forget_pictures(self) -> None:
        """Free what only evaluations and pictures need; it is made again when they are."""
        self.viewer = Viewer(self.network, self.seen)
        self._evaluators = self._make_evaluators()

    @property
    def byte_count(self) -> int:
        """Return about how much memory all this takes once pictures are forgotten."""
        network, state = self.network, self.state
        vectors = (
            network.params.data,
            network.grads.data,
            network.running.data,
            state.update,
            *state.arrays.values(),
            *self.shaping.vectors.values(),
        )
        rows = self.dataset.inputs.nbytes + self.targets.nbytes
        columns = sum(self._stations) * network.dtype.itemsize
        units = sum(network.layout.widths)
        return (
            sum(vector.nbytes for vector in vectors)
            + COPIES_OF_ROWS * rows
            + BUFFERS_PER_UNIT * units * columns
        )

    def horizon(self) -> int:
        """Return the planned length of the run, or over how many steps an open one is judged."""
        epochs = OPEN_ENDED_EPOCHS * self.feed.steps_per_epoch
        return self.spec.training.steps or max(OPEN_ENDED_STEPS, epochs)

    def _make_network(self, continues: Assembly | None) -> None:
        spec = self.spec
        is_same = continues is not None and spec.network == continues.spec.network
        if continues is not None and is_same and self.directs == continues.directs:
            self.network = continues.network
            return
        n_in = self.dataset.input_count
        if not input_width(spec):
            check_memory(spec, n_in, len(self.dataset.inputs))
        for row in spec.network.layers[0].weights or ():
            if len(row) != n_in:
                place = "network.layers[0].weights"
                raise SpecError(place, f"expected {n_in} numbers a row, got {len(row)}")
        self.network = Network(spec.network, n_in, spec.seed, directs=self.directs)
        if continues is not None:
            self._carry(continues, continues.network.params.data, self.network.params.data)
            origins = layer_origins(continues.spec.network.layers, spec.network.layers)
            self.network.running.carry_over(continues.network.running, origins)

    def _make_state(self, continues: Assembly | None) -> None:
        kind = self.spec.training.optimizer.kind
        if continues is not None and kind == continues.state.kind:
            if self.network is continues.network:
                self.state = continues.state
                return
            self.state = OptimizerState(kind, self.network.layout.size, self.network.dtype)
            self.state.count = continues.state.count
            for name, array in continues.state.arrays.items():
                self._carry(continues, array, self.state.arrays[name])
        else:
            self.state = OptimizerState(kind, self.network.layout.size, self.network.dtype)

    def _carry(self, old: Assembly, source: Floats, target: Floats) -> None:
        origins = layer_origins(old.spec.network.layers, self.spec.network.layers)
        carry_over(source, target, old.network.layout, self.network.layout, origins)

    def _make_evaluators(self) -> dict[Split, Evaluator]:
        dataset, network, loss = self.seen, self.network, self.spec.training.loss
        made: dict[Split, Evaluator] = {
            "train": Evaluator(network, dataset.inputs, self.targets, self.task, loss)
        }
        if dataset.test_inputs is not None and self.test_targets is not None:
            made["test"] = Evaluator(
                network, dataset.test_inputs, self.test_targets, self.task, loss
            )
        return made

    def _make_station(self, size: int) -> Station:
        network, loss = self.network, self.spec.training.loss
        workspace = self.new_workspace(size)
        workspace.loss_scale = self.hyper.loss_scale
        program = Program(
            [
                batch_op(self.feed, workspace),
                *(self._local_step if self.directs else self._step)(workspace),
                *update_ops(network, self.state, self.hyper, self.shaping),
                *running_op(network.layers, workspace),
            ],
            workspace.loss,
            barriers(network, self.state, self.shaping),
        )
        values = StepValues(
            network, workspace, self.state, self.shaping, program, loss, self.feedback
        )
        return Station(program, workspace, values)

    def _step(self, workspace: Workspace) -> list[Op]:
        """Return the ops from the batch to the gradient."""
        return [*self._forward(self.network, workspace), *self._gradient(workspace)]

    def _local_step(self, workspace: Workspace) -> list[Op]:
        """Return the ops of a step in which every layer has a loss of its own."""
        network = self.network
        *forward, loss = self._forward(network, workspace)
        local = local_ops(network, workspace, self.spec.seed, self.hyper)
        output = output_ops(network, workspace)
        return [*forward, *local.forward, *local.loss, loss, *local.backward, *output]

    def _forward(self, network: Network, workspace: Workspace) -> list[Op]:
        """Return a forward pass of training and its loss; a gradient source runs it too."""
        loss = self.spec.training.loss
        forward = forward_ops(network, workspace, self.spec.seed, self.hyper)
        return [*forward, loss_op(network, workspace, loss)]

    def _gradient(self, workspace: Workspace) -> list[Op]:
        """Return the ops that fill the gradient, from where the specification takes it."""
        spec, network = self.spec, self.network
        training = spec.training
        if training.gradient_source in FORWARD_ONLY:
            probe = make_probe(network, workspace, self._forward)
            return [gradient_op(network, workspace, training, spec.seed, self.hyper, probe)]
        feedback = self.feedback or None
        loss, input_gradient = training.loss, spec.network.input_gradient
        backward = backward_ops(network, workspace, loss, input_gradient, feedback)
        if training.gradient_storage == "float16":
            backward = in_half_precision(backward, network, workspace)
        return backward


def _with_neutral_labels(dataset: Dataset, classes: int) -> Dataset:
    """Return ``dataset`` with a label that says nothing over the first inputs of every row."""
    if dataset.input_count < 2 * classes:
        place, why = "training.gradient_source", f"{FORWARD_FORWARD} needs twice as many inputs as"
        raise SpecError(place, f"{why} there are classes, got {dataset.input_count} and {classes}")
    test = dataset.test_inputs
    return replace(
        dataset,
        inputs=neutral_inputs(dataset.inputs, classes),
        test_inputs=None if test is None else neutral_inputs(test, classes),
    )


def _data_of(spec: ExperimentSpec) -> tuple[DataSpec, int, bool]:
    """Return everything that the data are a function of."""
    data = spec.data
    if data.kind == "file" and data.task is None and spec.training.loss in CROSS_ENTROPIES:
        # Numbers become classes: only the loss says so.
        data = msgspec.structs.replace(data, task="classification")
    return data, spec.seed, spec.training.shuffle
