"""The View menu: what is shown, where the panels are, and how everything looks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from gui.actions import add_menu, make_action, make_choice
from gui.places.menus import fill_moves, fill_panels
from gui.preferences import MOTION_WORDS, TEXT_SIZES, THEME_WORDS

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def add_view_menu(menu: QMenu, window: MainWindow) -> None:
    """Append the View menu to ``menu``."""
    view_menu = add_menu(menu, "View")
    for text, sentence, keys, show in (
        (
            "Output",
            "Show the output map or the samples.",
            "Ctrl+1",
            partial(window.show_tab, "output"),
        ),
        (
            "Trace",
            "Show the operations of the step.",
            "Ctrl+2",
            partial(window.show_tab, "trace"),
        ),
        (
            "Take the step apart",
            "Show the stage, or the panels of training again.",
            "Ctrl+3",
            window.steps.toggle,
        ),
        (
            "Warnings",
            "Show what has been found wrong.",
            "Ctrl+4",
            partial(window.show_tab, "warnings"),
        ),
    ):
        view_menu.addAction(make_action(window, text, sentence, keys, show))
    view_menu.addSeparator()
    fill_panels(add_menu(view_menu, "Panels"), window.workspace)
    fill_moves(add_menu(view_menu, "Move a panel"), window.workspace)
    view_menu.addAction(
        make_action(
            window,
            "Reset layout",
            "Show every panel, where and as large as designed.",
            "Ctrl+Shift+L",
            window.workspace.reset,
        )
    )
    view_menu.addSeparator()
    keeper = window.preferences
    theme_menu = add_menu(view_menu, "Theme")
    theme_group = make_choice(theme_menu, THEME_WORDS, keeper.current.theme, keeper.set_theme)
    motion_menu = add_menu(view_menu, "Motion")
    motion_group = make_choice(motion_menu, MOTION_WORDS, keeper.current.motion, keeper.set_motion)
    text_menu = add_menu(view_menu, "Text size")
    sizes = {str(percent): f"{percent} %" for percent in TEXT_SIZES}
    now = str(keeper.current.text_percent)

    def resize(percent: str) -> None:
        keeper.change(text_percent=int(percent))

    size_group = make_choice(text_menu, sizes, now, resize)
    text_menu.addSeparator()
    for text, sentence, keys, steps in (
        ("Larger text", "Make everything one size larger.", "Ctrl++", 1),
        ("Smaller text", "Make everything one size smaller.", "Ctrl+-", -1),
        ("Text as designed", "Make everything 100 % again.", "Ctrl+0", 0),
    ):
        step = partial(keeper.resize_text, steps)
        text_menu.addAction(make_action(window, text, sentence, keys, step))

    def tick() -> None:
        _tick(theme_group, keeper.current.theme)
        _tick(motion_group, keeper.current.motion)
        _tick(size_group, str(keeper.current.text_percent))

    keeper.changed.connect(tick)


def _tick(group: QActionGroup, key: str) -> None:
    for action in group.actions():
        action.setChecked(action.data() == key)
