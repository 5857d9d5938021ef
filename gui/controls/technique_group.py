"""What groups of training techniques have in common: rows that fold away, and words for what is on.

A group shows snapshots and asks for changes, as a section does. Where it stands and when it is
unfolded is for ``TechniqueFolds`` to say.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.training.snapshot import Snapshot


class TechniqueGroup(QWidget):
    """Rows of one subject.

    Attributes:
        title: what the group is called.
        words: what its button says beside the title, in one sentence.
        body: layout of the rows.

    Signals:
        change_requested: a dict as ``ExperimentSpec.with_changes`` takes it.
        refused: one line about an entry that was not taken.
    """

    change_requested = Signal(dict)
    refused = Signal(str)

    def __init__(self, title: str, words: str) -> None:
        """Make a group without rows."""
        super().__init__()
        self.title = title
        self.words = words
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the settings of ``snapshot``; no control announces anything by that."""
        raise NotImplementedError

    def follow(self, snapshot: Snapshot) -> None:
        """Show what goes on while the settings stay, such as how far a schedule is."""

    def summary(self, snapshot: Snapshot) -> str:
        """Return what is on in a few words, such as ``L2 0.001``; nothing where nothing is."""
        raise NotImplementedError
