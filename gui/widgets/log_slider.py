"""A slider over powers of ten with the number beside it, for learning rates and their like.

The slider goes in steps that read well (two significant digits); the number takes anything in its
own, wider range. Page Up and Page Down are a decade in both, Up and Down a tenth of one.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme import scaled, themes
from gui.tips import tip
from gui.widgets.number_field import NumberField
from gui.widgets.slider import Slider

STEPS_PER_DECADE = 100
ARROW_STEP = 10


class LogTrack(Slider):
    """The slider; decades are its owner's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand Page Up and Page Down to the owner, who multiplies exactly."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()
        else:
            super().keyPressEvent(event)


class LogSlider(QWidget):
    """A positive number on a logarithmic scale.

    Attributes:
        track: the slider.
        field: the number, which carries the accessible name.

    Signals:
        value_changed: the user dragged, typed or pressed keys.
        refused: typed text was not taken; one line that says why.
    """

    value_changed = Signal(float)
    refused = Signal(str)

    def __init__(
        self,
        name: str,
        minimum: float,
        maximum: float,
        *,
        typed_range: tuple[float, float] | None = None,
        field_width: int = 62,
        zero: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Slide over ``minimum`` to ``maximum`` (both > 0); type within ``typed_range``.

        ``zero`` is written in place of 0.
        """
        super().__init__(parent)
        self._minimum = minimum
        self._maximum = maximum
        self._lowest, self._highest = typed_range or (minimum, maximum)
        self._field_width = field_width
        self._value = minimum
        self.track = LogTrack()
        self.track.setAccessibleName(f"{name} slider")
        self.track.setToolTip(tip(f"{name} slider"))
        self.track.setRange(0, round(math.log10(maximum / minimum) * STEPS_PER_DECADE))
        self.track.setSingleStep(ARROW_STEP)
        self.field = NumberField(self._lowest, self._highest, name=name, zero=zero)
        # A rate of three digits such as 0.00794 has to be read whole.
        self.field.setTextMargins(-4, 0, -4, 0)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.track, 1)
        self._layout.addWidget(self.field)
        self.setFocusProxy(self.field)
        self.track.valueChanged.connect(self._on_slid)
        self.field.value_changed.connect(self._on_typed)
        self.field.refused.connect(self.refused)
        themes.changed.connect(self._restyle)
        self._restyle()
        self.set_value(minimum)

    def value(self) -> float:
        """Return the number."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` without a signal; does nothing while the user drags."""
        if self.track.isSliderDown():
            return
        self._value = value
        self._place_handle()
        self.field.set_value(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by decades, and by tenths of them from within the number."""
        exponents = {
            Qt.Key.Key_PageUp: 1.0,
            Qt.Key.Key_PageDown: -1.0,
            Qt.Key.Key_Up: ARROW_STEP / STEPS_PER_DECADE,
            Qt.Key.Key_Down: -ARROW_STEP / STEPS_PER_DECADE,
        }
        if event.key() not in exponents:
            super().keyPressEvent(event)
            return
        self._take(self._stepped(exponents[Qt.Key(event.key())]))

    def _stepped(self, decades: float) -> float:
        stepped = _readable(self._value * 10**decades)
        return min(max(stepped, self._lowest), self._highest)

    def _value_at(self, position: int) -> float:
        return _readable(self._minimum * 10 ** (position / STEPS_PER_DECADE))

    def _position_of(self, value: float) -> int:
        shown = min(max(value, self._minimum), self._maximum)
        return round(math.log10(shown / self._minimum) * STEPS_PER_DECADE)

    def _take(self, value: float) -> None:
        self.field.revert()
        changed = value != self._value
        self.set_value(value)
        if changed:
            self.value_changed.emit(value)

    @Slot(int)
    def _on_slid(self, position: int) -> None:
        value = self._value_at(position)
        if value != self._value:
            self._value = value
            self.field.revert()
            self.field.set_value(value)
            self.value_changed.emit(value)

    @Slot(float)
    def _on_typed(self, value: float) -> None:
        self._value = value
        self._place_handle()
        self.value_changed.emit(value)

    def _place_handle(self) -> None:
        self.track.blockSignals(True)
        self.track.setValue(self._position_of(self._value))
        self.track.blockSignals(False)
        self.track.update()

    @Slot()
    def _restyle(self) -> None:
        self._layout.setSpacing(scaled(6))
        self.field.setFixedWidth(scaled(self._field_width))


def _readable(value: float) -> float:
    return float(f"{value:.1e}")
