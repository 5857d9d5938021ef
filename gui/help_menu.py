"""The Help menu: the window of keys and pointer, the command palette, and the tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu

from gui.actions import add_menu, make_action
from gui.help.gestures import GESTURES
from gui.help.shortcuts import Entry, shortcuts
from gui.panels.command_palette import CommandPalette
from gui.panels.help_dialog import HelpDialog
from gui.tour.guide import Tour

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class HelpMenu(QObject):
    """Opens the help of a window.

    Attributes:
        window_of_keys: the help window, None before it is first asked for.
        palette: the command palette, None before it is first asked for.
    """

    def __init__(self, window: MainWindow, menu: QMenu, tour: Tour) -> None:
        """Append the Help menu to ``menu``, whose actions the help is about."""
        super().__init__(window)
        self.window_of_keys: HelpDialog | None = None
        self.palette: CommandPalette | None = None
        self._places = {
            "": menu,
            "Loss plot": window.loss.options.menu,
            "Network": window.network.canvas,
        }
        self._window = window
        self._menu = menu
        help_menu = add_menu(menu, "Help")
        for text, sentence, keys, command in (
            ("Keys and pointer", "What keys and pointer do, to search in.", "F1", self.open_keys),
            ("Find a command…", "Search everything by name.", "Ctrl+Shift+P", self.open_palette),
            ("Tour", "Six bubbles that point at what matters.", None, tour.begin),
        ):
            action = make_action(window, text, sentence, keys, command)
            help_menu.addAction(action)
            if command == self.open_palette:
                self._find = action

    @Slot()
    def open_keys(self) -> None:
        """Open the help window with the cursor in the search."""
        if self.window_of_keys is None:
            self.window_of_keys = HelpDialog(self.entries(), self._window)
        self.window_of_keys.show()
        self.window_of_keys.raise_()
        self.window_of_keys.activateWindow()
        self.window_of_keys.search.setFocus()
        self.window_of_keys.search.selectAll()

    @Slot()
    def open_palette(self) -> None:
        """Open the command palette with nothing typed."""
        if self.palette is None:
            self.palette = CommandPalette(self._places, self._window)
        self.palette.open_without(self._find)

    def close(self) -> None:
        """Close what is open."""
        for opened in (self.window_of_keys, self.palette):
            if opened is not None:
                opened.close()

    def entries(self) -> list[Entry]:
        """Return every line of help: the shortcuts by menu, then the gestures by panel."""
        gestures = [
            Entry(panel, gesture, f"{_place(name)}{effect}")
            for panel, widgets in GESTURES.items()
            for name, lines in widgets.items()
            for gesture, effect in lines
        ]
        return [*shortcuts(self._menu), *gestures]


def _place(name: str) -> str:
    """Return the start of a line about the widget ``name``."""
    short = name.partition(",")[0].lower()
    return f"{short}: " if short else ""
