"""The suite's guard against leftovers, tried on a small suite of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

CONFTEST = Path(__file__).with_name("conftest.py")
SUITE = """
import threading
import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

pytestmark = pytest.mark.usefixtures("qapp")
kept = []

def test_keeps_thread():
    threading.Thread(target=threading.Event().wait, name="idle", daemon=True).start()

def test_keeps_timer():
    kept.append(QTimer())
    kept[-1].start(1000)

def test_keeps_qthread():
    kept.append(QThread())
    kept[-1].start()

def test_keeps_shown_widget():
    kept.append(QWidget())
    kept[-1].show()

def test_keeps_hidden_widget():
    kept.append(QWidget())

def test_ends_thread():
    threading.Thread(target=lambda: None).start()

def test_ends_widget_with_its_timer(qtbot):
    widget = QWidget()
    timer = QTimer(widget)
    timer.start(1000)
    qtbot.addWidget(widget)

def test_drops_widget_that_holds_itself():
    widget = QWidget()
    widget.circle = widget

def test_ends_qthread():
    thread = QThread()
    thread.start()
    thread.quit()
    thread.wait()

def test_looks_at_its_own_qthread():
    QThread.currentThread().objectName()

def test_stops_qthreads_of_the_tests_before():
    for item in kept:
        if isinstance(item, QThread):
            item.quit()
            item.wait()
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest prints about the small suite."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "conftest.py").write_text(CONFTEST.read_text("utf-8"), "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (folder / "test_suite.py").write_text(SUITE, "utf-8")
    command = [sys.executable, "-m", "pytest", "-rA", "--tb=line", "-p", "no:cacheprovider"]
    wide = os.environ | {"COLUMNS": "200"}
    result = subprocess.run(
        command, cwd=folder, env=wide, capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr


@pytest.mark.parametrize(
    ("test", "leftover"),
    [
        ("test_keeps_thread", "thread 'idle'"),
        ("test_keeps_timer", "<PySide6.QtCore.QTimer"),
        ("test_keeps_qthread", "<PySide6.QtCore.QThread"),
        ("test_keeps_shown_widget", "<PySide6.QtWidgets.QWidget"),
        ("test_keeps_hidden_widget", "<PySide6.QtWidgets.QWidget"),
    ],
)
def test_a_leftover_fails_the_test_and_is_named(report: str, test: str, leftover: str) -> None:
    start = f"ERROR test_suite.py::{test} - Failed: this test leaves behind: {leftover}"
    assert any(line.startswith(start) for line in report.splitlines()), report


def test_what_ends_with_its_test_passes(report: str) -> None:
    assert report.count("ERROR test_suite.py::") == 5, report
    assert "11 passed, 5 errors" in report


def test_settings_are_kept_in_a_temporary_folder(
    qapp: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.getbasetemp()
    assert Path(QSettings("Nablascope", "Nablascope").fileName()).is_relative_to(base)
