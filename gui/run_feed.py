"""Keeps a window up to date: asks about the run when it has moved on.

It asks at most twice a second, one question at a time, and only while the window can be seen. It
always asks once more after the last step, so what stands there in the end is of that step.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDialog

from core import Snapshot, Trainer
from gui.session import Session

SECONDS_BETWEEN = 0.5

Question = Callable[[Trainer], Any]


class State(NamedTuple):
    """What the answer is a function of."""

    structure: int
    step: int
    alone: int | None
    wish: str


class RunFeed(QObject):
    """Asks ``session`` on behalf of ``window``."""

    def __init__(
        self,
        session: Session,
        window: QDialog,
        tag: str,
        question_for: Callable[[str], Question],
        wish: Callable[[], str] = lambda: "",
    ) -> None:
        """Ask for nothing yet.

        ``question_for`` returns the question for a ``wish``, which is what the user has chosen to
        see; the answer has ``tag``.
        """
        super().__init__(window)
        self._session = session
        self._window = window
        self._tag = tag
        self._question_for = question_for
        self._wish = wish
        self._asked: State | None = None
        self._is_waiting = False
        self._asked_at = -SECONDS_BETWEEN
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.ask_if_due)

    @Slot()
    def ask_if_due(self) -> None:
        """Ask if the answer may be another than that to the last question."""
        snapshot = self._session.snapshot
        if snapshot is None or not self._window.isVisible():
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
        self._session.ask(self._question_for(state.wish), self._tag)

    def note_answer(self) -> None:
        """Hear that the answer has come, so that the next question can be asked."""
        self._is_waiting = False

    def _is_later(self, state: State) -> bool:
        """Return whether the run has merely gone on; another run or wish cannot wait."""
        asked = self._asked
        return asked is not None and (state.structure, state.wish) == (asked.structure, asked.wish)

    def _state(self, snapshot: Snapshot) -> State:
        return State(snapshot.structure, snapshot.step, snapshot.alone, self._wish())
