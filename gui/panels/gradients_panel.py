"""The panel of the gradients: how large the entries are, layer by layer."""

from __future__ import annotations

from PySide6.QtCore import Slot

from core.training.snapshot import Snapshot
from gui.findings import SpotChoice, spot_of
from gui.ridges.ridges import Ridges
from gui.ridges.rows import layer_sentence
from gui.snapshot_card import SnapshotCard


class GradientsPanel(SnapshotCard):
    """Ridges, counts and RMS of the gradients of the last step."""

    def __init__(self) -> None:
        """Show empty axes until a gradient has been computed."""
        super().__init__("Gradients")
        self._ridges = Ridges()
        self._choice = SpotChoice()
        self.body.addWidget(self._ridges, 1)

    @property
    def ridges(self) -> Ridges:
        """The painted rows."""
        return self._ridges

    @Slot(object)
    def choose_spot(self, choice: SpotChoice) -> None:
        """Mark the layers of another finding."""
        self._choice = choice
        self._ridges.choose_spot(choice)
        if self._shown is not None:
            self.setAccessibleDescription(self.describe(self._shown))

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Hand the snapshot to the rows, which know what differs."""
        self._ridges.show_snapshot(new)

    def describe(self, shown: Snapshot) -> str:
        """Return every layer's row in words, the earliest first."""
        if self._ridges.is_empty():
            return "No gradient has been computed yet."
        layers = range(1, shown.layout.layer_count + 1)
        sentences = [layer_sentence(shown, layer) for layer in layers]
        spot = spot_of(shown.findings, self._choice)
        if spot is not None:
            sentences.append(spot.in_words())
        return ". ".join(sentences) + "."
