"""Data files of the user: opening one, choosing its columns, and making the run's data of them.

A file is read on the trainer's thread, so that the window lives on whatever its size; what has been
read comes back as an answer and is shown in a dialog.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import sleep

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from core import Trainer, UserError
from core.data.loading import Choice, Plan, TextTable, plan_rows, propose, read_table
from core.training.fitting import FileSource, change_for_file
from gui.own_data.words import change_words
from gui.panels.own_data_dialog import OwnDataDialog
from gui.session import Session

DATA_FILTER = "Tables (*.csv *.tsv *.txt *.tab *.dat);;All files (*)"
SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".dat")
TAG = "data file"
# Of a file that was not the data before.
TEST_FRACTION = 0.2
BREATH_SECONDS = 0.001


@dataclass(frozen=True)
class Reading:
    """A file as it was read, and what is proposed; ``refusal`` is one line where it was not."""

    path: str
    header: bool | None
    table: TextTable | None = None
    proposal: Choice | None = None
    refusal: str = ""


class DataFiles(QObject):
    """Opens data files for a session.

    Attributes:
        dialog: where columns are chosen, made when first needed.

    Signals:
        refused: one line about a file that cannot be used.
        done: one line about what has been done.
        used: the path of a file that was read.
    """

    refused = Signal(str)
    done = Signal(str)
    used = Signal(Path)

    def __init__(self, session: Session, window: QWidget) -> None:
        """Serve ``session``; dialogs open over ``window``."""
        super().__init__(window)
        self.dialog: OwnDataDialog | None = None
        self._session = session
        self._window = window
        self._folder = str(Path.home())
        self._source = FileSource("", None, TEST_FRACTION)
        session.answered.connect(self._take_answer)

    @Slot()
    def open_file(self) -> None:
        """Ask for a table and show it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open data", self._folder, DATA_FILTER)
        if name:
            self.open_path(Path(name))

    @Slot()
    def open_present(self) -> None:
        """Show the file of the present data again, if there is one."""
        data = self._session.spec.data
        if data.path is not None:
            self._read(data.path, data.header)

    def open_path(self, path: Path) -> None:
        """Read ``path`` and show what is in it; nothing changes before the user has decided."""
        self._folder = str(path.parent)
        self._read(os.path.abspath(path), None)

    def begin_in(self, folder: Path) -> None:
        """Let dialogs begin in ``folder``."""
        self._folder = str(folder)

    def folder(self) -> str:
        """Return where dialogs begin."""
        return self._folder

    def close(self) -> None:
        """Close the dialog."""
        if self.dialog is not None:
            self.dialog.close()

    def _read(self, path: str, header: bool | None) -> None:
        self.done.emit(f"Reading {Path(path).name} …")
        self._session.ask(partial(_read_file, path, header), TAG)

    @Slot(str, object)
    def _take_answer(self, tag: str, answer: object) -> None:
        if tag != TAG or not isinstance(answer, Reading):
            return
        if answer.table is None or answer.proposal is None:
            self._refuse(answer.refusal)
            return
        data = self._session.spec.data
        is_present = data.kind == "file" and data.path == answer.path
        fraction = data.test_fraction if data.kind == "file" else TEST_FRACTION
        self._source = FileSource(answer.path, answer.header, fraction)
        choice = answer.proposal
        if is_present and data.header == answer.header:
            present = Choice(
                data.target or "", data.features, data.task, data.missing, data.standardize_target
            )
            choice = _whole(answer.table, present) or choice
        if self.dialog is None:
            self.dialog = OwnDataDialog(self._window)
            self.dialog.planned.connect(self._tell_consequence)
            self.dialog.used.connect(self._use)
            self.dialog.header_wanted.connect(self._read_anew)
        self.dialog.show_table(answer.table, choice, fraction)
        self.done.emit(f"Read {answer.table.name}")
        self.used.emit(Path(answer.path))
        self.dialog.show()

    def _refuse(self, line: str) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.refuse(line)
        else:
            self.refused.emit(line)

    @Slot(bool)
    def _read_anew(self, header: bool) -> None:
        self._read(self._source.path, header)

    @Slot(object)
    def _tell_consequence(self, plan: Plan) -> None:
        if self.dialog is None:
            return
        spec = self._session.spec
        changes = change_for_file(spec, self._source, self.dialog.choice(), plan)
        self.dialog.set_consequence(change_words(changes, spec.to_dict()))

    @Slot(object, object)
    def _use(self, choice: Choice, plan: Plan) -> None:
        spec = self._session.spec
        changes = change_for_file(spec, self._source, choice, plan)
        if spec.with_changes(changes) == spec:
            # The same choice again is made because the file has become another.
            self._session.reset()
        else:
            self._session.change(changes)
        name = Path(self._source.path).name
        self.done.emit(f"{name}: {change_words(changes, spec.to_dict())}")


def _read_file(path: str, header: bool | None, trainer: Trainer) -> Reading:
    """Read a file between two steps, leaving the interpreter to the window again and again."""
    try:
        table = read_table(path, header, partial(sleep, BREATH_SECONDS))
    except UserError as error:
        return Reading(path, header, refusal=str(error))
    return Reading(path, header, table, propose(table))


def _whole(table: TextTable, choice: Choice) -> Choice | None:
    """Return ``choice`` with its inputs by name; None where the file has become another."""
    try:
        plan = plan_rows(table, choice)
    except UserError:
        return None
    return replace(choice, features=plan.features, task=plan.task)
