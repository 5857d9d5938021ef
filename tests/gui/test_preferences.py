"""Preferences: chosen in the dialog or by keys, on at once, and there again at the next start."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.presets import load_preset
from gui import theme
from gui.motion import is_motion_wanted
from gui.panels.preferences_dialog import PreferencesDialog
from gui.preferences import Preferences, put_on, read_preferences
from gui.theme import apply_theme, current_theme, themes
from tests.gui.driver import Driver

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, settings: QSettings) -> Iterator[Driver]:
    """Return someone at a window that keeps its preferences."""
    put_on(qapp, read_preferences(settings))
    yield Driver(qtbot, load_preset("xor"), settings)
    put_on(qapp, Preferences())
    apply_theme(qapp, "dark")


def ticked(driver: Driver, menu: str) -> str:
    view = next(a for a in driver.window.transport.menu.menu().actions() if a.text() == "View")
    owner = next(action for action in view.menu().actions() if action.text() == menu)
    return next(action.text() for action in owner.menu().actions() if action.isChecked())


def dialog(driver: Driver) -> PreferencesDialog:
    driver.key(driver.window.transport.play, Qt.Key.Key_Comma, CONTROL)
    found = driver.window.tools.preferences
    assert found is not None
    assert found.isVisible()
    return found


def test_the_dialog_changes_the_look_at_once_and_for_good(
    qtbot: QtBot, opened: Driver, settings: QSettings
) -> None:
    box = dialog(opened)
    qtbot.keyClicks(box.theme, "High")
    qtbot.keyClick(box.theme, Qt.Key.Key_Return)
    assert current_theme().name == "high_contrast"
    for _ in range(2):
        qtbot.keyClick(box.text_size, Qt.Key.Key_Down)
    assert themes.font_scale == 1.25
    opened.click(box.system_font)
    assert themes.system_font
    qtbot.keyClicks(box.motion, "Red")
    qtbot.keyClick(box.motion, Qt.Key.Key_Return)
    assert not is_motion_wanted()
    menus = ("Theme", "Text size", "Motion")
    assert [ticked(opened, menu) for menu in menus] == ["High contrast", "125 %", "Reduced"]
    settings.sync()
    again = QSettings(settings.fileName(), QSettings.Format.IniFormat)
    assert read_preferences(again) == Preferences("high_contrast", 125, True, "reduced")


def test_the_defaults_come_back_with_one_button(opened: Driver, settings: QSettings) -> None:
    opened.trigger("View", "Theme", "Light")
    opened.trigger("View", "Text size", "150 %")
    box = dialog(opened)
    assert (box.theme.selected_key(), box.text_size.selected_key()) == ("light", "150")
    opened.press("Restore defaults")
    assert read_preferences(settings) == Preferences()
    assert (themes.preference, themes.font_scale) == ("system", 1.0)
    assert box.theme.selected_key() == "system"


def test_keys_make_the_text_larger_and_smaller(opened: Driver) -> None:
    play = opened.window.transport.play
    height = opened.window.transport.height()
    for _ in range(9):
        opened.key(play, Qt.Key.Key_Plus, CONTROL)
    assert themes.font_scale == 2.0
    assert opened.window.transport.height() == 2 * height
    # A window too small for so large a text shows the step all the same.
    step = opened.find(QLabel, "Step counter")
    assert step is not None
    assert step.text() == "0"
    opened.key(play, Qt.Key.Key_Minus, CONTROL)
    assert themes.font_scale == 1.75
    opened.key(play, Qt.Key.Key_0, CONTROL)
    assert themes.font_scale == 1.0
    assert opened.window.transport.height() == height


def test_a_theme_in_the_menu_is_kept(opened: Driver, settings: QSettings) -> None:
    opened.trigger("View", "Theme", "Light")
    assert current_theme().name == "light"
    assert read_preferences(settings).theme == "light"


@pytest.mark.parametrize("is_followed", [True, False])
def test_the_desktops_scheme_is_followed_live_where_that_is_chosen(
    opened: Driver, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, is_followed: bool
) -> None:
    opened.trigger("View", "Theme", "As the system" if is_followed else "Dark")
    # The platform of the tests has no scheme to switch: the desktop says light from now on.
    monkeypatch.setattr(theme, "_resolve", lambda _, wish: "light" if wish == "system" else wish)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert current_theme().name == ("light" if is_followed else "dark")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", "unicorn"),
        ("theme", ""),
        ("text_percent", "-5"),
        ("text_percent", "1e9"),
        ("text_percent", "9" * 5000),
        ("text_percent", "²"),
        ("system_font", "perhaps"),
        ("motion", "fast"),
    ],
)
def test_a_damaged_preference_is_told_in_the_log_and_the_default_stands_in(
    settings: QSettings, caplog: pytest.LogCaptureFixture, key: str, value: str
) -> None:
    settings.setValue(f"preferences/{key}", value)
    with caplog.at_level(logging.WARNING):
        assert read_preferences(settings) == Preferences()
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        f"preferences/{key}"
    ]
