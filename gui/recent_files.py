"""The files that were opened or saved last: their menu, and the list from one start to the next.

Specifications and data files stand in one list, the latest first. A file that is gone is told when
it is asked for, and leaves the list. Without settings the list lasts as long as the window.
"""

from __future__ import annotations

import json
import logging
import os
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from PySide6.QtCore import QObject, QSettings, Slot
from PySide6.QtWidgets import QMenu, QWidget

from gui.actions import allow
from gui.data_files import DataFiles
from gui.spec_files import SpecFiles

logger = logging.getLogger("nablascope")

KEY = "files/recent"
VERSION = 1
MOST = 10
LONGEST_FOLDER = 40
EFFECTS = {"spec": "Start anew with", "data": "Learn from"}
Kind = Literal["spec", "data"]


class RecentFile(NamedTuple):
    """A file: what it holds, and its absolute path."""

    kind: Kind
    path: str


class RecentFiles(QObject):
    """Remembers files and opens them again.

    Attributes:
        files: the list, the latest first.
        menu: the list as a menu.

    What there is to say of a file that is gone is said by what would have opened it.
    """

    def __init__(
        self, settings: QSettings | None, specs: SpecFiles, data: DataFiles, window: QWidget
    ) -> None:
        """Remember what ``specs`` and ``data`` open, and have them open it again."""
        super().__init__(window)
        self._settings = settings
        self._owners: dict[Kind, SpecFiles | DataFiles] = {"spec": specs, "data": data}
        self.files = [] if settings is None else _read(settings)
        self.menu = QMenu("Open recent", window)
        self.menu.setToolTipsVisible(True)
        specs.used.connect(self._remember_spec)
        data.used.connect(self._remember_data)
        self._fill()

    @Slot(Path)
    def _remember_spec(self, path: Path) -> None:
        self._remember("spec", path)

    @Slot(Path)
    def _remember_data(self, path: Path) -> None:
        self._remember("data", path)

    def _remember(self, kind: Kind, path: Path) -> None:
        file = RecentFile(kind, os.path.abspath(path))
        self._set([file, *(other for other in self.files if other.path != file.path)][:MOST])

    def _set(self, files: list[RecentFile]) -> None:
        self.files = files
        if self._settings is not None:
            self._settings.setValue(KEY, json.dumps({"version": VERSION, "files": files}))
        self._fill()

    def _fill(self) -> None:
        for former in self.menu.actions():
            # Later: it may be the one that is being run.
            self.menu.removeAction(former)
            former.deleteLater()
        for file in self.files:
            action = self.menu.addAction(_words(file), partial(self._open, file))
            action.setStatusTip(f"{EFFECTS[file.kind]} {file.path}.")
            action.setToolTip(action.statusTip())
        self.menu.addSeparator()
        clear = self.menu.addAction("Clear list", self._clear)
        clear.setStatusTip("Forget which files were opened.")
        clear.setToolTip(clear.statusTip())
        for action in (clear, self.menu.menuAction()):
            allow(action, bool(self.files), "no file was opened yet")

    def _open(self, file: RecentFile) -> None:
        owner = self._owners[file.kind]
        if Path(file.path).is_file():
            owner.open_path(Path(file.path))
            return
        self._set([other for other in self.files if other != file])
        owner.refused.emit(f"{file.path}: is no longer there, and off the list of recent files")

    @Slot()
    def _clear(self) -> None:
        self._set([])


def _words(file: RecentFile) -> str:
    """Return name and folder, of a long one the end."""
    path = Path(file.path)
    folder = path.parent
    if folder.is_relative_to(Path.home()):
        folder = Path("~") / folder.relative_to(Path.home())
    shown = str(folder)
    if len(shown) > LONGEST_FOLDER:
        shown = os.path.join("…", *folder.parts[-2:])
    return f"{path.name} — {shown}".replace("&", "&&")


def _read(settings: QSettings) -> list[RecentFile]:
    """Return the list that is kept, empty where nothing of use is."""
    if not settings.contains(KEY):
        return []
    try:
        kept = json.loads(str(settings.value(KEY)))
        if kept["version"] != VERSION:
            raise ValueError(f"version {kept['version']}")
        files = [RecentFile(kind, path) for kind, path in kept["files"]]
        if not all(file.kind in EFFECTS and isinstance(file.path, str) for file in files):
            raise ValueError("no files")
    except (ValueError, KeyError, TypeError) as error:
        logger.warning("%s: left aside (%s)", KEY, error)
        return []
    return files[:MOST]
