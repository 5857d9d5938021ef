"""The rail: every section of the controls has its icon, and all of it works by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from gui.panels.controls_rail import ControlsRail
from gui.theme import apply_theme

NAMES = ["Data", "Network", "Training", "Show controls"]


@pytest.fixture
def rail(qtbot: QtBot, qapp: QApplication) -> Iterator[ControlsRail]:
    apply_theme(qapp, "dark")
    rail = ControlsRail()
    qtbot.addWidget(rail)
    rail.resize(48, 700)
    rail.show()
    yield rail
    apply_theme(qapp, "dark")


def buttons(rail: ControlsRail) -> dict[str, QToolButton]:
    found = sorted(rail.findChildren(QToolButton), key=lambda button: button.y())
    return {button.accessibleName(): button for button in found}


def test_icons_stand_in_the_order_of_the_sections_and_the_chevron_at_the_foot(
    rail: ControlsRail,
) -> None:
    found = buttons(rail)
    assert list(found) == NAMES
    assert found["Training"].geometry().bottom() < 150
    assert found["Show controls"].y() > 600


def test_targets_are_large_enough_and_inside_the_rail(rail: ControlsRail) -> None:
    for button in buttons(rail).values():
        assert min(button.width(), button.height()) >= 24
        assert rail.rect().contains(button.geometry())
        assert button.geometry().center().x() in (23, 24)


@pytest.mark.parametrize("name", NAMES[:3])
def test_a_click_asks_for_the_section(rail: ControlsRail, qtbot: QtBot, name: str) -> None:
    seen: list[str] = []
    rail.section_requested.connect(seen.append)
    qtbot.mouseClick(buttons(rail)[name], Qt.MouseButton.LeftButton)
    assert seen == [name.lower()]


def test_the_chevron_asks_for_all_controls(rail: ControlsRail, qtbot: QtBot) -> None:
    sections: list[str] = []
    rail.section_requested.connect(sections.append)
    with qtbot.waitSignal(rail.expand_requested):
        qtbot.mouseClick(buttons(rail)["Show controls"], Qt.MouseButton.LeftButton)
    assert sections == []


def test_every_button_is_reached_by_tab_and_pressed_by_space(
    rail: ControlsRail, qtbot: QtBot
) -> None:
    seen: list[str] = []
    rail.section_requested.connect(seen.append)
    rail.expand_requested.connect(lambda: seen.append("all"))
    buttons(rail)["Data"].setFocus(Qt.FocusReason.TabFocusReason)
    for _ in NAMES:
        focused = rail.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Space)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == ["data", "network", "training", "all"]


def test_a_larger_scale_widens_the_rail(rail: ControlsRail, qapp: QApplication) -> None:
    narrow = rail.minimumWidth()
    apply_theme(qapp, "dark", font_scale=1.5)
    assert (narrow, rail.minimumWidth()) == (48, 72)
