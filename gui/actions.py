"""Every command of the window as an action: name, shortcut, one sentence, and what it does.

Menus, buttons and keys are made from the same actions. Space runs and pauses in the diagram only,
because as a shortcut of the window it would keep focused buttons from being pressed. Keys are
written out, since Qt's standard keys for "Quit" and "Save as" are none on some desktops.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

REASON = "reason"
NOT_NOW = "Not now: "


def make_action(
    owner: QWidget, text: str, sentence: str, keys: str | None, triggered: Callable[[], object]
) -> QAction:
    """Return an action of ``owner`` that is reachable by its keys wherever the focus is."""
    action = QAction(text, owner)
    if keys is not None:
        action.setShortcut(QKeySequence(keys))
    action.setStatusTip(sentence)
    shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{text} ({shortcut})\n{sentence}" if shortcut else f"{text}\n{sentence}")
    action.triggered.connect(lambda: triggered())
    owner.addAction(action)
    return action


def add_menu(menu: QMenu, title: str) -> QMenu:
    """Append a menu to ``menu`` whose actions say their sentence where the pointer rests."""
    below = menu.addMenu(title)
    below.setToolTipsVisible(True)
    return below


def make_separator(owner: QWidget) -> QAction:
    """Append a line to the actions of ``owner``, for a menu that is made of them."""
    line = QAction(owner)
    line.setSeparator(True)
    owner.addAction(line)
    return line


def make_choice(
    menu: QMenu, options: dict[str, str], chosen: str, select: Callable[[str], object]
) -> QActionGroup:
    """Fill ``menu`` with exclusive options (key to words) and tick ``chosen``."""
    group = QActionGroup(menu)
    for key, words in options.items():
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(key == chosen)
        action.setData(key)
        sentence = f"{menu.title()}: {words}" if menu.title() else words
        action.setStatusTip(sentence)
        action.setToolTip(sentence)
        group.addAction(action)
    group.triggered.connect(lambda action: select(action.data()))
    return group


def allow(action: QAction, is_on: bool, reason: str) -> None:
    """Switch ``action`` on or off; ``reason`` is said where it is off ("nothing was changed")."""
    action.setEnabled(is_on)
    action.setProperty(REASON, "" if is_on else reason)
    says = action.toolTip().partition(f"\n{NOT_NOW}")[0]
    action.setToolTip(says if is_on else f"{says}\n{NOT_NOW}{reason}.")


def reason_of(action: QAction) -> str:
    """Return why ``action`` is off, "" where it is on or nobody has said."""
    return str(action.property(REASON) or "")
