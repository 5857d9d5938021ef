"""File > Open recent: the last ten files, again at the next start, and none that is gone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from core import Trainer
from core.presets import load_preset
from gui.actions import reason_of
from gui.data_files import DataFiles
from gui.recent_files import KEY, MOST, RecentFiles
from gui.session import Session
from gui.spec_files import SpecFiles
from tests.gui.driver import Driver

Make = Callable[..., tuple[RecentFiles, SpecFiles]]


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def make(qtbot: QtBot, settings: QSettings) -> Iterator[Make]:
    """Make lists over a window without panels, with settings or without."""
    window = QWidget()
    qtbot.addWidget(window)
    session = Session(Trainer(load_preset("xor")), window)
    specs, data = SpecFiles(session, window), DataFiles(session, window)

    def make_one(*, is_kept: bool = True) -> tuple[RecentFiles, SpecFiles]:
        return RecentFiles(settings if is_kept else None, specs, data, window), specs

    yield make_one
    session.close()


def listed(menu: QMenu) -> list[QAction]:
    return [a for a in menu.actions() if not a.isSeparator() and a.text() != "Clear list"]


def choose(menu: QMenu, start: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(start)).trigger()


def test_files_are_opened_again_from_the_menu_also_after_a_restart(
    qtbot: QtBot, settings: QSettings, tmp_path: Path
) -> None:
    driver = Driver(qtbot, load_preset("xor"), settings)
    owner = driver.window.recent.menu.menuAction()
    assert not owner.isEnabled()
    assert reason_of(owner) == "no file was opened yet"
    table = tmp_path / "rows & columns.csv"
    table.write_text("x,y\n" + "".join(f"{i},{i % 2}\n" for i in range(30)))
    driver.window.files.save_path(tmp_path / "first.toml")
    driver.window.data.open_path(table)
    driver.wait(lambda: len(driver.window.recent.files) == 2)
    driver.settle()
    driver.window.close()
    settings.sync()

    again = Driver(qtbot, load_preset("circle"), settings)
    menu = again.window.recent.menu
    assert [a.text().split(" — ")[0] for a in listed(menu)] == ["rows && columns.csv", "first.toml"]
    assert [a.statusTip() for a in listed(menu)] == [
        f"Learn from {table}.",
        f"Start anew with {tmp_path / 'first.toml'}.",
    ]
    choose(menu, "first.toml")
    assert again.settle().spec.data.kind == "xor"
    assert [file.kind for file in again.window.recent.files] == ["spec", "data"]
    table.unlink()
    before = again.snapshot
    choose(menu, "rows")
    assert again.news == f"{table}: is no longer there, and off the list of recent files"
    assert [a.text().split(" — ")[0] for a in listed(menu)] == ["first.toml"]
    assert again.settle() is before
    choose(menu, "Clear list")
    assert listed(menu) == []
    assert not again.window.recent.menu.menuAction().isEnabled()
    settings.sync()
    assert "first.toml" not in str(settings.value(KEY))


def test_the_latest_ten_are_listed_each_once(make: Make, tmp_path: Path) -> None:
    recent, specs = make()
    for number in (*range(MOST + 2), 5):
        specs.used.emit(tmp_path / f"{number}.toml")
    order = [5, *(n for n in reversed(range(2, MOST + 2)) if n != 5)]
    assert [Path(file.path).stem for file in recent.files] == [str(n) for n in order]
    assert len(listed(recent.menu)) == MOST
    assert make()[0].files == recent.files
    assert make(is_kept=False)[0].files == []


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "no json",
        "[]",
        '{"version": 2, "files": []}',
        '{"version": 1}',
        '{"version": 1, "files": [["spec"]]}',
        '{"version": 1, "files": [["picture", "a.png"]]}',
        '{"version": 1, "files": [["spec", 5]]}',
    ],
)
def test_a_damaged_list_is_told_in_the_log_and_begins_anew(
    make: Make, settings: QSettings, caplog: pytest.LogCaptureFixture, kept: str
) -> None:
    settings.setValue(KEY, kept)
    with caplog.at_level(logging.WARNING):
        recent, _ = make()
    assert recent.files == []
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [KEY]
