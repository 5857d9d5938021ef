"""In how many of the latest steps clipping has changed the gradient.

A bit a step in one whole number: it costs next to nothing, and as it never changes in place every
keyframe can hold it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

WINDOW = 100
_ALL = (1 << WINDOW) - 1


class ClipWindow(NamedTuple):
    """The latest steps, at most ``WINDOW`` of them.

    Attributes:
        bits: 1 for every step whose gradient was clipped, the latest step last.
        steps: how many steps those are.
    """

    bits: int = 0
    steps: int = 0

    def after(self, has_clipped: bool) -> ClipWindow:
        """Return the window after one more step."""
        return ClipWindow((self.bits << 1 | has_clipped) & _ALL, min(self.steps + 1, WINDOW))

    @property
    def share(self) -> float:
        """Return the share of clipped steps, NaN before the first."""
        return self.bits.bit_count() / self.steps if self.steps else math.nan


EMPTY = ClipWindow()
