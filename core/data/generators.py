"""Two-input data sets drawn from a formula: six to classify, three to fit.

Every clean shape lies within [-4.8, 4.8]^2. Noise moves each point along an offset of its own that
is never longer than 2.4 times the noise, so that at the largest noise (0.5) all points still lie in
[-6, 6]^2 and nothing is clipped. Positions and offsets come from separate random streams and row i
of every draw is the same for any number of samples: a noise slider moves the same points, and more
samples are added to the same ones. Classes alternate from row to row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.data.arrays import FloatArray, IndexArray
from core.data.dataset import DOMAIN
from core.data.table import Table
from core.random_streams import random_stream

EXTENT = 4.8
OFFSET_LIMIT = 2.4


@dataclass(frozen=True)
class Draw:
    """The numbers of one set: how many samples, how noisy, and where its randomness comes from."""

    seed: int
    samples: int
    noise: float
    classes: int
    arms: int

    def uniform(self, columns: int) -> FloatArray:
        """Return the (N, columns) draws in [0, 1) that place the clean samples."""
        return random_stream(self.seed, "data positions").random((self.samples, columns))

    def offsets(self) -> FloatArray:
        """Return the (N, 2) offsets of noise 1: normal, cut off at radius ``OFFSET_LIMIT``."""
        u = random_stream(self.seed, "data offsets").random((self.samples, 2))
        # The squared radius of a normal pair is exponential; inverting its distribution function
        # below the cut gives every point a bounded offset with a single draw.
        below_cut = 1.0 - np.exp(-(OFFSET_LIMIT**2) / 2)
        radius = np.sqrt(-2.0 * np.log1p(-u[:, 0] * below_cut))
        offsets: FloatArray = radius[:, None] * _direction(2 * np.pi * u[:, 1])
        return offsets

    def alternating(self, count: int) -> IndexArray:
        """Return (N,) indices 0, 1, ..., count - 1, 0, 1, ..."""
        return np.arange(self.samples) % count


def generate(kind: str, draw: Draw) -> Table:
    """Return the generated set ``kind`` (a key of ``CLASSIFICATION`` or ``REGRESSION``)."""
    if kind in CLASSIFICATION:
        points, classes = CLASSIFICATION[kind](draw)
        count = {"gaussians": draw.classes, "spiral": draw.arms}.get(kind, 2)
        return Table(
            points,
            classes[:, None].astype(np.float64),
            name=kind,
            task="classification",
            feature_names=("x1", "x2"),
            class_names=tuple(str(c) for c in range(count)),
            target_name="class",
        )
    points = 5.7 * (2 * draw.uniform(2) - 1)
    height = REGRESSION[kind](points[:, 0], points[:, 1])
    targets = height + 0.5 * draw.noise * draw.offsets()[:, 0]
    return Table(
        points,
        targets[:, None],
        name=kind,
        task="regression",
        feature_names=("x1", "x2"),
        target_name="y",
    )


def _circle(draw: Draw) -> tuple[FloatArray, IndexArray]:
    """A disc (class 1) within a ring (class 0), both evenly filled."""
    u, classes = draw.uniform(2), draw.alternating(2)
    inner, outer = np.where(classes == 1, 0.0, 3.3), np.where(classes == 1, 2.3, EXTENT)
    radius = np.sqrt(inner**2 + u[:, 0] * (outer**2 - inner**2))
    clean = radius[:, None] * _direction(2 * np.pi * u[:, 1])
    return clean + draw.noise * draw.offsets(), classes


def _xor(draw: Draw) -> tuple[FloatArray, IndexArray]:
    """Four squares; class 1 where the signs of x1 and x2 differ."""
    quadrant = draw.alternating(4)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[quadrant]
    clean = signs * (0.35 + (EXTENT - 0.35) * draw.uniform(2))
    return clean + draw.noise * draw.offsets(), quadrant % 2


def _gaussians(draw: Draw) -> tuple[FloatArray, IndexArray]:
    """Round normal clouds on a circle, one a class; noise widens each about its centre."""
    classes = draw.alternating(draw.classes)
    start = np.pi / 4 if draw.classes in (2, 4) else np.pi / 2
    ring = 1.9 + 0.25 * draw.classes
    centres = ring * _direction(start + 2 * np.pi * classes / draw.classes)
    return centres + (0.5 + 1.1 * draw.noise) * draw.offsets(), classes


def _spiral(draw: Draw) -> tuple[FloatArray, IndexArray]:
    """Intertwined Archimedean spirals, evenly filled along their length."""
    classes = draw.alternating(draw.arms)
    along = np.sqrt(0.01 + 0.99 * draw.uniform(1)[:, 0])
    # 3.3 turns shared by the arms keep neighbours equally far apart, whatever their number.
    angle = 2 * np.pi * (3.3 / draw.arms * along + classes / draw.arms)
    clean = EXTENT * along[:, None] * _direction(angle)
    return clean + draw.noise * draw.offsets(), classes


def _moons(draw: Draw) -> tuple[FloatArray, IndexArray]:
    """Two crescents that reach into each other, thickest in the middle."""
    u, classes = draw.uniform(2), draw.alternating(2)
    angle = np.pi * u[:, 0]
    radius = 3.0 + 0.9 * (u[:, 1] - 0.5) * np.sin(angle)
    upper = radius[:, None] * _direction(angle) + np.array([-1.5, -0.6])
    clean = np.where(classes[:, None] == 0, upper, -upper)
    return clean + draw.noise * draw.offsets(), classes


def _checkerboard(draw: Draw) -> tuple[FloatArray, IndexArray]:
    """Four by four cells with a small gap between them."""
    cell = draw.alternating(16)
    row, pair = np.divmod(cell // 2, 2)
    # Even rows of the draw fill the cells of class 0, odd ones those of class 1.
    column = 2 * pair + (row + cell) % 2
    corner = np.stack([column, row], axis=1)
    clean = (corner + 0.08 + 0.84 * draw.uniform(2)) * (EXTENT / 2) - EXTENT
    return clean + draw.noise * draw.offsets(), cell % 2


def _plane(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """A tilted plane from -1 in one corner to +1 in the opposite one."""
    return (x1 + x2) / (2 * DOMAIN)


def _bumps(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Hills and hollows of different widths."""
    height = np.zeros_like(x1)
    for centre1, centre2, width, sign in BUMPS:
        square = (x1 - centre1) ** 2 + (x2 - centre2) ** 2
        height += sign * np.exp(-square / (2 * width**2))
    return height


def _sine(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Waves whose crests wind along x2."""
    waves: FloatArray = np.sin(x1 + np.sin(x2))
    return waves


def _direction(angle: FloatArray) -> FloatArray:
    """Return unit vectors (N, 2) at ``angle`` (N,), in radians from the x1 axis."""
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


BUMPS = (
    (-3.0, 3.0, 1.4, 1.0),
    (2.4, 3.4, 1.2, -1.0),
    (3.6, -1.4, 1.5, 1.0),
    (-0.4, -3.8, 1.2, -1.0),
    (-4.2, -1.4, 1.0, -0.8),
    (0.0, 0.6, 0.9, 0.7),
)
CLASSIFICATION: dict[str, Callable[[Draw], tuple[FloatArray, IndexArray]]] = {
    "circle": _circle,
    "xor": _xor,
    "gaussians": _gaussians,
    "spiral": _spiral,
    "moons": _moons,
    "checkerboard": _checkerboard,
}
REGRESSION: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "plane": _plane,
    "bumps": _bumps,
    "sine": _sine,
}
