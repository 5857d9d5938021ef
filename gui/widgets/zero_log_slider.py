"""A slider over powers of ten that ends at its left in 0, which is off."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.numbers import OFF
from gui.widgets.log_slider import ARROW_STEP, LogSlider

# So many positions at the left end are 0: one press of an arrow key leads out of them.
ZERO_POSITIONS = ARROW_STEP


class ZeroLogSlider(LogSlider):
    """A number that is 0 or lies on a logarithmic scale."""

    def __init__(
        self,
        name: str,
        minimum: float,
        maximum: float,
        *,
        highest: float,
        parent: QWidget | None = None,
    ) -> None:
        """Slide over 0 and ``minimum`` to ``maximum``; type anything from 0 to ``highest``."""
        super().__init__(
            name, minimum, maximum, typed_range=(0.0, highest), zero=OFF, parent=parent
        )
        self.track.setRange(0, self.track.maximum() + ZERO_POSITIONS)
        self.set_value(0.0)

    def set_tool_tip(self, words: str) -> None:
        """Let slider and number say ``words``."""
        self.track.setToolTip(words)
        self.field.setToolTip(words)

    def _stepped(self, decades: float) -> float:
        if decades > 0 and self._value == 0:
            return self._minimum
        stepped = super()._stepped(decades)
        return 0.0 if decades < 0 and stepped < self._minimum else stepped

    def _value_at(self, position: int) -> float:
        above = position - ZERO_POSITIONS
        return super()._value_at(above) if above >= 0 else 0.0

    def _position_of(self, value: float) -> int:
        return super()._position_of(value) + ZERO_POSITIONS if value else 0
