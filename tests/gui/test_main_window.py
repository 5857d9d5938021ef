"""The window opens, runs, pauses and steps by real clicks and keys, and closes cleanly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core import Trainer
from core.presets import load_preset
from gui.diagram.targets import Node
from tests.gui.driver import LEFT, Driver, OpenWindow

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
NOTHING = Qt.KeyboardModifier.NoModifier
STEPS = {"op": 0, "layer": 0, "pass": 0, "batch": 1, "epoch": 25}


def straight_run(steps: int) -> np.ndarray:
    """Return the weights of the spiral after so many steps without a window."""
    trainer = Trainer(load_preset("spiral"))
    trainer.advance_steps(steps)
    return trainer.network.params.data


def test_the_window_opens_paused_with_play_as_the_focused_default_button(driver: Driver) -> None:
    play = driver.find(QPushButton, "Play")
    assert play is not None
    assert play.isDefault()
    assert QApplication.focusWidget() is play
    assert (driver.snapshot.state, driver.snapshot.step) == ("paused", 0)
    assert driver.window.windowTitle() == "Two spirals — Nablascope"


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Space])
def test_the_first_key_can_start_the_run(qtbot: QtBot, driver: Driver, key: Key) -> None:
    qtbot.keyClick(QApplication.focusWidget(), key)
    driver.wait(lambda: driver.snapshot.step > 0)


def test_the_data_and_the_untrained_network_are_on_show_at_once(driver: Driver) -> None:
    output = driver.window.right.output.map
    points = output.shown_points()
    assert points is not None
    assert len(points.row) == 250
    # Map, boundary and points are more than a handful of colours.
    image = output.grab().toImage()
    colors = {image.pixel(x, y) for x in range(0, image.width(), 4) for y in range(0, 300, 4)}
    assert len(colors) > 30
    assert "2-8-8-1 · 105 parameters" in {
        label.text() for label in driver.window.network.findChildren(QLabel)
    }
    assert driver.window.loss.accessibleDescription()


def test_play_trains_and_turns_to_pause_and_back(driver: Driver) -> None:
    driver.press("Play")
    driver.wait(lambda: driver.find(QPushButton, "Pause") is not None)
    assert driver.find(QPushButton, "Play") is None
    driver.wait(lambda: driver.snapshot.step > 20)
    snapshot = driver.pause()
    assert driver.find(QPushButton, "Play") is not None
    assert snapshot.state == "paused"
    assert not snapshot.in_step
    shown = driver.find(QLabel, "Step counter")
    assert shown is not None
    assert shown.text() == f"{snapshot.step:,}"


def test_a_run_in_the_window_has_the_bits_of_a_run_without_one(driver: Driver) -> None:
    driver.run_until(30)
    snapshot = driver.pause()
    np.testing.assert_array_equal(snapshot.parameters, straight_run(snapshot.step))


@pytest.mark.parametrize(("granularity", "steps"), STEPS.items())
def test_the_step_button_steps_as_far_as_is_chosen(
    driver: Driver, granularity: str, steps: int
) -> None:
    driver.press(f"Step size: {granularity.title()}")
    driver.press(f"Step {granularity}")
    snapshot = driver.settle()
    assert (snapshot.step, snapshot.in_step) == (steps, steps == 0)
    position = snapshot.trace.position
    if steps:
        np.testing.assert_array_equal(snapshot.parameters, straight_run(steps))
    else:
        expected = {"op": "batch", "layer": "batch", "pass": "batch"}[granularity]
        assert snapshot.trace.ops[position - 1].phase == expected
    driver.press(f"Step {granularity}")
    again = driver.settle()
    assert (again.step, again.trace.position) > (snapshot.step, position - 1)


@pytest.mark.parametrize(
    ("key", "modifier", "position", "step"),
    [
        (Key.Key_F7, NOTHING, 1, 0),
        (Key.Key_F7, SHIFT, 1, 0),
        (Key.Key_F8, NOTHING, 1, 0),
        (Key.Key_F6, NOTHING, 0, 1),
        (Key.Key_F6, SHIFT, 0, 25),
    ],
)
def test_keys_step_wherever_the_focus_is(
    driver: Driver, key: Key, modifier: Qt.KeyboardModifier, position: int, step: int
) -> None:
    driver.key(driver.window.controls.training.learning_rate.field, key, modifier)
    snapshot = driver.settle()
    assert snapshot.step == step
    if not step:
        assert snapshot.trace.position == position


def test_layer_and_pass_go_further_than_an_op(driver: Driver) -> None:
    play = driver.window.transport.play
    positions = []
    for key, modifier in ((Key.Key_F7, NOTHING), (Key.Key_F7, SHIFT), (Key.Key_F8, NOTHING)):
        driver.key(play, key, modifier)
        positions.append(driver.settle().trace.position)
    ops = driver.snapshot.trace.ops
    # The batch; z1 and a1; the rest of the forward pass.
    assert [ops[position - 1].name for position in positions] == ["batch", "a1", "a3"]


def test_f5_runs_and_pauses_and_control_r_starts_again(driver: Driver) -> None:
    field = driver.window.controls.training.seed
    start = driver.snapshot.parameters
    driver.key(field, Key.Key_F5)
    driver.wait(lambda: driver.snapshot.step > 5)
    driver.key(field, Key.Key_F5)
    assert driver.settle().state == "paused"
    driver.key(field, Key.Key_R, CONTROL)
    driver.wait(lambda: driver.snapshot.step == 0)
    np.testing.assert_array_equal(driver.snapshot.parameters, start)


class Painter(QObject):
    """Notes when a widget is painted."""

    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self._log = log

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._log.append("painted")
        return False


def test_a_snapshot_is_painted_within_its_frame(driver: Driver) -> None:
    log: list[str] = []
    painter = Painter(log)
    driver.window.right.output.map.installEventFilter(painter)
    driver.window.clock.frame.connect(lambda _: log.append("frame done"))
    driver.press("Step batch")
    driver.settle()
    assert log[:2] == ["painted", "frame done"]


def test_space_in_the_diagram_runs_and_pauses(driver: Driver) -> None:
    canvas = driver.window.network.canvas
    driver.key(canvas, Key.Key_Space)
    driver.wait(lambda: driver.snapshot.step > 5)
    driver.key(canvas, Key.Key_Space)
    assert driver.settle().state == "paused"


@pytest.mark.parametrize(
    ("name", "is_pressed"),
    [
        ("Add a unit to hidden 1", lambda d: d.spec.network.layers[0].units == 9),
        ("More: Hidden layers", lambda d: len(d.spec.network.layers) == 4),
        ("Step batch", lambda d: d.snapshot.step == 1),
    ],
)
def test_space_on_a_focused_button_presses_that_button(
    driver: Driver, name: str, is_pressed: Callable[[Driver], bool]
) -> None:
    button = driver.find(QAbstractButton, name)
    assert button is not None
    driver.key(button, Key.Key_Space)
    driver.wait(lambda: is_pressed(driver))
    assert driver.settle().state == "paused"


def test_the_speed_slider_slows_the_run_down(driver: Driver) -> None:
    driver.key(driver.window.transport.speed, Key.Key_Home)
    driver.run_until(1)
    driver.wait(lambda: driver.snapshot.step >= 2)
    # One step a second: at full speed there would be hundreds by now.
    assert driver.pause().step < 20


def test_the_tabs_show_output_and_trace_by_click_and_key(qtbot: QtBot, driver: Driver) -> None:
    right = driver.window.right
    driver.press("Right column: Trace")
    assert right.trace.isVisible()
    assert not right.output.isVisible()
    driver.key(driver.window.transport.play, Key.Key_1, CONTROL)
    assert right.output.isVisible()
    driver.key(driver.window.transport.play, Key.Key_2, CONTROL)
    assert right.trace.isVisible()
    driver.press("Right column: Output")
    assert right.output.isVisible()


def test_a_step_by_key_is_seen_in_the_trace(driver: Driver) -> None:
    driver.press("Right column: Trace")
    before = driver.window.right.trace.grab().toImage()
    driver.key(driver.window.transport.play, Key.Key_F8)
    driver.settle()
    assert driver.window.right.trace.grab().toImage() != before


def test_clicking_a_point_of_the_map_looks_at_that_row(qtbot: QtBot, driver: Driver) -> None:
    output = driver.window.right.output.map
    row = 7
    points = driver.snapshot.dataset.points
    assert points is not None
    x1, x2 = points[row]
    square = output.square()
    point = QPoint(
        round(square.left() + (x1 + 6) / 12 * square.width()),
        round(square.top() + (6 - x2) / 12 * square.height()),
    )
    qtbot.mouseClick(output, LEFT, pos=point)
    driver.wait(lambda: driver.snapshot.probe.split == "train")
    assert driver.snapshot.probe.row == row


def test_clicking_a_picture_looks_at_that_sample(qtbot: QtBot, open_window: OpenWindow) -> None:
    driver = open_window("digits")
    samples = driver.window.right.samples
    assert samples.isVisible()
    rows = samples.page_rows()
    before = driver.snapshot.probe.row
    point = samples.rect().center()
    grid = samples.childAt(point)
    assert grid is not None
    qtbot.mouseClick(grid, LEFT, pos=grid.mapFrom(samples, point))
    driver.settle()
    assert driver.snapshot.probe.row in rows
    assert driver.snapshot.probe.row != before


def test_clicking_a_node_selects_it_and_changes_no_run(qtbot: QtBot, driver: Driver) -> None:
    canvas = driver.window.network.canvas
    column = canvas.geometry_on_show().column(1)
    assert column is not None
    qtbot.mouseClick(canvas, LEFT, pos=column.node(2).center().toPoint())
    assert canvas.selected() == Node(1, 2)
    assert driver.settle().step == 0


@pytest.mark.parametrize("is_running", [True, False])
def test_closing_ends_the_thread(driver: Driver, is_running: bool) -> None:
    if is_running:
        driver.run_until(5)
    began = perf_counter()
    driver.window.close()
    assert "trainer" not in {thread.name for thread in threading.enumerate()}
    # Two seconds is how long a thread that does not end is waited for.
    assert perf_counter() - began < 2
    driver.window.close()
    driver.window.session.play()


def test_control_q_closes(driver: Driver) -> None:
    driver.key(driver.window.transport.play, Key.Key_Q, CONTROL)
    assert not driver.window.isVisible()
