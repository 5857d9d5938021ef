"""Starts the application: theme, window, error handling; also renders the window without one.

Uncaught errors of any thread are relayed to the window's thread and shown in one dialog at a time;
the program goes on.
"""

from __future__ import annotations

import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox

from core import ExperimentSpec, FileError, Trainer
from gui.icons import icon
from gui.main_window import MainWindow
from gui.preferences import put_on, read_preferences, user_settings
from gui.theme import ThemePreference, apply_theme

SCREENSHOT_SIZE = (1280, 800)


def run(spec: ExperimentSpec) -> int:
    """Open the window with ``spec`` and return the exit code when it is closed."""
    application = make_application()
    reporter = ErrorReporter()
    reporter.install()
    settings = user_settings()
    put_on(application, read_preferences(settings))
    window = MainWindow(Trainer(spec), settings)
    window.show()
    try:
        return application.exec()
    finally:
        window.close()
        reporter.uninstall()


def make_application() -> QApplication:
    """Return the application, made and themed if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    qInstallMessageHandler(_print_qt_message)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Nablascope")
    application.setOrganizationName("Nablascope")
    apply_theme(application, "system")
    application.setWindowIcon(icon("nabla", "accent"))
    return application


def _print_qt_message(_: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Print what Qt has to say, but for a remark of the offscreen platform about itself."""
    if not message.startswith("This plugin does not support"):
        sys.stderr.write(message + "\n")


def save_screenshot(
    trainer: Trainer,
    path: Path,
    theme: ThemePreference = "dark",
    size: tuple[int, int] = SCREENSHOT_SIZE,
) -> None:
    """Render the real window with the state of ``trainer`` into the picture ``path``.

    Raises:
        FileError: the picture cannot be written.
    """
    application = make_application()
    apply_theme(application, theme)
    window = MainWindow(trainer)
    try:
        window.resize(*size)
        window.show()
        window.show_now()
        application.processEvents()
        if not window.grab().save(str(path)):
            raise FileError(f"{path}: the picture cannot be written (is the suffix .png?)")
    finally:
        window.close()
        window.deleteLater()


class ErrorReporter(QObject):
    """Relays uncaught errors to the window's thread and shows one dialog at a time."""

    _happened = Signal(str, str)

    def __init__(self) -> None:
        """Connect; ``install`` begins."""
        super().__init__()
        self._is_showing = False
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Hear of uncaught errors from now on."""
        sys.excepthook = self._relay
        threading.excepthook = self._relay_from_thread

    def uninstall(self) -> None:
        """Let Python handle errors itself again."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _relay(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        report = "".join(traceback.format_exception(kind, error, trace))
        self._happened.emit(f"{kind.__name__}: {error}", report)

    def _relay_from_thread(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            self._relay(hook.exc_type, hook.exc_value, hook.exc_traceback)

    @Slot(str, str)
    def _show(self, summary: str, report: str) -> None:
        if self._is_showing:
            return
        self._is_showing = True
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            "Nablascope",
            "Something in the program went wrong. Your work goes on; File > Save keeps the "
            "settings.",
            QMessageBox.StandardButton.Close,
        )
        box.setInformativeText(summary)
        box.setDetailedText(report)
        box.exec()
        self._is_showing = False
