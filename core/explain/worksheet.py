"""A whole training step on paper: what is given, and per op a formula, a sentence and its numbers.

A worksheet is pure data, made from the values that a step has left behind; nothing is computed
anew. How it looks, and whether the numbers are printed or left for students, is not its business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core.errors import UserError
from core.explain.notation import written
from core.explain.other_sources import needs_backpropagation
from core.explain.worksheet_words import facts_of, memory_fact, sentence_of
from core.network.network import Network
from core.network.parameters import Floats
from core.training.evaluation import ForwardPass
from core.training.snapshot import OpInfo, Snapshot
from core.training.trainer import Trainer

# Of wider layers the sheet works through the first units only.
MOST_UNITS = 6
MANY_LEFT_OUT = f"of every layer, units and sources from {MOST_UNITS + 1} on are left out"
NOT_FINITE = "A worksheet needs a step whose numbers are all finite; one of this step's is not."
UNFINISHED = (
    "A worksheet needs a step that has been run op by op to its end: step through the rest first."
)

PHASE_TITLES = {
    "forward": "Forward pass",
    "loss": "Loss",
    "backward": "Backward pass",
    "update": "Update",
}


@dataclass(frozen=True, slots=True)
class Line:
    """``name = value``; the name is written as in the formulas: ``W1[2, 1]``, ``z1[2]``."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Exercise:
    """One op.

    Attributes:
        formula: what is computed, as the program writes it.
        sentence: the same in plain words.
        lines: the results, to be filled in or read.
        left_out: what has no line: ``units 7 to 32 are left out``, or "".
    """

    formula: str
    sentence: str
    lines: tuple[Line, ...]
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The ops of one phase."""

    title: str
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A block of numbers that the sheet starts from.

    Attributes:
        name: ``x``, ``W1``, ``b1``.
        values: row by row; a vector is one column.
        left_out: what is not printed, or "".
    """

    name: str
    values: tuple[tuple[float, ...], ...]
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A step of training for one sample.

    Attributes:
        title: name of the experiment.
        widths: (n[0], ..., n[L]), of all units, also of those that are left out.
        facts: structure, loss, optimizer and batch, one line each.
        given: inputs, target, parameters before the step, and what cannot be worked out for one
            sample: masks of dropout, statistics of a batch.
        sections: the phases in their order.
    """

    title: str
    widths: tuple[int, ...]
    facts: tuple[str, ...]
    given: tuple[Given, ...]
    sections: tuple[Section, ...]


def worksheet_of(snapshot: Snapshot) -> Worksheet:
    """Return the worksheet of the step that ``snapshot`` shows at its end.

    Raises:
        UserError: the step has not been run op by op to its end.
    """
    trace = snapshot.trace
    if not (trace.completed and trace.holds_start):
        raise UserError(UNFINISHED)
    sections = []
    for phase, title in PHASE_TITLES.items():
        exercises = tuple(
            _exercise(snapshot, op)
            for op in trace.ops
            if op.phase == phase and _is_asked(snapshot, op)
        )
        if exercises:
            sections.append(Section(title, exercises))
    if _is_the_same_again(snapshot):
        sections.append(Section("After the update", (_forward_again(snapshot),)))
    return Worksheet(
        snapshot.spec.name or "Untitled",
        snapshot.layout.widths,
        facts_of(snapshot),
        _given(snapshot),
        tuple(sections),
    )


def worksheet_question(trainer: Trainer) -> Worksheet:
    """Return the worksheet of the step on show, run op by op in a trainer of its own.

    That is the finished step where it was stepped through, else the step at hand.

    Raises:
        UserError: the gradient comes from elsewhere than backpropagation, or the step cannot be
            finished, as a number in it is not finite.
    """
    if reason := needs_backpropagation(trainer.spec.training, "A worksheet"):
        raise UserError(reason)
    own = Trainer(trainer.spec, trainer.dataset)
    start, is_finished = trainer.step_start, trainer.shown.program.completed
    is_on_show = is_finished and start is not None and start.step == trainer.step - 1
    frame = start if is_on_show and start is not None else trainer.keyframe()
    # The step stays on show also where the run stops early at its end.
    own.restore(replace(frame, spec=frame.spec.with_changes({"training.patience": 0})))
    size = len(own.batch_rows)
    own.in_view.sample = min(trainer.in_view.sample, size - 1)
    for _ in own.program.ops:
        own.advance_op()
    if own.halted is not None:
        raise UserError(
            "A worksheet needs a step whose numbers are all finite; this one's are not."
        )
    worksheet = worksheet_of(own.snapshot())
    fact = memory_fact(own.spec.training.optimizer.kind, frame.updates)
    return replace(worksheet, facts=(*worksheet.facts, fact)) if fact else worksheet


# ---------------------------------------------------------------------- what is given


def _given(snapshot: Snapshot) -> tuple[Given, ...]:
    values, layout = snapshot.trace.values, snapshot.layout
    blocks = [_block("x", values["x"]), _block("y", values["y"])]
    for n in range(1, layout.layer_count + 1):
        blocks.append(_block(f"W{n}", values[f"W{n}"]))
        if layout.biases:
            blocks.append(_block(f"b{n}", values[f"b{n}"]))
        if n in layout.normalized:
            blocks += [_block(f"{kind}{n}", values[f"{kind}{n}"]) for kind in ("gamma", "beta")]
    blocks += [
        _block(name, values[name])
        for op in snapshot.trace.ops
        if op.phase == "forward" and not _is_asked(snapshot, op)
        for name in op.writes
    ]
    return tuple(blocks)


def _is_asked(snapshot: Snapshot, op: OpInfo) -> bool:
    """Return whether the sheet has an exercise for ``op``.

    What is drawn at random, and what is taken over all samples of a batch, is given instead.
    """
    kind = op.name.rstrip("0123456789")
    if kind in ("mean", "var"):
        return snapshot.spec.network.layers[op.layer - 1].normalization == "layer"
    return bool(op.writes) and kind not in ("mask", "running")


def _is_the_same_again(snapshot: Snapshot) -> bool:
    """Return whether a forward pass outside training computes what one of a step does."""
    layers = snapshot.spec.network.layers
    return not any(layer.dropout or layer.normalization == "batch" for layer in layers)


def _block(name: str, value: Floats) -> Given:
    rows = value if value.ndim == 2 else value[:, None]
    shown = rows[:MOST_UNITS, :MOST_UNITS]
    return Given(
        written(name), tuple(tuple(float(v) for v in row) for row in shown), _left_out(value.shape)
    )


# ---------------------------------------------------------------------- what is computed


def _exercise(snapshot: Snapshot, op: OpInfo) -> Exercise:
    values = [pair for name in op.writes for pair in _named_values(snapshot, name)]
    lines = [line for label, value in values for line in _lines(label, value)]
    parts = dict.fromkeys(text for _, value in values if (text := _left_out(value.shape)))
    left_out = next(iter(parts)) if len(parts) == 1 else MANY_LEFT_OUT if parts else ""
    return Exercise(op.formula, sentence_of(snapshot, op), tuple(lines), left_out)


def _named_values(snapshot: Snapshot, name: str) -> Iterable[tuple[str, Floats]]:
    """Yield what op writes ``name``, flat vectors of parameters taken apart by layer."""
    trace, layout = snapshot.trace, snapshot.layout
    value = trace.values[name]
    if value.shape != (layout.size,) or name in _sample_names(trace.ops):
        yield written(name), value
        return
    prefix = {"parameters": "new ", "update": "Δ"}.get(name, f"{name} of ")
    for n in range(1, layout.layer_count + 1):
        yield f"{prefix}W{n}", layout.weights(value, n)
        if layout.biases:
            yield f"{prefix}b{n}", layout.bias(value, n)
        for kind, row in (("gamma", layout.scale), ("beta", layout.shift)):
            part = row(value, n)
            if part is not None:
                yield f"{prefix}{written(kind)}{n}", part


def _sample_names(ops: Iterable[OpInfo]) -> set[str]:
    """Return what is written outside the update: no vector of parameters, whatever its size."""
    return {name for op in ops if op.phase != "update" for name in op.writes}


def _lines(name: str, value: Floats) -> list[Line]:
    if value.ndim == 0:
        return [Line("L" if name == "loss" else name, float(value))]
    shown = value[(slice(MOST_UNITS),) * value.ndim]
    return [
        Line(f"{name}[{', '.join(str(i + 1) for i in index)}]", float(shown[index]))
        for index in np.ndindex(shown.shape)
    ]


def _left_out(shape: tuple[int, ...]) -> str:
    """Return what of an array is not printed, in words."""
    words = ("units", "sources") if len(shape) == 2 else ("units",)
    parts = [
        f"{word} {MOST_UNITS + 1} {'and' if size == MOST_UNITS + 2 else 'to'} {size}"
        if size > MOST_UNITS + 1
        else f"{word[:-1]} {size}"
        for word, size in zip(words, shape, strict=False)
        if size > MOST_UNITS
    ]
    if not parts:
        return ""
    is_one = len(parts) == 1 and not parts[0].startswith(words)
    return " and ".join(parts) + (" is" if is_one else " are") + " left out"


def _forward_again(snapshot: Snapshot) -> Exercise:
    """Return answer and loss of the same batch with the parameters that the step has left."""
    spec, trace, last = snapshot.spec, snapshot.trace, snapshot.layout.layer_count
    network = Network(spec.network, snapshot.layout.widths[0], spec.seed)
    np.copyto(network.params.data, snapshot.parameters)
    again = ForwardPass(network, len(trace.rows), spec.training.loss)
    again.load(snapshot.dataset.inputs[trace.rows], snapshot.targets[trace.rows])
    answer = again.run()[:, trace.sample]
    loss = again.workspace.loss.item()
    return Exercise(
        f"a{last}, L with the new parameters",
        "Do the forward pass once more, with the new parameters. Has the loss fallen?",
        (*_lines(f"a{last}", answer), Line("L", loss)),
        _left_out(answer.shape),
    )
