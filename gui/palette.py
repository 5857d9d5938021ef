"""The three themes as data: every colour token, the classes, the layers and the heat maps.

The tokens are read from ``resources/design-tokens.json``; the scales are computed in OKLCH so that
neighbouring steps differ by the same amount to the eye. Nothing here touches the application:
putting a theme on it is the work of ``gui.theme``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from gui.oklch import oklch_to_srgb

RESOURCES = Path(__file__).resolve().parent.parent / "resources"

ThemeName = Literal["dark", "light", "high_contrast"]
THEME_NAMES: tuple[ThemeName, ...] = ("dark", "light", "high_contrast")

HEAT_STEPS = 255


@dataclass(frozen=True, eq=False)
class Theme:
    """One theme. Colours are tokens named as in the design; treat them as read-only.

    Attributes:
        name: "dark", "light" or "high_contrast".
        bg, panel, raised, hover: window, cards, fields, what the pointer rests on.
        line, grid, strong: borders, plot grid, outlines that must be seen.
        text, text2, text3: text, labels, captions (the faintest text allowed).
        accent, accent_ink, accent_soft: what you control or what is happening now.
        pos, neg, posg, negg: sign as text, and as drawn areas and lines.
        warn, err, ok and their _soft: warning, error, good, and the fills behind them.
        opA, opB: the two operands of the current operation.
        thumb: the ground of thumbnails.
        classes: colours of classes 0 to 5; always with the shapes of ``CLASS_SHAPES``.
    """

    name: ThemeName
    bg: QColor
    panel: QColor
    raised: QColor
    hover: QColor
    line: QColor
    grid: QColor
    strong: QColor
    text: QColor
    text2: QColor
    text3: QColor
    accent: QColor
    accent_ink: QColor
    accent_soft: QColor
    pos: QColor
    neg: QColor
    posg: QColor
    negg: QColor
    warn: QColor
    warn_soft: QColor
    err: QColor
    err_soft: QColor
    ok: QColor
    ok_soft: QColor
    opA: QColor
    opB: QColor
    thumb: QColor
    classes: tuple[QColor, ...]

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.name != "light"

    @property
    def class_outline(self) -> QColor:
        """The 1.1 px outline that parts a class marker from the map below it."""
        return QColor("#0B0E12") if self.is_dark else QColor("#FFFFFF")

    def color(self, token: str) -> QColor:
        """Return the colour of ``token``; raises KeyError for a name that is no token."""
        found = vars(self)[token]
        if not isinstance(found, QColor):
            raise KeyError(token)
        return found

    def layer_color(self, index: int, count: int) -> QColor:
        """Colour of layer ``index`` (from 0) of ``count``: from dark teal to lime, in order."""
        u = index / (count - 1) if count > 1 else 0.0
        if self.name == "light":
            rgb = oklch_to_srgb(0.40 + 0.22 * u, 0.085 + 0.06 * u, 205 - 70 * u)
        else:
            lift = 0.1 if self.name == "high_contrast" else 0.0
            lightness = min(1.0, 0.60 + lift + 0.30 * u)
            rgb = oklch_to_srgb(lightness, 0.085 + 0.075 * u, 205 - 85 * u)
        return QColor(*rgb.tolist())

    def heat_lut(self) -> NDArray[np.uint8]:
        """Read-only (255, 3) colours of values -1..1; row 127 is zero, the panel's own tone."""
        return _heat_lut(self.name)

    def map_lut(self) -> NDArray[np.uint8]:
        """``heat_lut`` laid thinly over the panel, so that points on a map stand out; (255, 3)."""
        return _map_lut(self.name)


@cache
def design_tokens() -> dict[str, Any]:
    """Return the design's tokens: ``themes``, ``classes``, ``class_shapes`` and ``icons``."""
    tokens: dict[str, Any] = json.loads(
        (RESOURCES / "design-tokens.json").read_text(encoding="utf-8")
    )
    return tokens


@cache
def theme_named(name: ThemeName) -> Theme:
    """Return the theme ``name``; there is one of each."""
    tokens = design_tokens()
    colors = {token: QColor(value) for token, value in tokens["themes"][name].items()}
    classes = tuple(QColor(value) for value in tokens["classes"][name])
    return Theme(name=name, classes=classes, **colors)


def class_shape(index: int) -> str:
    """Marker of class ``index`` 0 to 5: circle, square, triangle, diamond, plus or star."""
    shape: str = design_tokens()["class_shapes"][index]
    return shape


def mix(ground: QColor, color: QColor, share: float) -> QColor:
    """Opaque mixture: ``share`` 0 is ``ground``, 1 is ``color``.

    Looks as a translucent ``color`` would, but strokes that cross do not add up.
    """
    return QColor.fromRgbF(
        ground.redF() + (color.redF() - ground.redF()) * share,
        ground.greenF() + (color.greenF() - ground.greenF()) * share,
        ground.blueF() + (color.blueF() - ground.blueF()) * share,
    )


@cache
def _heat_lut(name: ThemeName) -> NDArray[np.uint8]:
    value = np.linspace(-1.0, 1.0, HEAT_STEPS)
    size = np.abs(value)
    positive = value > 0
    if name == "light":
        lightness = 0.97 - np.where(positive, 0.38, 0.29) * size
        chroma = 0.005 + np.where(positive, 0.155, 0.150) * size**0.9
        hue = np.where(positive, 253.0, 57.0)
    else:
        lightness = 0.215 + 0.50 * size**0.9
        chroma = 0.008 + 0.145 * size**0.85
        hue = np.where(positive, 250.0, 57.0)
    lut = oklch_to_srgb(lightness, chroma, hue)
    lut.flags.writeable = False
    return lut


@cache
def _map_lut(name: ThemeName) -> NDArray[np.uint8]:
    color = theme_named(name).panel
    panel = np.array([color.red(), color.green(), color.blue()], dtype=np.float64)
    share = 0.50 if name == "light" else 0.62
    lut = np.rint(panel + (_heat_lut(name) - panel) * share).astype(np.uint8)
    lut.flags.writeable = False
    return lut
