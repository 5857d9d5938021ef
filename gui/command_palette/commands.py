"""Every command of the window, read from the actions of its menus: there is no second list.

Menus that are filled when they open are filled for this too: what stands here is what stands there
at that moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from gui.actions import NOT_NOW, reason_of
from gui.help.shortcuts import keys_of

ARROW = " › "
NO_USE = "it has no use here"


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette.

    Attributes:
        action: what is run.
        path: the menus on the way, joined; empty for what stands in the menu itself.
        name, keys: its words and its shortcut.
        sentence: what comes of it, or of a command that is off, why not now.
        is_on: whether it can be run now.
        is_ticked: whether it is a choice that is made already.
    """

    action: QAction
    path: str
    name: str
    keys: str
    sentence: str
    is_on: bool
    is_ticked: bool

    def in_words(self) -> str:
        """Return the line as it is read aloud."""
        state = ("" if self.is_on else "not now") or ("chosen" if self.is_ticked else "")
        parts = (self.name, state, self.path.replace(ARROW, ", "), self.keys, self.sentence)
        return ". ".join(part.removesuffix(".") for part in parts if part)


def commands_of(places: Mapping[str, QWidget], but: QAction | None = None) -> list[Command]:
    """Return the commands under each of ``places``, by the first word of their path.

    A place is a menu or a widget with a menu of its own actions. An action that stands in several
    of them counts where it stands first; ``but`` is left out.
    """
    found: dict[int, Command] = {}
    for title, place in places.items():
        for path, action, why_not in _actions(place, (title,) if title else ()):
            if action is not but:
                found.setdefault(id(action), _command(path, action, why_not))
    return list(found.values())


def _actions(
    place: QWidget, path: tuple[str, ...], why_not: str = ""
) -> Iterator[tuple[tuple[str, ...], QAction, str]]:
    """Yield path and action of all that stands under ``place``, and why its menu is off."""
    if isinstance(place, QMenu):
        place.aboutToShow.emit()
    for action in place.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            off = "" if action.isEnabled() else reason_of(action) or NO_USE
            yield from _actions(below, (*path, below.title()), why_not or off)
        elif not action.isSeparator():
            yield path, action, why_not


def _command(path: tuple[str, ...], action: QAction, why_not: str) -> Command:
    # Behind a tab a menu names keys that are not the action's own.
    words, _, keys = action.text().replace("&&", "\0").replace("&", "").partition("\t")
    name = words.replace("\0", "&")
    is_on = action.isEnabled() and not why_not
    return Command(
        action,
        ARROW.join(path),
        name,
        keys or keys_of(action),
        _sentence(action, name) if is_on else f"{NOT_NOW}{why_not or reason_of(action) or NO_USE}.",
        is_on,
        action.isCheckable() and action.isChecked(),
    )


def _sentence(action: QAction, name: str) -> str:
    """Return what is said of an action beyond its name and its menu."""
    for words in (action.statusTip(), action.toolTip()):
        # Qt makes a tooltip of the name where there is none; choices say menu and name.
        if words and not words.endswith(name) and words != action.text():
            return words
    return ""
