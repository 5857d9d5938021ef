"""The command palette: Ctrl+Shift+P, a few letters, Return."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.presets import presets
from gui.actions import allow
from gui.loss.options import LossOptions
from gui.panels.command_palette import CommandPalette
from gui.theme import apply_theme, ui_font
from tests.gui.driver import LEFT, Driver

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def owner(qtbot: QtBot, qapp: QApplication) -> QWidget:
    """Return what a palette opens over, with nothing in it."""
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.resize(1120, 700)
    owner.show()
    return owner


def open_palette(driver: Driver) -> CommandPalette:
    driver.key(driver.window.transport.play, Qt.Key.Key_P, CONTROL_SHIFT)
    palette = driver.window.help.palette
    assert palette is not None
    driver.wait(palette.field.hasFocus)
    return palette


def below(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        inner = action.menu()
        # The panels' moves are made anew each time their menu is filled.
        if isinstance(inner, QMenu) and inner.title() != "Move a panel":
            yield from below(inner)
        elif inner is None and not action.isSeparator():
            yield action


def test_every_action_of_the_menus_is_listed_with_path_keys_and_sentence(driver: Driver) -> None:
    palette = open_palette(driver)
    listed = {command.action: command for command in palette.found()}
    menu = driver.window.transport.menu.menu()
    assert isinstance(menu, QMenu)
    missing = {action.text() for action in below(menu) if action not in listed}
    assert missing == {"Find a command…"}
    step = next(command for command in listed.values() if command.name == "Step layer")
    assert (step.path, step.keys) == ("Run", "Shift+F7")
    assert step.sentence == "Run the operations of one layer."
    paths = {command.path for command in listed.values()}
    assert {"File › Export › Loss", "Loss plot › Smoothing", "Network"} <= paths
    assert "Presets › What goes wrong" in paths
    assert any(path.startswith("View › Move a panel › ") for path in paths)
    assert len(listed) == len(palette.found())


def test_return_runs_what_is_typed_or_starts_a_preset_and_the_focus_comes_back(
    driver: Driver, qtbot: QtBot
) -> None:
    palette = open_palette(driver)
    qtbot.keyClicks(palette.field, "step epoch")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert driver.settle().epoch == 1
    assert QApplication.focusWidget() is driver.window.transport.play

    palette = open_palette(driver)
    qtbot.keyClicks(palette.field, "local minimum")
    command = palette.current()
    assert command is not None
    assert command.path == "Presets › What goes wrong"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert driver.settle().spec.data.kind == "xor"


def test_a_command_that_is_off_says_why_and_does_nothing(owner: QWidget, qtbot: QtBot) -> None:
    menu = QMenu(owner)
    undo = menu.addAction("Undo")
    done: list[str] = []
    undo.triggered.connect(lambda: done.append("undo"))
    allow(undo, False, "nothing was changed")
    palette = CommandPalette({"Edit": menu}, owner)
    palette.open_without(None)
    qtbot.keyClicks(palette.field, "undo")
    (command,) = palette.found()
    assert (command.is_on, command.sentence) == (False, "Not now: nothing was changed.")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    allow(undo, True, "nothing was changed")
    palette.open_without(None)
    assert palette.field.text() == ""
    qtbot.keyClicks(palette.field, "undo")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["undo"]


def test_what_stands_in_a_menu_that_is_off_is_off_with_its_reason(driver: Driver) -> None:
    palette = open_palette(driver)
    exports = {c.path: c for c in palette.found() if c.path.startswith("File › Export › ")}
    assert exports["File › Export › Loss"].is_on
    stage = exports["File › Export › Stage"]
    assert (stage.is_on, stage.sentence) == (False, "Not now: it is not on show.")


def test_arrows_choose_a_line_round_the_ends_and_a_click_runs_it(
    owner: QWidget, qtbot: QtBot
) -> None:
    options = LossOptions(owner)
    palette = CommandPalette({"Loss plot": options.menu}, owner)
    palette.open_without(None)
    qtbot.keyClicks(palette.field, "loss smoothing")
    names = [command.name.split()[0] for command in palette.found()]
    assert names == ["Off", "Mean", "Mean", "Median", "Median"]
    assert [command.is_ticked for command in palette.found()] == [True] + 4 * [False]
    chosen = []
    keys = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageDown)
    for key in keys:
        qtbot.keyClick(palette.field, key)
        command = palette.current()
        chosen.append(command.name if command else "")
        # A screen reader at the field says which one it is.
        assert palette.field.accessibleDescription().startswith(chosen[-1])
    median = "Median of 25 values"
    assert chosen == ["Mean of about 10 values", "Off", median, "Off", median]
    place = palette.list.visualRect(palette.list.model().index(2, 0)).center()
    qtbot.mouseMove(palette.list.viewport(), place)
    QApplication.processEvents()
    command = palette.current()
    assert command is not None
    assert command.name == "Mean of about 50 values"
    qtbot.mouseClick(palette.list.viewport(), LEFT, pos=place)
    assert not palette.isVisible()
    assert options.smoothing() == "mean 50"


def test_what_is_not_found_is_said_and_return_does_nothing(owner: QWidget, qtbot: QtBot) -> None:
    menu = QMenu(owner)
    menu.addAction("Save")
    palette = CommandPalette({"": menu}, owner)
    palette.open_without(None)
    assert [command.name for command in palette.found()] == ["Save"]
    qtbot.keyClicks(palette.field, "xyzzy")
    assert palette.found() == []
    shown = [label.text() for label in palette.findChildren(QLabel) if label.isVisible()]
    assert shown == ["No command has all of these words."]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_palette_stays_in_the_window_and_cuts_no_line(
    owner: QWidget, qapp: QApplication, scale: float
) -> None:
    apply_theme(qapp, "dark", font_scale=scale)
    menu = QMenu(owner)
    for preset in presets():
        menu.addAction(preset.title).setStatusTip(preset.sentence)
    palette = CommandPalette({"Presets": menu}, owner)
    palette.open_without(None)
    place = owner.mapFromGlobal(palette.pos())
    assert owner.rect().contains(palette.rect().translated(place))
    view, model = palette.list, palette.list.model()
    for row, command in enumerate(palette.found()):
        rect = view.visualRect(model.index(row, 0))
        assert rect.width() <= view.viewport().width()
        words = QFontMetrics(ui_font(11)).horizontalAdvance(f"Presets — {command.sentence}")
        lines = -(-words // rect.width())
        needed = QFontMetrics(ui_font(13)).height() + lines * QFontMetrics(ui_font(11)).height()
        assert rect.height() >= needed, command.name
    palette.close()
    apply_theme(qapp, "dark")
