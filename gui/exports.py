"""The commands that take pictures and numbers out of the window: copy, PNG, SVG, CSV.

Every plot has them in its menu and in the File menu. What went wrong is told as one line.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import FileError
from core.training.metrics_table import metrics_csv
from gui.actions import make_separator
from gui.exporting import Exportable, image_of, save_png, save_svg
from gui.numbers import format_count
from gui.saving import with_its_suffix
from gui.session import Session

Save = Callable[[Exportable, Path, str], None]


class Exports(QObject):
    """Exports what is registered with it.

    Signals:
        refused: one line about a file that could not be written.
        done: one line that says what was made.
        folder_changed: dialogs begin in another folder from now on.
    """

    refused = Signal(str)
    done = Signal(str)
    folder_changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        """Serve ``session``; dialogs open over ``window``."""
        super().__init__(window)
        self._session = session
        self._window = window
        self._folder = Path.home()
        self._actions: dict[str, tuple[QAction, ...]] = {}
        self._sources: dict[str, Exportable] = {}

    def add(self, source: Exportable) -> tuple[QAction, ...]:
        """Return the actions that export ``source``, for its menus."""
        made = tuple(
            self._action(text, f"{sentence} of: {source.name}.", command)
            for text, sentence, command in (
                ("Copy image", "Copy a picture", partial(self._copy, source)),
                ("Save as PNG…", "Save a picture", partial(self._save, source, ".png", save_png)),
                ("Save as SVG…", "Save a drawing", partial(self._save, source, ".svg", save_svg)),
            )
        )
        self._actions[source.name] = made
        self._sources[source.name] = source
        return made

    def offer(self, source: Exportable, place: QWidget | None = None) -> None:
        """Add ``source`` and open its actions where its widget is clicked with the right button.

        Or where ``place`` is, which a widget that hears no clicks lies in.
        """
        place = place or source.widget
        if place.actions():
            make_separator(place)
        place.addActions(list(self.add(source)))
        place.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def actions(self) -> dict[str, tuple[QAction, ...]]:
        """Return the actions of everything that was added, by name."""
        return dict(self._actions)

    def is_on_show(self, name: str) -> bool:
        """Return whether what was added as ``name`` can be seen, and so be exported."""
        return self._sources[name].widget.isVisible()

    @Slot()
    def save_metrics(self) -> None:
        """Ask where to write the recorded evaluations as comma-separated values."""
        snapshot = self._session.snapshot
        path = self._ask("metrics", ".csv")
        if snapshot is None or path is None:
            return
        try:
            path.write_text(metrics_csv(snapshot.curves, snapshot.task), encoding="utf-8")
        except OSError as error:
            self.refused.emit(f"{path}: cannot be written ({error.strerror})")
            return
        self.done.emit(f"Saved to {path}")

    def _action(self, text: str, sentence: str, command: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setStatusTip(sentence)
        action.setToolTip(sentence)
        action.triggered.connect(lambda: command())
        return action

    def _can_export(self, source: Exportable) -> bool:
        """Return whether ``source`` can be seen: what is hidden has not kept up with the run."""
        if not self.is_on_show(source.name):
            self.refused.emit(f"{source.name}: it is not on show, so there is nothing to export.")
        return self.is_on_show(source.name)

    def _copy(self, source: Exportable) -> None:
        if not self._can_export(source):
            return
        QGuiApplication.clipboard().setImage(image_of(source, self._note()))
        self.done.emit(f"{source.name} copied as an image")

    def _save(self, source: Exportable, suffix: str, save: Save) -> None:
        if not self._can_export(source):
            return
        path = self._ask(source.name.lower().replace(" ", "-"), suffix)
        if path is None:
            return
        try:
            save(source, path, self._note())
        except FileError as error:
            self.refused.emit(str(error))
            return
        self.done.emit(f"Saved to {path}")

    def folder(self) -> str:
        """Return where dialogs begin."""
        return str(self._folder)

    def begin_in(self, folder: Path) -> None:
        """Let dialogs begin in ``folder``."""
        self._folder = folder
        self.folder_changed.emit()

    def _ask(self, name: str, suffix: str) -> Path | None:
        suggested = str(self._folder / f"{name}{suffix}")
        kind = f"{suffix[1:].upper()} (*{suffix})"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Export", suggested, kind)
        if not chosen:
            return None
        self.begin_in(Path(chosen).parent)
        try:
            return with_its_suffix(chosen, suffix)
        except FileError as error:
            self.refused.emit(str(error))
            return None

    def _note(self) -> str:
        """Return which run this is, and when."""
        snapshot = self._session.snapshot
        if snapshot is None:
            return ""
        name = snapshot.spec.name or snapshot.dataset.name
        return f"{name}, step {format_count(snapshot.step)}"
