"""From OKLCH, in which equal steps look equal, to sRGB.

Formula: B. Ottosson, "A perceptual color space for image processing", 2020. Arrays in, bytes out;
colours outside sRGB are clipped channel by channel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_OKLAB_TO_CONE_ROOTS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_CONES_TO_LINEAR_SRGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def oklch_to_srgb(
    lightness: ArrayLike, chroma: ArrayLike, hue_degrees: ArrayLike
) -> NDArray[np.uint8]:
    """Convert lightness 0..1, chroma 0..0.4 and hue, broadcast to shape S, to bytes S + (3,)."""
    light, chrom, hue = np.broadcast_arrays(
        np.asarray(lightness, dtype=np.float64), chroma, np.deg2rad(hue_degrees)
    )
    lab = np.stack([light, chrom * np.cos(hue), chrom * np.sin(hue)], axis=-1)
    linear = ((lab @ _OKLAB_TO_CONE_ROOTS.T) ** 3) @ _CONES_TO_LINEAR_SRGB.T
    linear = np.clip(linear, 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    rgb: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return rgb
