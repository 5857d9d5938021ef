"""Records a run at a rhythm that follows steps, never frames, and feeds the diagnosis with it.

Evaluations: every epoch, or every 100 steps where an epoch is longer. Layer statistics: the first
16 steps, then every 16th. Losses: every step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data import class_indices
from core.diagnosis.findings import Finding, History
from core.diagnosis.histograms import layer_rms
from core.diagnosis.monitor import Monitor
from core.diagnosis.record import Beginning, Record
from core.diagnosis.statistics import (
    error_signal,
    flat_shares,
    is_symmetric,
    relative_size,
    silent_units,
)
from core.diagnosis.thresholds import InForce
from core.diagnosis.watch import Watch
from core.spec import ExperimentSpec
from core.step.backward import is_fused
from core.step.half_precision import is_rounding, largest_rounded, lost_shares
from core.step.operations import Op
from core.training.assembly import Assembly, Station
from core.training.clip_window import EMPTY, ClipWindow
from core.training.early_stopping import NO_WAIT, Wait
from core.training.log import Evaluation, Mark, RunLog
from core.training.pass_count import PassCount
from core.training.standing import evaluate_at

LONGEST_EVALUATION_INTERVAL = 100
STATISTICS_INTERVAL = 16


@dataclass(frozen=True, slots=True)
class Moment:
    """What a recorder knew at one step, apart from the series, which are cut back to it."""

    watch: Watch
    evaluation: Evaluation | None
    peak: float
    lowest_test: tuple[float, int]
    marks: tuple[Mark, ...]
    error_signal: NDArray[np.float64]
    passes: PassCount
    clipped: ClipWindow
    wait: Wait
    seconds: float


class Recorder:
    """The log and the findings of one run.

    Attributes:
        log: the recorded series.
        next_step: the step after which ``record`` is to be called next, an epoch's end apart.
        error_signal: (L,) of the last recorded step, empty before the first of its segment.
        clipped: the latest steps since clipping was switched on.
        wait: the wait for a better test loss; it begins anew with other layers or another program.
    """

    error_signal: NDArray[np.float64]

    def __init__(self, assembly: Assembly, in_force: InForce) -> None:
        """Begin at step 0 with an evaluation of the untrained network, judged as ``in_force``."""
        self.log = RunLog(len(assembly.network.layers), assembly.guessing)
        self._assembly = assembly
        self._count_passes(step=0)
        self.clipped = EMPTY
        self.wait = NO_WAIT
        self._monitor = Monitor(in_force)
        self._begin_segment(self._evaluate_for_log(step=0))
        self._take_distributions(step=0)
        self._schedule(step=0)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return every finding raised so far, cleared or not."""
        return self._monitor.watch.findings

    def histories(self) -> Mapping[str, History]:
        """Return how the measured quantities of the open findings went."""
        return self._monitor.histories()

    def adopt(self, assembly: Assembly, step: int) -> None:
        """Go on with another assembly; other layers, loss or data begin a new segment."""
        old, self._assembly = self._assembly, assembly
        spec = assembly.spec
        if not (old.shaping.clips and assembly.shaping.clips):
            self.clipped = EMPTY
        self.wait = NO_WAIT
        segment = (spec.training.loss, spec.data, spec.network, assembly.directs)
        former = old.spec
        if segment != (former.training.loss, former.data, former.network, old.directs):
            if spec.network != old.spec.network:
                self.log.restructure(len(assembly.network.layers))
            self.log.guessing = assembly.guessing
            self._begin_segment(self._evaluate_for_log(step))
        else:
            self.take_numbers(spec)
        self._count_passes(step)
        # Epochs may have another length from here on.
        self._add_place(step)
        self._schedule(step)

    def take_numbers(self, spec: ExperimentSpec) -> None:
        """Take settings that begin no segment, such as another learning rate."""
        self._monitor.take(spec, self._assembly.horizon())

    def moment(self) -> Moment:
        """Return what is needed to come back to this moment."""
        log = self.log
        return Moment(
            self._monitor.watch,
            log.latest,
            log.peak,
            self._lowest_test,
            log.marks,
            self.error_signal,
            log.passes,
            self.clipped,
            self.wait,
            log.stopwatch.seconds,
        )

    def rewind(self, assembly: Assembly, step: int, moment: Moment) -> None:
        """Go back to ``moment`` at ``step`` and forget what happened after it."""
        layers = len(assembly.network.layers)
        if layers != len(self._assembly.network.layers):
            self.log.restructure(layers)
        self._assembly = assembly
        self.log.guessing = assembly.guessing
        self.log.truncate(step)
        self.log.latest, self.log.marks = moment.evaluation, moment.marks
        self.log.peak, self.log.passes = moment.peak, moment.passes
        self._lowest_test = moment.lowest_test
        self.log.stopwatch.set(moment.seconds)
        self.error_signal = moment.error_signal
        self.take_counts(moment)
        self._monitor.restore(moment.watch)
        self._monitor.take(assembly.spec, assembly.horizon())
        self._schedule(step)

    def take_counts(self, moment: Moment) -> None:
        """Go on counting from where ``moment`` has come to."""
        self.clipped, self.wait = moment.clipped, moment.wait

    def has_waited(self, step: int) -> bool:
        """Return whether an evaluation at ``step`` has ended the patience with the test loss."""
        patience, latest = self._assembly.spec.training.patience, self.log.latest
        is_evaluated = latest is not None and latest.step == step
        return is_evaluated and 0 < patience <= self.wait.evaluations

    def begin_segment(self, step: int) -> None:
        """Begin a new segment with parameters that were set by hand; the curves get no point."""
        self.wait = NO_WAIT
        self.log.latest = evaluation = evaluate_at(step, self._assembly)
        self._begin_segment(evaluation)
        self._schedule(step)

    def take_outcome(self, step: int, moment: Moment) -> None:
        """Take over what changes at ``step``, which have been made before, have led to."""
        self.log.latest, self.log.peak = moment.evaluation, moment.peak
        self._lowest_test = moment.lowest_test
        self.error_signal = moment.error_signal
        self._monitor.restore(moment.watch)
        self._schedule(step)

    def evaluate_again(self, step: int) -> Evaluation:
        """Evaluate weights that have come back at ``step``; the diagnosis takes no notice."""
        return self._evaluate_for_log(step)

    def record(self, step: int, epoch_ended: bool, station: Station) -> None:
        """Record what is due after ``step`` steps; ``station`` holds the last one's values."""
        network = self._assembly.network
        if step <= STATISTICS_INTERVAL or step % STATISTICS_INTERVAL == 0:
            self.log.add_rms(step, layer_rms(network.grads.data, network.layout))
            self._take_distributions(step)
        if self._monitor.awaits_signal:
            self.error_signal = self._signal_of(station)
            self._monitor.add_first_signal(tuple(self.error_signal.tolist()))
        if step % LONGEST_EVALUATION_INTERVAL == 0 if self._has_long_epochs() else epoch_ended:
            self._evaluate(step, station)
        self._schedule(step)

    def add_non_finite(self, step: int, op: Op, message: str) -> Finding:
        """Record that ``op`` wrote a number that is not finite."""
        return self._monitor.add_non_finite(step, op.layer, message, is_rounding(op))

    def _take_distributions(self, step: int) -> None:
        network = self._assembly.network
        vectors = network.params.data, network.grads.data
        self.log.distributions.add(step, *vectors, network.layout)

    def _signal_of(self, station: Station) -> NDArray[np.float64]:
        """Return the error signal (L,) of a step, empty where nothing was sent back."""
        if "dz1" not in station.program.position_of:
            return np.empty(0)
        return error_signal(self._assembly.network, station.workspace)

    def _count_passes(self, step: int) -> None:
        training, parameters = self._assembly.spec.training, self._assembly.network.layout.size
        self.log.passes = self.log.passes.switched(step, training, parameters)

    def _has_long_epochs(self) -> bool:
        return self._assembly.feed.steps_per_epoch > LONGEST_EVALUATION_INTERVAL

    def _schedule(self, step: int) -> None:
        after_first_steps = step - step % STATISTICS_INTERVAL + STATISTICS_INTERVAL
        is_early = step < STATISTICS_INTERVAL or self._monitor.awaits_signal
        self.next_step = step + 1 if is_early else after_first_steps
        if self._has_long_epochs():
            every = LONGEST_EVALUATION_INTERVAL
            self.next_step = min(self.next_step, step - step % every + every)

    def _begin_segment(self, evaluation: Evaluation) -> None:
        """Let the diagnosis begin anew with what it sees at ``evaluation``, made just now."""
        assembly = self._assembly
        # What is known of the signal is that of other layers or another loss.
        self.error_signal = np.empty(0)
        self._begin_record()
        self._note_test_loss(evaluation)
        self._wait_on(evaluation)
        inputs = assembly.dataset.inputs
        beginning = Beginning(
            self._picture(evaluation, looks_like_copies=True),
            assembly.guessing,
            tuple(inputs.mean(axis=0).tolist()),
            tuple(inputs.std(axis=0).tolist()),
            tuple(assembly.dataset.feature_names or ()),
            self._chance(),
        )
        self._monitor.begin(assembly.spec, assembly.horizon(), beginning)

    def _chance(self) -> float:
        """Return the accuracy of the best constant answer; 0 for a regression."""
        if self._assembly.task != "classification":
            return 0.0
        _, counts = np.unique(class_indices(self._assembly.targets), return_counts=True)
        return float(counts.max() / counts.sum())

    def _is_fused(self) -> bool:
        return is_fused(self._assembly.network, self._assembly.spec.training.loss)

    def _evaluate(self, step: int, station: Station) -> None:
        evaluation = self._evaluate_for_log(step)
        self._note_test_loss(evaluation)
        self._wait_on(evaluation)
        if self._monitor.is_due(step):
            self._diagnose(evaluation, station)

    def _diagnose(self, evaluation: Evaluation, station: Station) -> None:
        monitor = self._monitor
        if monitor.looks_at_layers(evaluation.step):
            self.error_signal = self._signal_of(station)
            # Units that are apart never become alike.
            record = self._picture(evaluation, monitor.watch.latest.is_symmetric)
            if station.workspace.exact:
                lost = lost_shares(station.workspace, self._assembly.network)
                largest = largest_rounded(station.workspace)
                record = record._replace(lost=lost, largest=largest)
        else:
            record = self._glance(evaluation, monitor.watch.latest)
        monitor.add(record)
        self._begin_record()

    def _begin_record(self) -> None:
        """Begin to gather what the next record is to say of the steps before it."""
        self.log.peak = -math.inf
        self._lowest_test = (math.inf, 0)

    def _note_test_loss(self, evaluation: Evaluation) -> None:
        test = evaluation.test
        if test is not None and test.loss < self._lowest_test[0]:
            self._lowest_test = test.loss, evaluation.step

    def _wait_on(self, evaluation: Evaluation) -> None:
        if self._assembly.spec.training.patience:
            self.wait = self.wait.after(evaluation, self._assembly)

    def _glance(self, evaluation: Evaluation, last: Record) -> Record:
        """Return a record of this moment that tells of the layers what ``last`` does."""
        test = evaluation.test
        return last._replace(
            step=evaluation.step,
            loss=evaluation.train.loss,
            test_loss=test.loss if test else math.nan,
            score=evaluation.train.score,
            test_score=test.score if test else math.nan,
            peak=self.log.peak,
            lowest_test=self._lowest_test,
        )

    def _picture(self, evaluation: Evaluation, looks_like_copies: bool) -> Record:
        """Return what the rules are to know of this moment; the training rows are evaluated.

        Whether units are copies is only looked at where it ``looks_like_copies``.
        """
        network, update = self._assembly.network, self._assembly.state.update
        evaluator = self._assembly.evaluator("train")
        assert evaluator is not None
        workspace = evaluator.recorded_values()
        test = evaluation.test
        return Record(
            step=evaluation.step,
            loss=evaluation.train.loss,
            test_loss=test.loss if test else math.nan,
            score=evaluation.train.score,
            test_score=test.score if test else math.nan,
            peak=self.log.peak,
            lowest_test=self._lowest_test,
            signal=tuple(self.error_signal.tolist()),
            pace=relative_size(update, network.params.data),
            flat=flat_shares(network, workspace, self._is_fused()),
            silent=silent_units(network, workspace),
            is_symmetric=looks_like_copies and is_symmetric(network),
        )

    def _evaluate_for_log(self, step: int) -> Evaluation:
        evaluation = evaluate_at(step, self._assembly)
        self.log.add_evaluation(evaluation)
        self._add_place(step)
        return evaluation

    def _add_place(self, step: int) -> None:
        feed = self._assembly.feed
        self.log.add_place(step, feed.epoch + feed.progress)
