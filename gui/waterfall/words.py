"""What is written and said about the factors of a gradient; no Qt in here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.explain.notation import parameter_label
from core.explain.reference import Reference
from core.explain.waterfall_reason import Reason
from core.explain.waterfall_steps import Waterfall, WaterfallStep
from core.network.parameters import Floats
from gui.numbers import counted, format_count, format_percent, format_value
from gui.stage.act import UNKNOWN, short

# A share of so many times the gradient says only that the shares cancel.
LARGEST_SHARE = 10.0


def name_of(parameter: Reference) -> str:
    """Return a parameter as it is written everywhere."""
    return parameter_label(parameter)


def label_of(step: WaterfallStep) -> str:
    """Return what stands left of a bar."""
    sign = {"start": "", "restart": "+ "}.get(step.kind, "× ")
    return f"{sign}{step.label}"


def number_of(step: WaterfallStep) -> str:
    """Return what stands right of a bar."""
    if step.value is None:
        return UNKNOWN
    return (
        short(step.value)
        if step.kind in ("weight", "input", "shortcut")
        else format_value(step.value)
    )


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


def reason_words(reason: Reason) -> str:
    """Return which bar falls longest, and why."""
    step = reason.step
    number = f"×{format_value(step.value, 2)}" if step.parts and step.value is not None else ""
    named = f"{step.label} {number}" if number else f"{step.label} = {number_of(step)}"
    return f"Longest fall: {named}" + (f", {reason.words}" if reason.words else "")


def reason_phrases(reason: Reason) -> tuple[str, ...]:
    """Return what stands beneath the axis, from the longest to what has to be said."""
    return reason_words(reason), reason_words(replace(reason, words=""))


def batch_phrases(found: Waterfall) -> tuple[str, ...]:
    """Return what stands above the strip, from the longest to the shortest."""
    share = UNKNOWN if found.share is None else format_value(found.share)
    gradient = UNKNOWN if found.gradient is None else format_value(found.gradient)
    return batch_words(found), f"this sample {share} · all {found.batch_size} {gradient}"


def share_phrases(
    found: Waterfall, rows: NDArray[np.intp], shares: Floats | None, place: int
) -> tuple[str, ...]:
    """Return what the sample at ``place`` of the batch adds to the gradient, longest first."""
    name = f"row {format_count(int(rows[place]) + 1)} ({format_count(place + 1)} of "
    name += f"{format_count(len(rows))})"
    if shares is None:
        return (f"{name}: {UNKNOWN}",)
    share = float(shares[place])
    words = f"{name}: {format_value(share)}"
    if share and found.gradient and abs(share / found.gradient) < LARGEST_SHARE:
        part = format_percent(share / found.gradient)
        return f"{words}, {part} of the gradient", f"{words}, {part}", words
    return (words,)


def scale_words(scale: float, shown: int, count: int) -> str:
    """Return what a bar of full height stands for, and how many samples have one."""
    lines = [f"±{format_value(scale, 2)}"] if scale else []
    if shown < count:
        lines.append(f"{format_count(shown)} of {format_count(count)}")
    return "\n".join(lines)


def strip_words(found: Waterfall, shares: Floats | None) -> str:
    """Return all that the strip says, for who cannot see it."""
    words = batch_words(found)
    if shares is None:
        return words
    up, down = int((shares > 0).sum()), int((shares < 0).sum())
    largest = int(np.argmax(np.abs(shares)))
    return (
        f"{words}. {counted(up, 'sample')} add to it, {format_count(down)} take from it; the "
        f"largest share is {format_value(float(shares[largest]))}, of sample {largest + 1}"
    )


def fold_words(found: Waterfall) -> str:
    """Return which factors are taken together; nothing where none are."""
    folded = [
        step.label.removeprefix("through ").removeprefix("from ")
        for step in found.steps
        if step.parts
    ]
    if not folded:
        return ""
    plain = {"weight", "paths", "slope"}
    kinds = {part.kind for step in found.steps for part in step.parts}
    what = "weight, paths and slope" if kinds <= plain else "all factors of a layer"
    return f"{what} are one bar each for {', '.join(folded)}"


def in_words(found: Waterfall, reason: Reason | None = None) -> str:
    """Return the whole waterfall as text."""
    lines = [f"Why {name_of(found.parameter)} has its gradient"]
    lines += [row_in_words(step) for step in found.steps]
    because = "" if reason is None else reason_words(reason)
    lines += [
        words
        for words in (because, result_words(found), fold_words(found), batch_words(found))
        if words
    ]
    return ". ".join(lines) + "."
