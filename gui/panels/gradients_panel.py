"""The panel of the gradients: how large the entries are, layer by layer."""

from __future__ import annotations

from core.training.snapshot import Snapshot
from gui.ridges.ridges import Ridges
from gui.ridges.rows import layer_sentence
from gui.snapshot_card import SnapshotCard


class GradientsPanel(SnapshotCard):
    """Ridges, counts and RMS of the gradients of the last step."""

    def __init__(self) -> None:
        """Show empty axes until a gradient has been computed."""
        super().__init__("Gradients")
        self._ridges = Ridges()
        self.body.addWidget(self._ridges, 1)

    @property
    def ridges(self) -> Ridges:
        """The painted rows."""
        return self._ridges

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Hand the snapshot to the rows, which know what differs."""
        self._ridges.show_snapshot(new)

    def describe(self, shown: Snapshot) -> str:
        """Return every layer's row in words, the earliest first."""
        if self._ridges.is_empty():
            return "No gradient has been computed yet."
        layers = range(1, shown.layout.layer_count + 1)
        return ". ".join(layer_sentence(shown, layer) for layer in layers) + "."
