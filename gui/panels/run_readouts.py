"""The numbers of a run in the transport bar: epoch, step, op, losses and how good it is.

They change ten times a second at most while the run goes on, and at once while it is paused.
"""

from __future__ import annotations

import math
from time import monotonic

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.training.evaluation import Metrics
from core.training.snapshot import Snapshot
from gui.numbers import format_count, format_percent, format_value
from gui.theme import scaled, themes
from gui.widgets.value_readout import ValueReadout

SECONDS_BETWEEN = 0.1
SPACING_PIXELS = 16
NOTHING = "–"
# Where room is short these go first.
EXPENDABLE = ("epoch", "op", "test_score", "train_score", "test_loss", "train_loss")


class RunReadouts(QWidget):
    """Captioned numbers; those that do not apply are not shown.

    Attributes:
        by_name: epoch, step, op, train_loss, test_loss, and the scores test_accuracy,
            train_accuracy, test_r2 and train_r2 of which one is shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make all numbers, none of which is known."""
        super().__init__(parent)
        self.by_name = {
            "epoch": ValueReadout("Epoch", "1,234"),
            "step": ValueReadout("Step", "1,234,567"),
            "op": ValueReadout("Op", "10 / 14"),
            "train_loss": ValueReadout("Train loss", "1.234e−9", sample="solid"),
            "test_loss": ValueReadout("Test loss", "1.234e−9", sample="dashed"),
            "test_accuracy": ValueReadout("Test accuracy", "99.6 %"),
            "train_accuracy": ValueReadout("Train accuracy", "99.6 %"),
            "test_r2": ValueReadout("Test R²", "−0.123"),
            "train_r2": ValueReadout("Train R²", "−0.123"),
        }
        self.by_name["step"].number.setAccessibleName("Step counter")
        self._applicable = {"epoch", "step", "train_loss", "test_loss", "test_accuracy"}
        self._room = math.inf
        self._shown: Snapshot | None = None
        self._shown_at = 0.0
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for readout in self.by_name.values():
            self._layout.addWidget(readout)
        themes.changed.connect(self._restyle)
        self._restyle()
        self._show_applicable()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the numbers of ``snapshot`` if it is time to."""
        now = monotonic()
        if (
            self._shown is not None
            and self._shown.state == snapshot.state == "running"
            and now - self._shown_at < SECONDS_BETWEEN
        ):
            return
        self._shown, self._shown_at = snapshot, now
        texts = _texts(snapshot)
        for name, text in texts.items():
            self.by_name[name].set_text(text)
        if texts.keys() != self._applicable:
            self._applicable = set(texts)
            self._show_applicable()
