"""Warnings in the window: counted quietly, opened on request, and their wishes become commands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from core import Finding, Snapshot
from core.training.commands import Change, Cure, EndTrial, Redo, Try, Undo
from core.training.snapshot import TrialView
from tests.gui.driver import LEFT, Driver, OpenWindow
from tests.gui.findings import HELPED, RELU, evidence, finding, trial, vanishing

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
SATURATED = finding("saturated", cause="vanishing", evidence=evidence(layers=(1, 2)))


@pytest.fixture
def deep(open_window: OpenWindow) -> Driver:
    return open_window("deep-sigmoid")


@pytest.fixture
def sent(deep: Driver, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what the window asks of the run, which gets none of it."""
    commands: list[Any] = []
    monkeypatch.setattr(deep.window.session, "_send", commands.append)
    return commands


def show(driver: Driver, *findings: Finding, tried: TrialView | None = None) -> Snapshot:
    snapshot = replace(driver.snapshot, findings=findings, trial=tried)
    driver.window.session.snapshot = snapshot
    driver.window.show_snapshot(snapshot)
    return snapshot


def tab_words(driver: Driver) -> list[str]:
    return [tabs.segment("warnings").text() for tabs, _ in driver.window.right._tabs]


def test_a_warning_is_counted_on_all_tabs_and_opens_none(deep: Driver) -> None:
    assert tab_words(deep) == ["Warnings"] * 4
    show(deep, vanishing(), SATURATED, finding("plateau", "info"))
    assert tab_words(deep) == ["Warnings · 2"] * 4
    assert deep.window.right.tab == "output"
    show(deep, vanishing(cleared_step=60))
    assert tab_words(deep) == ["Warnings"] * 4


def test_the_badge_opens_the_warnings(deep: Driver) -> None:
    show(deep, vanishing())
    deep.click(deep.window.status.badge)
    assert deep.window.right.warnings.isVisible()
    assert [card.finding.kind for card in deep.window.right.warnings.cards] == ["vanishing"]


def test_a_key_and_the_tab_open_the_warnings(deep: Driver) -> None:
    deep.key(deep.window.transport.play, Key.Key_4, CONTROL)
    assert deep.window.right.warnings.isVisible()
    deep.press("Right column: Output")
    assert deep.window.right.output.isVisible()
    deep.press("Right column: Warnings")
    assert deep.window.right.warnings.isVisible()


def test_arrows_go_from_tab_to_tab(qtbot: QtBot, deep: Driver) -> None:
    right = deep.window.right
    for tab in ("trace", "warnings"):
        deep.key(right._tabs[right.currentIndex()][0].segment(right.tab), Key.Key_Right)
        assert right.tab == tab
        assert right._tabs[right.currentIndex()][0].segment(tab).hasFocus()


def test_tabs_show_which_panel_is_open_whatever_was_clicked_before(deep: Driver) -> None:
    deep.press("Right column: Trace")
    deep.press("Right column: Output")
    tabs = deep.window.right._tabs[0][0]
    assert tabs.selected_key() == "output"
    deep.press("Right column: Trace")
    assert deep.window.right.trace.isVisible()


def test_wishes_about_cures_become_commands(deep: Driver, sent: list[Any]) -> None:
    show(deep, vanishing())
    deep.window.right.show_warnings()
    deep.press(f"Try it: {RELU.title}")
    deep.press(f"Apply: {RELU.title}")
    assert sent == [Try("vanishing", RELU, True), Cure("vanishing", RELU)]
    sent.clear()
    show(deep, vanishing(), tried=trial(RELU, HELPED, done=400))
    deep.press(f"Discard: {RELU.title}")
    deep.press(f"Apply: {RELU.title}")
    assert sent == [EndTrial(False), EndTrial(True)]


def test_show_me_reaches_diagram_and_gradients(deep: Driver) -> None:
    show(deep, vanishing())
    deep.window.right.show_warnings()
    assert deep.window.network.canvas.spot() is not None
    before = deep.window.gradients.ridges.grab().toImage()
    deep.press("Show me: Vanishing gradient")
    assert deep.window.network.canvas.spot() is None
    assert deep.window.gradients.ridges.grab().toImage() != before
    deep.press("Show me: Vanishing gradient")
    assert deep.window.network.canvas.spot() is not None
    assert deep.window.gradients.ridges.grab().toImage() == before


# ---------------------------------------------------------------------- undo


def action(driver: Driver, word: str) -> QAction:
    found = [a for a in driver.window.actions() if a.text().split(" ")[0] == word]
    assert len(found) == 1
    return found[0]


def test_undo_and_redo_name_the_change_and_are_off_without_one(deep: Driver) -> None:
    undo, redo = action(deep, "Undo"), action(deep, "Redo")
    deep.window.show_snapshot(replace(deep.snapshot, undo="", redo=""))
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)
    named = replace(deep.snapshot, undo="learning rate 0.01", redo="2 hidden layers")
    deep.window.show_snapshot(named)
    assert (undo.text(), undo.isEnabled()) == ("Undo learning rate 0.01", True)
    assert (redo.text(), redo.isEnabled()) == ("Redo 2 hidden layers", True)
    deep.trigger("Edit", "Undo learning rate 0.01")


def test_keys_undo_and_redo_also_from_a_number(deep: Driver, sent: list[Any]) -> None:
    deep.window.show_snapshot(replace(deep.snapshot, undo="a change", redo="another"))
    field = deep.window.controls.training.learning_rate.field
    deep.key(field, Key.Key_Z, CONTROL)
    deep.key(field, Key.Key_Z, CONTROL | SHIFT)
    assert sent == [Undo(), Redo()]


def test_while_a_number_is_being_typed_undo_is_about_the_typing(
    qtbot: QtBot, deep: Driver, sent: list[Any]
) -> None:
    deep.window.show_snapshot(replace(deep.snapshot, undo="a change"))
    field = deep.window.controls.training.learning_rate.field
    before = field.text()
    field.setFocus()
    qtbot.keyClicks(field, "5")
    qtbot.keyClick(field, Key.Key_Z, CONTROL)
    assert sent == []
    assert field.text() == before


def test_all_changes_of_one_drag_carry_the_same_gesture(
    qtbot: QtBot, deep: Driver, sent: list[Any]
) -> None:
    slider = deep.window.controls.training.batch_size.slider
    for _ in range(2):
        qtbot.mousePress(slider, LEFT, pos=QPoint(10, 12))
        for x in (30, 50, 70):
            qtbot.mouseMove(slider, QPoint(x, 12))
        qtbot.mouseRelease(slider, LEFT, pos=QPoint(70, 12))
    qtbot.keyClick(slider, Key.Key_Left)
    assert all(isinstance(command, Change) for command in sent)
    gestures = [command.gesture for command in sent]
    assert len(gestures) >= 6
    assert len(set(gestures[:-1])) == 2
    assert "" not in gestures[:-1]
    assert gestures[-1] == ""
