"""Where the panels lie: rectangles as a function of the window's size and what is shown.

The design's numbers are for 100 % text size and scale with it. New width goes to the diagram, then
to the right column, then to the gradients; new height to the diagram and the right column. The
controls never widen.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect

# What the right column shows: a square map, samples over a confusion matrix, or one tall panel.
Mode = Literal["map", "samples", "tall"]

GAP = 8
CONTROLS_WIDTH = 248
RIGHT_WIDTH: dict[Mode, int] = {"map": 356, "samples": 332, "tall": 380}
RIGHT_WIDTH_WIDE = 560
BOTTOM_HEIGHT = {"plain": 268, "confusion": 292, "deep": 312}
BOTTOM_HEIGHT_TALL = 360
# The design's two window sizes; in between is interpolated, beyond the larger one it goes on.
SMALL, LARGE = (1280, 800), (1920, 1080)
BARS_HEIGHT = 54 + 28
RAIL_WIDTH = 48
STEP_BOTTOM_HEIGHT, STEP_BOTTOM_HEIGHT_TALL = 248, 320
WATERFALL_SHARE = 0.52


def arrange(
    width: int, height: int, mode: Mode, *, deep: bool = False, scale: float = 1.0
) -> dict[str, QRect]:
    """Return the rectangle of every panel by name within a body of ``width`` x ``height``.

    Names: controls, network, loss, gradients, right, and confusion in "samples" mode.
    """

    def px(length: float) -> int:
        return round(length * scale)

    gap = px(GAP)
    grown_x = _share(width / scale, SMALL[0], LARGE[0])
    grown_y = _share(height / scale, SMALL[1] - BARS_HEIGHT, LARGE[1] - BARS_HEIGHT)
    right_width = px(RIGHT_WIDTH[mode] + grown_x * (RIGHT_WIDTH_WIDE - RIGHT_WIDTH[mode]))
    least = BOTTOM_HEIGHT["confusion" if mode == "samples" else "deep" if deep else "plain"]
    bottom_height = px(least + grown_y * (max(BOTTOM_HEIGHT_TALL, least) - least))

    left = px(CONTROLS_WIDTH) + 2 * gap
    right = width - gap - right_width
    bottom = height - gap - bottom_height
    centre_width = right - gap - left
    top_height = bottom - 2 * gap
    rectangles = {
        "controls": QRect(gap, gap, px(CONTROLS_WIDTH), height - 2 * gap),
        "network": QRect(left, gap, centre_width, top_height),
        "right": QRect(right, gap, right_width, top_height),
    }
    plots_width = centre_width
    if mode == "map":
        plots_width = width - gap - left
    elif mode == "samples":
        rectangles["confusion"] = QRect(right, bottom, right_width, bottom_height)
    else:
        rectangles["right"] = QRect(right, gap, right_width, height - 2 * gap)
    loss_width = round((0.4 if mode == "map" else 0.38) * (plots_width - gap))
    gradients_x = left + loss_width + gap
    rectangles["loss"] = QRect(left, bottom, loss_width, bottom_height)
    rectangles["gradients"] = QRect(
        gradients_x, bottom, left + plots_width - gradients_x, bottom_height
    )
    return rectangles


def arrange_step(width: int, height: int, *, scale: float = 1.0) -> dict[str, QRect]:
    """Return the rectangles while a step is taken apart.

    Names: rail, stage, right, waterfall, ledger. New width goes to the stage first.
    """

    def px(length: float) -> int:
        return round(length * scale)

    gap = px(GAP)
    grown_x = _share(width / scale, SMALL[0], LARGE[0])
    grown_y = _share(height / scale, SMALL[1] - BARS_HEIGHT, LARGE[1] - BARS_HEIGHT)
    widest = RIGHT_WIDTH["tall"] + grown_x * (RIGHT_WIDTH_WIDE - RIGHT_WIDTH["tall"])
    right_width = px(widest)
    grown = grown_y * (STEP_BOTTOM_HEIGHT_TALL - STEP_BOTTOM_HEIGHT)
    bottom_height = px(STEP_BOTTOM_HEIGHT + grown)
    left = px(RAIL_WIDTH) + 2 * gap
    right, bottom = width - gap - right_width, height - gap - bottom_height
    centre_width = right - gap - left
    waterfall_width = round(WATERFALL_SHARE * (centre_width - gap))
    ledger_left = left + waterfall_width + gap
    return {
        "rail": QRect(gap, gap, px(RAIL_WIDTH), height - 2 * gap),
        "stage": QRect(left, gap, centre_width, bottom - 2 * gap),
        "right": QRect(right, gap, right_width, height - 2 * gap),
        "waterfall": QRect(left, bottom, waterfall_width, bottom_height),
        "ledger": QRect(ledger_left, bottom, right - gap - ledger_left, bottom_height),
    }


def _share(length: float, small: int, large: int) -> float:
    """Return how far ``length`` has grown from ``small`` (0) to ``large`` (1) and beyond."""
    return max(0.0, (length - small) / (large - small))
