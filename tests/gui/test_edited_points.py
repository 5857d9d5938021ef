"""A person puts points on the output map, and takes them away, while the run goes on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import Snapshot, Trainer
from core.presets import load_preset
from core.training.points import PointEdit
from gui.panels.output_panel import OutputPanel
from gui.theme import apply_theme
from tests.gui.driver import Driver

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Edits = list[tuple[PointEdit, str]]


def at(panel: OutputPanel, x1: float, x2: float) -> QPoint:
    square = panel.map.square()
    x = square.left() + (x1 + 6) / 12 * square.width()
    y = square.top() + (6 - x2) / 12 * square.height()
    return QPoint(round(x), round(y))


def drag(panel: OutputPanel, start: QPoint, end: QPoint) -> None:
    """Press, move in single pixels, and let go."""
    kinds = QMouseEvent.Type
    steps = 40
    for index in range(steps + 1):
        place = QPointF(start) + (QPointF(end) - QPointF(start)) * index / steps
        kind = kinds.MouseButtonPress if index == 0 else kinds.MouseMove
        button = LEFT if index == 0 else Qt.MouseButton.NoButton
        send(panel, kind, place, button, LEFT)
    send(panel, kinds.MouseButtonRelease, QPointF(end), LEFT, Qt.MouseButton.NoButton)


def send(
    panel: OutputPanel,
    kind: QMouseEvent.Type,
    place: QPointF,
    button: Qt.MouseButton,
    held: Qt.MouseButton,
) -> None:
    far = panel.map.mapToGlobal(place)
    keys = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(panel.map, QMouseEvent(kind, place, far, button, held, keys))


def raw(snapshot: Snapshot) -> np.ndarray:
    assert snapshot.dataset.raw_inputs is not None
    return snapshot.dataset.raw_inputs


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Callable[[str], tuple[OutputPanel, Edits]]:
    apply_theme(qapp, "dark")

    def show(preset: str) -> tuple[OutputPanel, Edits]:
        panel, edits = OutputPanel(), Edits()
        qtbot.addWidget(panel)
        panel.resize(356, 426)
        panel.show()
        panel.show_snapshot(None, Trainer(load_preset(preset)).snapshot())
        panel.edit_requested.connect(lambda edit, stroke: edits.append((edit, stroke)))
        return panel, edits

    return show


Show = Callable[[str], tuple[OutputPanel, Edits]]


def test_points_are_added_and_erased_while_training_runs(driver: Driver) -> None:
    output = driver.window.right.output
    driver.press("Edit points")
    driver.press("A click adds: class 1")
    driver.run_until(5)
    before = driver.snapshot
    for place in ((5, -5), (5.5, -5.5)):
        driver._qtbot.mouseClick(output.map, LEFT, pos=at(output, *place))
    driver.wait(lambda: len(driver.snapshot.dataset.inputs) == len(before.dataset.inputs) + 2)
    assert driver.snapshot.state == "running"
    assert driver.snapshot.step >= before.step
    step = driver.snapshot.step
    driver.wait(lambda: driver.snapshot.step > step)
    after = driver.pause()
    np.testing.assert_allclose(raw(after)[-2:], [[5, -5], [5.5, -5.5]], atol=0.03)
    np.testing.assert_array_equal(after.dataset.targets[-2:], [[1], [1]])
    np.testing.assert_array_equal(raw(after)[:-2], raw(before))
    driver._qtbot.mouseClick(output.map, RIGHT, pos=at(output, 5, -5))
    erased = driver.settle()
    assert len(raw(erased)) == len(raw(after)) - 1
    assert erased.step == after.step
    for _ in range(3):
        driver.trigger("Edit", driver.window.changes.undo.text())
        driver.settle()
    assert driver.spec == before.spec
    assert driver.snapshot.step == after.step


def test_a_stroke_adds_a_row_of_points_and_is_undone_as_one(driver: Driver) -> None:
    before, output = driver.spec, driver.window.right.output
    count = len(driver.snapshot.dataset.inputs)
    driver.press("Edit points")
    drag(output, at(output, -5, 5), at(output, 5, 5))
    added = raw(driver.settle())[count:]
    assert len(added) >= 10
    assert np.all(np.diff(added[:, 0]) > 0.3)
    assert driver.window.changes.undo.text() == "Undo points added"
    driver.trigger("Edit", "Undo points added")
    assert driver.settle().spec == before


def test_a_click_chooses_a_point_again_once_editing_has_ended(shown: Show, qtbot: QtBot) -> None:
    panel, edits = shown("spiral")
    chosen: list[tuple[str, int]] = []
    panel.sample_chosen.connect(lambda split, row: chosen.append((split, row)))
    points = panel.map.shown_points()
    assert points is not None
    place = at(panel, 12 * points.x[0] - 6, 6 - 12 * points.y[0])
    qtbot.mouseClick(panel.edit, LEFT)
    assert panel.tool.isVisible()
    place_while_edited = at(panel, 0, 0)
    qtbot.mouseClick(panel.map, LEFT, pos=place_while_edited)
    assert (len(edits), chosen) == (1, [])
    qtbot.mouseClick(panel.edit, LEFT)
    assert not panel.tool.isVisible()
    qtbot.mouseClick(panel.map, LEFT, pos=place)
    assert (len(edits), len(chosen)) == (1, 1)


def test_points_are_edited_by_keys(shown: Show, qtbot: QtBot) -> None:
    panel, edits = shown("spiral")
    panel.activateWindow()
    panel.edit.setFocus()
    qtbot.keyClick(panel.edit, Qt.Key.Key_Space)
    panel.map.setFocus()
    qtbot.waitUntil(panel.map.hasFocus)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Delete):
        qtbot.keyClick(panel.map, key)
    (added, _), (erased, _) = edits
    assert (added.x1, added.x2, added.label) == (0.25, 0.0, 0.0)
    assert (erased.x1, erased.x2, erased.label) == (0.25, 0.25, None)
    assert 0.1 < erased.reach < 0.6


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        ("spiral", ["class 0", "class 1", "Erase"]),
        ("regression-sine", ["−1", "0", "1", "Erase"]),
    ],
)
def test_the_tool_offers_the_classes_or_values_of_the_data(
    shown: Show, qtbot: QtBot, preset: str, words: list[str]
) -> None:
    panel, edits = shown(preset)
    qtbot.mouseClick(panel.edit, LEFT)
    buttons = [panel.tool.choice.segment(key) for key in panel.tool._words]
    assert [button.text() for button in buttons] == words
    for button in buttons:
        qtbot.mouseClick(button, LEFT)
        qtbot.mouseClick(panel.map, LEFT, pos=at(panel, 1, 1))
    labels = [edit.label for edit, _ in edits]
    assert labels == ([0, 1, None] if preset == "spiral" else [-1, 0, 1, None])
    assert len({stroke for _, stroke in edits}) == len(edits)


def test_new_points_belong_to_the_split_on_show(shown: Show, qtbot: QtBot) -> None:
    panel, edits = shown("spiral")
    qtbot.mouseClick(panel.edit, LEFT)
    for split in ("train", "test", "both"):
        panel._choice.setFocus()
        panel._choice.set_selected(split)
        qtbot.mouseClick(panel.map, LEFT, pos=at(panel, 1, 1))
    qtbot.mouseClick(panel.map, RIGHT, pos=at(panel, 1, 1))
    assert [edit.split for edit, _ in edits] == ["train", "test", "train", "both"]


def test_there_is_no_tool_where_no_points_can_be_edited(shown: Show) -> None:
    panel, _ = shown("iris")
    assert not panel.edit.isVisible()
