"""What a click on the output map adds: a point of some class or value; or whether it erases.

``Stroke`` turns a press and the moves after it into places that are a little apart; all of one
stroke are undone together.
"""

from __future__ import annotations

from math import hypot

from PySide6.QtCore import QPointF, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.training.snapshot import Snapshot
from gui.maps.key import class_name
from gui.maps.points import class_count
from gui.numbers import format_setting
from gui.theme import scaled, themes
from gui.widgets.segmented_control import SegmentedControl

ERASE = "erase"
VALUES = (-1.0, 0.0, 1.0)
# With more classes only their numbers have room.
MOST_NAMED = 3


class PointTool(QWidget):
    """The row in which the class of new points, or the eraser, is chosen.

    Attributes:
        choice: the labels and the eraser.
    """

    def __init__(self) -> None:
        """Offer nothing before ``show_labels``."""
        super().__init__()
        self.choice = SegmentedControl({ERASE: "Erase"}, name="A click adds", tight=True)
        self._words: dict[str, str] = {}
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.choice)
        self._row.addStretch(1)
        themes.changed.connect(self._restyle)
        self._restyle()

    @property
    def label(self) -> float | None:
        """Return the class or value of a new point; None erases."""
        key = self.choice.selected_key()
        return None if key == ERASE else float(key)

    def show_labels(self, snapshot: Snapshot) -> None:
        """Offer the classes or values of the data of ``snapshot``."""
        words = {**_labels(snapshot), ERASE: "Erase"}
        if words == self._words:
            return
        self._words = words
        former, self.choice = self.choice, SegmentedControl(words, name="A click adds", tight=True)
        self._row.replaceWidget(former, self.choice)
        former.hide()
        former.deleteLater()

    @Slot()
    def _restyle(self) -> None:
        self._row.setContentsMargins(scaled(12), 0, scaled(8), scaled(2))


class Stroke:
    """The places of one press of a button and the moves after it.

    Attributes:
        erases: whether it erases.
        gesture: what tells it from all other strokes.
    """

    def __init__(self, number: int, erases: bool) -> None:
        """Begin without a place."""
        self.erases = erases
        self.gesture = f"stroke {number}"
        self._last: QPointF | None = None

    def takes(self, position: QPointF, apart: float) -> bool:
        """Return whether ``position`` is at least ``apart`` pixels from the last place; note it."""
        last = self._last
        if last is not None and hypot(position.x() - last.x(), position.y() - last.y()) < apart:
            return False
        self._last = position
        return True


def _labels(snapshot: Snapshot) -> dict[str, str]:
    count = class_count(snapshot)
    if not count:
        return {str(value): format_setting(value) for value in VALUES}
    if count > MOST_NAMED:
        return {str(index): str(index) for index in range(count)}
    return {str(index): class_name(snapshot, index) for index in range(count)}
