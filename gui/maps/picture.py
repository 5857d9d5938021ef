"""From the network's outputs over the square to colours: which values a map shows, and how.

One output is a diverging heat map round the middle of its scale; of several classes the winning
one colours the cell, the stronger the surer. Colours come from the theme; nothing here paints.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from core.network.parameters import Floats
from core.training.snapshot import Snapshot
from gui.maps.contours import Segments, contour, winner_borders
from gui.maps.markers import SHAPED_CLASSES
from gui.palette import theme_named
from gui.theme import Theme, ThemeName

CONFIDENCE_STEPS = 64
MIDDLE = 127
Outputs = NDArray[np.float32]
Colors = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class OutputScale:
    """The values that the ends of the colour scale stand for."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Return the value of the panel's own tone, where the boundary runs."""
        return (self.low + self.high) / 2


def output_scale(snapshot: Snapshot) -> OutputScale:
    """Return the scale of a single output: fixed by activation and targets, never by outputs."""
    activation = snapshot.spec.network.layers[-1].activation
    if activation == "tanh":
        return OutputScale(-1.0, 1.0)
    if activation == "sigmoid" or snapshot.task == "classification":
        return OutputScale(0.0, 1.0)
    largest = rounded_up(float(np.abs(snapshot.targets[:, 0]).max()))
    return OutputScale(-largest, largest)


def rounded_up(value: float) -> float:
    """Return the next number of 1, 2, 5, 10, ... at or above ``value``; 1 for zero."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    decade = 10.0 ** math.floor(math.log10(value))
    # A hair of tolerance: 0.2 / 0.1 is a little above 2.
    return next(step * decade for step in (1, 2, 5, 10) if step * decade >= value * (1 - 1e-9))


def shows_classes(snapshot: Snapshot) -> bool:
    """Return whether the map shows the winner of several classes rather than one number."""
    return snapshot.task == "classification" and snapshot.targets.shape[1] > 1


def scale_steps(values: Floats, scale: OutputScale) -> NDArray[np.intp]:
    """Return the row 0..254 of a heat map's colours for each value; not finite is the middle."""
    half = (scale.high - scale.low) / 2
    share = np.clip((values - scale.middle) / half, -1.0, 1.0)
    steps: NDArray[np.intp] = np.rint(np.where(np.isfinite(values), share, 0.0) * MIDDLE).astype(
        np.intp
    )
    return steps + MIDDLE


def map_image(outputs: Outputs, snapshot: Snapshot, theme: Theme) -> QImage:
    """Return the picture (one pixel a cell) of ``outputs`` (n[L], H, W)."""
    if shows_classes(snapshot):
        winner = outputs.argmax(axis=0)
        confidence = np.nan_to_num(outputs.max(axis=0), nan=0.0)
        guess = 1.0 / len(outputs)
        share = np.clip((confidence - guess) / (1.0 - guess), 0.0, 1.0)
        steps = np.rint(share * (CONFIDENCE_STEPS - 1)).astype(np.intp)
        colors = class_colors(theme.name, len(outputs))[winner * CONFIDENCE_STEPS + steps]
    else:
        colors = heat_colors(theme.name)[scale_steps(outputs[0], output_scale(snapshot))]
    return as_picture(colors)


def as_picture(colors: Colors) -> QImage:
    """Return a picture of (H, W) packed colours that lives on its own."""
    height, width = colors.shape
    return QImage(
        np.ascontiguousarray(colors).data, width, height, 4 * width, QImage.Format.Format_RGB32
    ).copy()


def map_borders(outputs: Outputs, snapshot: Snapshot) -> Segments:
    """Return (S, 4) segments of the decision boundary in the unit square, y down."""
    if shows_classes(snapshot):
        return winner_borders(outputs)
    return contour(outputs[0], output_scale(snapshot).middle)


@lru_cache(maxsize=8)
def heat_colors(name: ThemeName) -> Colors:
    """Return the 255 colours of the output map, packed as 0xffRRGGBB."""
    return packed(theme_named(name).map_lut())


@lru_cache(maxsize=16)
def class_colors(name: ThemeName, count: int) -> Colors:
    """Return packed colours, ``CONFIDENCE_STEPS`` for each of ``count`` classes."""
    theme = theme_named(name)
    full = 0.50 if name == "light" else 0.62
    shares = np.linspace(0.0, full, CONFIDENCE_STEPS)
    return np.concatenate(
        [
            packed(color_ramp(theme.panel, class_color(theme, i, count), shares))
            for i in range(count)
        ]
    )


def color_ramp(ground: QColor, color: QColor, shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return (N, 3) opaque mixtures: share 0 is ``ground``, 1 is ``color``."""
    ends = np.array([(c.red(), c.green(), c.blue()) for c in (ground, color)], np.float64)
    mixed: NDArray[np.uint8] = np.rint(ends[0] + shares[:, None] * (ends[1] - ends[0])).astype(
        np.uint8
    )
    return mixed


def packed(rgb: NDArray[np.uint8]) -> Colors:
    """Return (N,) pixels 0xffRRGGBB of (N, 3) bytes."""
    red, green, blue = rgb.astype(np.uint32).T
    pixels: Colors = red * 0x10000 + green * 0x100 + blue + np.uint32(0xFF000000)
    return pixels


def class_color(theme: Theme, index: int, count: int) -> QColor:
    """Return the colour of a class, grey for all of more classes than there are colours."""
    # With more classes than colours the numbers in the map tell them apart.
    return theme.strong if count > SHAPED_CLASSES else theme.classes[index]
