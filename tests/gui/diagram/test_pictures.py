"""Colour in the nodes means what the heat map says, and numbers fit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from gui.diagram.nodes import numbers_that_fit
from gui.diagram.pictures import map_pixels, sample_pixels, weight_pixels
from gui.palette import theme_named
from gui.theme import ui_font

THEME = theme_named("dark")


def heat(index: int) -> int:
    """Return the heat map's colour ``index`` as a pixel."""
    red, green, blue = THEME.heat_lut()[index].tolist()
    return int(0xFF << 24 | red << 16 | green << 8 | blue)


def maps_of(*values: float) -> np.ndarray:
    """Return one map a value, all of that value."""
    return np.stack([np.full((2, 2), value, np.float32) for value in values])


def first_pixels(values: tuple[float, ...], activation: str) -> list[int]:
    maps = maps_of(*values)
    pixels = map_pixels(maps, tuple(range(len(values))), activation, 3, THEME)
    return [int(p) for p in pixels[:, 0, 0]]


def test_tanh_is_coloured_as_it_is() -> None:
    assert first_pixels((-1.0, 0.0, 1.0), "tanh") == [heat(0), heat(127), heat(254)]


def test_probabilities_are_neutral_at_one_half() -> None:
    assert first_pixels((0.0, 0.5, 1.0), "sigmoid") == [heat(0), heat(127), heat(254)]


def test_unbounded_activations_are_scaled_by_the_largest_of_the_layer() -> None:
    assert first_pixels((0.0, 20.0, -10.0), "relu") == [heat(127), heat(254), heat(64)]


def test_units_that_are_not_shown_count_for_the_scale_of_their_layer() -> None:
    pixels = map_pixels(maps_of(5.0, 10.0), (0,), "relu", 3, THEME)
    assert int(pixels[0, 0, 0]) == heat(191)


def test_a_layer_without_any_activation_is_neutral() -> None:
    assert first_pixels((0.0, 0.0), "relu") == [heat(127), heat(127)]


def test_a_map_keeps_its_directions_when_resized() -> None:
    falling_to_the_right = np.tile(np.linspace(1, -1, 40, dtype=np.float32), (1, 40, 1))
    pixels = map_pixels(falling_to_the_right, (0,), "tanh", 30, THEME)
    assert pixels.shape == (1, 30, 30)
    assert len(np.unique(pixels[0, :, 3])) == 1
    assert int(pixels[0, 0, 0]) & 0xFF > int(pixels[0, 0, -1]) & 0xFF


def test_weights_over_pixels_keep_the_order_of_the_picture() -> None:
    weights = np.array([[0.0, 1.0, -1.0, 0.0, 0.0, 0.5]])
    pixels = weight_pixels(weights, (0,), (2, 3), THEME)
    assert pixels.shape == (1, 2, 3)
    assert int(pixels[0, 0, 1]) == heat(254)
    assert int(pixels[0, 0, 2]) == heat(0)


def test_ink_of_a_sample_is_the_colour_of_text_and_its_ground_is_white_in_light() -> None:
    light = theme_named("light")
    pixels = sample_pixels(np.array([0.0, 16.0]), (1, 2), light)
    assert int(pixels[0, 0]) == 0xFFFFFFFF
    assert int(pixels[0, 1]) == light.text.rgb()


@pytest.mark.parametrize(
    ("room", "expected"),
    [(200, ["0.98", "−0.04", "0"]), (27, ["1.0", "0.0", "0"]), (2, ["", "", ""])],
)
def test_numbers_of_a_column_share_as_many_decimals_as_fit(
    qapp: QApplication, room: float, expected: list[str]
) -> None:
    metrics = QFontMetricsF(ui_font(11))
    texts = numbers_that_fit([0.98, -0.04, 0.0], room, metrics)
    assert texts == expected
    assert all(metrics.horizontalAdvance(text) <= room for text in texts)
