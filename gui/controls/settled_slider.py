"""A labelled slider for settings that start training anew: it speaks when the handle is let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot

from gui.widgets.labeled_slider import LabeledSlider


class SettledSlider(LabeledSlider):
    """A slider that does not throw a run away at every stop it passes.

    Signals:
        settled: the user let the handle go at another value, or set one by key or wheel.
    """

    settled = Signal(float)

    def __init__(
        self, text: str, stops: Sequence[float], words: Callable[[float], str], value_width: int
    ) -> None:
        """Show ``stops`` behind the label ``text`` with the mark of what starts anew."""
        super().__init__(text, stops, mark="anew", words=words, value_width=value_width)
        self._moved = False
        self.value_changed.connect(self._on_moving)
        self.slider.sliderReleased.connect(self._settle)

    @Slot()
    def _on_moving(self) -> None:
        self._moved = True
        if not self.slider.isSliderDown():
            self._settle()

    @Slot()
    def _settle(self) -> None:
        if self._moved:
            self._moved = False
            self.settled.emit(self.value())
