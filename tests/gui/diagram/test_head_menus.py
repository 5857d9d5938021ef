"""The menus on the heads of the layers, and the keys that do the same."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu
from pytestqt.qtbot import QtBot

from core import ExperimentSpec
from gui.panels.network_panel import NetworkPanel
from tests.gui.diagram.runs import LAYERS_128, SPIRAL, snapshot
from tests.gui.driver import OpenWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> NetworkPanel:
    return panel_of(qtbot, "SPIRAL")


def panel_of(qtbot: QtBot, run: str) -> NetworkPanel:
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.resize(644, 426)
    panel.show()
    panel.show_snapshot(None, snapshot(run))
    return panel


def menu_of(qtbot: QtBot, panel: NetworkPanel, layer: str) -> QMenu:
    """Click the head of ``layer`` and return the menu that opens."""
    buttons = panel.canvas.findChildren(QAbstractButton)
    head = next(b for b in buttons if b.accessibleName().startswith(f"{layer}: ") and b.isVisible())
    qtbot.mouseClick(head, LEFT)
    (menu,) = (menu for menu in panel.canvas.findChildren(QMenu) if menu.isVisible())
    return menu


def choose(qtbot: QtBot, menu: QMenu, words: str) -> None:
    action = action_of(menu, words)
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def action_of(menu: QMenu, words: str) -> QAction:
    return next(action for action in menu.actions() if words_of(action) == words)


def words_of(action: QAction) -> str:
    """Return the words of ``action`` without the key that is named beside them."""
    return action.text().partition("\t")[0]


def test_the_menu_of_a_head_marks_the_activation_and_changes_it(
    qtbot: QtBot, panel: NetworkPanel
) -> None:
    menu = menu_of(qtbot, panel, "Hidden 1")
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["tanh"]
    assert "softmax" not in {action.text() for action in menu.actions()}
    with qtbot.waitSignal(panel.activation_requested) as asked:
        choose(qtbot, menu, "ReLU")
    assert asked.args == [1, "relu"]


@pytest.mark.parametrize(
    ("words", "signal", "expected"),
    [
        ("Add a unit", "units_requested", [2, 4]),
        ("Remove a unit", "units_requested", [2, 2]),
        ("Insert a layer after this one", "layer_insert_requested", [2]),
        ("Remove this layer", "layer_removal_requested", [2]),
    ],
)
def test_the_menu_of_a_head_changes_units_and_layers(
    qtbot: QtBot, panel: NetworkPanel, words: str, signal: str, expected: list[Any]
) -> None:
    menu = menu_of(qtbot, panel, "Hidden 2")
    with qtbot.waitSignal(getattr(panel, signal)) as asked:
        choose(qtbot, menu, words)
    assert asked.args == expected


def test_the_output_offers_every_activation_and_keeps_its_units(
    qtbot: QtBot, panel: NetworkPanel
) -> None:
    menu = menu_of(qtbot, panel, "Output")
    words = [words_of(action) for action in menu.actions()]
    assert {"sigmoid", "softmax", "linear"} <= set(words)
    assert not {"Add a unit", "Remove this layer"} & set(words)
    menu.close()


def test_narrow_columns_have_the_menu_too(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, "LAYERS_128")
    assert len(LAYERS_128["network"]["layers"]) == 128
    menu = menu_of(qtbot, panel, "Hidden 3")
    insert = action_of(menu, "Insert a layer after this one")
    assert not insert.isEnabled()
    assert insert.toolTip().endswith("Not now: 128 layers are the most.")
    with qtbot.waitSignal(panel.layer_removal_requested) as asked:
        choose(qtbot, menu, "Remove this layer")
    assert asked.args == [3]


def test_what_the_menu_says_is_done(qtbot: QtBot, open_window: OpenWindow) -> None:
    driver = open_window(ExperimentSpec.from_dict(SPIRAL))
    network = driver.window.network
    choose(qtbot, menu_of(qtbot, network, "Hidden 2"), "ReLU")
    assert [layer.activation for layer in driver.settle().spec.network.layers][1] == "relu"
    choose(qtbot, menu_of(qtbot, network, "Hidden 1"), "Remove this layer")
    assert [layer.units for layer in driver.settle().spec.network.layers] == [3, 1]
    driver.window.activateWindow()
    driver.key(network.canvas, Qt.Key.Key_Right)
    driver.key(network.canvas, Qt.Key.Key_Delete)
    assert [layer.units for layer in driver.settle().spec.network.layers] == [1]
