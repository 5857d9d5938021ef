"""The bundled fonts, and fonts built from them with the figures all of one width.

Sizes are device-independent pixels and already scaled: ``gui.theme`` hands out fonts at the
user's scale and is what panels call. Each weight of Inter is a family of its own, so a weight is
chosen by family here and nowhere else.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from gui.palette import RESOURCES

Weight = Literal[400, 500, 600]

_UI_FILES: dict[Weight, str] = {
    400: "Inter-Regular.otf",
    500: "Inter-Medium.otf",
    600: "Inter-SemiBold.otf",
}
_MATH_FILES = ("NablascopeMath-Regular.otf", "NablascopeMath-Italic.otf")


@cache
def ui_families() -> dict[Weight, str]:
    """Load Inter and return the family name of each weight; needs an application."""
    return {weight: _load(name) for weight, name in _UI_FILES.items()}


@cache
def math_family() -> str:
    """Load Nablascope Math and return its family name; needs an application."""
    return {_load(name) for name in _MATH_FILES}.pop()


def build_ui_font(pixels: int, weight: Weight, *, family: str | None = None) -> QFont:
    """Return Inter, or ``family`` in its place, at ``pixels``."""
    font = QFont(family or ui_families()[weight])
    font.setWeight(QFont.Weight(weight))
    return _finished(font, pixels)


def build_math_font(pixels: int, *, italic: bool) -> QFont:
    """Return the font of formulas at ``pixels``; variables are italic, functions upright."""
    font = QFont(math_family())
    font.setItalic(italic)
    return _finished(font, pixels)


def _finished(font: QFont, pixels: int) -> QFont:
    font.setPixelSize(pixels)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _load(name: str) -> str:
    """Register ``resources/fonts/<name>``; raises RuntimeError where Qt cannot read it."""
    path = RESOURCES / "fonts" / name
    families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    if not families:
        raise RuntimeError(f"{path}: not a font that Qt can read")
    return families[0]
