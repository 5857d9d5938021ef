"""Every shortcut of the window, read from the actions of its menu: there is no second list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of help.

    Attributes:
        group: the menu or panel that it belongs to.
        keys: the keys, or what the pointer does.
        effect: what comes of it, in a few words.
    """

    group: str
    keys: str
    effect: str


def shortcuts(menu: QMenu) -> list[Entry]:
    """Return the actions under ``menu`` that have keys, in the order of the menu."""
    return [
        Entry(group or "Program", keys_of(action), _effect(action))
        for group, action in actions_under(menu)
        if not action.shortcut().isEmpty()
    ]


def actions_under(menu: QMenu, group: str = "") -> Iterator[tuple[str, QAction]]:
    """Yield every command under ``menu`` with the title of the menu right below ``menu``."""
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from actions_under(below, group or below.title())
        elif not action.isSeparator():
            yield group, action


def keys_of(action: QAction) -> str:
    """Return the keys as this system writes them."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def _effect(action: QAction) -> str:
    name, sentence = action.text().removesuffix("…"), action.statusTip().removesuffix(".")
    return f"{name}: {sentence[:1].lower()}{sentence[1:]}" if sentence else name
