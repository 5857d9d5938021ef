"""Uncaught errors of any thread: the settings are put aside and one dialog tells of it.

Qt hands errors of slots, timers and painting to ``sys.excepthook``, Python those of threads to
``threading.excepthook``; the worker tells of its own as ``failed``. Each place in the code is told
of in one dialog only, since an error while painting comes back with every picture; a second time
it is a line in the status bar.
"""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, Signal, Slot, qVersion
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

import core
from core import ExperimentSpec, UserError
from core.error_report import error_report
from core.training.commands import Failure
from gui.main_window import MainWindow
from gui.panels.error_dialog import ErrorDialog
from gui.recovery import put_aside

SENTENCE = "Something in the program went wrong. You can go on."
SENTENCE_OF_RUN = "The run has stopped, because something in the program went wrong."


class ErrorReporter(QObject):
    """Relays uncaught errors to the window's thread and shows one dialog at a time.

    Attributes:
        dialog: the dialog that is open, or None.
    """

    _happened = Signal(str, str, str)

    def __init__(self) -> None:
        """Connect; ``install`` begins."""
        super().__init__()
        self.dialog: ErrorDialog | None = None
        self._window: MainWindow | None = None
        self._told: set[str] = set()
        self._told_again: set[str] = set()
        self._happened.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Hear of uncaught errors from now on."""
        sys.excepthook = self._relay
        threading.excepthook = self._relay_from_thread

    def serve(self, window: MainWindow) -> None:
        """Save the specification of ``window`` after an error; hear of what its run fails with."""
        self._window = window
        window.session.failed.connect(self._take_failure)

    def uninstall(self) -> None:
        """Let Python handle errors itself again."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        self._window = None
        if self.dialog is not None:
            self.dialog.close()

    def _relay(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _end_painters(trace)
        summary = f"{kind.__name__}: {error}"
        report = "".join(traceback.format_exception(kind, error, trace))
        frames = traceback.extract_tb(trace)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        self._happened.emit(f"{kind.__name__} {place}", summary, report)

    def _relay_from_thread(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            self._relay(hook.exc_type, hook.exc_value, hook.exc_traceback)

    @Slot(str, str, str)
    def _take(self, place: str, summary: str, trace: str) -> None:
        if self.dialog is not None:
            self._told.add(place)
            self.dialog.count_one_more()
        elif place not in self._told:
            self._told.add(place)
            self._show(SENTENCE, summary, trace, has_run_failed=False)
        elif place not in self._told_again and self._window is not None:
            self._told_again.add(place)
            self._window.status.show_message(f"It has happened again ({summary}).", "failed")

    @Slot(object)
    def _take_failure(self, failure: Failure) -> None:
        # A run that has failed stands still until it is reset: this does not come back by itself.
        if self.dialog is not None:
            self.dialog.count_one_more()
            self.dialog.offer_reset()
            return
        summary = f"{failure.type} in step {failure.step:,}, op {failure.op}: {failure.message}"
        self._show(SENTENCE_OF_RUN, summary, failure.traceback, has_run_failed=True)

    def _show(self, sentence: str, summary: str, trace: str, *, has_run_failed: bool) -> None:
        """Open the dialog; an error of the dialog itself must not lead to the next one."""
        try:
            spec = self._spec()
            versions = {"PySide6": PySide6.__version__, "Qt": qVersion() or ""}
            report = error_report(trace, spec, version=core.__version__, libraries=versions)
            dialog = ErrorDialog(
                f"{sentence} {summary}",
                _rescue(spec),
                report,
                has_run_failed=has_run_failed,
                parent=self._window,
            )
            dialog.finished.connect(self._forget)
            if self._window is not None:
                dialog.reset_requested.connect(self._window.session.reset)
            self.dialog = dialog
            dialog.show()
        except Exception as error:
            self.dialog = None
            if sys.stderr is not None:
                sys.stderr.write(f"{summary}; no dialog could be shown ({error})\n")

    def _spec(self) -> ExperimentSpec | None:
        if self._window is None:
            return None
        return self._window.session.spec

    @Slot()
    def _forget(self) -> None:
        self.dialog = None


def _end_painters(trace: TracebackType | None) -> None:
    """End the painters that the functions of ``trace`` have begun.

    The error holds these functions' names a while longer: a painter that is still at work when what
    it paints on goes takes the whole process with it.
    """
    met: list[QPainter] = []
    for frame, _ in traceback.walk_tb(trace):
        code = frame.f_code
        handed_over = code.co_varnames[: code.co_argcount]
        for name, value in frame.f_locals.items():
            if isinstance(value, QPainter) and not any(value is other for other in met):
                met.append(value)
                # One that Qt has handed over is Qt's to end.
                if name not in handed_over and value.isActive():
                    value.end()


def _rescue(spec: ExperimentSpec | None) -> str:
    """Put ``spec`` aside and say where it is."""
    if spec is None:
        return "No run was open, so there was nothing to save."
    try:
        path = put_aside(spec)
    except UserError as error:
        return f"The settings could not be saved: {error}"
    return f"The settings are saved in {path}"
