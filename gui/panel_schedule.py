"""Which panels take a snapshot in which frame.

Panels have a pace of their own while training runs, and only one of those that are costly to paint
is refreshed in one frame, so that no frame does everything at once. While paused every panel shows
every snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from core import Snapshot

HEAVY_PANELS_PER_FRAME = 1


class Panel(Protocol):
    """A view of snapshots."""

    def show_snapshot(self, old: Snapshot | None, new: Snapshot) -> None:
        """Show ``new``; ``old`` is what this panel showed before."""

    def isVisible(self) -> bool:
        """Return whether it can be seen."""


@dataclass
class _Slot:
    panel: Panel
    seconds: float
    is_heavy: bool
    shown: Snapshot | None = None
    shown_at: float = 0.0


class PanelSchedule:
    """Hands snapshots to panels."""

    def __init__(self) -> None:
        """Begin without panels."""
        self._slots: list[_Slot] = []

    def add(self, panel: Panel, frames_per_second: float, *, is_heavy: bool = True) -> None:
        """Refresh ``panel`` at most ``frames_per_second`` times a second while training runs."""
        self._slots.append(_Slot(panel, 1 / frames_per_second, is_heavy))

    def show(self, snapshot: Snapshot) -> None:
        """Hand ``snapshot`` to the panels that are due."""
        now = perf_counter()
        slots = self._slots
        if snapshot.state == "running" and all(slot.shown is not None for slot in slots):
            slots = [
                slot
                for slot in slots
                if now - slot.shown_at >= slot.seconds and slot.panel.isVisible()
            ]
            slots.sort(key=lambda slot: slot.shown_at + slot.seconds)
            heavy = [slot for slot in slots if slot.is_heavy]
            slots = [slot for slot in slots if not slot.is_heavy]
            slots += heavy[:HEAVY_PANELS_PER_FRAME]
        for slot in slots:
            slot.panel.show_snapshot(slot.shown, snapshot)
            slot.shown, slot.shown_at = snapshot, now
