"""A card that keeps up with the snapshots of a run: the frame of the panels in the bottom row.

While it is hidden it only remembers the newest snapshot and catches up when it is next seen.
"""

from __future__ import annotations

from PySide6.QtGui import QShowEvent

from core.training.snapshot import Snapshot
from gui.description import Description
from gui.widgets.card import Card


class SnapshotCard(Card):
    """Shows the newest snapshot whenever it can be seen; what that means is the subclass's."""

    def __init__(self, title: str) -> None:
        """Make an empty card with ``title``."""
        super().__init__(title)
        self._newest: Snapshot | None = None
        self._shown: Snapshot | None = None
        self._description = Description(self)

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show ``new``, now or when the card is next seen; it knows itself what differs."""
        self._newest = new
        if self.isVisible():
            self._catch_up()

    def update_content(self, old: Snapshot | None, new: Snapshot) -> None:
        """Change what differs between ``old``, the snapshot on show, and ``new``."""
        raise NotImplementedError

    def describe(self, shown: Snapshot) -> str:
        """Return what the card shows in a few sentences."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the card was hidden."""
        super().showEvent(event)
        self._catch_up()

    def _catch_up(self) -> None:
        new = self._newest
        if new is None or new is self._shown:
            return
        old, self._shown = self._shown, new
        self.update_content(old, new)
        self._description.refresh(new, self.describe)
