"""The settings that the window remembers from one start to the next, in one ini file.

The environment variable NABLASCOPE_SETTINGS names another file. Where it is set and empty nothing
outlives the process, and nothing that is meant for a first start is shown.
"""

from __future__ import annotations

import os
from functools import cache

from PySide6.QtCore import QSettings, QTemporaryDir

VARIABLE = "NABLASCOPE_SETTINGS"
NAME = "Nablascope"


def settings() -> QSettings:
    """Return the settings; each call gives an object of its own over the same file."""
    path = os.environ.get(VARIABLE)
    ini = QSettings.Format.IniFormat
    if path is None:
        return QSettings(ini, QSettings.Scope.UserScope, NAME, NAME)
    return QSettings(path or _folder_of_this_process().filePath("settings.ini"), ini)


def are_kept() -> bool:
    """Return whether what is set now is still known at the next start."""
    return os.environ.get(VARIABLE) != ""


@cache
def _folder_of_this_process() -> QTemporaryDir:
    return QTemporaryDir()
