"""The panel of the confusion matrix: which classes the network takes for which."""

from __future__ import annotations

from core.training.snapshot import Snapshot
from gui.confusion.matrix import ConfusionMatrix
from gui.numbers import format_count, format_percent
from gui.snapshot_card import SnapshotCard

MOST_MISTAKES_NAMED = 5


class ConfusionPanel(SnapshotCard):
    """Counts of truth against prediction over the rows of one split; empty for regression."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__("Confusion")
        self._matrix = ConfusionMatrix()
        self.body.addWidget(self._matrix, 1)

    @property
    def matrix(self) -> ConfusionMatrix:
        """The painted matrix."""
        return self._matrix

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show the counts and the share of right answers among them."""
        if old is not None and old.predictions is new.predictions and old.dataset is new.dataset:
            return
        predictions = new.predictions
        confusion = predictions.confusion
        self._matrix.show_counts(confusion, new.dataset.class_names)
        if confusion is None:
            self.set_facts("")
            return
        rows = int(confusion.sum())
        share = int(confusion.trace()) / rows
        self.set_facts(f"{format_percent(share)} of {format_count(rows)} {predictions.split} rows")

    def describe(self, shown: Snapshot) -> str:
        """Return how many rows are right and the commonest mistakes."""
        confusion = shown.predictions.confusion
        if confusion is None:
            return "A regression has no classes to confuse."
        right, rows = int(confusion.trace()), int(confusion.sum())
        mistakes = [
            self._matrix.sentence(truth, predicted) for truth, predicted in self._matrix.mistakes()
        ]
        named = mistakes[:MOST_MISTAKES_NAMED]
        return (
            ". ".join([f"{format_count(right)} of {format_count(rows)} rows right", *named]) + "."
        )
