"""What the views beside the pages of samples share: a snapshot, a line read off, and words.

The panel stands a view in the place of the rows and writes its words into the foot of the card.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.training.snapshot import Snapshot


class SampleView(QWidget):
    """A view of the sample in view, of the first layer or of all predictions.

    Attributes:
        steps_rows: whether the arrows of the foot go from sample to sample.

    Signals:
        pointed: what is read at the pointer or the cursor; empty for nothing.
        row_chosen: a row of the predicted split that the user chose.
    """

    steps_rows = False
    pointed = Signal(str)
    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing until the first snapshot."""
        super().__init__(parent)
        self.snapshot: Snapshot | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_snapshot(self, new: Snapshot) -> None:
        """Show ``new``."""
        raise NotImplementedError

    def hint(self) -> str:
        """Return what the line says while nothing is pointed at."""
        raise NotImplementedError

    def facts(self) -> str:
        """Return one line about what is shown."""
        raise NotImplementedError

    def in_words(self) -> str:
        """Return what is shown as text, for screen readers."""
        raise NotImplementedError
