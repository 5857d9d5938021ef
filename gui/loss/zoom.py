"""Which part of a plot is looked at: zooming, moving and framing as arithmetic on rectangles.

A view is a rectangle in the units of the axes, and None is the whole, which grows with the run. No
view reaches beyond the whole or shows less than a small part of it. No Qt in here.
"""

from __future__ import annotations

from dataclasses import dataclass

SMALLEST_SHARE = 1e-4


@dataclass(frozen=True, slots=True)
class View:
    """A rectangle: what is looked at, or all that there is."""

    left: float
    right: float
    bottom: float
    top: float

    def at(self, across: float, up: float) -> tuple[float, float]:
        """Return the place at shares of the sides."""
        return (
            self.left + across * (self.right - self.left),
            self.bottom + up * (self.top - self.bottom),
        )


def zoomed(
    view: View | None, whole: View, factors: tuple[float, float], at: tuple[float, float]
) -> View | None:
    """Return the view with sides ``factors`` as long; the place at shares ``at`` stays there."""
    old = view or whole
    x, y = old.at(*at)
    width = (old.right - old.left) * factors[0]
    height = (old.top - old.bottom) * factors[1]
    left, bottom = x - at[0] * width, y - at[1] * height
    return _within(View(left, left + width, bottom, bottom + height), whole)


def moved(view: View | None, whole: View, across: float, up: float) -> View | None:
    """Return the view moved by shares of its sides, no farther than the whole reaches."""
    if view is None:
        return None
    x, y = across * (view.right - view.left), up * (view.top - view.bottom)
    return _within(View(view.left + x, view.right + x, view.bottom + y, view.top + y), whole)


def framed(
    view: View | None, whole: View, corner: tuple[float, float], opposite: tuple[float, float]
) -> View | None:
    """Return the view of the rectangle between two corners, given as shares of the old one."""
    old = view or whole
    (x0, y0), (x1, y1) = old.at(*corner), old.at(*opposite)
    return _within(View(min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)), whole)


def following(view: View | None, whole: View, x: float) -> View | None:
    """Return the view moved sideways as far as it takes to see ``x``."""
    if view is None or view.left <= x <= view.right:
        return view
    width = view.right - view.left
    left = x - width if x > view.right else x
    return _within(View(left, left + width, view.bottom, view.top), whole)


def _within(view: View, whole: View) -> View | None:
    left, right = _side(view.left, view.right, whole.left, whole.right)
    bottom, top = _side(view.bottom, view.top, whole.bottom, whole.top)
    result = View(left, right, bottom, top)
    return None if result == whole else result


def _side(low: float, high: float, least: float, most: float) -> tuple[float, float]:
    length = min(max(high - low, SMALLEST_SHARE * (most - least)), most - least)
    if length == most - least:
        return least, most
    low = min(max((low + high - length) / 2, least), most - length)
    return low, low + length
