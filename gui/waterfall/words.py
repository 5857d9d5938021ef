"""What is written and said about the factors of a gradient; no Qt in here."""

from __future__ import annotations

from core.explain.reference import Reference
from core.explain.waterfall_steps import Waterfall, WaterfallStep
from gui.diagram.names import parameter_name
from gui.numbers import format_count, format_value
from gui.stage.act import UNKNOWN, short


def name_of(parameter: Reference) -> str:
    """Return a weight or bias as it is written everywhere."""
    return parameter_name(parameter.name[0], int(parameter.name[1:]), *parameter.index)


def label_of(step: WaterfallStep) -> str:
    """Return what stands left of a bar."""
    return step.label if step.kind == "start" else f"× {step.label}"


def number_of(step: WaterfallStep) -> str:
    """Return what stands right of a bar."""
    if step.value is None:
        return UNKNOWN
    return short(step.value) if step.kind in ("weight", "input") else format_value(step.value)


def note_of(step: WaterfallStep) -> str:
    """Return what stands in place of a bar that has no length, or nothing."""
    if not step.note:
        return ""
    times = "" if step.kind == "start" else "× "
    return f"{times}{number_of(step)}: {step.note}"


def row_in_words(step: WaterfallStep) -> str:
    """Return all that a row says."""
    words = f"{label_of(step)}: {number_of(step)}"
    if step.note:
        words += f", {step.note}"
    if step.product is not None and step.kind != "start":
        words += f", makes {format_value(step.product)}"
    if step.parts:
        factors = " ".join(f"{label_of(part)} ({number_of(part)})" for part in step.parts)
        words += f". Folded: {factors}"
    return words


def result_words(found: Waterfall) -> str:
    """Return what the factors come to, for the card's head."""
    if found.share is None:
        return f"so far {UNKNOWN if found.so_far is None else format_value(found.so_far)}"
    return f"{'share' if found.batch_size > 1 else 'gradient'} {format_value(found.share)}"


def batch_words(found: Waterfall) -> str:
    """Return the sample's share beside the gradient of the batch; nothing for a single sample."""
    if found.batch_size == 1:
        return ""
    share = UNKNOWN if found.share is None else format_value(found.share)
    gradient = UNKNOWN if found.gradient is None else format_value(found.gradient)
    count = format_count(found.batch_size)
    return f"share of this sample {share} · gradient of all {count} samples {gradient}"


def fold_words(found: Waterfall) -> str:
    """Return which factors are taken together; nothing where none are."""
    folded = [step.label.removeprefix("through ") for step in found.steps if step.parts]
    if not folded:
        return ""
    return f"weight, paths and slope are one bar each for {', '.join(folded)}"


def in_words(found: Waterfall) -> str:
    """Return the whole waterfall as text."""
    lines = [f"Why {name_of(found.parameter)} has its gradient"]
    lines += [row_in_words(step) for step in found.steps]
    lines += [
        words for words in (result_words(found), fold_words(found), batch_words(found)) if words
    ]
    return ". ".join(lines) + "."
