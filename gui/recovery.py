"""The specification that is put aside after an unexpected error, and its offer at the next start.

It lies in one file in the user's data folder, which the next error overwrites. The offer is a line
in the status bar, made once; the command in the File menu stays for as long as the file is there.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from core import ExperimentSpec, FileError
from gui.settings import settings

FILE_NAME = "interrupted-run.toml"
OFFERED = "recovery/offered"
OFFER = "An error interrupted the last run. File > Open interrupted run brings its settings back."


def recovery_path() -> Path:
    """Return where the file lies, whether it is there or not."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(folder) / FILE_NAME


def put_aside(spec: ExperimentSpec) -> Path:
    """Save ``spec`` for the next start and return the file's path.

    Raises:
        FileError: the file cannot be written.
    """
    path = recovery_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({error.strerror})") from None
    spec.save(path)
    return path


def take_offer() -> str:
    """Return one line that offers an interrupted run, or "" if there is no new one."""
    path = recovery_path()
    if not path.is_file():
        return ""
    stamp = str(path.stat().st_mtime_ns)
    remembered = settings()
    if remembered.value(OFFERED) == stamp:
        return ""
    remembered.setValue(OFFERED, stamp)
    return OFFER
