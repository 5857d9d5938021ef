"""Keeps the corridor's window up to date: asks for the signals when the run has moved on.

It asks at most twice a second, one question at a time, and only while the window can be seen. It
always asks once more after the last step, so what stands there in the end is of that step.
"""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Slot

from core import Snapshot
from core.diagnosis.corridor import Corridor
from core.explain.signal_corridor import signal_corridor
from gui.panels.corridor_dialog import CorridorDialog
from gui.session import Session

CORRIDOR = "signal corridor"
SECONDS_BETWEEN = 0.5


class State(NamedTuple):
    """What the signals are a function of."""

    structure: int
    step: int
    alone: int | None
    rows: str


class CorridorFeed(QObject):
    """Asks ``session`` on behalf of ``dialog``."""

    def __init__(self, session: Session, dialog: CorridorDialog) -> None:
        """Ask for nothing yet."""
        super().__init__(dialog)
        self._session = session
        self._dialog = dialog
        self._asked: State | None = None
        self._is_waiting = False
        self._asked_at = -SECONDS_BETWEEN
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.ask_if_due)
        dialog.rows_changed.connect(self.ask_if_due)

    @Slot()
    def ask_if_due(self) -> None:
        """Ask for the signals if they may be others than those that were asked for last."""
        snapshot = self._session.snapshot
        if snapshot is None or not self._dialog.isVisible():
            return
        if snapshot.state == "failed":
            self._is_waiting = False
            return
        state = self._state(snapshot)
        if state == self._asked or self._is_waiting:
            return
        left = self._asked_at + SECONDS_BETWEEN - monotonic()
        if left > 0 and self._is_later(state):
            if not self._timer.isActive():
                self._timer.start(round(1000 * left) + 1)
            return
        self._asked, self._asked_at, self._is_waiting = state, monotonic(), True
        rows = self._dialog.chosen_rows()
        self._session.ask(partial(signal_corridor, rows=rows), CORRIDOR)

    def take(self, corridor: Corridor) -> None:
        """Show the answer."""
        self._is_waiting = False
        self._dialog.show_corridor(corridor)

    def _is_later(self, state: State) -> bool:
        """Return whether the run has merely gone on; another run or other rows cannot wait."""
        asked = self._asked
        return asked is not None and (state.structure, state.rows) == (asked.structure, asked.rows)

    def _state(self, snapshot: Snapshot) -> State:
        rows = self._dialog.chosen_rows()
        return State(snapshot.structure, snapshot.step, snapshot.alone, rows)
