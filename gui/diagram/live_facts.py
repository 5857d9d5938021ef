"""Keeps the texts about the diagram readable while training runs: no number faster than eyes.

The card's numbers change ten times a second at most, the description for screen readers once; a
paused run is always told as it is.
"""

from __future__ import annotations

from time import monotonic

from core.training.snapshot import Snapshot
from gui.diagram.facts import Facts, facts_about
from gui.diagram.names import architecture
from gui.diagram.targets import Target
from gui.diagram.techniques import techniques_in_words
from gui.findings import Spot

CARD_SECONDS, DESCRIBE_SECONDS = 0.1, 1.0
HELP = (
    "Arrow keys move over units and biases, Page Down and Page Up over the weights into a unit, "
    "plus and minus change the units of its layer, Insert adds a layer after it, Delete takes the "
    "layer away. Return types the value of a weight or bias; to drag what is selected up or down "
    "changes it too, and so does the wheel with Ctrl, in tenths with Shift."
)


class LiveFacts:
    """The facts last told, and when."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._told: tuple[Target, bool, Facts] | None = None
        self._told_at = 0.0
        self._described: tuple[tuple[Target | None, Spot | None], str] | None = None
        self._described_at = 0.0

    def about(self, target: Target, snapshot: Snapshot, *, opened: bool) -> Facts:
        """Return what the card says about ``target``; see ``facts_about``."""
        waits = snapshot.state == "running" and monotonic() - self._told_at < CARD_SECONDS
        if self._told is not None and self._told[:2] == (target, opened) and waits:
            return self._told[2]
        facts = facts_about(target, snapshot, opened=opened)
        self._told, self._told_at = (target, opened, facts), monotonic()
        return facts

    def description(
        self, selected: Target | None, snapshot: Snapshot, spot: Spot | None, *, opened: bool
    ) -> str:
        """Return selection, network and what is pointed out in words, for screen readers."""
        running = snapshot.state == "running"
        waits = running and monotonic() - self._described_at < DESCRIBE_SECONDS
        subject = selected, spot
        if self._described is not None and self._described[0] == subject and waits:
            return self._described[1]
        words = f"Layers {architecture(snapshot)}. {techniques_in_words(snapshot)}{HELP}"
        if spot is not None:
            words = f"{spot.in_words()}. {words}"
        if selected is not None:
            facts = facts_about(selected, snapshot, opened=opened)
            words = f"Selected: {facts.as_text()}. {words}"
        self._described, self._described_at = (subject, words), monotonic()
        return words
