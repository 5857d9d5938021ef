"""Starts the application: theme, window, error handling; also renders the window without one."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon, QImageWriter
from PySide6.QtWidgets import QApplication

from core import ExperimentSpec, FileError, Trainer
from gui.error_reporter import ErrorReporter
from gui.main_window import MainWindow
from gui.palette import RESOURCES
from gui.preferences import put_on, read_preferences
from gui.recovery import take_offer
from gui.settings import settings
from gui.theme import ThemePreference, apply_theme

SCREENSHOT_SIZE = (1280, 800)


def run(spec: ExperimentSpec) -> int:
    """Open the window with ``spec`` and return the exit code when it is closed."""
    application = make_application()
    reporter = ErrorReporter()
    reporter.install()
    kept = settings()
    put_on(application, read_preferences(kept))
    window = MainWindow(Trainer(spec), kept)
    reporter.serve(window)
    window.show()
    window.tour.begin_at_first_start()
    if offer := take_offer():
        window.status.show_message(offer)
    # The window lives as long as the program: a collection that looks through it stalls a frame.
    gc.freeze()
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
    # A desktop on Linux finds icon and name of the window by the name of the desktop file.
    application.setDesktopFileName("nablascope")
    application.setWindowIcon(QIcon(str(RESOURCES / "icons" / "nablascope.svg")))
    return application


def _print_qt_message(_: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Print what Qt has to say, but for a remark of the offscreen platform about itself."""
    if not message.startswith("This plugin does not support"):
        sys.stderr.write(message + "\n")


def check_screenshot(path: Path) -> None:
    """Raise FileError if ``path`` has no suffix of a picture, before there is one to write."""
    make_application()
    known = {bytes(format_.data()).decode() for format_ in QImageWriter.supportedImageFormats()}
    if path.suffix.lower().removeprefix(".") not in known:
        raise FileError(f"--screenshot: {str(path)!r} has no suffix of a picture; name a .png file")


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
            raise FileError(f"{path}: the picture cannot be written")
    finally:
        window.close()
        window.deleteLater()
