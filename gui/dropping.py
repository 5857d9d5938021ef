"""Files that are dropped onto the window: what kind they are, and what is said of others."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

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


class FileDrops(QObject):
    """Takes the files that are dropped onto a window.

    Signals:
        data_dropped, spec_dropped: the path of a table, of a specification.
        refused: one line about anything else.
    """

    data_dropped = Signal(Path)
    spec_dropped = Signal(Path)
    refused = Signal(str)

    def __init__(self, window: QWidget) -> None:
        """Watch ``window``."""
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files: what they are is said when they are dropped."""
        if isinstance(event, QDragEnterEvent) and has_files(event.mimeData()):
            event.acceptProposedAction()
            return True
        # A drop event is the base of the enter event, which is none itself.
        if event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            event.acceptProposedAction()
            self._take(event.mimeData())
            return True
        return super().eventFilter(watched, event)

    def _take(self, mime: QMimeData) -> None:
        kind, path, refusal = dropped_file(mime)
        if path is None:
            self.refused.emit(refusal)
        elif kind == "data":
            self.data_dropped.emit(path)
        else:
            self.spec_dropped.emit(path)
