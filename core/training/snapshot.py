"""A picture of a run at one moment: everything the window shows, and nothing that still changes.

Snapshots are frozen and self-contained: their arrays are read-only copies. Parts that are costly
may be taken over from an earlier snapshot; each says the step that it was computed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Flag, auto

import numpy as np
from numpy.typing import NDArray

from core.data import Dataset
from core.diagnosis.breakpoints import Breakpoint, Hit
from core.diagnosis.findings import Finding, History, Kind, Remedy
from core.diagnosis.histograms import LayerHistograms
from core.network.parameters import Floats, ParameterLayout
from core.spec import ExperimentSpec, OptimizerSpec, TrainingSpec
from core.training.early_stopping import EarlyStop, Wait
from core.training.log import Curves, Evaluation
from core.training.shares import SampleShares
from core.training.views import Predictions, Probe, ResponseMaps


class Part(Flag):
    """The costly parts of a snapshot, which may be refreshed at a pace of their own.

    EVALUATION is that of this very moment; without it a snapshot has the one recorded last.
    """

    MAPS = auto()
    HISTOGRAMS = auto()
    CURVES = auto()
    TRACE = auto()
    PROBE = auto()
    PREDICTIONS = auto()
    EVALUATION = auto()


ALL_PARTS = ~Part(0)


@dataclass(frozen=True, slots=True)
class OpInfo:
    """An op of the program without the means to run it; fields as in ``Op``."""

    name: str
    phase: str
    layer: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    formula: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The step on show and the values of one sample in it.

    Attributes:
        ops: the program.
        position: how many of its ops have run; all of them after a finished step.
        completed: whether the step is finished and has been counted.
        step: the number of the step on show: the updates that were finished when it began.
        rows: (B,) which training rows the batch holds.
        sample: the place in the batch of the sample whose values are given.
        values: by name, what has been computed so far: of values with one row a sample that
            sample's row, of weights and gradients the whole. The two factors of a fused output
            layer, ``da`` and ``slope``, are there too.
        holds_start: whether ``W1``, ``b1`` and so on are those that the step began with; after the
            last step of a run they are those it ended with. ``parameters`` are always those of now.
        optimizer: the update rule with the numbers that this step's update uses or has used.
        training: the settings that this update uses or has used.
        updates: how often that rule had run before this step; its t is one more.
        state_before: (P,) each, what the rule remembered at the step's start, and likewise (n,) the
            running statistics; empty where that is not known, after the last step of a run.
        shares: what each sample of the batch adds to the gradient of the parameter that is looked
            at; None while the step has not computed that.
        batches: (B, n) by name, for the whole batch the sums that batch normalization is taken of;
            too large ones are left out.
    """

    ops: tuple[OpInfo, ...]
    position: int
    completed: bool
    step: int
    rows: NDArray[np.intp]
    sample: int
    values: Mapping[str, Floats]
    holds_start: bool
    optimizer: OptimizerSpec
    training: TrainingSpec
    updates: int
    state_before: Mapping[str, Floats]
    shares: SampleShares | None = None
    batches: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrialReport:
    """What a trial came to, against the run itself over the same number of steps.

    Attributes:
        helped: whether the remedy made the run clearly better; otherwise it cannot be applied.
        sentence: what happened, in numbers.
        original_loss, trial_loss: medians of the last training losses, of the test losses against
            overfitting; of a run that has stopped the last loss, of a comparison without a number
            on one side infinite.
        original_score, trial_score: likewise accuracy or R², NaN where there is none.
    """

    helped: bool
    sentence: str
    original_loss: float
    trial_loss: float
    original_score: float
    trial_score: float


@dataclass(frozen=True, slots=True)
class TrialView:
    """A ghost run that tries a remedy beside the run.

    Attributes:
        kind: of the finding that the remedy is to mend.
        remedy: what is tried.
        from_start: whether the ghost began at step 0 rather than from the run's weights.
        origin: the step at which the ghost began.
        steps_done, steps_planned: how far it is.
        steps, loss: (n,) the training losses of the ghost's evaluations at its own steps, which
            count from ``origin``: 0 there, where the run has made ``origin`` steps.
        error_signal: (L,) of the ghost's last recorded step, see ``Snapshot.error_signal``.
        gradient_rms: (L,) root mean square of every layer's gradient in the ghost.
        report: what it came to, None while it runs.
    """

    kind: Kind
    remedy: Remedy
    from_start: bool
    origin: int
    steps_done: int
    steps_planned: int
    steps: Floats
    loss: Floats
    error_signal: Floats
    gradient_rms: Floats
    report: TrialReport | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run at one moment.

    Attributes:
        spec, dataset, layout, task: what is trained on what; the encoded targets with it.
        structure: rises whenever arrays change their shape or the data are others.
        step, epoch: finished updates and epochs, the latter with its fraction.
        in_step: whether a step has been begun and not finished.
        passes: through the network, forward and backward, that the run's steps have taken.
        loss: batch loss of the last finished step, NaN before the first.
        learning_rate: of the next update.
        clipped_share: in which share of the latest 100 steps (of fewer, since clipping was switched
            on) clipping has changed the gradient; NaN without clipping or before the first of them.
        evaluation: the metrics of ``parameters``, or those that were recorded last, see ``Part``.
        penalty: what L1 and L2 add to the loss of ``parameters``; 0 without them.
        guessing: loss of the best constant prediction.
        parameters, gradient, update: (P,) under ``layout``; ``update`` is what the last update
            subtracted, so a weight changed by minus its entry.
        findings: every finding so far; those with ``cleared_step`` None last.
        histories: how the measured quantities of the open findings went, by ``evidence.series``.
        error_signal: (L,) the RMS of dL/dz of one sample by layer, of the last recorded step;
            empty before the first.
        trial: the remedy that is being tried, or None.
        undo, redo: the titles of the changes that would be undone and done again; "" for none.
        wait: what early stopping waits on: the best test loss so far, and how many evaluations have
            come since; empty while it is off.
        stop: the early stop that the run has just made, or None.
        halted: the finding that stopped the run, or None.
        halted_at: the place of the op that wrote a number that is not finite first, or None.
        hits: the breakpoints that left the step before its update.
        breakpoints: all of them.
        alone: the only training row that the step at hand sees, or None for its whole batch.
        histograms: of the quantity that is looked at, by layer.
        timeline_bytes: in mid-step what the keyframes take, by which the run can go back; else 0.
        running: by layer (from 1) the running mean and variance of batch normalization, (n,) each.
        state: "paused", "running" or "failed", as the runner says.
        steps_per_second: as the runner measured.
    """

    spec: ExperimentSpec
    dataset: Dataset
    layout: ParameterLayout
    task: str
    targets: Floats
    test_targets: Floats | None
    structure: int
    step: int
    epoch: float
    in_step: bool
    passes: int
    loss: float
    learning_rate: float
    clipped_share: float
    evaluation: Evaluation | None
    penalty: float
    guessing: float
    parameters: Floats
    gradient: Floats
    update: Floats
    findings: tuple[Finding, ...]
    histories: Mapping[str, History]
    error_signal: Floats
    trial: TrialView | None
    undo: str
    redo: str
    wait: Wait
    stop: EarlyStop | None
    halted: Finding | None
    halted_at: int | None
    hits: tuple[Hit, ...]
    breakpoints: tuple[Breakpoint, ...]
    alone: int | None
    timeline_bytes: int
    maps: ResponseMaps | None
    histograms: LayerHistograms
    curves: Curves
    trace: Trace
    probe: Probe
    predictions: Predictions
    running: Mapping[int, tuple[Floats, Floats]]
    state: str = "paused"
    steps_per_second: float = 0.0
