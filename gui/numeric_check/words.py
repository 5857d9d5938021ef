"""What the gradient check has to say, in words; nothing here knows of Qt."""

from __future__ import annotations

from typing import Literal

from core.explain.numeric_check import EntryCheck, GradientCheck, Verdict
from gui.numbers import MINUS, counted, format_count, format_setting, format_value
from gui.typography import in_print

VERDICT_WORDS: dict[Verdict, str] = {
    "good": "agrees",
    "bad": "disagrees",
    "near a kink": "near a kink",
}
VALUE_DIGITS = 7
ERROR_DIGITS = 2
MOST_LAYERS_NAMED = 4

CURVE_SENTENCE = (
    "Right: a large h cuts the corner of a curved loss (truncation). "
    "Left: a small h leaves the difference no digits (rounding)."
)

WRONG_SENTENCE = (
    "No step h brings the two together: it is not the difference that is inexact, "
    "the derivative by backpropagation is another."
)

KINK_SENTENCE = (
    "On the two sides of a kink the loss has different slopes: "
    "a difference across it is the derivative of neither."
)


def outcome(check: GradientCheck) -> Verdict:
    """Return the gravest verdict of all entries."""
    return check.worst.verdict


def headline(check: GradientCheck) -> str:
    """Return the outcome in a few words: ``41 of 41 derivatives agree``."""
    total, bad = len(check.entries), check.count("bad")
    noun = "derivative" if total == 1 else "derivatives"
    if bad:
        return f"{format_count(bad)} of {format_count(total)} {noun} {_disagree(bad)}"
    good = check.count("good")
    verb = "agrees" if good == 1 == total else "agree"
    line = f"{format_count(good)} of {format_count(total)} {noun} {verb}"
    kinks = check.count("near a kink")
    return f"{line}, {format_count(kinks)} near a kink" if kinks else line


def worst_sentence(check: GradientCheck) -> str:
    """Return one sentence that names the worst entry and its two derivatives."""
    entry = check.worst
    both = _both(entry, "the local rule" if check.is_local else "backpropagation")
    if entry.verdict == "good":
        return f"The largest difference is at {in_print(entry.name)}: {both}."
    if entry.verdict == "bad":
        return f"Worst is {in_print(entry.name)}: {both}."
    return (
        f"Farthest apart is {in_print(entry.name)}: {both}; a unit's slope jumps between "
        f"w {MINUS} h and w + h, so the difference there is no derivative."
    )


def curve_sentence(check: GradientCheck) -> str:
    """Return what the error curve shows."""
    shown = {entry.verdict for entry in check.entries if entry.index == check.curve.index}
    if "bad" in shown:
        return WRONG_SENTENCE
    return KINK_SENTENCE if "near a kink" in shown else CURVE_SENTENCE


def circumstances(check: GradientCheck) -> str:
    """Return what was checked: ``all 9 parameters · batch of 1 row · ...``."""
    total, checked = check.parameter_count, len(check.entries)
    which = (
        f"all {counted(total, 'parameter')}"
        if total == checked
        else f"{format_count(checked)} of {format_count(total)} parameters, some of every layer"
    )
    parts = [
        which,
        f"batch of {counted(check.rows, 'row')}",
        f"after {counted(check.step, 'step')}",
        f"h = {format_setting(check.h)}",
    ]
    if check.is_local:
        parts.append("each hidden layer against its own loss")
    return " · ".join(parts)


def layers_line(check: GradientCheck) -> str:
    """Return the relative errors of the layers' vectors."""
    without = ", without entries near a kink" if check.count("near a kink") else ""
    if len(check.layers) <= MOST_LAYERS_NAMED:
        errors = (f"{layer.layer}: {format_error(layer.relative_error)}" for layer in check.layers)
        return f"Relative error of each layer's gradient{without}: layer " + ", layer ".join(errors)
    worst = max(check.layers, key=lambda layer: layer.relative_error)
    return (
        f"Relative error of the layers' gradients{without}: at most "
        f"{format_error(worst.relative_error)}, in layer {worst.layer} of {len(check.layers)}"
    )


def precision_line(check: GradientCheck) -> str:
    """Return in which number type the check runs where the run has another; else ""."""
    errors = [layer.trained_error for layer in check.layers if layer.trained_error is not None]
    if check.dtype == "float64":
        return ""
    line = f"Checked in float64; the run trains in {check.dtype}"
    if not errors:
        return line
    return f"{line}, whose gradients are off by at most {format_error(max(errors))} in a layer"


def format_error(error: float) -> str:
    """Write a relative error with two digits and, below 0.001, an exponent."""
    return format_value(error, ERROR_DIGITS)


def icon_and_colors(verdict: Verdict) -> tuple[Literal["ok", "x", "warn"], str, str]:
    """Return icon, colour token and soft colour token of a verdict."""
    if verdict == "good":
        return "ok", "ok", "ok_soft"
    if verdict == "bad":
        return "x", "err", "err_soft"
    return "warn", "warn", "warn_soft"


def _both(entry: EntryCheck, rule: str) -> str:
    return (
        f"{format_value(entry.analytic)} by {rule}, {format_value(entry.numeric)} by "
        f"differences, a relative error of {format_error(entry.relative_error)}"
    )


def _disagree(count: int) -> str:
    return "disagrees" if count == 1 else "disagree"
