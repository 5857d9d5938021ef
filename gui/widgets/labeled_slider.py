"""A row with label, slider and value, over a list of stops.

Whatever the scale (linear, whole numbers, batch sizes), the slider moves over the stops' indices;
``linear_stops`` makes the list of an even scale.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from gui.numbers import format_setting
from gui.theme import scaled, themes
from gui.widgets.control_row import ControlRow
from gui.widgets.mark_label import Mark
from gui.widgets.slider import Slider


def linear_stops(minimum: float, maximum: float, step: float) -> list[float]:
    """Return ``minimum``, ``minimum + step`` ... up to ``maximum``, without rounding dust."""
    count = round((maximum - minimum) / step)
    return [round(minimum + index * step, 10) for index in range(count + 1)]


class LabeledSlider(ControlRow):
    """A slider over stops with its value in words.

    Attributes:
        slider: the slider, named as the label for screen readers.

    Signals:
        value_changed: the user moved to another stop, also while dragging.
    """

    value_changed = Signal(float)

    def __init__(
        self,
        text: str,
        stops: Sequence[float],
        *,
        mark: Mark | None = None,
        words: Callable[[float], str] = format_setting,
        value_width: int = 34,
        parent: QWidget | None = None,
    ) -> None:
        """Show ``stops`` (ascending) behind the label ``text``; ``words`` writes a value."""
        self.slider = Slider()
        self._value_label = QLabel()
        super().__init__(text, self.slider, self._value_label, mark=mark, parent=parent)
        self._stops = list(stops)
        self._words = words
        self._value_width = value_width
        self._value = self._stops[0]
        self.slider.setRange(0, len(self._stops) - 1)
        self.slider.setPageStep(max(1, len(self._stops) // 10))
        self.slider.setAccessibleName(text)
        self.slider.valueChanged.connect(self._on_moved)
        self._value_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        themes.changed.connect(self._resize_value)
        self._resize_value()
        self._show_value()

    def value(self) -> float:
        """Return the value; it may lie between stops if it was set so."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` without a signal, the handle at the nearest stop.

        Does nothing while the user drags.
        """
        if self.slider.isSliderDown() or value == self._value:
            return
        self._value = value
        self.slider.blockSignals(True)
        self.slider.setValue(self._nearest(value))
        self.slider.blockSignals(False)
        self._show_value()

    def _nearest(self, value: float) -> int:
        right = min(bisect_left(self._stops, value), len(self._stops) - 1)
        left = max(0, right - 1)
        return min((left, right), key=lambda index: abs(self._stops[index] - value))

    @Slot(int)
    def _on_moved(self, index: int) -> None:
        self._value = self._stops[index]
        self._show_value()
        self.value_changed.emit(self._value)

    def _show_value(self) -> None:
        text = self._words(self._value)
        self._value_label.setText(text)
        self.slider.setAccessibleDescription(text)
        self.slider.update()

    @Slot()
    def _resize_value(self) -> None:
        self._value_label.setFixedWidth(scaled(self._value_width))
