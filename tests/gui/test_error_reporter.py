"""Errors that nobody caught: one dialog, the settings put aside, and the program goes on."""

from __future__ import annotations

import platform
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QStandardPaths,
    Qt,
    QTimer,
)
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QListWidget,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

import core
from core import ExperimentSpec, Trainer
from gui.error_reporter import ErrorReporter
from gui.panels.error_dialog import ErrorDialog
from gui.recovery import OFFER, recovery_path, take_offer
from gui.settings import VARIABLE
from tests.gui.driver import Driver


@pytest.fixture(autouse=True)
def data_folder(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a data folder that is not there yet, and settings of its own."""
    folder = tmp_path / "data" / "Nablascope"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(folder))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "settings.ini"))
    return folder


@pytest.fixture
def reporter(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[ErrorReporter]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    reporter = ErrorReporter()
    reporter.install()
    yield reporter
    reporter.uninstall()


def dialogs() -> list[ErrorDialog]:
    """Return the dialogs that can be seen."""
    shown = QApplication.topLevelWidgets()
    return [widget for widget in shown if isinstance(widget, ErrorDialog) and widget.isVisible()]


class Broken(QWidget):
    """Cannot be painted."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.tries += 1
        raise RuntimeError("no paint")


def raise_in_a_slot(qtbot: QtBot) -> None:
    def fail() -> NoReturn:
        raise RuntimeError("in a slot")

    button = QPushButton("Fail")
    qtbot.addWidget(button)
    button.clicked.connect(fail)
    button.show()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def raise_in_a_timer(qtbot: QtBot) -> None:
    def fail() -> NoReturn:
        raise RuntimeError("in a timer")

    QTimer.singleShot(0, fail)


def raise_while_painting(qtbot: QtBot) -> QWidget:
    widget = Broken()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def raise_on_a_thread(qtbot: QtBot) -> None:
    def work() -> NoReturn:
        raise RuntimeError("on a thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


RAISERS = [raise_in_a_slot, raise_in_a_timer, raise_while_painting, raise_on_a_thread]


@pytest.mark.parametrize("go_wrong", RAISERS)
def test_an_error_of_any_place_opens_one_dialog_with_its_traceback(
    qtbot: QtBot, reporter: ErrorReporter, go_wrong: Callable[[QtBot], QWidget | None]
) -> None:
    kept = go_wrong(qtbot)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    (dialog,) = dialogs()
    assert "RuntimeError" in dialog.sentence.text()
    report = dialog.report.toPlainText()
    assert "Traceback (most recent call last)" in report
    for fact in (core.__version__, platform.python_version(), "Qt 6.", platform.system()):
        assert fact in report
    assert not dialog.reset.isVisible()
    del kept


def test_while_a_dialog_is_open_further_errors_are_counted_in_it(
    qtbot: QtBot, reporter: ErrorReporter
) -> None:
    kept = [go_wrong(qtbot) for go_wrong in RAISERS]
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    (dialog,) = dialogs()
    qtbot.waitUntil(lambda: "3 errors since" in words_of(dialog))
    kept.clear()


def words_of(dialog: ErrorDialog) -> str:
    return " ".join(
        child.text()
        for child in dialog.findChildren(QWidget)
        if hasattr(child, "text") and child.isVisible()
    )


def test_the_count_of_errors_ends_so_that_it_cannot_bring_itself_about(qtbot: QtBot) -> None:
    dialog = ErrorDialog("It failed.", "Saved.", "Traceback", has_run_failed=False)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    for _ in range(1000):
        dialog.count_one_more()
    assert "100 or more errors since." in words_of(dialog)


def test_an_error_of_every_painting_is_told_of_once(qtbot: QtBot, reporter: ErrorReporter) -> None:
    widget = Broken()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    for _ in range(3):
        for dialog in dialogs():
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        tries = widget.tries
        widget.update()
        qtbot.waitUntil(lambda tries=tries: widget.tries > tries)
        qtbot.wait(0)
    assert dialogs() == []


class HalfPainted(QWidget):
    """Begins to paint on itself and on a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[QPainter] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.begun.append(painter)
        self._paint_picture(painter)

    def _paint_picture(self, painter: QPainter) -> None:
        picture = QPixmap(8, 8)
        inner = QPainter(picture)
        self.begun.append(inner)
        painter.drawPixmap(0, 0, picture)
        raise RuntimeError("half way")


@pytest.mark.no_qt_log
def test_an_error_leaves_no_painter_at_work(qtbot: QtBot, reporter: ErrorReporter) -> None:
    widget = HalfPainted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert len(widget.begun) >= 2
    assert not any(painter.isActive() for painter in widget.begun)


class BrokenDelegate(QStyledItemDelegate):
    """Cannot paint its second row."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.painted: list[bool] = []

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.painted.append(painter.isActive())
        if index.row() == 1:
            raise RuntimeError("no row")


def test_a_painter_of_qt_goes_on_with_what_an_error_has_left_out(
    qtbot: QtBot, reporter: ErrorReporter
) -> None:
    table = QListWidget()
    qtbot.addWidget(table)
    table.addItems(["one", "two", "three"])
    delegate = BrokenDelegate(table)
    table.setItemDelegate(delegate)
    table.show()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert len(delegate.painted) >= 3
    assert all(delegate.painted)


def test_another_error_gets_a_dialog_once_the_first_is_closed(
    qtbot: QtBot, reporter: ErrorReporter
) -> None:
    raise_in_a_slot(qtbot)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    qtbot.mouseClick(dialogs()[0].go_on, Qt.MouseButton.LeftButton)
    assert dialogs() == []
    raise_in_a_timer(qtbot)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert "in a timer" in dialogs()[0].sentence.text()


def test_the_settings_are_put_aside_and_open_again_at_the_next_start(
    driver: Driver, qtbot: QtBot, reporter: ErrorReporter, data_folder: Path
) -> None:
    reporter.serve(driver.window)
    driver.enter("Learning rate", "0.25")
    wanted = driver.settle().spec
    assert take_offer() == ""
    raise_in_a_slot(qtbot)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    path = recovery_path()
    assert path.parent == data_folder
    assert ExperimentSpec.load(path) == wanted
    (dialog,) = dialogs()
    assert str(path) in dialog.rescue.text()
    assert "learning_rate = 0.25" in dialog.report.toPlainText()
    dialog.close()
    # The run is untouched and goes on.
    driver.run_until(5)
    driver.pause()
    driver.trigger("Presets", "XOR")
    driver.settle()
    # It is offered once; the command stays.
    assert [take_offer(), take_offer()] == [OFFER, ""]
    driver.trigger("File", "Open interrupted run")
    assert driver.settle().spec == wanted
    assert driver.window.files.path is None


def test_a_folder_that_takes_no_file_is_said(
    driver: Driver, qtbot: QtBot, reporter: ErrorReporter, data_folder: Path
) -> None:
    data_folder.parent.mkdir()
    data_folder.write_text("in the way")
    reporter.serve(driver.window)
    raise_in_a_slot(qtbot)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    (dialog,) = dialogs()
    assert "could not be saved" in dialog.rescue.text()
    dialog.close()
    driver.trigger("File", "Open interrupted run")
    assert len(driver.news.splitlines()) == 1
    assert "cannot be read" in driver.news


def test_an_error_of_the_run_offers_reset_and_the_report(
    driver: Driver, qtbot: QtBot, reporter: ErrorReporter
) -> None:
    reporter.serve(driver.window)

    def explode() -> NoReturn:
        raise RuntimeError("the disk is on fire")

    def sabotage(trainer: Trainer) -> None:
        trainer.program.run_step = explode  # type: ignore[method-assign]

    driver.window.session.ask(sabotage, "sabotage")
    driver.press("Play")
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    (dialog,) = dialogs()
    assert "in step 0, op batch: the disk is on fire" in dialog.sentence.text()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.reset.hasFocus)
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied == dialog.report.toPlainText()
    assert "explode" in copied
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert dialogs() == []
    assert driver.settle().state == "paused"
    assert not driver.window.failure.isVisible()


def test_the_window_can_be_used_while_the_dialog_is_open(
    driver: Driver, qtbot: QtBot, reporter: ErrorReporter
) -> None:
    reporter.serve(driver.window)
    raise_in_a_slot(qtbot)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert QApplication.activeModalWidget() is None
    driver.press("Step batch")
    assert driver.settle().step == 1


def test_all_of_the_dialog_is_reached_by_tab(qtbot: QtBot) -> None:
    dialog = ErrorDialog("It failed.", "Saved.", "Traceback", has_run_failed=True)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    dialog.report.setFocus()
    qtbot.waitUntil(dialog.report.hasFocus)
    reached = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    assert reached == [dialog.copy, dialog.reset, dialog.go_on, dialog.report]
    buttons = dialog.findChildren(QAbstractButton)
    assert all(button.text() and button.toolTip() for button in buttons)


def test_a_dialog_that_cannot_be_shown_leads_to_a_line_and_not_to_the_next_dialog(
    qtbot: QtBot,
    reporter: ErrorReporter,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError("nothing works")

    monkeypatch.setattr("gui.error_reporter.ErrorDialog", refuse)
    raise_in_a_slot(qtbot)
    QApplication.processEvents()
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert dialogs() == []


def test_control_c_ends_the_program_without_a_dialog(
    reporter: ErrorReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(True))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    QApplication.processEvents()
    assert (quits, dialogs()) == ([True], [])


def test_uninstalled_python_handles_errors_itself(reporter: ErrorReporter) -> None:
    reporter.uninstall()
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__
