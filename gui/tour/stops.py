"""What the tour says, and where it points, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from gui.diagram.targets import Bias, rect_of

if TYPE_CHECKING:
    from gui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Stop:
    """One bubble.

    Attributes:
        title: what it is about.
        text: two or three sentences.
        widget: the attribute of the window that is pointed at.
        part: returns which part of it, or None for all of it.
    """

    title: str
    text: str
    widget: str
    part: Callable[[MainWindow], QRect | None] = lambda _: None

    def target(self, window: MainWindow) -> tuple[QWidget, QRect]:
        """Return the widget that is pointed at in ``window``, and the rectangle in it."""
        widget: QWidget = attrgetter(self.widget)(window)
        return widget, self.part(window) or widget.rect()


def _bias(window: MainWindow) -> QRect | None:
    """Return the gauge of the first bias that is drawn, or None where none is."""
    if window.session.snapshot is None:
        return None
    geometry = window.network.canvas.geometry_on_show()
    drawn = (Bias(column.layer, column.units[0]) for column in geometry.columns() if column.gauge)
    found = rect_of(geometry, next(drawn, None))
    return None if found is None else found.toRect()


STOPS = (
    Stop(
        "Let it learn",
        "Press this button and the network begins to learn from the data. Press it again to stop "
        "at the end of a step. The arrow beside it takes one step at a time.",
        "transport.play",
    ),
    Stop(
        "The network",
        "Numbers go in at the left and an answer comes out at the right. Each square is a unit; "
        "inside it you see what it answers to the data.",
        "network.canvas",
    ),
    Stop(
        "Weights and biases",
        "A line is a weight: blue and solid adds, orange and dashed takes away, and a thick line "
        "counts more. The upright gauge is a bias. Point at either to read its number.",
        "network.canvas",
        _bias,
    ),
    Stop(
        "The loss",
        "This curve says how wrong the network still is. While it learns, the curve falls. The "
        "dashed one is measured on data that the network has never seen.",
        "loss",
    ),
    Stop(
        "Change what you like",
        "Give the network more layers or units, another learning rate or other data. A bolt means "
        "that the change counts at once, a ring arrow that the run starts anew.",
        "controls",
    ),
    Stop(
        "Look inside a step",
        "Choose Op and step: every number of the step appears, forward and back. If something "
        "goes wrong with the run, the tab Warnings says why and what mends it.",
        "transport.granularity",
    ),
)
