"""Panels moved, resized, hidden and floated by real clicks and keys, also after a restart."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QSettings, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.presets import load_preset
from gui.arrangement import arrange
from gui.places.divider import Divider
from gui.places.floating import FloatingPanel
from gui.places.keeping import GEOMETRY, LAYOUT
from gui.places.layout import Layout, to_text
from tests.gui.driver import LEFT, Driver

CONTROL = Qt.KeyboardModifier.ControlModifier
Start = Callable[[], Driver]


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def settings_in(path: Path) -> QSettings:
    return QSettings(str(path), QSettings.Format.IniFormat)


@pytest.fixture
def start(qtbot: QtBot, settings_file: Path) -> Start:
    """Start the program anew on the same settings."""

    def open_one() -> Driver:
        return Driver(qtbot, load_preset("xor"), settings_in(settings_file))

    return open_one


def restart(driver: Driver, start: Start) -> Driver:
    """Close the window and start again; the screen of the tests is smaller than the window."""
    driver.window.close()
    again = start()
    again.window.resize(driver.window.size())
    QApplication.processEvents()
    return again


def places(driver: Driver) -> dict[str, tuple[int, int, int, int]]:
    return {name: r.getRect() for name, r in driver.window.workspace.places().items()}


def as_designed(driver: Driver) -> dict[str, tuple[int, int, int, int]]:
    body = driver.window.workspace
    rectangles = arrange(body.width(), body.height(), "map")
    return {name: r.getRect() for name, r in rectangles.items()}


def divider(driver: Driver, words: str) -> Divider:
    found = driver.find(Divider, words)
    assert found is not None
    return found


def drag(widget: QWidget, way: QPoint, *, release: bool = True) -> None:
    """Press in the middle of ``widget``, or left of it, and move the pointer by ``way``."""
    start = QPoint(min(30, widget.width() // 2), widget.height() // 2)
    kinds = [(QEvent.Type.MouseButtonPress, QPoint()), (QEvent.Type.MouseMove, way / 2)]
    kinds.append((QEvent.Type.MouseMove, way))
    if release:
        kinds.append((QEvent.Type.MouseButtonRelease, way))
    origin = widget.mapToGlobal(start)
    for kind, moved in kinds:
        held = LEFT if kind != QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
        button = LEFT if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
        where = origin + moved
        event = QMouseEvent(
            kind,
            widget.mapFromGlobal(where).toPointF(),
            where.toPointF(),
            button,
            held,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)


def action_menu(driver: Driver, *path: str) -> QMenu:
    """Open the menus on the way and return the last."""
    menu = driver.window.transport.menu.menu()
    for words in path:
        menu.aboutToShow.emit()
        owner = next(action for action in menu.actions() if action.text() == words).menu()
        assert isinstance(owner, QMenu)
        menu = owner
    menu.aboutToShow.emit()
    return menu


def choose(driver: Driver, *path: str) -> None:
    menu = action_menu(driver, *path[:-1])
    next(action for action in menu.actions() if action.text() == path[-1]).trigger()


def test_at_first_everything_lies_as_designed(driver: Driver) -> None:
    assert places(driver) == as_designed(driver)


def test_a_dragged_divider_stays_where_it_was_left(start: Start) -> None:
    driver = start()
    before = places(driver)
    drag(divider(driver, "Between Network and Output, trace, warnings"), QPoint(-80, 0))
    moved = places(driver)
    assert moved["network"][2] == before["network"][2] - 80
    assert moved["right"][2] == before["right"][2] + 80
    assert moved["controls"] == before["controls"]
    assert places(restart(driver, start)) == moved


def test_a_divider_is_moved_by_arrows_and_a_double_click_gives_the_design_back(
    qtbot: QtBot, driver: Driver
) -> None:
    before = places(driver)
    handle = divider(driver, "Between Loss and Layers")
    driver.key(handle, Qt.Key.Key_Left)
    assert places(driver)["loss"][2] < before["loss"][2]
    qtbot.mouseDClick(handle, LEFT)
    assert places(driver) == before
    # The arrows across it are not its own.
    driver.key(handle, Qt.Key.Key_Up)
    assert places(driver) == before


def test_a_hidden_panel_leaves_its_room_to_the_others_and_stays_hidden(start: Start) -> None:
    driver = start()
    choose(driver, "View", "Panels", "Loss")
    assert not driver.window.loss.isVisible()
    left, _, width, _ = places(driver)["gradients"]
    assert (left, width) == (as_designed(driver)["loss"][0], driver.window.workspace.width() - 272)
    driver = restart(driver, start)
    assert not driver.window.loss.isVisible()
    ticks = {a.text(): a.isChecked() for a in action_menu(driver, "View", "Panels").actions()}
    assert not ticks.pop("Loss")
    assert all(ticks[name] for name in ("Controls", "Network", "Layers"))
    driver.run_until(3)
    driver.pause()
    choose(driver, "View", "Panels", "Loss")
    assert driver.window.loss.isVisible()
    assert places(driver) == as_designed(driver)
    # It has kept up with the run.
    assert "No step" not in driver.window.loss.accessibleDescription()


def test_reset_layout_brings_everything_back(start: Start) -> None:
    driver = start()
    drag(divider(driver, "Between Loss and Layers"), QPoint(60, 0))
    choose(driver, "View", "Panels", "Network")
    choose(driver, "View", "Move a panel", "Loss", "Window of its own")
    driver.key(
        driver.window.transport.play, Qt.Key.Key_L, CONTROL | Qt.KeyboardModifier.ShiftModifier
    )
    assert places(driver) == as_designed(driver)
    assert driver.window.loss.isVisible()
    driver = restart(driver, start)
    assert places(driver) == as_designed(driver)


def test_a_panel_dragged_by_its_head_lands_where_it_was_outlined(start: Start) -> None:
    driver = start()
    head = driver.window.loss.header
    network = driver.window.network
    target = network.mapToGlobal(QPoint(20, network.height() // 2))
    way = target - head.mapToGlobal(QPoint(30, head.height() // 2))
    drag(head, way, release=False)
    mark = driver.window.workspace._mark
    assert mark.isVisible()
    outlined = mark.geometry().getRect()
    drag(head, way)
    assert not mark.isVisible()
    moved = places(driver)
    assert moved["loss"] == outlined
    assert moved["loss"][0] < moved["network"][0] < moved["right"][0]
    assert moved["loss"][1] == moved["network"][1]
    # What the right column shows moves nothing any more.
    driver.press("Right column: Trace")
    assert places(driver) == moved
    driver.press("Right column: Output")
    assert places(restart(driver, start)) == moved


def test_escape_leaves_a_dragged_panel_where_it_was(qtbot: QtBot, driver: Driver) -> None:
    before = places(driver)
    head = driver.window.loss.header
    drag(head, QPoint(0, -300), release=False)
    assert driver.window.workspace._mark.isVisible()
    qtbot.keyClick(QWidget.keyboardGrabber(), Qt.Key.Key_Escape)
    assert QWidget.keyboardGrabber() is None
    assert not driver.window.workspace._mark.isVisible()
    assert places(driver) == before
    assert QApplication.overrideCursor() is None


def test_the_head_of_a_panel_opens_a_menu_about_it(driver: Driver) -> None:
    head = driver.window.right.output.header
    place = QPoint(3, 3)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(head, QContextMenuEvent(reason, place, head.mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Hide").trigger()
    menu.close()
    assert not driver.window.right.isVisible()


def test_the_rail_brings_back_controls_that_were_hidden(driver: Driver) -> None:
    choose(driver, "View", "Panels", "Controls")
    driver.key(driver.window.transport.play, Qt.Key.Key_F7)
    driver.settle()
    driver.press("Training")
    assert driver.window.controls.isVisible()


def test_a_panel_is_moved_by_the_menu(driver: Driver) -> None:
    before = places(driver)
    choose(driver, "View", "Move a panel", "Loss", "Move right")
    after = places(driver)
    assert after["gradients"][0] == before["loss"][0]
    assert after["loss"][0] > after["gradients"][0]
    choose(driver, "View", "Move a panel", "Controls", "Move right")
    assert places(driver)["controls"][0] + 248 == driver.window.workspace.width() - 8


def test_a_panel_in_a_window_of_its_own_goes_on_and_comes_back(qtbot: QtBot, start: Start) -> None:
    driver = start()
    choose(driver, "View", "Move a panel", "Layers", "Window of its own")
    window = driver.window.gradients.window()
    assert isinstance(window, FloatingPanel)
    assert window.isVisible()
    assert window.windowTitle() == "Layers — Nablascope"
    assert "gradients" not in places(driver)
    # The keys of the main window are its keys too.
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    driver.wait(lambda: driver.snapshot.step > 3)
    driver.pause()
    assert "No gradient" not in driver.window.gradients.accessibleDescription()
    window.setGeometry(100, 120, 520, 333)
    driver = restart(driver, start)
    window = driver.window.gradients.window()
    assert isinstance(window, FloatingPanel)
    assert window.geometry().getRect() == (100, 120, 520, 333)
    window.close()
    assert driver.window.gradients.isVisible()
    assert places(driver) == as_designed(driver)


def test_a_window_of_a_panel_that_no_screen_shows_is_brought_into_view(
    start: Start, settings_file: Path
) -> None:
    far = Layout(floating={"loss": (90_000, 90_000, 400, 300)})
    settings_in(settings_file).setValue(LAYOUT, to_text(far))
    window = start().window.loss.window()
    assert QApplication.primaryScreen().availableGeometry().intersects(window.geometry())
    assert window.size() == QSize(400, 300)


def test_the_warnings_come_into_view_though_their_column_was_hidden(driver: Driver) -> None:
    choose(driver, "View", "Panels", "Output, trace, warnings")
    assert not driver.window.right.isVisible()
    driver.key(driver.window.transport.play, Qt.Key.Key_4, CONTROL)
    assert driver.window.right.warnings.isVisible()


def test_step_mode_has_an_arrangement_of_its_own(start: Start) -> None:
    driver = start()
    driver.key(driver.window.transport.play, Qt.Key.Key_F7)
    driver.settle()
    choose(driver, "View", "Panels", "Why this gradient")
    assert not driver.window.steps.waterfall.isVisible()
    ledger = places(driver)["ledger"]
    assert ledger[0] == places(driver)["stage"][0]
    driver.key(driver.window.transport.play, Qt.Key.Key_3, CONTROL)
    assert set(places(driver)) == set(as_designed(driver))
    driver = restart(driver, start)
    driver.key(driver.window.transport.play, Qt.Key.Key_F7)
    driver.settle()
    assert places(driver)["ledger"] == ledger


def test_the_window_opens_as_it_was_closed(start: Start) -> None:
    driver = start()
    driver.window.showMaximized()
    driver.window.close()
    assert start().window.isMaximized()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (LAYOUT, '{"version": 0}'),
        (LAYOUT, b"\xff\x00"),
        (GEOMETRY, b"\x01\x02"),
    ],
)
def test_what_is_damaged_in_the_settings_is_told_in_the_log_and_left_aside(
    start: Start,
    settings_file: Path,
    caplog: pytest.LogCaptureFixture,
    key: str,
    value: object,
) -> None:
    settings_in(settings_file).setValue(key, value)
    with caplog.at_level(logging.WARNING):
        driver = start()
    assert places(driver) == as_designed(driver)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [key]
    # What is written next is sound.
    caplog.clear()
    driver = restart(driver, start)
    assert places(driver) == as_designed(driver)
    assert not caplog.records


def test_settings_that_cannot_be_written_are_told_in_the_log(
    start: Start, settings_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings_file.mkdir()
    driver = start()
    with caplog.at_level(logging.WARNING):
        driver.window.close()
    assert f"{settings_file}: cannot be written" in [r.getMessage() for r in caplog.records]


def test_a_file_that_is_no_settings_is_written_anew(start: Start, settings_file: Path) -> None:
    settings_file.write_bytes(b"\xff\xfe\x00no settings")
    driver = start()
    assert places(driver) == as_designed(driver)
    choose(driver, "View", "Panels", "Loss")
    assert "loss" not in places(restart(driver, start))


def test_without_settings_nothing_is_kept(driver: Driver) -> None:
    choose(driver, "View", "Panels", "Loss")
    driver.window.close()
    settings = QSettings("Nablascope", "Nablascope")
    assert settings.allKeys() == []
