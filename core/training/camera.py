"""Takes snapshots of a trainer."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from core.network.parameters import Floats
from core.step.penalties import penalty_of
from core.step.schedules import in_force
from core.training.evaluation import Split
from core.training.frozen import frozen
from core.training.quantities import quantity_histograms
from core.training.shares import sample_shares
from core.training.snapshot import ALL_PARTS, OpInfo, Part, Snapshot, Trace
from core.training.standing import standing_of
from core.training.values import StepValues

# Larger batches are read by nobody, and copying them takes time.
MOST_BATCH_NUMBERS = 20_000

if TYPE_CHECKING:
    from core.training.trainer import Trainer


def take_snapshot(
    trainer: Trainer, parts: Part = ALL_PARTS, previous: Snapshot | None = None
) -> Snapshot:
    """Return a snapshot of ``trainer``; parts not in ``parts`` come from ``previous``.

    A change of structure, or no ``previous``, makes all parts of a picture anew.
    """
    is_evaluated = Part.EVALUATION in parts
    if previous is None or previous.structure != trainer.structure:
        parts = ALL_PARTS
        previous = None

    assembly = trainer.assembly
    viewer = assembly.viewer
    has_test = assembly.evaluator("test") is not None
    split: Split = "test" if has_test else "train"
    evaluator = assembly.evaluator(split)
    probed: Split = trainer.in_view.probe[0] if has_test else "train"
    probe_rows = assembly.evaluator(probed)
    assert evaluator is not None
    assert probe_rows is not None
    epoch = assembly.feed.epoch + assembly.feed.progress
    row = min(trainer.in_view.probe[1], probe_rows.rows - 1)
    return Snapshot(
        spec=trainer.spec,
        dataset=trainer.dataset,
        layout=trainer.network.layout,
        task=assembly.task,
        targets=assembly.targets,
        test_targets=assembly.test_targets,
        structure=trainer.structure,
        step=trainer.step,
        epoch=epoch,
        in_step=trainer.program.pc > 0,
        passes=trainer.log.passes.at(trainer.step),
        loss=trainer.last_loss,
        learning_rate=trainer.learning_rate,
        clipped_share=trainer.recorder.clipped.share,
        evaluation=standing_of(trainer, previous) if is_evaluated else trainer.log.latest,
        penalty=penalty_of(trainer.network, trainer.spec.training),
        guessing=assembly.guessing,
        parameters=frozen(trainer.network.params.data),
        gradient=frozen(trainer.network.grads.data),
        update=frozen(assembly.state.update),
        findings=trainer.findings(),
        histories=trainer.recorder.histories(),
        error_signal=frozen(trainer.recorder.error_signal),
        trial=None,
        undo=trainer.history.undo_title,
        redo=trainer.history.redo_title,
        wait=trainer.recorder.wait,
        stop=trainer.stop,
        halted=trainer.halted,
        halted_at=trainer.halted_at,
        hits=trainer.guard.hits,
        breakpoints=trainer.guard.breakpoints,
        alone=assembly.feed.alone,
        timeline_bytes=trainer.timeline.byte_count if trainer.program.pc else 0,
        maps=viewer.response_maps(trainer.step)
        if previous is None or Part.MAPS in parts
        else previous.maps,
        histograms=quantity_histograms(trainer)
        if previous is None
        or Part.HISTOGRAMS in parts
        or previous.histograms.quantity != trainer.in_view.quantity
        else previous.histograms,
        curves=trainer.log.curves((trainer.step, epoch))
        if previous is None or Part.CURVES in parts
        else previous.curves,
        running={
            n: (frozen(mean), frozen(var))
            for n, (mean, var) in trainer.network.running.views.items()
        },
        trace=_trace(trainer) if previous is None or Part.TRACE in parts else previous.trace,
        probe=viewer.probe(
            probed,
            row,
            probe_rows.targets,
            trainer.step,
            trainer.spec.training.loss if trainer.in_view.saliency else None,
        )
        if previous is None
        or Part.PROBE in parts
        or (previous.probe.saliency is not None) != trainer.in_view.saliency
        else previous.probe,
        predictions=viewer.predictions(split, evaluator, trainer.step)
        if previous is None or Part.PREDICTIONS in parts
        else previous.predictions,
    )


def _trace(trainer: Trainer) -> Trace:
    shown = trainer.shown
    program = shown.program
    ops = tuple(
        OpInfo(op.name, op.phase, op.layer, op.reads, op.writes, op.formula) for op in program.ops
    )
    position = len(ops) if program.completed else program.pc
    values: dict[str, Floats] = {}
    sample = min(trainer.in_view.sample, shown.workspace.batch_size - 1)
    by_sample = shown.values.by_sample
    named = dict.fromkeys(name for op in ops for name in (*op.reads, *op.writes))
    for name in (*named, *shown.values.factors):
        value = shown.values.read(name)
        if value is not None:
            values[name] = frozen(value[sample] if name in by_sample else value)
    before = _parameters_before(trainer)
    if before is not None:
        layout = trainer.network.layout
        for layer in range(1, layout.layer_count + 1):
            values[f"W{layer}"] = frozen(layout.weights(before, layer))
            if layout.biases:
                values[f"b{layer}"] = frozen(layout.bias(before, layer))
            for name, part in (("gamma", layout.scale), ("beta", layout.shift)):
                row = part(before, layer)
                if row is not None:
                    values[f"{name}{layer}"] = frozen(row)
    step = trainer.step - (1 if program.completed else 0)
    training = trainer.rule_used or in_force(trainer.spec.training, step)
    return Trace(
        ops,
        position,
        program.completed,
        step,
        trainer.batch_rows,
        sample,
        MappingProxyType(values),
        before is not None,
        training.optimizer,
        training,
        trainer.assembly.state.count - (1 if program.completed else 0),
        MappingProxyType(_state_before(trainer)),
        sample_shares(shown.values, trainer.network.layout, trainer.in_view.parameter),
        MappingProxyType(_batches(shown.values, trainer)),
    )


def _batches(values: StepValues, trainer: Trainer) -> dict[str, Floats]:
    """Return (B, n) by name the sums of the layers with batch normalization, as far as computed."""
    found: dict[str, Floats] = {}
    for layer in trainer.network.layers:
        if layer.running_mean is not None:
            sums = values.read(f"z{layer.index}")
            if sums is not None and sums.size <= MOST_BATCH_NUMBERS:
                found[f"z{layer.index}"] = frozen(sums)
    return found


def _parameters_before(trainer: Trainer) -> Floats | None:
    """Return (P,) what the step on show began with; None where an update has replaced it."""
    if not (trainer.program.pc or trainer.shown.program.completed):
        return trainer.network.params.data
    start = trainer.step_start
    shown_step = trainer.step if trainer.program.pc else trainer.step - 1
    return start.parameters if start is not None and start.step == shown_step else None


def _state_before(trainer: Trainer) -> dict[str, Floats]:
    """Return (P,) each of what the update rule began the step on show with; empty if gone.

    The running statistics are among them, (n,) each.
    """
    if _parameters_before(trainer) is None:
        return {}
    has_begun = trainer.program.pc or trainer.shown.program.completed
    start = trainer.step_start if has_begun else None
    state = trainer.assembly.state.arrays if start is None else start.optimizer
    found = {name: frozen(array) for name, array in state.items()}
    running = trainer.network.running
    before = running.data if start is None else start.running
    for name, array in running.named(before):
        found[name] = frozen(array)
    return found
