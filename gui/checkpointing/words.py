"""What the account of gradient checkpointing has to say, in words; nothing here knows of Qt."""

from __future__ import annotations

from math import sqrt

from core.explain.checkpointing import CheckpointAccount, Checkpointing
from core.spec_rules import FORWARD_FORWARD, FORWARD_ONLY
from gui.gradient_ways.words import NAMES, size
from gui.numbers import counted, format_percent, format_value

EMPTY = "Nothing reckoned yet"
HEADS = ("outputs kept", "kept", "computed again", "memory", "of all", "extra passes", "gradient")
HEAD_TIPS = (
    "Of every how many layers the output is kept (k).",
    "Layers whose outputs stay until the way back comes to them.",
    "Layers whose values are computed again on the way back.",
    "Values of the forward pass that are there at once, at the worst moment.",
    "Memory, as a share of what a pass takes that keeps all values.",
    "Multiplications with weights that are done again, in forward passes.",
    "Whether the gradient has the same bits as that of a pass that keeps all values.",
)
GRADIENTS = {True: "same bits", False: "differs", None: "not compared"}
ALL_KEPT = "all values"
LEAST = "least memory"


def headline(account: CheckpointAccount) -> str:
    """Return what the account comes to, in one sentence."""
    best = account.choice(account.best)
    if best.share >= 1.0:
        return "Nothing can be saved: the way back needs all values of this network at once."
    end = {
        True: ", and the same gradient bit for bit.",
        False: ", but another gradient.",
        None: ".",
    }
    name = interval(best.every)
    return (
        f"{name[:1].upper()}{name[1:]} output kept: {share_words(best)} of the memory for "
        f"{passes_words(best)} of a forward pass more{end[best.is_exact]}"
    )


def circumstances(account: CheckpointAccount) -> str:
    """Return for what it is reckoned: ``4 layers · batch of 10 rows · after 3 steps · ...``."""
    parts = [
        counted(account.layer_count, "layer"),
        f"batch of {counted(account.rows, 'row')}",
        f"after {counted(account.step, 'step')}",
        account.network.dtype,
    ]
    return " · ".join(parts)


def reasons(account: CheckpointAccount) -> str:
    """Return why the best k is what it is, and what the run itself does."""
    root = format_value(sqrt(account.layer_count), 2)
    rule = (
        f"With k small many outputs are kept, with k large many layers are at work at once: of L "
        f"equal layers, L / k + k is least at k = √L, here {root}. A layer at work has z beside "
        f"its output, often more, so the least is at a smaller k."
    )
    if account.source in (*FORWARD_ONLY, FORWARD_FORWARD):
        name = NAMES[account.source].lower()
        return (
            f"{rule} The run itself goes by {name}, without a way back: this is reckoned for "
            f"backpropagation."
        )
    return f"{rule} The run itself keeps all values, since each of them can be shown."


def interval(every: int) -> str:
    """Return ``every``, ``every 2nd``, ``every 13th``."""
    if every == 1:
        return "every"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(every % 10, "th")
    return f"every {every}{'th' if every % 100 in (11, 12, 13) else ending}"


def row_name(choice: Checkpointing, account: CheckpointAccount) -> str:
    """Return what a row is called."""
    if choice.every == account.layer_count:
        return ALL_KEPT
    return f"{interval(choice.every)} layer"


def cells(choice: Checkpointing, account: CheckpointAccount) -> tuple[str, ...]:
    """Return the cells of a row, under ``HEADS``."""
    return (
        row_name(choice, account),
        _of_layers(choice.kept, account) if choice.kept else "all",
        _of_layers(choice.recomputed, account) if choice.recomputed else "none",
        size(choice.byte_count),
        share_words(choice),
        passes_words(choice),
        GRADIENTS[choice.is_exact],
    )


def share_words(choice: Checkpointing) -> str:
    """Return the share of the memory: ``21 %``."""
    return format_percent(choice.share, 0)


def passes_words(choice: Checkpointing) -> str:
    """Return the passes that are done again: ``0.91``."""
    return f"{choice.extra_passes:.2f}"


def in_words(choice: Checkpointing, account: CheckpointAccount) -> str:
    """Return the picture of one k as text."""
    if not choice.kept:
        return f"All values are kept: {size(account.byte_count)}."
    kept = ", ".join(map(str, choice.kept))
    again = ", ".join(map(str, choice.recomputed))
    return (
        f"Kept: outputs of layers {kept}. Computed again: layers {again}. "
        f"At most {size(choice.byte_count)} of {size(account.byte_count)}."
    )


def _of_layers(layers: tuple[int, ...], account: CheckpointAccount) -> str:
    return f"{len(layers)} of {account.layer_count}"
