"""The menus of the window: their order, their lines, and what is said of what is off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui.actions import reason_of
from gui.theme import apply_theme, current_theme
from tests.gui.driver import Driver


def menus_under(menu: QMenu) -> Iterator[QMenu]:
    """Yield ``menu`` and every menu below it, each as it is when it opens."""
    menu.aboutToShow.emit()
    yield menu
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from menus_under(below)


def words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def main_menu(driver: Driver) -> QMenu:
    menu = driver.window.transport.menu.menu()
    assert menu is not None
    return menu


def below(menu: QMenu, *path: str) -> QMenu:
    for title in path:
        menu.aboutToShow.emit()
        menu = next(a.menu() for a in menu.actions() if a.text() == title)  # type: ignore[assignment]
    menu.aboutToShow.emit()
    return menu


def test_help_and_quit_stand_last(driver: Driver) -> None:
    assert words(main_menu(driver))[-2:] == ["Help", "Quit"]


def test_the_view_menu_has_its_places_in_the_order_of_their_keys(driver: Driver) -> None:
    keys = [a.shortcut().toString() for a in below(main_menu(driver), "View").actions()[:4]]
    assert keys == ["Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4"]


def test_whatever_is_off_says_why_where_the_pointer_rests(driver: Driver) -> None:
    off = 0
    for menu in menus_under(main_menu(driver)):
        for action in menu.actions():
            if not action.isEnabled() and not action.isSeparator():
                assert menu.toolTipsVisible(), menu.title()
                assert reason_of(action), action.text()
                assert action.toolTip().endswith(f"Not now: {reason_of(action)}.")
                off += 1
    assert off >= 4


def test_a_reason_goes_with_what_it_was_the_reason_of(driver: Driver) -> None:
    undo = driver.window.changes.undo
    assert undo.toolTip().endswith("Not now: nothing was changed.")
    driver.enter("Learning rate", "0.02")
    driver.wait(undo.isEnabled)
    assert "Not now" not in undo.toolTip()


def test_only_what_is_on_show_is_offered_for_export(driver: Driver) -> None:
    def offered() -> set[str]:
        export = below(main_menu(driver), "File", "Export")
        return {action.text() for action in export.actions() if action.isEnabled()}

    assert {"Network", "Loss", "Output map"} <= offered()
    assert not {"Stage", "Waterfall", "Confusion matrix"} & offered()
    driver.trigger("View", "Take the step apart")
    driver.wait(lambda: driver.window.steps.stage.isVisible())
    assert {"Stage", "Waterfall"} <= offered()
    assert "Network" not in offered()


@pytest.mark.parametrize("name", ["dark", "light", "high_contrast"])
def test_the_lines_of_a_menu_can_be_seen(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    apply_theme(qapp, name)  # type: ignore[arg-type]
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("Above")
    line = menu.addSeparator()
    menu.addAction("Below")
    menu.popup(QPoint(10, 10))
    picture = menu.grab().toImage()
    place = menu.actionGeometry(line)
    x = place.center().x()
    shades = {picture.pixelColor(x, y).rgb() for y in range(place.top(), place.bottom() + 1)}
    menu.close()
    assert QColor(current_theme().strong).rgb() in shades
    apply_theme(qapp, "dark")
