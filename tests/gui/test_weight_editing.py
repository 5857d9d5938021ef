"""Weights and biases changed in the diagram with real clicks, drags, wheel and keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core import ExperimentSpec
from gui.diagram.canvas import NetworkCanvas
from gui.diagram.targets import Bias, Edge, curve_of, rect_of
from tests.gui.diagram.runs import SPIRAL
from tests.gui.driver import Driver, OpenWindow

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
EDGE, BIAS = Edge(2, 1, 3), Bias(1, 2)


@pytest.fixture
def driver(open_window: OpenWindow) -> Driver:
    return open_window(ExperimentSpec.from_dict(SPIRAL))


def canvas_of(driver: Driver) -> NetworkCanvas:
    return driver.window.network.canvas


def place(driver: Driver, target: Edge | Bias) -> QPoint:
    """Return a point of the canvas on ``target`` at which nothing else lies."""
    canvas = canvas_of(driver)
    rect = rect_of(canvas.geometry_on_show(), target)
    if rect is not None:
        return rect.center().toPoint()
    assert isinstance(target, Edge)
    found = curve_of(canvas._current_scene().gaps, target)
    assert found is not None
    gap, to, source = found
    return QPointF(*gap.curves.points[to, source][20]).toPoint()


def value(driver: Driver, target: Edge | Bias) -> float:
    layout, parameters = driver.snapshot.layout, driver.snapshot.parameters
    if isinstance(target, Bias):
        return float(layout.bias(parameters, target.layer)[target.unit])
    return float(layout.weights(parameters, target.layer)[target.unit, target.source])


def move(canvas: NetworkCanvas, point: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    """Move the pointer with the left button held down."""
    there = QPointF(point)
    around = canvas.mapToGlobal(there)
    kind = QEvent.Type.MouseMove
    event = QMouseEvent(kind, there, around, Qt.MouseButton.NoButton, LEFT, keys)
    QApplication.sendEvent(canvas, event)


def drag(
    qtbot: QtBot, driver: Driver, target: Edge | Bias, ups: list[int], keys: Any = NONE
) -> None:
    """Press on ``target``, go up by each of ``ups`` pixels in turn, and let go."""
    canvas, point = canvas_of(driver), place(driver, target)
    qtbot.mousePress(canvas, LEFT, NONE, point)
    for up in ups:
        point -= QPoint(0, up)
        move(canvas, point, keys)
        driver.settle()
    qtbot.mouseRelease(canvas, LEFT, NONE, point)


def wheel(canvas: NetworkCanvas, notches: int, keys: Qt.KeyboardModifier) -> None:
    middle = QPointF(canvas.rect().center())
    event = QWheelEvent(
        middle,
        canvas.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def select(qtbot: QtBot, driver: Driver, target: Edge | Bias) -> None:
    qtbot.mouseClick(canvas_of(driver), LEFT, NONE, place(driver, target))
    assert canvas_of(driver).selected() == target


def field(driver: Driver, name: str) -> QLineEdit:
    found = driver.find(QLineEdit, name)
    assert found is not None
    return found


def points(driver: Driver) -> int:
    return len(driver.snapshot.curves.steps) + len(driver.snapshot.curves.batch_steps)


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


def test_a_double_click_opens_the_field_and_escape_leaves_everything(
    qtbot: QtBot, driver: Driver
) -> None:
    before = value(driver, EDGE)
    qtbot.mouseDClick(canvas_of(driver), LEFT, NONE, place(driver, EDGE))
    qtbot.keyClicks(field(driver, "W₂[2, 4]"), "7")
    qtbot.keyClick(field(driver, "W₂[2, 4]"), Qt.Key.Key_Escape)
    assert driver.settle().undo == ""
    assert value(driver, EDGE) == before
    assert driver.find(QLineEdit, "W₂[2, 4]") is None
    assert canvas_of(driver).selected() == EDGE


def test_return_without_typing_keeps_every_digit(qtbot: QtBot, driver: Driver) -> None:
    before = value(driver, EDGE)
    select(qtbot, driver, EDGE)
    driver.key(canvas_of(driver), Qt.Key.Key_F2)
    qtbot.keyClick(field(driver, "W₂[2, 4]"), Qt.Key.Key_Return)
    assert driver.settle().undo == ""
    assert value(driver, EDGE) == before


@pytest.mark.parametrize("text", ["nan", "inf", "two", "1e999", ""])
def test_what_is_no_finite_number_is_refused_in_one_line(
    qtbot: QtBot, driver: Driver, text: str
) -> None:
    before = value(driver, EDGE)
    select(qtbot, driver, EDGE)
    driver.key(canvas_of(driver), Qt.Key.Key_Return)
    typed = field(driver, "W₂[2, 4]")
    typed.clear()
    qtbot.keyClicks(typed, text)
    qtbot.keyClick(typed, Qt.Key.Key_Return)
    driver.settle()
    assert "W₂[2, 4]: expected a number" in driver.news
    assert "\n" not in driver.news
    assert value(driver, EDGE) == before
    assert typed.isVisible()
    qtbot.keyClick(typed, Qt.Key.Key_Escape)
    assert not typed.isVisible()


@pytest.mark.parametrize("target", [EDGE, BIAS])
def test_a_drag_upwards_raises_what_is_selected_and_is_undone_as_one(
    qtbot: QtBot, driver: Driver, target: Edge | Bias
) -> None:
    before, drawn = value(driver, target), points(driver)
    select(qtbot, driver, target)
    drag(qtbot, driver, target, [12, 20, 20, 20])
    raised = value(driver, target)
    assert raised > before
    assert points(driver) == drawn
    assert driver.snapshot.undo
    driver.window.changes.undo.trigger()
    assert driver.settle().undo == ""
    assert value(driver, target) == before
    driver.window.changes.redo.trigger()
    driver.settle()
    assert value(driver, target) == raised


def test_a_drag_down_and_back_up_leaves_nothing_to_undo(qtbot: QtBot, driver: Driver) -> None:
    before = value(driver, EDGE)
    select(qtbot, driver, EDGE)
    canvas, point = canvas_of(driver), place(driver, EDGE)
    qtbot.mousePress(canvas, LEFT, NONE, point)
    move(canvas, point + QPoint(0, 40))
    driver.settle()
    assert value(driver, EDGE) < before
    driver.key(canvas, Qt.Key.Key_Escape)
    assert driver.settle().undo == ""
    assert value(driver, EDGE) == before
    qtbot.mouseRelease(canvas, LEFT, NONE, point)
    assert canvas.selected() == EDGE


def test_with_shift_a_drag_does_a_tenth(qtbot: QtBot, driver: Driver) -> None:
    before = value(driver, BIAS)
    select(qtbot, driver, BIAS)
    drag(qtbot, driver, BIAS, [20, 20])
    coarse = value(driver, BIAS) - before
    driver.window.changes.undo.trigger()
    driver.settle()
    drag(qtbot, driver, BIAS, [20, 20], SHIFT)
    assert value(driver, BIAS) - before == pytest.approx(coarse / 10)


def test_a_drag_on_what_is_not_selected_only_selects_it(qtbot: QtBot, driver: Driver) -> None:
    before = driver.snapshot.parameters
    drag(qtbot, driver, EDGE, [30, 30])
    np.testing.assert_array_equal(driver.settle().parameters, before)
    assert canvas_of(driver).selected() == EDGE


def test_a_click_that_trembles_changes_nothing(qtbot: QtBot, driver: Driver) -> None:
    before = driver.snapshot.parameters
    select(qtbot, driver, EDGE)
    drag(qtbot, driver, EDGE, [3, -2, 4])
    np.testing.assert_array_equal(driver.settle().parameters, before)


def test_the_wheel_with_ctrl_turns_what_is_selected(qtbot: QtBot, driver: Driver) -> None:
    before = value(driver, BIAS)
    select(qtbot, driver, BIAS)
    wheel(canvas_of(driver), 1, NONE)
    driver.settle()
    assert value(driver, BIAS) == before
    wheel(canvas_of(driver), 1, CTRL)
    driver.settle()
    notch = value(driver, BIAS) - before
    assert notch > 0
    wheel(canvas_of(driver), 1, CTRL | SHIFT)
    driver.settle()
    assert value(driver, BIAS) - before == pytest.approx(1.1 * notch)
    driver.window.changes.undo.trigger()
    assert driver.settle().undo == ""
    assert value(driver, BIAS) == before


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


def test_another_structure_closes_the_field(qtbot: QtBot, driver: Driver) -> None:
    select(qtbot, driver, EDGE)
    driver.key(canvas_of(driver), Qt.Key.Key_Return)
    assert field(driver, "W₂[2, 4]").isVisible()
    driver.window.network.units_requested.emit(1, 2)
    driver.settle()
    assert driver.find(QLineEdit, "W₂[2, 4]") is None


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
