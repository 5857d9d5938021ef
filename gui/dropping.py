"""Files that are dropped onto the window: what kind they are, and what is said of others."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from gui.data_files import SUFFIXES as DATA_SUFFIXES

SPEC_SUFFIXES = (".toml", ".json")
_WAY_OUT = f"drop a table ({', '.join(DATA_SUFFIXES)}) or a specification (.toml, .json)"


def has_files(mime: QMimeData) -> bool:
    """Return whether files are being dragged."""
    return any(url.isLocalFile() for url in mime.urls())


def dropped_file(mime: QMimeData) -> tuple[str, Path | None, str]:
    """Return what was dropped: "data" or "spec" with its path, or "" and one line of refusal."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if len(paths) != 1:
        return "", None, f"{len(paths)} files at once: {_WAY_OUT}, one at a time"
    path = paths[0]
    suffix = path.suffix.lower()
    if suffix in DATA_SUFFIXES:
        return "data", path, ""
    if suffix in SPEC_SUFFIXES:
        return "spec", path, ""
    return "", None, f"{path.name}: cannot be opened; {_WAY_OUT}"
