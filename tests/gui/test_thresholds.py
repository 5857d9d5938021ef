"""Thresholds of the warnings: chosen in the preferences, kept, and named on the card."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.diagnosis.thresholds import MEASURED, THRESHOLDS, Thresholds
from core.presets import load_preset
from gui.panels.threshold_page import ThresholdPage
from gui.session import Session
from gui.threshold_keeper import ThresholdKeeper
from tests.gui.driver import Driver
from tests.gui.test_reachability import check


class Told:
    """In the place of a session: remembers what it was told last."""

    def __init__(self) -> None:
        self.thresholds: Thresholds | None = None

    def set_thresholds(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def owner(qapp: QApplication) -> QObject:
    return QObject()


def keeper_of(settings: QSettings | None, told: Told, owner: QObject) -> ThresholdKeeper:
    return ThresholdKeeper(settings, cast(Session, told), owner)


def test_a_threshold_is_typed_counts_in_the_run_and_is_named_on_its_card(
    qtbot: QtBot, settings: QSettings
) -> None:
    driver = Driver(qtbot, load_preset("fail-learning-rate"), settings)
    driver.trigger("Edit", "Thresholds of the warnings…")
    dialog = driver.window.tools.preferences
    assert dialog is not None
    check(qtbot, dialog)
    row = dialog.thresholds.rows["growth"]
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, "5")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    # Return is the field's: the dialog stays.
    assert dialog.isVisible()
    dialog.close()
    driver.window.show_tab("warnings")
    driver.run_until(400)
    driver.pause()
    raised = [f.evidence for f in driver.snapshot.findings if f.evidence.threshold == 5]
    assert raised
    words = [label.text() for label in driver.window.right.warnings.findChildren(QLabel)]
    assert any("The threshold: yours, in place of the measured 10" in text for text in words)
    settings.sync()
    again = QSettings(settings.fileName(), QSettings.Format.IniFormat)
    assert again.value("thresholds/growth") == "5.0"


def test_what_is_typed_is_checked_and_the_measured_value_comes_back_by_button(
    qtbot: QtBot, settings: QSettings, told: Told, owner: QObject
) -> None:
    keeper = keeper_of(settings, told, owner)
    page = ThresholdPage(keeper)
    qtbot.addWidget(page)
    page.show()
    row = page.rows["flat"]
    assert not row.back.isEnabled()
    said: list[str] = []
    page.refused.connect(said.append)
    for text, value in (("1.5", 0.5), ("none", 0.5), ("0,25", 0.25)):
        row.field.setFocus()
        row.field.selectAll()
        qtbot.keyClicks(row.field, text)
        qtbot.keyClick(row.field, Qt.Key.Key_Return)
        assert keeper.current.flat == value
    assert said[0] == "Outputs on the flat part: expected a number from 0.01 to 1, got 1.5"
    assert (len(said), said[-1]) == (3, "")
    assert told.thresholds == MEASURED.with_value("flat", 0.25)
    assert keeper.own() == ["flat"]
    assert row.back.isEnabled()
    qtbot.mouseClick(row.back, Qt.MouseButton.LeftButton)
    assert keeper.current == told.thresholds == MEASURED
    assert row.field.text() == "0.5"
    assert [key for key in settings.allKeys() if key.startswith("thresholds")] == []


def test_thresholds_are_there_again_at_the_next_start_and_without_settings_measured(
    settings: QSettings, told: Told, owner: QObject
) -> None:
    first = keeper_of(settings, told, owner)
    first.change("signal", 0.02)
    first.change("rise", 2.0)
    settings.sync()
    told.thresholds = None
    again = QSettings(settings.fileName(), QSettings.Format.IniFormat)
    second = keeper_of(again, told, owner)
    assert second.current == told.thresholds == first.current
    told.thresholds = None
    assert keeper_of(None, told, owner).current == MEASURED
    # Who has none of their own tells the run nothing.
    assert told.thresholds is None
    second.reset()
    assert keeper_of(again, told, owner).current == MEASURED


@pytest.mark.parametrize(
    ("name", "text"),
    [("flat", "much"), ("flat", "7"), ("flat", "nan"), ("flat", ""), ("unheard_of", "1")],
)
def test_a_damaged_threshold_is_told_in_the_log_and_the_measured_one_stands_in(
    settings: QSettings,
    told: Told,
    owner: QObject,
    caplog: pytest.LogCaptureFixture,
    name: str,
    text: str,
) -> None:
    settings.setValue(f"thresholds/{name}", text)
    settings.setValue("thresholds/rise", "2.0")
    with caplog.at_level(logging.WARNING):
        assert keeper_of(settings, told, owner).current == MEASURED.with_value("rise", 2.0)
    (record,) = caplog.records
    assert record.getMessage().startswith(("thresholds.", "thresholds/"))
    assert name in record.getMessage()


def test_every_threshold_has_a_row_with_words_unit_and_the_measured_value(
    qtbot: QtBot, told: Told, owner: QObject
) -> None:
    page = ThresholdPage(keeper_of(None, told, owner))
    qtbot.addWidget(page)
    assert list(page.rows) == [threshold.name for threshold in THRESHOLDS]
    texts = [label.text() for label in page.findChildren(QLabel)]
    for threshold in THRESHOLDS:
        assert {threshold.title, threshold.sentence, f"{threshold.unit}\nas measured"} <= set(texts)
