"""What is said of an op beside its formula: caption, settings, sentence, and all of it as text."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QFontMetricsF

from core.explain.explanation import Explanation
from core.explain.notation import parameter_of, plain
from core.explain.reading import Reading
from core.explain.reference import Reference
from core.explain.written_line import Line
from gui.numbers import format_value
from gui.theme import ui_font
from gui.trace.boxes import Box, Glyphs
from gui.trace.figures import format_operand
from gui.trace.ink import WEAK
from gui.trace.words import entries, shapes_line, symbol

HINT_TITLE = "Between two steps"
HINT = (
    "Press F7 to run the next step one operation at a time (or choose Op above and press the "
    "step button beside Play). Each shows its formula and its numbers here."
)
NEXT_HINT = "F7 runs it."
LATER_WEIGHTS = "The weights shown are those after the update."
FORGOTTEN = "The step has overwritten what stood at ?: step back, then forward by op, to see it."
SPOKEN_LINES, SPOKEN_TERMS = 24, 8
DERIVED = {"share": "this sample's share", "jacobian": "J"}


def caption_of(explanation: Explanation) -> str:
    """Return which op it is and what it is about."""
    reading = explanation.reading
    count = len(reading.snapshot.trace.ops)
    words = f"Op {reading.place + 1} of {count} · {explanation.title}"
    return words if reading.has_run else f"{words} · to come"


def sentence_of(explanation: Explanation) -> str:
    """Return what the op does, what to know of its numbers, and at the next one how to run it."""
    reading = explanation.reading
    words = [explanation.sentence]
    if reading.weights_changed and any(parameter_of(name) == name for name in reading.op.reads):
        words.append(LATER_WEIGHTS)
    if _is_overwritten(reading):
        words.append(FORGOTTEN)
    if reading.place == reading.snapshot.trace.position:
        words.append(NEXT_HINT)
    return " ".join(words)


def _is_overwritten(reading: Reading) -> bool:
    """Return whether the op went on from what the rule remembered, and a run has not kept that."""
    op, trace = reading.op, reading.snapshot.trace
    goes_on = op.phase == "update" and op.writes[0] in op.reads and op.writes[0] != "parameters"
    return goes_on and trace.completed and op.writes[0] not in trace.state_before


def settings_line(explanation: Explanation) -> str:
    """Return the rule's numbers: "η = 0.5   t = 1"."""
    return "   ".join(f"{name} = {format_operand(value)}" for name, value in explanation.settings)


def head_note(explanation: Explanation) -> Box:
    """Return what stands before the shapes: the word itself, or the rule's numbers."""
    text = settings_line(explanation)
    font = ui_font(12, 600) if text else ui_font(12)
    if not text and explanation.reading.op.phase not in ("update", "loss"):
        text = "shapes"
    metrics = QFontMetricsF(font)
    glyphs = (Glyphs(0.0, 0.0, text, font, "" if explanation.settings else WEAK),) if text else ()
    return Box(metrics.horizontalAdvance(text), metrics.ascent(), metrics.descent(), glyphs)


def entry_value(explanation: Explanation, reference: Reference) -> float | None:
    """Return the number of an entry that the op writes or reads, None for anything else."""
    reading = explanation.reading
    value = reading.values.get(reference.name)
    concerns = (*reading.op.writes, *reading.op.reads, *_factors(explanation))
    if (
        value is None
        or reference.name not in concerns
        or not reference.index
        or len(reference.index) != np.ndim(value)
    ):
        return None
    if any(i >= limit for i, limit in zip(reference.index, value.shape, strict=True)):
        return None
    return float(value[reference.index])


def explanation_in_words(explanation: Explanation, first: int) -> str:
    """Return all that is shown of an op as text, the entries from ``first`` on."""
    reading = explanation.reading
    op = reading.op
    head = settings_line(explanation)
    parts = [caption_of(explanation), op.formula, shapes_line(op, reading.snapshot)]
    parts += [head] if head else []
    derived = [name for name in DERIVED if name in reading.values]
    # The vectors of the update are read parameter by parameter.
    whole = () if reading.is_of_parameters else (*op.writes, *op.reads)
    for name in dict.fromkeys((*whole, *_factors(explanation), *derived)):
        if name in reading.values:
            numbers = entries(reading.values[name], lambda text: True)
            parts.append(f"{DERIVED.get(name, symbol(name))}: {numbers}")
    if reading.is_of_parameters:
        parts += [plain(row.equation, format_operand) for row in explanation.numbers]
    parts += [line_in_words(line) for line in explanation.lines(first, SPOKEN_LINES)]
    return ". ".join([*parts, sentence_of(explanation)])


def line_in_words(line: Line) -> str:
    """Return an entry written out as text."""
    shown = [plain(term, format_operand) for term in line.terms[:SPOKEN_TERMS]]
    rest = len(line.terms) - len(shown)
    terms = " + ".join([*shown, f"{rest} more"] if rest else shown)
    result = "?" if line.result.value is None else format_value(line.result.value)
    whole = ""
    if line.whole is not None and line.whole.value is not None:
        whole = f" of {format_value(line.whole.value)}"
    return f"{line.label}: {terms} = {result}{whole}" if terms else f"{line.label}: {result}"


def _factors(explanation: Explanation) -> tuple[str, ...]:
    """Return the values of a fused output layer that no op writes."""
    reading = explanation.reading
    if reading.kind != "dz_fused":
        return ()
    return f"da{reading.op.layer}", f"slope{reading.op.layer}"
