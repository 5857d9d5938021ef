"""Changes a weight or bias of the diagram by hand: typed, dragged up and down, or with the wheel.

It reads the snapshot and asks for values by a signal; the canvas tells it what the pointer does.
What belongs to one drag, or to one turn of the wheel, carries the same gesture, so that it is
undone as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from core.training.shares import ParameterPlace
from core.training.snapshot import Snapshot
from gui.diagram.names import parameter_name
from gui.diagram.strength import largest, round_up
from gui.diagram.targets import Bias, Edge, LayerFold, Pill, Target
from gui.diagram.weight_box import Place, WeightBox

# So many pixels, or a tenth as many notches of the wheel, are the layer's largest parameter.
PIXELS = 100
NOTCH_PIXELS, NOTCH = 10, 120
FINE = 0.1
# Where all parameters of a layer are 0, a pixel is this much.
LEAST_STEP = 0.01
WHEEL_SECONDS = 1.0


@dataclass(slots=True)
class _Drag:
    """A button that is held down on a parameter; ``is_moving`` from the first few pixels on."""

    place: ParameterPlace
    start: float
    value: float
    step: float
    y: float
    gesture: str
    is_moving: bool = False


class WeightEditor(QObject):
    """The ways to change a parameter of one canvas.

    Attributes:
        box: where it is typed.

    Signals:
        value_requested: the ParameterPlace, its new value, and the gesture, "" for none.
    """

    value_requested = Signal(object, float, str)

    def __init__(self, canvas: QWidget) -> None:
        """Edit nothing yet."""
        super().__init__(canvas)
        self.box = WeightBox(canvas)
        self.box.entered.connect(self._on_entered)
        self._typed: ParameterPlace | None = None
        self._drag: _Drag | None = None
        self._wheel: _Drag | None = None
        self._wheel_at = 0.0
        self._gestures = 0

    @property
    def is_dragging(self) -> bool:
        """Return whether a drag is changing a parameter."""
        return self._drag is not None and self._drag.is_moving

    def stop(self) -> None:
        """End whatever is under way, since the network has become another one."""
        self._drag = self._wheel = None
        self.box.close_box()

    def type(self, target: Edge | Bias, snapshot: Snapshot, place_of_box: Place) -> None:
        """Open the box about ``target`` where ``place_of_box`` says."""
        self._typed = place = place_of(target)
        indices = (place.unit,) if place.source is None else (place.unit, place.source)
        name = parameter_name("b" if place.source is None else "W", place.layer, *indices)
        self.box.open(name, value_of(snapshot, place), place_of_box)

    def press(self, target: Edge | Bias, snapshot: Snapshot, y: float) -> None:
        """Note that the button was pressed on ``target`` at the height ``y``."""
        self._drag = self._begin(target, snapshot, y, "drag")

    def drag_to(self, y: float, *, fine: bool) -> bool:
        """Change the value by how far the pointer has gone up; return whether it is a drag."""
        drag = self._drag
        if drag is None:
            return False
        if not drag.is_moving:
            if abs(y - drag.y) < QApplication.startDragDistance():
                return False
            drag.is_moving = True
        # The first pixels count too, so that value and pointer stay together.
        self._move(drag, drag.y - y, fine=fine)
        drag.y = y
        return True

    def release(self) -> None:
        """End a drag."""
        self._drag = None

    def cancel(self) -> None:
        """End a drag and give the parameter the value with which it began."""
        drag, self._drag = self._drag, None
        if drag is not None and drag.is_moving:
            self.value_requested.emit(drag.place, drag.start, drag.gesture)

    def take_wheel(
        self, event: QWheelEvent, selected: Target | None, snapshot: Snapshot | None
    ) -> bool:
        """Change ``selected`` by a turn of the wheel with Ctrl; return whether it was one."""
        keys = event.modifiers()
        is_wanted = bool(keys & Qt.KeyboardModifier.ControlModifier)
        if snapshot is None or not is_wanted or not isinstance(selected, Edge | Bias):
            return False
        angle = event.angleDelta().y() or event.angleDelta().x()
        fine = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        self._turn(selected, snapshot, angle, fine=fine)
        event.accept()
        return True

    def _turn(self, target: Edge | Bias, snapshot: Snapshot, angle: int, *, fine: bool) -> None:
        """Change the value by ``angle``, in eighths of a degree."""
        wheel, now = self._wheel, monotonic()
        is_same = wheel is not None and wheel.place == place_of(target)
        if wheel is None or not is_same or now - self._wheel_at > WHEEL_SECONDS:
            wheel = self._wheel = self._begin(target, snapshot, 0.0, "wheel")
        self._wheel_at = now
        self._move(wheel, NOTCH_PIXELS * angle / NOTCH, fine=fine)

    def _begin(self, target: Edge | Bias, snapshot: Snapshot, y: float, kind: str) -> _Drag:
        self._gestures += 1
        place = place_of(target)
        value = value_of(snapshot, place)
        return _Drag(place, value, value, _step(snapshot, place), y, f"{kind} {self._gestures}")

    def _move(self, drag: _Drag, pixels: float, *, fine: bool) -> None:
        drag.value += pixels * drag.step * (FINE if fine else 1.0)
        self.value_requested.emit(drag.place, drag.value, drag.gesture)

    @Slot(float)
    def _on_entered(self, value: float) -> None:
        if self._typed is not None:
            self.value_requested.emit(self._typed, value, "")


def cursor_over(target: Target | None, selected: Target | None) -> Qt.CursorShape:
    """Return what the pointer looks like over ``target``."""
    if isinstance(target, Pill | LayerFold):
        return Qt.CursorShape.PointingHandCursor
    if is_editable(target) and target == selected:
        return Qt.CursorShape.SizeVerCursor
    return Qt.CursorShape.ArrowCursor


def is_editable(target: Target | None) -> bool:
    """Tell whether ``target`` has a value that can be set."""
    return isinstance(target, Edge | Bias)


def place_of(target: Edge | Bias) -> ParameterPlace:
    """Return which parameter ``target`` is."""
    return ParameterPlace(
        target.layer, target.unit, target.source if isinstance(target, Edge) else None
    )


def value_of(snapshot: Snapshot, place: ParameterPlace) -> float:
    """Return the value of a parameter."""
    layout, parameters = snapshot.layout, snapshot.parameters
    if place.source is None:
        return float(layout.bias(parameters, place.layer)[place.unit])
    return float(layout.weights(parameters, place.layer)[place.unit, place.source])


def _step(snapshot: Snapshot, place: ParameterPlace) -> float:
    """Return what one pixel is worth: a rounded hundredth of the layer's largest parameter."""
    peak = largest(snapshot.layout.block(snapshot.parameters, place.layer))
    return round_up(peak / PIXELS) or LEAST_STEP
