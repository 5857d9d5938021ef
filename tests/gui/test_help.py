"""F1 opens every shortcut and gesture, to be searched in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QApplication, QTreeWidgetItem, QTreeWidgetItemIterator
from pytestqt.qtbot import QtBot

from gui.panels.help_dialog import HelpDialog
from tests.gui.driver import Driver


@pytest.fixture
def opened(driver: Driver, qtbot: QtBot) -> HelpDialog:
    driver.key(driver.window.transport.play, Qt.Key.Key_F1)
    dialog = driver.window.help.window_of_keys
    assert dialog is not None
    qtbot.waitUntil(dialog.search.hasFocus)
    return dialog


def test_every_shortcut_of_the_window_is_listed_with_its_command(
    driver: Driver, opened: HelpDialog
) -> None:
    lines = opened.lines()
    for action in driver.window.findChildren(QAction):
        if not action.shortcut().isEmpty():
            name = action.text().removesuffix("…")
            keys = action.shortcut().toString()
            assert any(k == keys and effect.startswith(name) for _, k, effect in lines), name
    assert {"File", "Edit", "Run", "View", "Help", "Network", "Loss"} <= {g for g, _, _ in lines}


def test_a_search_leaves_the_lines_that_have_all_words(qtbot: QtBot, opened: HelpDialog) -> None:
    every = opened.lines()
    qtbot.keyClicks(opened.search, "back LAYER")
    found = opened.lines()
    assert 0 < len(found) < len(every)
    assert all(word in " ".join(line).lower() for line in found for word in ("back", "layer"))
    assert ("Run", "Ctrl+Shift+F7") in {line[:2] for line in found}
    qtbot.keyClicks(opened.search, " xyzzy")
    assert opened.lines() == []
    # Escape takes the search back before it closes the window.
    qtbot.keyClick(opened.search, Qt.Key.Key_Escape)
    assert opened.lines() == every
    assert opened.isVisible()
    qtbot.keyClick(opened.search, Qt.Key.Key_Escape)
    assert not opened.isVisible()


def test_down_leads_from_the_search_into_the_list(qtbot: QtBot, opened: HelpDialog) -> None:
    first = opened.list.currentItem()
    qtbot.keyClick(opened.search, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is opened.list
    assert opened.list.currentItem() is not first


def test_no_line_is_cut(qtbot: QtBot, opened: HelpDialog) -> None:
    for width in (520, 780):
        opened.resize(width, 600)
        QApplication.processEvents()
        iterator = QTreeWidgetItemIterator(opened.list)
        while iterator.value() is not None:
            item: QTreeWidgetItem = iterator.value()
            if item.parent() is not None:
                for column in (0, 1):
                    room = opened.list.columnWidth(column) - 6
                    metrics = QFontMetrics(item.font(column))
                    wanted = metrics.horizontalAdvance(item.text(column))
                    lines = -(-wanted // room)
                    height = opened.list.visualItemRect(item).height()
                    assert height >= lines * metrics.height(), item.text(column)
            iterator += 1


def test_help_closes_with_the_window(driver: Driver, opened: HelpDialog) -> None:
    driver.window.close()
    assert not opened.isVisible()
