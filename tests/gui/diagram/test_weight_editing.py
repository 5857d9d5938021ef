"""Weights and biases changed in the diagram: drags, wheel and keys, one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gui.diagram.canvas import NetworkCanvas
from gui.diagram.targets import Bias, Edge, Node, curve_of, rect_of
from gui.diagram.weight_box import WeightBox
from tests.gui.diagram.at_the_diagram import AtTheDiagram
from tests.gui.diagram.runs import SPIRAL

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
EDGE, BIAS = Edge(2, 1, 3), Bias(1, 2)


@pytest.fixture
def at(qtbot: QtBot) -> AtTheDiagram:
    return AtTheDiagram(qtbot, SPIRAL)


def place_on(canvas: NetworkCanvas, target: Edge | Bias) -> QPoint:
    """Return a point of the canvas on ``target`` at which nothing else lies."""
    rect = rect_of(canvas.geometry_on_show(), target)
    if rect is not None:
        return rect.center().toPoint()
    assert isinstance(target, Edge)
    found = curve_of(canvas._current_scene().gaps, target)
    assert found is not None
    gap, to, source = found
    return QPointF(*gap.curves.points[to, source][20]).toPoint()


def move(canvas: NetworkCanvas, point: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    """Move the pointer with the left button held down."""
    there = QPointF(point)
    around = canvas.mapToGlobal(there)
    kind = QEvent.Type.MouseMove
    event = QMouseEvent(kind, there, around, Qt.MouseButton.NoButton, LEFT, keys)
    QApplication.sendEvent(canvas, event)


def drag(
    qtbot: QtBot, at: AtTheDiagram, target: Edge | Bias, ups: list[int], keys: Any = NONE
) -> None:
    """Press on ``target``, go up by each of ``ups`` pixels in turn, and let go."""
    canvas, point = at.panel.canvas, place_on(at.panel.canvas, target)
    qtbot.mousePress(canvas, LEFT, NONE, point)
    for up in ups:
        point -= QPoint(0, up)
        move(canvas, point, keys)
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


def select(qtbot: QtBot, at: AtTheDiagram, target: Edge | Bias) -> None:
    qtbot.mouseClick(at.panel.canvas, LEFT, NONE, place_on(at.panel.canvas, target))
    assert at.panel.canvas.selected() == target


def field(at: AtTheDiagram, name: str) -> QLineEdit:
    found = at.find(name)
    assert found is not None
    return found


def points(at: AtTheDiagram) -> int:
    return len(at.snapshot.curves.steps) + len(at.snapshot.curves.batch_steps)


def test_a_double_click_opens_the_field_and_escape_leaves_everything(
    qtbot: QtBot, at: AtTheDiagram
) -> None:
    before = at.value(EDGE)
    qtbot.mouseDClick(at.panel.canvas, LEFT, NONE, place_on(at.panel.canvas, EDGE))
    qtbot.keyClicks(field(at, "W₂[2, 4]"), "7")
    qtbot.keyClick(field(at, "W₂[2, 4]"), Qt.Key.Key_Escape)
    assert at.snapshot.undo == ""
    assert at.value(EDGE) == before
    assert at.find("W₂[2, 4]") is None
    assert at.panel.canvas.selected() == EDGE


def test_return_without_typing_keeps_every_digit(qtbot: QtBot, at: AtTheDiagram) -> None:
    before = at.value(EDGE)
    select(qtbot, at, EDGE)
    at.key(at.panel.canvas, Qt.Key.Key_F2)
    qtbot.keyClick(field(at, "W₂[2, 4]"), Qt.Key.Key_Return)
    assert at.snapshot.undo == ""
    assert at.value(EDGE) == before


@pytest.mark.parametrize("text", ["nan", "inf", "two", "1e999", ""])
def test_what_is_no_finite_number_is_refused_in_one_line(
    qtbot: QtBot, at: AtTheDiagram, text: str
) -> None:
    before = at.value(EDGE)
    select(qtbot, at, EDGE)
    at.key(at.panel.canvas, Qt.Key.Key_Return)
    typed = field(at, "W₂[2, 4]")
    typed.clear()
    qtbot.keyClicks(typed, text)
    qtbot.keyClick(typed, Qt.Key.Key_Return)
    (news,) = at.news
    assert news.startswith("W₂[2, 4]: expected a number")
    assert "\n" not in news
    assert at.value(EDGE) == before
    assert typed.isVisible()
    qtbot.keyClick(typed, Qt.Key.Key_Escape)
    assert not typed.isVisible()


@pytest.mark.parametrize("target", [EDGE, BIAS])
def test_a_drag_upwards_raises_what_is_selected_and_is_undone_as_one(
    qtbot: QtBot, at: AtTheDiagram, target: Edge | Bias
) -> None:
    before, drawn = at.value(target), points(at)
    select(qtbot, at, target)
    drag(qtbot, at, target, [12, 20, 20, 20])
    raised = at.value(target)
    assert raised > before
    assert points(at) == drawn
    assert at.snapshot.undo
    assert at.undo().undo == ""
    assert at.value(target) == before
    at.redo()
    assert at.value(target) == raised


def test_a_drag_down_and_back_up_leaves_nothing_to_undo(qtbot: QtBot, at: AtTheDiagram) -> None:
    before = at.value(EDGE)
    select(qtbot, at, EDGE)
    canvas, point = at.panel.canvas, place_on(at.panel.canvas, EDGE)
    qtbot.mousePress(canvas, LEFT, NONE, point)
    move(canvas, point + QPoint(0, 40))
    assert at.value(EDGE) < before
    at.key(canvas, Qt.Key.Key_Escape)
    assert at.snapshot.undo == ""
    assert at.value(EDGE) == before
    qtbot.mouseRelease(canvas, LEFT, NONE, point)
    assert canvas.selected() == EDGE


def test_with_shift_a_drag_does_a_tenth(qtbot: QtBot, at: AtTheDiagram) -> None:
    before = at.value(BIAS)
    select(qtbot, at, BIAS)
    drag(qtbot, at, BIAS, [20, 20])
    coarse = at.value(BIAS) - before
    at.undo()
    drag(qtbot, at, BIAS, [20, 20], SHIFT)
    assert at.value(BIAS) - before == pytest.approx(coarse / 10)


def test_a_drag_on_what_is_not_selected_only_selects_it(qtbot: QtBot, at: AtTheDiagram) -> None:
    before = at.snapshot.parameters
    drag(qtbot, at, EDGE, [30, 30])
    np.testing.assert_array_equal(at.snapshot.parameters, before)
    assert at.panel.canvas.selected() == EDGE


def test_a_click_that_trembles_changes_nothing(qtbot: QtBot, at: AtTheDiagram) -> None:
    before = at.snapshot.parameters
    select(qtbot, at, EDGE)
    drag(qtbot, at, EDGE, [3, -2, 4])
    np.testing.assert_array_equal(at.snapshot.parameters, before)


def test_the_wheel_with_ctrl_turns_what_is_selected(qtbot: QtBot, at: AtTheDiagram) -> None:
    before = at.value(BIAS)
    select(qtbot, at, BIAS)
    wheel(at.panel.canvas, 1, NONE)
    assert at.value(BIAS) == before
    wheel(at.panel.canvas, 1, CTRL)
    notch = at.value(BIAS) - before
    assert notch > 0
    wheel(at.panel.canvas, 1, CTRL | SHIFT)
    assert at.value(BIAS) - before == pytest.approx(1.1 * notch)
    assert at.undo().undo == ""
    assert at.value(BIAS) == before


def test_another_structure_closes_the_field(qtbot: QtBot, at: AtTheDiagram) -> None:
    select(qtbot, at, EDGE)
    at.key(at.panel.canvas, Qt.Key.Key_Return)
    assert field(at, "W₂[2, 4]").isVisible()
    at.panel.units_requested.emit(1, 2)
    assert at.find("W₂[2, 4]") is None


@pytest.mark.parametrize("target", [EDGE, BIAS, Bias(1, 0), Bias(3, 0)])
def test_the_box_stands_beside_what_it_changes(
    qtbot: QtBot, at: AtTheDiagram, target: Edge | Bias
) -> None:
    canvas = at.panel.canvas
    point = place_on(canvas, target)
    qtbot.mouseDClick(canvas, LEFT, NONE, point)
    box = canvas.findChild(WeightBox)
    assert box.isVisible()
    assert canvas.rect().contains(box.geometry())
    geometry = canvas.geometry_on_show()
    unit = rect_of(geometry, Node(target.layer, target.unit))
    gauge = rect_of(geometry, Bias(target.layer, target.unit))
    assert unit is not None
    assert gauge is not None
    for part in (unit, gauge):
        assert not box.geometry().intersects(part.toRect())
    assert not box.geometry().contains(point)
