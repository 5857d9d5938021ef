"""Keeps where window and panels are from one start of the program to the next.

What cannot be read, or is of another version, is told in the log and the design's arrangement
stands in. Without settings nothing is read or kept.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSettings, Slot

from gui.places.layout import from_text, to_text

if TYPE_CHECKING:
    from gui.main_window import MainWindow

logger = logging.getLogger("nablascope")

GEOMETRY, LAYOUT = "window/geometry", "window/layout"


class WindowKeeper(QObject):
    """Restores a window when made, and keeps it when told to or when panels are moved."""

    def __init__(self, settings: QSettings | None, window: MainWindow) -> None:
        """Give ``window`` the place and the arrangement it had last."""
        super().__init__(window)
        self._settings = settings
        self._window = window
        if settings is None:
            return
        self._restore(settings)
        window.workspace.changed.connect(self._keep_layout)

    @Slot()
    def keep(self) -> None:
        """Keep everything, as when the window closes."""
        if self._settings is None:
            return
        self._settings.setValue(GEOMETRY, self._window.saveGeometry())
        self._keep_layout()
        self._settings.sync()
        problem = {
            QSettings.Status.AccessError: "cannot be written",
            QSettings.Status.FormatError: "was damaged and is written anew",
        }.get(self._settings.status())
        if problem:
            logger.warning("%s: %s", self._settings.fileName(), problem)

    @Slot()
    def _keep_layout(self) -> None:
        if self._settings is not None:
            self._settings.setValue(LAYOUT, to_text(self._window.workspace.user_layout))

    def _restore(self, settings: QSettings) -> None:
        if settings.contains(GEOMETRY):
            geometry = settings.value(GEOMETRY)
            if not (isinstance(geometry, QByteArray) and self._window.restoreGeometry(geometry)):
                logger.warning("%s: damaged, left aside", GEOMETRY)
        if settings.contains(LAYOUT):
            try:
                self._window.workspace.set_layout(from_text(str(settings.value(LAYOUT))))
            except ValueError as error:
                logger.warning("%s: left aside (%s)", LAYOUT, error)
