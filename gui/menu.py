"""The menu of the window: every command by name, with its keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QApplication, QMenu

from core.presets import presets
from core.training.commands import Granularity
from gui.actions import make_action, make_choice
from gui.theme import ThemePreference, apply_theme, themes

if TYPE_CHECKING:
    from gui.main_window import MainWindow

STEPS: tuple[tuple[Granularity, str, str, str], ...] = (
    ("op", "Step op", "Run the next operation of the step.", "F7"),
    ("layer", "Step layer", "Run the operations of one layer.", "Shift+F7"),
    ("pass", "Step pass", "Run to the end of the forward or backward pass.", "F8"),
    ("batch", "Step batch", "Finish one step: forward, backward, update.", "F6"),
    ("epoch", "Step epoch", "Train to the end of the epoch.", "Shift+F6"),
)
THEME_WORDS = {
    "system": "As the system",
    "dark": "Dark",
    "light": "Light",
    "high_contrast": "High contrast",
}


def build_menu(window: MainWindow) -> QMenu:
    """Return the menu; its actions work by key wherever the focus is in ``window``."""
    menu = QMenu(window)
    menu.setAccessibleName("Menu")
    _add_file_menu(menu, window)
    _add_run_menu(menu, window)
    _add_view_menu(menu, window)
    menu.addSeparator()
    menu.addAction(
        make_action(window, "Quit", "Close the window and end the run.", "Ctrl+Q", window.close)
    )
    return menu


def _add_file_menu(menu: QMenu, window: MainWindow) -> None:
    file_menu = menu.addMenu("File")
    for text, sentence, keys, command in (
        ("Open…", "Start anew with a specification.", "Ctrl+O", window.open_file),
        ("Save", "Save the specification.", "Ctrl+S", window.save_file),
        ("Save as…", "Save the specification elsewhere.", "Ctrl+Shift+S", window.save_file_as),
    ):
        file_menu.addAction(make_action(window, text, sentence, keys, command))
    preset_menu = menu.addMenu("Presets")
    preset_menu.setToolTipsVisible(True)
    for preset in presets():
        action = make_action(
            window, preset.title, preset.sentence, None, partial(window.open_preset, preset.key)
        )
        preset_menu.addAction(action)


def _add_run_menu(menu: QMenu, window: MainWindow) -> None:
    run_menu = menu.addMenu("Run")
    session = window.session
    run_menu.addAction(
        make_action(window, "Run or pause", "Train, or pause.", "F5", window.toggle_run)
    )
    for granularity, text, sentence, keys in STEPS:
        step = partial(session.step, granularity)
        run_menu.addAction(make_action(window, text, sentence, keys, step))
    run_menu.addAction(
        make_action(window, "Reset", "Draw the same start again.", "Ctrl+R", session.reset)
    )


def _add_view_menu(menu: QMenu, window: MainWindow) -> None:
    view_menu = menu.addMenu("View")
    for tab, text, sentence, keys in (
        ("output", "Output", "Show the output map or the samples.", "Ctrl+1"),
        ("trace", "Trace", "Show the operations of the step.", "Ctrl+2"),
    ):
        select = partial(window.right.select_tab, tab)
        view_menu.addAction(make_action(window, text, sentence, keys, select))
    theme_menu = view_menu.addMenu("Theme")
    make_choice(theme_menu, THEME_WORDS, themes.preference, _apply_theme)


def _apply_theme(name: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply_theme(application, cast(ThemePreference, name), font_scale=themes.font_scale)
