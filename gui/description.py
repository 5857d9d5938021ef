"""The text behind a painted panel, kept fresh at a pace that a screen reader can follow."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from weakref import ref

from PySide6.QtWidgets import QWidget

from core.training.snapshot import Snapshot

SECONDS_BETWEEN = 1.0


class Pace:
    """Tells whether something slow is due: always while paused, once a second while running."""

    def __init__(self) -> None:
        """Be due at once."""
        self._last = -SECONDS_BETWEEN

    def is_due(self, snapshot: Snapshot) -> bool:
        """Return whether to act on ``snapshot``, and count that as done."""
        now = monotonic()
        if snapshot.state == "running" and now - self._last < SECONDS_BETWEEN:
            return False
        self._last = now
        return True


class Description:
    """Writes a widget's accessible description from snapshots, no more often than is useful."""

    def __init__(self, widget: QWidget) -> None:
        """Write for ``widget``."""
        # Weak, since the widget holds this: a circle would keep a closed window until some
        # collection, which may come in the middle of a paint event.
        self._widget = ref(widget)
        self._pace = Pace()

    def refresh(self, snapshot: Snapshot, in_words: Callable[[Snapshot], str]) -> None:
        """Describe ``snapshot`` if it is time to."""
        widget = self._widget()
        if widget is not None and self._pace.is_due(snapshot):
            widget.setAccessibleDescription(in_words(snapshot))
