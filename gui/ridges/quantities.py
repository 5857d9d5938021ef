"""What the ridges can show, as a table: the words of each quantity and where its entries are."""

from __future__ import annotations

from dataclasses import dataclass

from core.diagnosis.histograms import Quantity
from core.network.parameters import Floats
from core.training.snapshot import Snapshot

RATIO_RULE = (
    "Rule of thumb: about 1e−3 of the weights a step. Far less learns slowly, far more is "
    "unsteady (A. Karpathy, Stanford CS231n)."
)
FLAT_RULE = "Saturated: the slope is under 5 % of its largest, so hardly any gradient gets through."


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one quantity.

    Attributes:
        title: on its button.
        sentence: what it is.
        phrases: over the ridges, for ever less room.
        entries: what is counted.
        empty: what is said before there is anything.
        heads: over the column at the right end, for ever less room; none where there is none.
        rule: how to read that column.
    """

    title: str
    sentence: str
    phrases: tuple[str, ...]
    entries: str
    empty: str
    heads: tuple[str, ...] = ()
    rule: str = ""


WORDS: dict[Quantity, Words] = {
    "gradients": Words(
        "Gradients",
        "How the loss changes with each weight and bias, in the last step",
        ("size of each gradient entry", "|gradient|"),
        "entries",
        "Press Play: the gradients appear here",
    ),
    "weights": Words(
        "Weights",
        "The weights and biases as they are now",
        ("size of each weight and bias", "|weight|"),
        "weights and biases",
        "No weights",
    ),
    "activations": Words(
        "Activations",
        "What the units answer to the rows of the batch on show",
        ("size of each activation of the batch", "|activation|"),
        "activations",
        "Press Play: the activations appear here",
        ("dead, saturated", "dead, sat."),
        FLAT_RULE,
    ),
    "updates": Words(
        "Updates",
        "What the last step took away from each weight and bias",
        ("size of each update", "|update|"),
        "updates",
        "Press Play: the updates appear here",
        ("update : weight", "upd. : weight", "ratio"),
        RATIO_RULE,
    ),
}


def words_of(snapshot: Snapshot | None) -> Words:
    """Return the words for what ``snapshot`` shows."""
    return WORDS["gradients" if snapshot is None else snapshot.histograms.quantity]


def entries_of(snapshot: Snapshot, layer: int) -> Floats | None:
    """Return the entries of ``layer``; None where the snapshot holds their histogram alone."""
    vectors: dict[Quantity, Floats] = {
        "gradients": snapshot.gradient,
        "weights": snapshot.parameters,
        "updates": snapshot.update,
    }
    vector = vectors.get(snapshot.histograms.quantity)
    return None if vector is None else vector[snapshot.layout.segment(layer)]


def known_layers(snapshot: Snapshot) -> list[bool]:
    """Return of each layer whether what is shown has ever been computed: not so in a first step."""
    quantity, count = snapshot.histograms.quantity, snapshot.layout.layer_count
    if quantity == "activations":
        return [int(size) > 0 for size in snapshot.histograms.sizes]
    if quantity == "gradients":
        values = snapshot.trace.values
        return [snapshot.step > 0 or f"dW{layer}" in values for layer in range(1, count + 1)]
    return [quantity == "weights" or snapshot.step > 0] * count
