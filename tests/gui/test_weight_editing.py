"""Weights and biases changed in the whole window, paused, in mid-step and while it trains."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core import ExperimentSpec
from gui.diagram.canvas import NetworkCanvas
from gui.diagram.targets import Bias, Edge
from tests.gui.diagram.runs import SPIRAL
from tests.gui.diagram.test_weight_editing import BIAS, EDGE, LEFT, NONE, move, place_on
from tests.gui.driver import Driver, OpenWindow


@pytest.fixture
def driver(open_window: OpenWindow) -> Driver:
    return open_window(ExperimentSpec.from_dict(SPIRAL))


def canvas_of(driver: Driver) -> NetworkCanvas:
    return driver.window.network.canvas


def value(driver: Driver, target: Edge | Bias) -> float:
    layout, parameters = driver.snapshot.layout, driver.snapshot.parameters
    if isinstance(target, Bias):
        return float(layout.bias(parameters, target.layer)[target.unit])
    return float(layout.weights(parameters, target.layer)[target.unit, target.source])


def select(qtbot: QtBot, driver: Driver, target: Edge | Bias) -> None:
    qtbot.mouseClick(canvas_of(driver), LEFT, NONE, place_on(canvas_of(driver), target))
    assert canvas_of(driver).selected() == target


def field(driver: Driver, name: str) -> QLineEdit:
    found = driver.find(QLineEdit, name)
    assert found is not None
    return found


@pytest.mark.parametrize(("target", "name"), [(EDGE, "W₂[2, 4]"), (BIAS, "b₁[3]")])
def test_a_typed_value_counts_at_return(
    qtbot: QtBot, driver: Driver, target: Edge | Bias, name: str
) -> None:
    select(qtbot, driver, target)
    before, parameters = driver.snapshot, driver.snapshot.parameters
    driver.key(canvas_of(driver), Qt.Key.Key_Return)
    qtbot.keyClicks(field(driver, name), "1.5")
    qtbot.keyClick(field(driver, name), Qt.Key.Key_Return)
    after = driver.settle()
    assert value(driver, target) == 1.5
    assert np.count_nonzero(after.parameters != parameters) == 1
    assert driver.find(QLineEdit, name) is None
    assert canvas_of(driver).hasFocus()
    # What follows from the weight is new, and the curves are as they were.
    assert before.evaluation is not None
    assert after.evaluation is not None
    assert after.evaluation.train.loss != before.evaluation.train.loss
    assert before.maps is not None
    assert after.maps is not None
    assert not np.array_equal(after.maps.output, before.maps.output)
    assert not np.array_equal(after.probe.activations[-1], before.probe.activations[-1])
    np.testing.assert_array_equal(after.curves.train_loss, before.curves.train_loss)


def test_while_training_an_edit_counts_and_training_goes_on(qtbot: QtBot, driver: Driver) -> None:
    select(qtbot, driver, EDGE)
    driver.run_until(5)
    driver.key(canvas_of(driver), Qt.Key.Key_Return)
    qtbot.keyClicks(field(driver, "W₂[2, 4]"), "50")
    qtbot.keyClick(field(driver, "W₂[2, 4]"), Qt.Key.Key_Return)
    driver.wait(lambda: driver.snapshot.undo.endswith("→ 50"))
    assert driver.snapshot.state == "running"
    driver.pause()
    assert value(driver, EDGE) > 40
    (mark,) = driver.snapshot.curves.marks
    assert mark.text.endswith("→ 50")


def test_a_value_typed_into_the_table_of_parameters_starts_the_step_again(
    qtbot: QtBot, driver: Driver
) -> None:
    window = driver.window
    window.session.step("op")
    window.session.step("op")
    assert driver.settle().in_step
    table = window.steps.ledger.table
    driver.key(table, Qt.Key.Key_Down)
    driver.key(table, Qt.Key.Key_Return)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "2.25")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    driver.wait(lambda: bool(driver.snapshot.undo))
    after = driver.settle()
    assert after.layout.weights(after.parameters, 1)[0, 1] == 2.25
    assert not after.in_step
    assert "starts again" in driver.news
    assert table.isVisible()
    driver.key(table, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "x")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    driver.wait(lambda: "W₁[1, 2]: expected a number" in driver.news)


def test_a_drag_counts_and_ctrl_z_takes_it_back_as_one(qtbot: QtBot, driver: Driver) -> None:
    before, canvas = value(driver, BIAS), canvas_of(driver)
    select(qtbot, driver, BIAS)
    point = place_on(canvas, BIAS)
    qtbot.mousePress(canvas, LEFT, NONE, point)
    for up in (15, 30, 45):
        move(canvas, point - QPoint(0, up))
        driver.settle()
    qtbot.mouseRelease(canvas, LEFT, NONE, point)
    assert value(driver, BIAS) > before
    assert len(driver.snapshot.curves.steps) == 1
    driver.window.changes.undo.trigger()
    assert driver.settle().undo == ""
    assert value(driver, BIAS) == before
