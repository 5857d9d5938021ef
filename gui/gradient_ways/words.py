"""What the comparison of the ways to a gradient has to say, in words; nothing here knows of Qt."""

from __future__ import annotations

from core.explain.gradient_ways import GradientWays, Way
from core.spec_rules import FORWARD_ONLY, MOST_FOR_FORWARD_PASSES
from gui.numbers import MINUS, counted, format_count, format_percent, format_value

NAMES = {
    "backpropagation": "Backpropagation",
    "central_differences": "Central differences",
    "evolution_strategies": "Evolution strategies",
    "random_search": "Random search",
    "feedback_alignment": "Feedback alignment",
    "forward_forward": "Forward-forward",
}
IDEAS = {
    "backpropagation": "One pass forward and one back: exact.",
    "central_differences": "Moves each parameter up and down: exact, but for rounding.",
    "evolution_strategies": "The mean of random steps in pairs: right on average.",
    "random_search": "The best of some random steps, or none.",
    "feedback_alignment": "Errors go back through fixed random numbers.",
    "forward_forward": "Each layer learns alone to tell right labels from wrong ones.",
}
HEADS = ("way", "passes a step", "work", "time", "memory", "error", "cosine")
HEAD_TIPS = (
    "How the gradient comes about.",
    "Passes through the network that one step makes, with the one for the loss on show.",
    "Passes, as a multiple of those of backpropagation.",
    "Time for these passes on this machine, the median of some repetitions.",
    "Memory that is filled beside parameters, gradient and the values of the forward pass.",
    "|g − g_b| / |g_b|: how far the gradient g is from backpropagation's g_b.",
    "Cosine of the angle to backpropagation's gradient: 1 is the same direction, 0 a right angle.",
)
EMPTY, MEASURING = "Nothing measured yet", "Measuring …"
UNKNOWN = "–"
DIGITS = 3
_TIMES = ((1e-3, 1e-6, "µs"), (1.0, 1e-3, "ms"), (120.0, 1.0, "s"), (7200.0, 60.0, "min"))
_LONGER = ((172_800.0, 3600.0, "h"), (float("inf"), 86_400.0, "days"))
_SIZES = ((1e3, 1.0, "B"), (1e6, 1e3, "kB"), (1e9, 1e6, "MB"), (float("inf"), 1e9, "GB"))


def headline(ways: GradientWays) -> str:
    """Return what the comparison comes to, in one sentence."""
    way = ways.way("central_differences")
    times = work_words(way).removesuffix("×")
    return (
        f"Central differences take {passes_words(way, ways)} passes against 2: "
        f"{times} times the work of backpropagation."
    )


def circumstances(ways: GradientWays) -> str:
    """Return what was measured: ``all 105 parameters · batch of 10 rows · ...``."""
    parts = [
        counted(ways.parameter_count, "parameter"),
        f"batch of {counted(ways.rows, 'row')}",
        f"after {counted(ways.step, 'step')}",
        ways.dtype,
    ]
    return " · ".join(parts)


def estimate_note(ways: GradientWays) -> str:
    """Return what of the table is estimated and how, or ""."""
    found = [way for way in ways.ways if way.is_estimated]
    if not found:
        return ""
    names = ", ".join(NAMES[way.source].lower() for way in found[:-1])
    names = " and ".join(filter(None, [names, NAMES[found[-1].source].lower()]))
    note = f"≈ estimated from the time of one forward pass: {names}."
    sampled = max(way.sampled for way in found)
    if sampled:
        note += f" Error and cosine are those of {format_count(sampled)} parameters."
    return note


def local_note(ways: GradientWays) -> str:
    """Return what forward-forward recognizes and which loss is on show; "" for other runs."""
    known = ways.recognized
    if known is None:
        return ""
    return (
        f"Of the {known.split} rows {format_percent(known.by_goodness)} have the most goodness "
        f"with their own label; the output layer, which reads a label that says nothing, "
        f"recognizes {format_percent(known.by_output)}. The loss curve is that of the output "
        "layer alone: every hidden layer has a loss of its own, L1, L2 and so on in step mode."
    )


def idea(way: Way, ways: GradientWays) -> str:
    """Return the way in a few words, or why the run cannot take it."""
    if not way.refusal:
        return IDEAS[way.source]
    if way.source in FORWARD_ONLY and ways.parameter_count > MOST_FOR_FORWARD_PASSES:
        return f"For networks of up to {format_count(MOST_FOR_FORWARD_PASSES)} parameters."
    reason = way.refusal.partition(": ")[2].replace(way.source, NAMES[way.source].lower())
    return f"{reason[:1].upper()}{reason[1:]}."


def cells(way: Way, ways: GradientWays) -> tuple[str, ...]:
    """Return what stands in the columns after the name."""
    about = "≈ " if way.is_estimated else ""
    return (
        passes_words(way, ways),
        work_words(way),
        about + duration(way.seconds),
        size(way.byte_count),
        UNKNOWN if way.error is None else format_value(way.error, DIGITS),
        UNKNOWN if way.cosine is None else f"{way.cosine:.3f}".replace("-", MINUS),
    )


def passes_words(way: Way, ways: GradientWays) -> str:
    """Return the passes of a step as a sum."""
    if way.passes.backward:
        return f"{way.passes.forward} + {way.passes.backward} back"
    if way.source == "central_differences":
        return f"2 × {format_count(ways.parameter_count)} + 1"
    return f"{format_count(way.passes.total - 1)} + 1"


def work_words(way: Way) -> str:
    """Return how many times the passes of backpropagation: ``1,249.5×``."""
    return f"{way.factor:,.1f}".removesuffix(".0") + "×"


def row_in_words(way: Way, ways: GradientWays) -> str:
    """Return a row as text."""
    named = zip(HEADS[1:], cells(way, ways), strict=True)
    values = ", ".join(f"{head} {text}" for head, text in named)
    return f"{NAMES[way.source]}: {values}. {idea(way, ways)}"


def duration(seconds: float) -> str:
    """Write a time with its unit: ``12 µs``, ``1.2 ms``, ``21 days``."""
    return _with_unit(seconds, (*_TIMES, *_LONGER))


def size(byte_count: float) -> str:
    """Write an amount of memory with its unit: ``4.1 kB``."""
    return _with_unit(byte_count, _SIZES)


def _with_unit(value: float, units: tuple[tuple[float, float, str], ...]) -> str:
    one, unit = next((one, unit) for below, one, unit in units if value < below)
    amount = value / one
    text = format_count(amount) if amount >= 100 else format_value(amount, 2)
    return f"{text} {unit}"
