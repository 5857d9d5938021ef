"""The pictures of the data sets show the sets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from core.training.fitting import BUNDLED_SETS, TWO_INPUT_SETS
from gui.controls.thumbnails import thumbnail
from gui.palette import THEME_NAMES, ThemeName, theme_named
from gui.theme import apply_theme, current_theme

SIDE = 62
GROUND = QColor("#808080")


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


def picture(kind: str) -> QImage:
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    thumbnail(kind)(painter, QRectF(0, 0, SIDE, SIDE), current_theme())
    painter.end()
    return image


def colors(image: QImage) -> dict[str, int]:
    counts: dict[str, int] = {}
    for y in range(SIDE):
        for x in range(SIDE):
            name = image.pixelColor(x, y).name()
            counts[name] = counts.get(name, 0) + 1
    return counts


def test_all_pictures_differ() -> None:
    kinds = (*TWO_INPUT_SETS, *BUNDLED_SETS, "inline")
    assert len({bytes(picture(kind).constBits()) for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("name", THEME_NAMES)
@pytest.mark.parametrize(("kind", "classes"), [("spiral", 2), ("iris", 3), ("breast_cancer", 2)])
def test_classes_have_the_themes_colours(
    qapp: QApplication, name: ThemeName, kind: str, classes: int
) -> None:
    apply_theme(qapp, name)
    found = colors(picture(kind))
    for index, color in enumerate(theme_named(name).classes):
        assert (found.get(color.name(), 0) > 10) == (index < classes)


def test_the_circle_has_one_class_inside_the_other() -> None:
    image, theme = picture("circle"), current_theme()
    distances: dict[str, list[float]] = {}
    for y in range(SIDE):
        for x in range(SIDE):
            distance = abs(complex(x - SIDE / 2, y - SIDE / 2))
            distances.setdefault(image.pixelColor(x, y).name(), []).append(distance)
    inside, outside = sorted(max(distances[color.name()]) for color in theme.classes[:2])
    assert inside < 0.75 * outside


def test_a_plane_rises_from_one_corner_to_the_other() -> None:
    image = picture("plane")
    low, high = image.pixelColor(3, SIDE - 4), image.pixelColor(SIDE - 4, 3)
    assert {_sign(low), _sign(high)} == {"positive", "negative"}


def test_a_digit_is_a_picture_in_grey() -> None:
    found = [QColor(name) for name in colors(picture("digits"))]
    assert len(found) > 5
    assert all(color.hsvSaturationF() < 0.35 for color in found)


def _sign(color: QColor) -> str:
    return "positive" if color.blue() > color.red() else "negative"
