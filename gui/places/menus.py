"""The menus about the arrangement: which panels there are, and where each of them goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui.actions import add_menu
from gui.places.layout import STEP, TITLES
from gui.places.tree import Side
from gui.places.workspace import Workspace

MOVES: dict[Side, str] = {
    "left": "Move left",
    "right": "Move right",
    "above": "Move up",
    "below": "Move down",
}


def fill_panels(menu: QMenu, workspace: Workspace) -> None:
    """Fill ``menu`` with a check for every panel, which follows the workspace."""
    actions: dict[str, QAction] = {}
    for name, title in TITLES.items():
        if name == "stage":
            menu.addSeparator()
        action = menu.addAction(title)
        action.setCheckable(True)
        in_step = name in STEP and name != "right"
        when = ", while a step is taken apart" if in_step else ""
        action.setToolTip(f"Show the panel{when}, or hide it and give its room to the others.")
        action.triggered.connect(_switch(workspace, name))
        actions[name] = action

    def tick() -> None:
        for name, action in actions.items():
            action.setChecked(workspace.is_shown(name))

    tick()
    workspace.changed.connect(tick)
    menu.aboutToShow.connect(tick)


def _switch(workspace: Workspace, name: str) -> Callable[[bool], None]:
    def switch(is_shown: bool) -> None:
        workspace.set_shown(name, is_shown)

    return switch


def fill_moves(menu: QMenu, workspace: Workspace) -> None:
    """Fill ``menu`` with a menu for every panel that is on show."""

    def fill() -> None:
        menu.clear()
        for former in menu.findChildren(QMenu):
            former.deleteLater()
        for name in TITLES:
            if name in workspace.places() or workspace.is_floating(name):
                fill_panel(add_menu(menu, TITLES[name]), workspace, name)

    fill()
    menu.aboutToShow.connect(fill)


def fill_panel(menu: QMenu, workspace: Workspace, name: str) -> None:
    """Fill ``menu`` with what can be done with one panel."""

    def add(words: str, sentence: str, command: Callable[[], object]) -> None:
        action = menu.addAction(words, command)
        action.setStatusTip(sentence)
        action.setToolTip(sentence)

    is_floating = workspace.is_floating(name)
    if is_floating:
        back = partial(workspace.set_floating, name, False)
        add("Back into the window", "Put the panel where it was.", back)
    else:
        for side, words in MOVES.items():
            if workspace.can_move(name, side):
                move = partial(workspace.move_panel, name, side)
                add(words, "Change places with the panel there.", move)
        menu.addSeparator()
        floats = partial(workspace.set_floating, name, True)
        add("Window of its own", "Take the panel out of the window.", floats)
    add("Hide", "Give the panel's room to the others.", partial(workspace.set_shown, name, False))


def open_panel_menu(workspace: Workspace, name: str) -> QMenu:
    """Return a menu for the panel ``name`` that ends when it closes."""
    menu = QMenu(workspace)
    menu.setAccessibleName(TITLES[name])
    menu.setToolTipsVisible(True)
    fill_panel(menu, workspace, name)
    menu.addSeparator()
    menu.addAction("Reset layout", workspace.reset)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
