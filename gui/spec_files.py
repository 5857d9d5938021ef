"""Specifications on disk: opening, saving, and which file the run at hand belongs to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from core import ExperimentSpec, UserError
from core.presets import load_preset
from gui.recovery import recovery_path
from gui.saving import with_its_suffix
from gui.session import Session

SPEC_FILTER = "Specifications (*.toml *.json)"


class SpecFiles(QObject):
    """Opens and saves the specification of a session.

    Attributes:
        path: the file that Save goes to, None before the first.
        start_folder: where dialogs begin before that.

    Signals:
        refused: one line about a file that could not be read or written.
        saved: one line that says where.
        used: the path of a specification that was opened or saved.
    """

    refused = Signal(str)
    saved = Signal(str)
    used = Signal(Path)

    def __init__(self, session: Session, window: QWidget) -> None:
        """Serve ``session``; dialogs open over ``window``."""
        super().__init__(window)
        self.path: Path | None = None
        self.start_folder = Path.home()
        self._path_before: Path | None = None
        self._session = session
        self._window = window
        session.load_refused.connect(self._keep_path)

    @Slot()
    def open_file(self) -> None:
        """Ask for a specification and start anew with it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open", self.folder(), SPEC_FILTER)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Start anew with the specification in ``path``; a bad file changes nothing."""
        try:
            spec = ExperimentSpec.load(path)
        except UserError as error:
            self.refused.emit(str(error))
            return
        self._load(spec, path)
        self.used.emit(path)

    @Slot()
    def open_interrupted(self) -> None:
        """Start anew with what was put aside after an error; saving it asks for a name."""
        try:
            spec = ExperimentSpec.load(recovery_path())
        except UserError as error:
            self.refused.emit(str(error))
            return
        self._load(spec, None)

    def open_preset(self, key: str) -> None:
        """Start anew with a preset."""
        self._load(load_preset(key), None)

    @Slot()
    def save_file(self) -> None:
        """Save the specification where it came from, or ask."""
        if self.path is None:
            self.save_file_as()
        else:
            self.save_path(self.path)

    @Slot()
    def save_file_as(self) -> None:
        """Ask where to save the specification."""
        suggested = str(Path(self.folder()) / "network.toml")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save as", suggested, SPEC_FILTER)
        if not name:
            return
        try:
            path = with_its_suffix(name, ".toml")
        except UserError as error:
            self.refused.emit(str(error))
            return
        self.save_path(path)

    def save_path(self, path: Path) -> None:
        """Save the specification to ``path``, with all that has been asked for."""
        if self._session.snapshot is None:
            return
        try:
            self._session.spec.save(path)
        except UserError as error:
            self.refused.emit(str(error))
            return
        self.path = path
        self.saved.emit(f"Saved to {path}")
        self.used.emit(path)

    def title(self) -> str:
        """Return what the run is called: its file, its name, or its data."""
        snapshot = self._session.snapshot
        if self.path is not None:
            return self.path.name
        return "" if snapshot is None else snapshot.spec.name or snapshot.dataset.name

    def begin_in(self, folder: Path) -> None:
        """Let dialogs begin in ``folder``."""
        self.start_folder = folder

    def folder(self) -> str:
        """Return where dialogs begin."""
        return str(self.path.parent if self.path else self.start_folder)

    def _load(self, spec: ExperimentSpec, path: Path | None) -> None:
        self._path_before, self.path = self.path, path
        self._session.load(spec)

    @Slot()
    def _keep_path(self) -> None:
        """Save goes on to the file of the run that stayed."""
        self.path = self._path_before
