"""Try whether Qt can start in this environment, and say what it lacks.

It loads the modules and platform plugins that the program needs and starts Qt without a screen.
The exit code tells what is missing and the output names it; nothing is installed here.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

LIBRARY_MISSING = 3
FONT_MISSING = 4
WINDOW_LIBRARY_MISSING = 5


def main() -> int:
    """Return 0 if Qt can start and open windows, else the code of what is missing first."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from PySide6 import QtCore, QtGui, QtSvg, QtTest, QtWidgets  # noqa: F401

        plugins = Path(
            QtCore.QLibraryInfo.path(QtCore.QLibraryInfo.LibraryPath.PluginsPath), "platforms"
        )
        # Qt aborts the process where a plugin does not load; the loader's own error is caught.
        load(plugins / "libqoffscreen.so")
    except (ImportError, OSError) as error:
        print(error)
        return LIBRARY_MISSING
    application = QtGui.QGuiApplication([])
    # The list of families is no measure: it names aliases even where no font is installed.
    has_font = QtGui.QFontMetrics(application.font()).inFont("a")
    application.shutdown()
    if not has_font:
        print("no font is installed")
        return FONT_MISSING
    try:
        load(plugins / "libqxcb.so")
    except OSError as error:
        print(error)
        return WINDOW_LIBRARY_MISSING
    return 0


def load(plugin: Path) -> None:
    """Load a platform plugin, which only Linux has under this name, with all that it links to.

    Raises:
        OSError: if a library is missing; the text names it.
    """
    if plugin.exists():
        ctypes.CDLL(str(plugin))


if __name__ == "__main__":
    sys.exit(main())
