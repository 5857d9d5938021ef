"""The tour through the window: which bubble is shown, where it stands, and when it comes by itself.

It comes by itself once, at the first start. It blocks nothing: the window can be used meanwhile,
and nothing moves but from one bubble to the next.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Slot
from PySide6.QtWidgets import QApplication

from gui.settings import are_kept, settings
from gui.theme import scaled
from gui.tour.bubble import POINTER_PIXELS, Bubble
from gui.tour.placing import place_bubble
from gui.tour.stops import STOPS

if TYPE_CHECKING:
    from gui.main_window import MainWindow

SEEN = "tour/seen"
MARGIN_PIXELS = 12


class Tour(QObject):
    """Shows the bubbles of a window.

    Attributes:
        bubble: the bubble, hidden while there is no tour.
    """

    def __init__(self, window: MainWindow) -> None:
        """Serve ``window``; ``begin`` shows the first bubble."""
        super().__init__(window)
        self.bubble = Bubble(window)
        self._window = window
        self._number = 0
        self.bubble.next_requested.connect(self._next)
        self.bubble.back_requested.connect(self._previous)
        self.bubble.skipped.connect(self.end)
        window.clock.frame.connect(self.follow)
        stops = (window.transport.play, *self.bubble.stops())
        for first, second in pairwise(stops):
            window.setTabOrder(first, second)

    def begin_at_first_start(self) -> None:
        """Begin unless it has been shown before, or nothing can be remembered.

        The focus stays at Play, so that the first key starts the run; Tab leads to the bubble.
        """
        if are_kept() and settings().value(SEEN) is None:
            settings().setValue(SEEN, "yes")
            self._open()

    @Slot()
    def begin(self) -> None:
        """Show the first bubble and give it the focus."""
        self._open()
        self.bubble.go_on.setFocus()

    @Slot()
    def end(self) -> None:
        """Hide the bubble; the focus that it had goes to Play."""
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.bubble.isAncestorOf(focused)
        self.bubble.hide()
        if had_focus:
            self._window.transport.play.setFocus()

    @Slot()
    def follow(self) -> None:
        """Stand beside what is pointed at, wherever that has moved."""
        if self.bubble.isVisible():
            self._stand()

    @Slot()
    def _next(self) -> None:
        if self._number + 1 < len(STOPS):
            self._show(self._number + 1)
        else:
            self.end()

    @Slot()
    def _previous(self) -> None:
        self._show(max(0, self._number - 1))
        if not self.bubble.back.isEnabled():
            self.bubble.go_on.setFocus()

    def _open(self) -> None:
        self._show(0)
        self.bubble.show()

    def _show(self, number: int) -> None:
        self._number = number
        stop = STOPS[number]
        self.bubble.set_words(stop.title, stop.text, number + 1, len(STOPS))
        self._stand()
        self.bubble.raise_()

    def _stand(self) -> None:
        window = self._window
        widget, part = STOPS[self._number].target(window)
        gap, margin = scaled(POINTER_PIXELS) + 2, scaled(MARGIN_PIXELS)
        top = window.transport.mapTo(window, window.transport.rect().bottomLeft()).y()
        # The room for the pointer belongs to the bubble, and the transport bar stays free of both.
        bottom = window.status.height() + margin
        area = window.rect().adjusted(margin, top + 1 + gap, -margin, -bottom)
        # What is hidden, as the diagram while a step is taken apart, cannot be pointed at.
        target = area
        if widget.isVisible():
            target = QRect(widget.mapTo(window, part.topLeft()), part.size())
        self.bubble.stand_at(place_bubble(target, self.bubble.needed_size(), area, gap))
