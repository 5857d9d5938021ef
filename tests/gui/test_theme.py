"""The theme: what people read must be readable, and what means something must look as agreed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QImage, QPixmap, QRawFont
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.fonts import Weight, build_ui_font
from gui.icons import icon, icon_pixmap
from gui.palette import THEME_NAMES, Theme, ThemeName, class_shape, design_tokens, theme_named
from gui.stylesheet import style_sheet, with_role
from gui.theme import apply_theme, current_theme, math_font, mix, scaled, themes, ui_font

TEXT_TOKENS = (
    *("text", "text2", "text3", "accent", "pos", "neg"),
    *("warn", "err", "ok", "opA", "opB"),
)


@pytest.fixture(autouse=True)
def _dark_theme_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "dark")


@pytest.fixture(params=THEME_NAMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return theme_named(request.param)


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio by WCAG 2.2, 1 to 21."""

    def luminance(color: QColor) -> float:
        channels = (color.redF(), color.greenF(), color.blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def row(lut: np.ndarray, index: int) -> str:
    return "#{:02X}{:02X}{:02X}".format(*lut[index].tolist())


@pytest.mark.parametrize("token", TEXT_TOKENS)
def test_text_can_be_read_on_panels(theme: Theme, token: str) -> None:
    assert contrast(theme.color(token), theme.panel) >= 4.5


@pytest.mark.parametrize("ground", ["raised", "hover", "accent_soft", "bg"])
def test_text_can_be_read_on_every_ground(theme: Theme, ground: str) -> None:
    assert contrast(theme.text, theme.color(ground)) >= 4.5
    assert contrast(theme.text2, theme.color(ground)) >= 4.5


@pytest.mark.parametrize("token", ["warn", "err", "ok"])
def test_a_message_can_be_read_on_its_own_soft_ground(theme: Theme, token: str) -> None:
    assert contrast(theme.color(token), theme.color(f"{token}_soft")) >= 4.5


def test_a_filled_button_can_be_read(theme: Theme) -> None:
    assert contrast(theme.accent_ink, theme.accent) >= 4.5


RULE = re.compile(r"([^{}]+){([^{}]*)}")
COLOR = re.compile(r"(?<![-\\w])(background|color): (#[0-9a-f]{6})")


def test_the_style_sheet_writes_no_text_that_cannot_be_read_on_its_ground(theme: Theme) -> None:
    sheet = style_sheet(theme, 1.0, build_font)
    pairs = {}
    for selector, rules in RULE.findall(sheet):
        found = dict(COLOR.findall(rules))
        # What is off says so by more than its colour, and is no text to work with.
        if "color" in found and ":disabled" not in selector:
            # Without a ground of its own a text stands on the panel.
            pairs[selector.strip()] = found["color"], found.get("background", theme.panel.name())
    assert len(pairs) > 15
    faint = {
        selector: pair
        for selector, pair in pairs.items()
        if contrast(QColor(pair[0]), QColor(pair[1])) < 4.5
    }
    assert faint == {}


def build_font(pixels: float, weight: Weight = 400) -> QFont:
    return build_ui_font(round(pixels), weight)


@pytest.mark.parametrize("ink", ["text", "text2", "accent", "pos", "neg", "warn", "err", "ok"])
@pytest.mark.parametrize("ground", ["panel", "raised"])
def test_every_ink_can_be_read_on_panels_and_fields(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(theme.color(ink), theme.color(ground)) >= 4.5


def test_drawn_signs_stand_out_from_panels(theme: Theme) -> None:
    assert contrast(theme.posg, theme.panel) >= 3
    assert contrast(theme.negg, theme.panel) >= 3


def test_every_token_of_the_design_is_a_colour_of_the_theme(theme: Theme) -> None:
    written = design_tokens()["themes"][theme.name]
    assert {token: theme.color(token).name().upper() for token in written} == written


def test_an_unknown_token_is_refused(theme: Theme) -> None:
    with pytest.raises(KeyError):
        theme.color("pink")
    with pytest.raises(KeyError):
        theme.color("name")


def test_a_theme_cannot_be_changed(theme: Theme) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        theme.text = QColor("red")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dark", ["#348F98", "#59C697", "#D1ED6A"]),
        ("light", ["#00545D", "#007A5C", "#5E9936"]),
    ],
)
def test_layers_have_the_colours_of_the_design(name: ThemeName, expected: list[str]) -> None:
    theme = theme_named(name)
    assert [theme.layer_color(index, 3).name().upper() for index in range(3)] == expected


def test_layers_get_lighter_from_first_to_last(theme: Theme) -> None:
    lightness = [theme.layer_color(index, 8).lightnessF() for index in range(8)]
    luminance = [contrast(theme.layer_color(index, 8), QColor("black")) for index in range(8)]
    assert luminance == sorted(luminance)
    assert len(set(lightness)) > 1


def test_a_single_layer_has_the_first_colour(theme: Theme) -> None:
    assert theme.layer_color(0, 1) == theme.layer_color(0, 5)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dark", ["#E98731", "#1C1916", "#4EA8FE"]),
        ("light", ["#DE7B1E", "#F8F4F2", "#267ED9"]),
    ],
)
def test_heat_runs_from_orange_over_the_panel_to_blue(name: ThemeName, expected: list[str]) -> None:
    lut = theme_named(name).heat_lut()
    assert lut.shape == (255, 3)
    assert lut.dtype == np.uint8
    assert [row(lut, index) for index in (0, 127, 254)] == expected


def test_the_map_is_paler_than_the_heat(theme: Theme) -> None:
    panel = theme.panel
    tone = np.array([panel.red(), panel.green(), panel.blue()], dtype=float)
    heat = np.abs(theme.heat_lut()[[0, 254]] - tone).sum(axis=1)
    pale = np.abs(theme.map_lut()[[0, 254]] - tone).sum(axis=1)
    share = 0.50 if theme.name == "light" else 0.62
    np.testing.assert_allclose(pale / heat, share, atol=0.01)


def test_heat_maps_are_shared_and_read_only(theme: Theme) -> None:
    for lut in (theme.heat_lut(), theme.map_lut()):
        with pytest.raises(ValueError, match="read-only"):
            lut[0] = 0
    assert theme.heat_lut() is theme.heat_lut()


def test_mixing_is_opaque_and_ends_at_both_colours() -> None:
    ground, color = QColor("#000000"), QColor("#FF8000")
    assert mix(ground, color, 0.0) == ground
    assert mix(ground, color, 1.0).name() == color.name()
    assert mix(ground, color, 0.5).name() in ("#804000", "#7f4000")
    assert mix(ground, color, 0.5).alpha() == 255


def test_each_class_has_its_own_colour_and_shape(theme: Theme) -> None:
    assert len({color.name() for color in theme.classes}) == 6
    assert len({class_shape(index) for index in range(6)}) == 6


@pytest.mark.parametrize("name", THEME_NAMES)
def test_a_theme_reaches_palette_style_sheet_and_plots(
    qtbot: QtBot, qapp: QApplication, name: ThemeName
) -> None:
    apply_theme(qapp, "light" if name == "dark" else "dark")
    label = with_role(QLabel("0.25"), "caption")
    qtbot.addWidget(label)
    with qtbot.waitSignal(themes.changed):
        apply_theme(qapp, name)
    with qtbot.assertNotEmitted(themes.changed):
        apply_theme(qapp, name)
    label.show()
    theme = theme_named(name)
    assert current_theme() is theme
    assert qapp.palette().window().color() == theme.panel
    assert label.palette().windowText().color() == theme.text3
    assert label.font().pixelSize() == 11
    assert pg.getConfigOption("foreground") == theme.text2
    assert pg.getConfigOption("imageAxisOrder") == "row-major"
    assert pg.getConfigOption("segmentedLineMode") == "on"


def test_the_system_preference_follows_the_desktop(qapp: QApplication) -> None:
    apply_theme(qapp, "system")
    hints = qapp.styleHints()
    expected = "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"
    assert current_theme().name == expected
    assert themes.preference == "system"


def test_everything_scales_with_the_font(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, "dark", font_scale=1.5)
    label = with_role(QLabel("Loss"), "number")
    qtbot.addWidget(label)
    assert qapp.font().pixelSize() == 18
    assert label.font().pixelSize() == 24
    assert scaled(34) == 51


@pytest.mark.parametrize(("asked", "given"), [(0.2, 1.0), (9.0, 2.0)])
def test_the_scale_stays_between_100_and_200_percent(
    qapp: QApplication, asked: float, given: float
) -> None:
    apply_theme(qapp, "dark", font_scale=asked)
    assert themes.font_scale == given


@pytest.mark.parametrize("weight", [400, 500, 600])
def test_figures_are_all_of_one_width(weight: int) -> None:
    metrics = QFontMetricsF(ui_font(12, weight))
    widths = [metrics.horizontalAdvance(figure * 4) for figure in "0123456789"]
    assert max(widths) - min(widths) < 0.1


def test_titles_use_a_real_semi_bold_face(qtbot: QtBot, qapp: QApplication) -> None:
    apply_theme(qapp, "dark")
    title = with_role(QLabel("Gradients"), "title")
    qtbot.addWidget(title)
    regular = QFontMetricsF(ui_font(13)).horizontalAdvance("Gradients")
    semi_bold = QFontMetricsF(ui_font(13, 600)).horizontalAdvance("Gradients")
    assert QFontMetricsF(title.font()).horizontalAdvance("Gradients") == semi_bold
    assert semi_bold > regular


def test_the_systems_font_can_stand_in(qapp: QApplication) -> None:
    apply_theme(qapp, "dark", system_font=True)
    assert not qapp.font().family().startswith("Inter")


def test_formulas_have_upright_and_italic_letters() -> None:
    assert QFontInfo(math_font(24)).family() == "Nablascope Math"
    assert QFontInfo(math_font(24, italic=True)).italic()
    assert not QFontInfo(math_font(24)).italic()
    raw = QRawFont.fromFont(math_font(24))
    assert all(raw.supportsCharacter(ord(character)) for character in "∇⊙∂Σσ×=()−")


def shows_only(pixmap: QPixmap, expected: QColor) -> bool:
    """Whether the opaque pixels are there and of one colour; antialiasing may round by one."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    opaque = [color.getRgb()[:3] for color in pixels if color.alpha() == 255]
    return bool(opaque) and np.abs(np.array(opaque) - expected.getRgb()[:3]).max() <= 1


@pytest.mark.parametrize("name", sorted(design_tokens()["icons"]))
def test_every_icon_is_drawn_in_the_one_colour_asked_for(qapp: QApplication, name: str) -> None:
    pixmap = icon_pixmap(name, QColor("#55A9FF"), 16, 2.0)
    assert pixmap.size().width() == 32
    assert pixmap.devicePixelRatio() == 2.0
    assert shows_only(pixmap, QColor("#55A9FF"))


def test_icons_take_the_colour_of_the_theme_that_is_on(qapp: QApplication) -> None:
    for name in THEME_NAMES:
        apply_theme(qapp, name)
        assert shows_only(icon("play", "accent").pixmap(16, 16), theme_named(name).accent)


def test_an_unknown_icon_is_refused(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icon("unicorn")
