"""Errors that nobody caught are shown one at a time, and the window is drawn into a picture."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core import FileError, Trainer
from core.presets import load_preset
from gui import application
from gui.application import ErrorReporter, save_screenshot
from gui.theme import ThemePreference, apply_theme

Dialogs = list[tuple[str, str]]


@pytest.fixture
def reporter(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[ErrorReporter]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    reporter = ErrorReporter()
    reporter.install()
    yield reporter
    reporter.uninstall()


@pytest.fixture
def dialogs(monkeypatch: pytest.MonkeyPatch) -> Dialogs:
    """Return what is said in dialogs; each is closed at once."""
    said: Dialogs = []

    def read(box: QMessageBox) -> int:
        said.append((box.informativeText(), box.detailedText()))
        return 0

    monkeypatch.setattr(QMessageBox, "exec", read)
    return said


def fail(message: str) -> None:
    """Let an error reach the hook as one that a slot raised."""
    try:
        raise RuntimeError(message)
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def fail_on_a_thread(message: str) -> None:
    def work() -> None:
        raise RuntimeError(message)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.parametrize("fail", [fail, fail_on_a_thread])
def test_an_error_of_any_thread_is_told_with_its_traceback(
    qtbot: QtBot, reporter: ErrorReporter, dialogs: Dialogs, fail: Callable[[str], None]
) -> None:
    fail("the disk is on fire")
    qtbot.waitUntil(lambda: len(dialogs) == 1)
    summary, details = dialogs[0]
    assert summary == "RuntimeError: the disk is on fire"
    assert details.startswith("Traceback")


def test_a_dialog_is_shown_from_the_loop_and_not_inside_what_failed(
    reporter: ErrorReporter, dialogs: Dialogs
) -> None:
    fail("while painting")
    assert dialogs == []
    QApplication.processEvents()
    assert len(dialogs) == 1


def test_while_a_dialog_is_open_no_other_one_opens(
    reporter: ErrorReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def read(box: QMessageBox) -> int:
        said.append(box.informativeText())
        # A timer that fails again and again while the dialog is open.
        for _ in range(3):
            fail("again")
            QApplication.processEvents()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", read)
    fail("first")
    QApplication.processEvents()
    assert said == ["RuntimeError: first"]
    monkeypatch.setattr(QMessageBox, "exec", lambda box: said.append(box.informativeText()))
    fail("second")
    QApplication.processEvents()
    assert said == ["RuntimeError: first", "RuntimeError: second"]


def test_control_c_ends_the_program_without_a_dialog(
    reporter: ErrorReporter, dialogs: Dialogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(True))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    QApplication.processEvents()
    assert (quits, dialogs) == ([True], [])


def test_uninstalled_python_handles_errors_itself(reporter: ErrorReporter) -> None:
    reporter.uninstall()
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__


def test_what_qt_says_of_its_offscreen_platform_is_not_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for message in ("This plugin does not support raise()", "something real"):
        application._print_qt_message(None, None, message)  # type: ignore[arg-type]
    assert capsys.readouterr().err == "something real\n"


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "dark")


@pytest.mark.usefixtures("themed")
@pytest.mark.parametrize(("theme", "is_light"), [("dark", False), ("light", True)])
def test_the_window_is_drawn_with_the_state_of_the_run(
    tmp_path: Path, theme: ThemePreference, is_light: bool
) -> None:
    trainer = Trainer(load_preset("spiral"))
    path = tmp_path / "window.png"
    save_screenshot(trainer, path, theme)
    before = QImage(str(path))
    assert (before.width(), before.height()) == (1280, 800)
    assert (before.pixelColor(640, 796).lightness() > 128) == is_light
    trainer.advance_steps(50)
    save_screenshot(trainer, path, theme)
    assert QImage(str(path)) != before


@pytest.mark.usefixtures("themed")
@pytest.mark.parametrize("name", ["no such folder/window.png", "window.nosuchformat"])
def test_a_picture_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(FileError, match="cannot be written") as refusal:
        save_screenshot(Trainer(load_preset("xor")), path)
    assert str(path) in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1
    assert not path.exists()
