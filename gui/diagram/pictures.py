"""Numbers as small images: response maps, weights over pixels, the sample itself.

Everything becomes an index into the theme's heat map, so that colour means the same throughout.
Positions and frames are the work of ``nodes``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from core.network.parameters import Floats
from gui.diagram.strength import largest
from gui.palette import HEAT_STEPS, ThemeName, theme_named
from gui.theme import Theme, mix

Pixels = NDArray[np.uint32]
PROBABILITIES = ("sigmoid", "softmax")


def signed_shares(
    values: NDArray[np.floating[Any]], activation: str, peak: float
) -> NDArray[np.floating[Any]]:
    """Map activations to -1..1: tanh as it is, probabilities to 2a - 1, others over ``peak``."""
    if activation == "tanh":
        return values
    if activation in PROBABILITIES:
        return 2 * values - 1
    return values / peak if peak > 0 else np.zeros_like(values)


def heat_pixels(shares: NDArray[np.floating[Any]], theme: Theme) -> Pixels:
    """Colour values of -1..1 by the heat map; what is not finite gets the middle."""
    half = (HEAT_STEPS - 1) // 2
    finite = np.nan_to_num(shares, nan=0.0, posinf=0.0, neginf=0.0)
    index = np.clip(finite * half + (half + 0.5), 0, HEAT_STEPS - 1).astype(np.uint8)
    pixels: Pixels = _heat_colors(theme.name)[index]
    return pixels


def map_pixels(
    maps: NDArray[np.float32], units: tuple[int, ...], activation: str, side: int, theme: Theme
) -> Pixels:
    """Colour the response maps (n, size, size) of ``units``, ``side`` pixels wide.

    Unbounded activations are measured against the largest one of the layer.
    """
    bounded = activation == "tanh" or activation in PROBABILITIES
    peak = 1.0 if bounded else largest(maps)
    with np.errstate(invalid="ignore", over="ignore"):
        shares = signed_shares(maps[list(units)], activation, peak)
        # Two small products resize all maps at once, ten times faster than painting them scaled.
        weights = _resampling(maps.shape[-1], side)
        return heat_pixels(weights @ shares @ weights.T, theme)


def weight_pixels(
    weights: Floats, units: tuple[int, ...], shape: tuple[int, int], theme: Theme
) -> Pixels:
    """Colour the rows ``units`` of W (n, pixels) as images, by the layer's largest weight."""
    peak = largest(weights)
    rows = weights[list(units)].astype(np.float64)
    return heat_pixels((rows / (peak or 1.0)).reshape(-1, *shape), theme)


def sample_pixels(raw: Floats, shape: tuple[int, int], theme: Theme) -> Pixels:
    """Return the sample's picture in greys, from the ground to the text's colour."""
    low, high = float(raw.min()), float(raw.max())
    share = (raw.reshape(shape) - low) / (high - low or 1.0)
    index = (share * 255).astype(np.uint8)
    pixels: Pixels = _grey_colors(theme.name)[index]
    return pixels


def as_image(pixels: Pixels) -> QImage:
    """Return a QImage over (height, width) pixels; it lives no longer than they do."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)


@cache
def _resampling(size: int, side: int) -> NDArray[np.float32]:
    """Return (side, size) weights that resize a row of pixels: a triangle over its neighbours."""
    centers = (np.arange(side) + 0.5) * size / side - 0.5
    reach = max(1.0, size / side)
    distance = np.abs(centers[:, None] - np.arange(size))
    weights = np.maximum(0.0, 1 - distance / reach)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.astype(np.float32)


@cache
def _heat_colors(name: ThemeName) -> Pixels:
    rgb = theme_named(name).heat_lut().astype(np.uint32)
    packed: Pixels = (rgb @ np.array([1 << 16, 1 << 8, 1], np.uint32)) | np.uint32(0xFF000000)
    return packed


@cache
def _grey_colors(name: ThemeName) -> Pixels:
    theme = theme_named(name)
    ground = theme.raised if theme.is_dark else QColor("#FFFFFF")
    return np.array([mix(ground, theme.text, i / 255).rgb() for i in range(256)], np.uint32)
