"""Records a run at a rhythm that follows steps, never frames, and feeds the diagnosis with it.

Evaluations: every epoch, or every 100 steps where an epoch is longer. Layer statistics: the first
16 steps, then every 16th. Losses: every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from core.diagnosis.findings import Finding
from core.diagnosis.histograms import layer_rms
from core.diagnosis.monitor import Monitor, Watch
from core.diagnosis.statistics import error_signal, has_other_cause
from core.spec import ExperimentSpec
from core.training.assembly import Assembly, Station
from core.training.log import Evaluation, Mark, RunLog

LONGEST_EVALUATION_INTERVAL = 100
STATISTICS_INTERVAL = 16


@dataclass(frozen=True, slots=True)
class Moment:
    """What a recorder knew at one step, apart from the series, which are cut back to it."""

    watch: Watch
    evaluation: Evaluation | None
    marks: tuple[Mark, ...]


class Recorder:
    """The log and the findings of one run.

    Attributes:
        log: the recorded series.
        next_step: the step after which ``record`` is to be called next, an epoch's end apart.
    """

    def __init__(self, assembly: Assembly) -> None:
        """Begin at step 0 with an evaluation of the untrained network."""
        self.log = RunLog(len(assembly.network.layers), assembly.guessing)
        self._monitor = Monitor(assembly.spec, assembly.guessing, assembly.horizon())
        self._assembly = assembly
        self._evaluate(step=0)
        self._schedule(step=0)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return every finding raised so far, cleared or not."""
        return self._monitor.watch.findings

    def adopt(self, assembly: Assembly, step: int) -> None:
        """Go on with another assembly; other layers, loss or data begin a new segment."""
        old, self._assembly = self._assembly, assembly
        spec = assembly.spec
        segment = (spec.training.loss, spec.data, spec.network)
        if segment != (old.spec.training.loss, old.spec.data, old.spec.network):
            if spec.network != old.spec.network:
                self.log.restructure(len(assembly.network.layers))
            self.log.guessing = assembly.guessing
            self._monitor.restart(spec, assembly.guessing, assembly.horizon(), step)
            self._evaluate(step)
        self._schedule(step)

    def take_numbers(self, spec: ExperimentSpec) -> None:
        """Take settings that begin no segment, such as another learning rate."""
        self._monitor.spec = spec

    def moment(self) -> Moment:
        """Return what is needed to come back to this moment."""
        return Moment(self._monitor.watch, self.log.latest, self.log.marks)

    def rewind(self, assembly: Assembly, step: int, moment: Moment) -> None:
        """Go back to ``moment`` at ``step`` and forget what happened after it."""
        layers = len(assembly.network.layers)
        if layers != len(self._assembly.network.layers):
            self.log.restructure(layers)
        self._assembly = assembly
        self.log.guessing = assembly.guessing
        self.log.truncate(step)
        self.log.latest, self.log.marks = moment.evaluation, moment.marks
        self._monitor.take(assembly.spec, assembly.guessing, assembly.horizon())
        self._monitor.watch = moment.watch
        self._schedule(step)

    def record(self, step: int, epoch_ended: bool, station: Station) -> None:
        """Record what is due after ``step`` steps; ``station`` holds the last one's values."""
        network = self._assembly.network
        if step <= STATISTICS_INTERVAL or step % STATISTICS_INTERVAL == 0:
            self.log.add_rms(step, layer_rms(network.grads.data, network.layout))
            delta = error_signal(network, station.workspace)
            other_cause = partial(has_other_cause, network, station.workspace)
            self._monitor.add_error_signal(step, delta, other_cause)
        if step % LONGEST_EVALUATION_INTERVAL == 0 if self._has_long_epochs() else epoch_ended:
            self._evaluate(step)
        self._schedule(step)

    def add_non_finite(self, step: int, layer: int, message: str) -> Finding:
        """Record that an op wrote a number that is not finite."""
        self._monitor.add_non_finite(step, layer, message)
        return self._monitor.watch.findings[-1]

    def _has_long_epochs(self) -> bool:
        return self._assembly.feed.steps_per_epoch > LONGEST_EVALUATION_INTERVAL

    def _schedule(self, step: int) -> None:
        after_first_steps = step - step % STATISTICS_INTERVAL + STATISTICS_INTERVAL
        self.next_step = step + 1 if step < STATISTICS_INTERVAL else after_first_steps
        if self._has_long_epochs():
            every = LONGEST_EVALUATION_INTERVAL
            self.next_step = min(self.next_step, step - step % every + every)

    def _evaluate(self, step: int) -> None:
        assembly = self._assembly
        train, test = assembly.evaluator("train"), assembly.evaluator("test")
        assert train is not None
        evaluation = Evaluation(
            step,
            assembly.feed.epoch,
            train.evaluate_for_log(),
            None if test is None else test.evaluate_for_log(),
            float(assembly.hyper.learning_rate),
        )
        self.log.add_evaluation(evaluation)
        self._monitor.add_evaluation(step, evaluation.train.loss)
