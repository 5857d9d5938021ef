"""Icons: line drawings of the design in one colour, rendered once per colour, size and scale.

An icon is named as in ``resources/design-tokens.json``. ``icon`` is for buttons and actions,
``icon_pixmap`` for what paints itself; neither watches the theme, so ask again after a change.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.palette import design_tokens, mix
from gui.theme import current_theme, scaled

ICON_PIXELS = 16
_RATIOS = (1.0, 1.25, 1.5, 2.0)

_TEMPLATE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="{color}" '
    'stroke-width="1.5" stroke-linecap="round">{inner}</svg>'
)


def icon(name: str, token: str = "text2", size: int = ICON_PIXELS) -> QIcon:
    """Return icon ``name`` in the theme's colour ``token``, greyed when disabled.

    ``size`` is in pixels of 100 %. Raises KeyError for an unknown name or token.
    """
    theme = current_theme()
    result = QIcon()
    for mode, color in (
        (QIcon.Mode.Normal, theme.color(token)),
        (QIcon.Mode.Disabled, mix(theme.panel, theme.text2, 0.4)),
    ):
        for ratio in _RATIOS:
            result.addPixmap(icon_pixmap(name, color, scaled(size), ratio), mode)
    return result


def icon_pixmap(name: str, color: QColor, size: int = ICON_PIXELS, ratio: float = 2.0) -> QPixmap:
    """Return icon ``name``, ``size`` logical pixels wide, for a screen of scale ``ratio``.

    Raises KeyError for an unknown name.
    """
    pixmap = QPixmap.fromImage(_render(name, color.name(), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=512)
def _render(name: str, color: str, pixels: int) -> QImage:
    inner = design_tokens()["icons"][name].replace('"C"', f'"{color}"')
    renderer = QSvgRenderer(QByteArray(_TEMPLATE.format(color=color, inner=inner).encode()))
    image = QImage(QSize(pixels, pixels), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image
