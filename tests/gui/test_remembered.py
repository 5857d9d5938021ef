"""How plots were looked at is there again at the next start, and folders too."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from core.presets import load_preset
from gui.remembered import VERSION, Choice, ChoiceKeeper
from tests.gui.driver import Driver


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def state_of(driver: Driver) -> dict[str, object]:
    """Return what is drawn how, read off the parts that draw it where they say it."""
    window, output = driver.window, driver.window.right.output
    run, points = window.loss.plot.run, output.map.shown_points()
    assert run is not None
    assert points is not None
    return {
        "smoothing": run.smoothing.kind,
        "across": run.abscissa,
        "axis": window.loss.plot.loss_axis().log,
        "loss as table": window.loss.options.table.isChecked(),
        "network as table": window.network.shows_table,
        "edges": window.network.quantity(),
        "widths": window.network.scale(),
        "layers": driver.snapshot.histograms.quantity,
        "points": set(points.split),
        "areas": output.discretize.isChecked(),
    }


def choose_in_menu(driver: Driver, menu: str, words: str) -> None:
    actions = driver.window.loss.options.menu.actions()
    owner = next(action.menu() for action in actions if action.text() == menu)
    assert isinstance(owner, QMenu)
    next(action for action in owner.actions() if action.text() == words).trigger()


def folders_asked_for(driver: Driver) -> list[str]:
    """Return where the dialogs begin that save the specification and the metrics."""
    asked: list[str] = []

    def answer(*arguments: str) -> tuple[str, str]:
        asked.append(str(Path(arguments[2]).parent))
        return "", ""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getSaveFileName", answer)
        driver.trigger("File", "Save as…")
        driver.trigger("File", "Export", "Metrics as CSV…")
    return asked


def test_plots_and_folders_are_after_a_restart_as_they_were_before(
    qtbot: QtBot, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = Driver(qtbot, load_preset("xor"), settings)
    driver.trigger("Run", "Step epoch")
    driver.settle()
    as_designed = state_of(driver)
    driver.press("Loss axis: Linear")
    choose_in_menu(driver, "Smoothing", "Median of 5 values")
    choose_in_menu(driver, "Across", "Epochs")
    driver.press("Edges show: Gradient")
    driver.choose("Points", "Both")
    driver.press("Layers show: Weights")
    driver.press("Discretize")
    action = next(a for a in driver.window.network.canvas.actions() if a.data() == "absolute")
    action.trigger()
    driver.key(driver.window.network.canvas, Qt.Key.Key_T)
    driver.key(driver.window.loss.plot, Qt.Key.Key_T)
    driver.settle()
    chosen = state_of(driver)
    assert folders_asked_for(driver) == 2 * [str(Path.home())]
    with monkeypatch.context() as patch:
        patch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "run"), ""))
        driver.trigger("File", "Save as…")
        driver.trigger("File", "Export", "Metrics as CSV…")
    assert [name for name, value in as_designed.items() if chosen[name] == value] == []
    driver.window.close()
    settings.sync()

    again = Driver(qtbot, load_preset("xor"), settings)
    again.trigger("Run", "Step epoch")
    again.settle()
    assert state_of(again) == chosen
    assert folders_asked_for(again) == 2 * [str(tmp_path)]


class Holder(QObject):
    """Something with a choice between two words."""

    changed = Signal(str)

    def __init__(self, settings: QSettings | None) -> None:
        super().__init__()
        self.word = "left"
        known = ("left", "right").__contains__
        choice = Choice("side", known, lambda: self.word, self.choose, self.changed)
        self.keeper = ChoiceKeeper(settings, (choice,), self)

    def choose(self, word: str) -> None:
        self.word = word
        self.changed.emit(word)


def test_a_choice_is_kept_at_once_and_without_settings_not_at_all(
    qapp: QApplication, settings: QSettings
) -> None:
    Holder(None).choose("right")
    assert settings.allKeys() == []
    Holder(settings).choose("right")
    assert Holder(settings).word == "right"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("choices/side", "up"),
        ("choices/side", ""),
        ("choices/version", str(VERSION + 1)),
        ("choices/version", "old"),
    ],
)
def test_what_cannot_be_used_is_told_in_the_log_and_the_default_stays(
    qapp: QApplication,
    settings: QSettings,
    caplog: pytest.LogCaptureFixture,
    key: str,
    value: str,
) -> None:
    Holder(settings).choose("right")
    settings.setValue(key, value)
    with caplog.at_level(logging.WARNING):
        assert Holder(settings).word == "left"
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [key]
    # From then on it is kept as ever.
    Holder(settings).choose("right")
    assert Holder(settings).word == "right"
