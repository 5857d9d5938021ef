"""What every way to the gradient costs and brings, for this network, batch and step.

All sources are run over arrays of their own: no bit of the trainer changes. What would take longer
than a budget is estimated: its time from that of a forward pass, the error of central differences
from some parameters of every layer; the other errors are then left open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from time import get_clock_info, perf_counter, thread_time
from typing import NamedTuple

import msgspec
import numpy as np

from core.errors import UserError
from core.explain.numeric_check import spread_sample
from core.network.feedback import feedback_matrices
from core.network.network import Network
from core.network.parameters import Floats
from core.spec import GradientSource, choices
from core.spec_rules import FORWARD_FORWARD, FORWARD_ONLY, refuse_too_many
from core.step.backward import backward_ops, output_ops
from core.step.forward import forward_ops, loss_op
from core.step.forward_forward import local_ops, neutral_inputs
from core.step.gradient_sources import gradient_op, make_probe, steps_of_differences
from core.step.hyperparameters import Hyperparameters
from core.step.operations import Op
from core.step.passes import Passes, passes_of_step
from core.step.straight_line import straight_line
from core.step.workspace import Workspace
from core.training.evaluation import Split
from core.training.goodness import accuracy_by_goodness
from core.training.trainer import Trainer

# A source may take so long, all repetitions together; there are five of them.
BUDGET_SECONDS = 0.25
MOST_REPETITIONS = 5
# Where other threads are busy only the time of this one counts, if its clock is fine enough.
_clock = thread_time if get_clock_info("thread_time").resolution <= 1e-6 else perf_counter
MOST_SAMPLED, FEWEST_SAMPLED = 300, 4


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the gradient.

    Attributes:
        source: as in the specification.
        passes: of one step, the forward pass for the loss on show among them.
        factor: how many times the passes of backpropagation.
        seconds: for these passes on this machine, the median of some repetitions.
        byte_count: what it fills beside parameters, gradient and the values of the forward pass.
        error: |g − g_b| / |g_b| against backpropagation's g_b; None where it was not measured.
        cosine: of the angle between g and g_b; None where that is not known or one of them is 0.
        is_estimated: whether the time is reckoned from that of one forward pass.
        sampled: over how many parameters the error is taken, 0 for all of them.
        refusal: why the run cannot train with it, or "".
    """

    source: str
    passes: Passes
    factor: float
    seconds: float
    byte_count: int
    error: float | None
    cosine: float | None
    is_estimated: bool
    sampled: int
    refusal: str


class Recognized(NamedTuple):
    """Which share of the rows of a split a network of forward-forward takes for what they are.

    Attributes:
        split: "test", or "training" where there are no test rows.
        by_goodness: by the label of the most goodness.
        by_output: by its output layer.
    """

    split: str
    by_goodness: float
    by_output: float


@dataclass(frozen=True, slots=True)
class GradientWays:
    """All ways to one gradient.

    Attributes:
        step: finished updates.
        rows: B, of the batch at hand.
        parameter_count: P.
        dtype: of the numbers.
        population, sigma: as the run has them.
        current: the source that the run trains with.
        ways: backpropagation first.
        recognized: of a run that learns by forward-forward, else None.
    """

    step: int
    rows: int
    parameter_count: int
    dtype: str
    population: int
    sigma: float
    current: str
    ways: tuple[Way, ...]
    recognized: Recognized | None = None

    def way(self, source: str) -> Way:
        """Return the way called ``source``."""
        return next(way for way in self.ways if way.source == source)


def compare_ways(trainer: Trainer, budget: float = BUDGET_SECONDS) -> GradientWays:
    """Measure all sources for the current parameters on the batch of the step at hand.

    Args:
        trainer: is read only.
        budget: seconds that one source may take; what takes longer is estimated.
    """
    with np.errstate(all="ignore"):
        bench = _Bench(trainer, budget)
        training = trainer.spec.training
        return GradientWays(
            trainer.step,
            bench.workspace.batch_size,
            bench.network.layout.size,
            bench.network.dtype.name,
            training.population,
            training.sigma,
            training.gradient_source,
            tuple(bench.measure(source) for source in choices(GradientSource)),
            _recognized(trainer),
        )


def _recognized(trainer: Trainer) -> Recognized | None:
    split: Split = "test" if trainer.assembly.evaluator("test") is not None else "train"
    by_goodness, metrics = accuracy_by_goodness(trainer, split), trainer.evaluate(split)
    if by_goodness is None or metrics is None or metrics.accuracy is None:
        return None
    return Recognized("test" if split == "test" else "training", by_goodness, metrics.accuracy)


class _Bench:
    """The trainer's network and batch once more, in arrays of its own."""

    def __init__(self, trainer: Trainer, budget: float) -> None:
        self._trainer, self._budget = trainer, budget
        assembly = trainer.assembly
        self.network = trainer.network.twin()
        self.workspace = assembly.new_workspace(assembly.feed.batch_size)
        self.workspace.columns[...] = assembly.feed.batch.columns
        self._forward = straight_line((op.run for op in self._pass(self.network)), {})
        self._forward()
        self._pass_seconds = _median_seconds(self._forward, budget)
        self._exact: Floats = np.zeros(0)

    def measure(self, source: str) -> Way:
        """Return what ``source`` costs and brings; backpropagation has to come first."""
        training = self._trainer.spec.training
        size = self.network.layout.size
        passes = passes_of_step(source, training.population, size)
        seconds = passes.total * self._pass_seconds
        refusal = self._refusal(source)
        is_local = source == FORWARD_FORWARD
        is_long = source in FORWARD_ONLY and seconds > self._budget
        is_estimated = is_long or (is_local and refusal != "")
        sampled, found = 0, None
        if is_local and not refusal:
            seconds, found = self._measure_local()
        elif not is_estimated:
            seconds = _median_seconds(self._gradient(source), self._budget)
            found = self.network.grads.data.copy()
        elif source == "central_differences":
            sampled, found = self._sample_differences()
        if source == "backpropagation":
            self._exact = self.network.grads.data.copy()
        error, cosine = _compared(found, self._exact)
        factor = passes.total / passes_of_step("backpropagation", 0, size).total
        return Way(
            source,
            passes,
            factor,
            seconds,
            self._byte_count(source),
            error,
            cosine,
            is_estimated,
            sampled,
            refusal,
        )

    def _measure_local(self) -> tuple[float, Floats | None]:
        """Return the seconds of a step of forward-forward, and its gradient.

        None where the run has no directions in it, and so is another function.
        """
        trainer = self._trainer
        spec, widths = trainer.spec, self.network.layout.widths
        network = Network(spec.network, widths[0], seed=None, directs=True)
        network.params.data[...] = self.network.params.data
        workspace = trainer.assembly.new_workspace(self.workspace.batch_size)
        workspace.columns[...] = self.workspace.columns
        workspace.inputs[...] = neutral_inputs(self.workspace.inputs.T, widths[-1]).T
        local = local_ops(network, workspace, spec.seed, trainer.assembly.hyper)
        ops = [*self._pass(network, workspace), *local.forward, *local.loss, *local.backward]
        run = straight_line((op.run for op in (*ops, *output_ops(network, workspace))), {})
        seconds = _median_seconds(run, self._budget)
        return seconds, network.grads.data if self.network.directs else None

    def _pass(self, network: Network, workspace: Workspace | None = None) -> list[Op]:
        own = self.workspace if workspace is None else workspace
        loss = self._trainer.spec.training.loss
        spec, clock = self._trainer.spec, self._trainer.assembly.hyper
        return [*forward_ops(network, own, spec.seed, clock), loss_op(network, own, loss)]

    def _gradient(self, source: str) -> Callable[[], int]:
        """Return what does all passes of a step with ``source``."""
        spec, network = self._trainer.spec, self.network
        training = msgspec.structs.replace(spec.training, gradient_source=source)
        if source in FORWARD_ONLY:
            hyper = Hyperparameters(training, network.dtype)
            hyper.seek(self._trainer.step)
            probe = make_probe(network, self.workspace, self._pass)
            ops = [gradient_op(network, self.workspace, training, spec.seed, hyper, probe)]
        else:
            ops = backward_ops(
                network, self.workspace, training.loss, False, self._matrices(source)
            )
        return straight_line((op.run for op in (*self._pass(network), *ops)), {})

    def _matrices(self, source: str) -> dict[str, Floats] | None:
        if source != "feedback_alignment":
            return None
        spec, network = self._trainer.spec, self.network
        return feedback_matrices(spec.network, network.layout, spec.seed, network.dtype)

    def _sample_differences(self) -> tuple[int, Floats | None]:
        """Return over how many parameters differences were taken; (P,) NaN but for those."""
        count = min(MOST_SAMPLED, int(self._budget / (2 * self._pass_seconds)))
        if count < FEWEST_SAMPLED:
            return 0, None
        tried = self.network.params.data
        steps = steps_of_differences(tried)
        found = np.full(tried.shape, np.nan)
        chosen = spread_sample(self.network.layout, count)
        for i in chosen:
            kept, h = tried.item(i), steps.item(i)
            ends = []
            for end in (kept + h, kept - h):
                tried[i] = end
                self._forward()
                ends.append((self.workspace.loss.item(), tried.item(i)))
            tried[i] = kept
            (loss_above, above), (loss_below, below) = ends
            found[i] = (loss_above - loss_below) / (above - below)
        return len(chosen), found

    def _byte_count(self, source: str) -> int:
        layout, item = self.network.layout, self.network.dtype.itemsize
        widths, rows = layout.widths, self.workspace.batch_size
        if source == FORWARD_FORWARD:
            # Both passes with x, and z, a, u and dz of the hidden layers; dz of the output.
            return (2 * (widths[0] + 4 * sum(widths[1:-1])) + widths[-1]) * rows * item
        if source not in FORWARD_ONLY:
            # slope, da and dz of every unit and row; B in the place of all W but the first.
            values = 3 * sum(widths[1:]) * rows
            if source == "feedback_alignment":
                values += sum(n * m for n, m in pairwise(widths[1:]))
            return values * item
        # Parameters to be tried, a batch with its z and a; where they are drawn, two vectors more.
        vectors = 1 if source == "central_differences" else 3
        values = 2 * sum(widths) + widths[-1] + len(widths)
        return (vectors * layout.size + values * rows) * item

    def _refusal(self, source: str) -> str:
        try:
            self._trainer.spec.with_changes({"training": {"gradient_source": source}})
            refuse_too_many(source, self.network.layout.size)
        except UserError as error:
            return str(error)
        return ""


def _median_seconds(run: Callable[[], object], budget: float) -> float:
    """Return the median time of as many runs as fit ``budget``, at least one."""
    taken: list[float] = []
    while len(taken) < MOST_REPETITIONS:
        began = _clock()
        run()
        taken.append(_clock() - began)
        if sum(taken) + taken[-1] > budget:
            break
    return median(taken)


def _compared(found: Floats | None, exact: Floats) -> tuple[float | None, float | None]:
    """Return relative error and cosine over the entries that are known."""
    if found is None:
        return None, None
    known = ~np.isnan(found) | np.isnan(exact)
    g, e = found[known].astype(np.float64), exact[known].astype(np.float64)
    length, own = float(np.linalg.norm(e)), float(np.linalg.norm(g))
    error = float(np.linalg.norm(g - e)) / length if length else None
    return error, float(g @ e) / (length * own) if length and own else None
