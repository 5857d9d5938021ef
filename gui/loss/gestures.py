"""What pointer and keyboard do with the loss plot: frame, move, look closer, read.

Left drag frames a part, with Shift or the middle button it moves the view. The wheel looks closer:
over an axis along that axis, with Shift along the steps. Keys: + and − look closer and back, 0
shows all, the arrows read from value to value, up and down and with Shift they move the view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from gui.loss.zoom import View, framed, moved, zoomed

if TYPE_CHECKING:
    from gui.loss.plot import LossPlot

Share = tuple[float, float]

NOTCH = 120.0
CLOSER_A_NOTCH = 0.8
CLOSER_A_KEY = 0.5
MOVE_A_KEY = 0.25
# Shorter drags are clicks; a frame lower or narrower than this reaches over the whole side.
LEAST_PIXELS = 6
MIDDLE = (0.5, 0.5)
SHIFT = Qt.KeyboardModifier.ShiftModifier
MOVES = {
    Qt.Key.Key_Left: (-MOVE_A_KEY, 0.0),
    Qt.Key.Key_Right: (MOVE_A_KEY, 0.0),
    Qt.Key.Key_Up: (0.0, MOVE_A_KEY),
    Qt.Key.Key_Down: (0.0, -MOVE_A_KEY),
}


class Gestures:
    """The drag that is under way.

    Attributes:
        frame: two corners that a drag has framed so far, as shares of the axes, or None.
    """

    def __init__(self) -> None:
        """Begin without a drag."""
        self.frame: tuple[Share, Share] | None = None
        self._held: tuple[Share, View] | None = None

    def cancel(self) -> None:
        """End a drag without a result."""
        self.frame = self._held = None

    def press(self, plot: LossPlot, event: QMouseEvent) -> None:
        """Begin a drag inside the axes."""
        self.cancel()
        if plot.run is None or not plot.area().contains(event.position()):
            return
        place = _share_of(plot, event.position())
        moves = event.button() == Qt.MouseButton.MiddleButton or event.modifiers() & SHIFT
        if moves and plot.part is not None:
            self._held = place, plot.part
        elif event.button() == Qt.MouseButton.LeftButton and not moves:
            self.frame = place, place

    def move(self, plot: LossPlot, event: QMouseEvent) -> None:
        """Draw the frame larger, move the view, or read at the pointer."""
        place = _share_of(plot, event.position())
        if self._held is not None:
            (x, y), part = self._held
            plot.look_at(moved(part, plot.whole, x - place[0], y - place[1]))
        elif self.frame is not None:
            self.frame = self.frame[0], (_within(place[0]), _within(place[1]))
            plot.point_at(None)
        elif plot.run is not None and 0 <= place[0] <= 1:
            axis = plot.step_axis()
            plot.point_at(plot.run.step_at(axis.low + place[0] * axis.span))
        else:
            plot.point_at(None)

    def release(self, plot: LossPlot, event: QMouseEvent) -> None:
        """Look at what was framed, if it was more than a click."""
        frame = self.frame
        self.cancel()
        if frame is None:
            return
        (x0, y0), (x1, y1) = frame
        area = plot.area()
        is_wide = abs(x1 - x0) * area.width() >= LEAST_PIXELS
        is_high = abs(y1 - y0) * area.height() >= LEAST_PIXELS
        if not is_wide and not is_high:
            return
        if not is_wide:
            x0, x1 = 0.0, 1.0
        if not is_high:
            y0, y1 = 0.0, 1.0
        plot.look_at(framed(plot.part, plot.whole, (x0, y0), (x1, y1)))

    def turn(self, plot: LossPlot, event: QWheelEvent) -> None:
        """Look closer by the notches of the wheel."""
        if plot.run is None:
            event.ignore()
            return
        event.accept()
        notches = (event.angleDelta().y() or event.angleDelta().x()) / NOTCH
        factor = CLOSER_A_NOTCH**notches
        x, y = _share_of(plot, event.position())
        across = factor if x >= 0 else 1.0
        up = factor if y >= 0 and not event.modifiers() & SHIFT else 1.0
        at = _within(x), _within(y)
        plot.look_at(zoomed(plot.part, plot.whole, (across, up), at))

    def key(self, plot: LossPlot, event: QKeyEvent) -> bool:
        """Do what the key is for; return whether it is for anything."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and (self.frame or plot.pointed_step is not None):
            self.cancel()
            plot.point_at(None)
        elif plot.run is None:
            return False
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            look_closer(plot)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            look_closer(plot, back=True)
        elif key == Qt.Key.Key_0:
            plot.look_at(None)
        elif key in MOVES and (event.modifiers() & SHIFT or MOVES[key][1]):
            plot.look_at(moved(plot.part, plot.whole, *MOVES[key]))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            plot.walk(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            plot.walk(None, to_end=key == Qt.Key.Key_End)
        else:
            return False
        return True


def look_closer(plot: LossPlot, *, back: bool = False) -> None:
    """Look closer around the place that is read, else around the middle; or look ``back``."""
    at = MIDDLE
    reading = plot.decor().reading
    if reading is not None:
        up = reading.points[0][1] if reading.points else MIDDLE[1]
        at = _within(reading.share), _within(up)
    factor = 1 / CLOSER_A_KEY if back else CLOSER_A_KEY
    plot.look_at(zoomed(plot.part, plot.whole, (factor, factor), at))


def _share_of(plot: LossPlot, place: QPointF) -> Share:
    area = plot.area()
    across = (place.x() - area.left()) / area.width()
    return across, (area.bottom() - place.y()) / area.height()


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
