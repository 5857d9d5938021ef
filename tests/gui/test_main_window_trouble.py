"""What the window says when a run goes wrong, and how it goes on."""

from __future__ import annotations

from typing import NoReturn

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from core import ExperimentSpec, Trainer
from core.presets import load_preset
from tests.gui.driver import Driver, OpenWindow

BLOWN_UP = {
    "data": {"kind": "plane", "samples": 60},
    "network": {"layers": [{"units": 4, "activation": "relu"}, {"units": 1}]},
    "training": {"loss": "mean_squared_error", "optimizer": {"learning_rate": 1e6}},
}


def blown_up() -> ExperimentSpec:
    changes = {"network.layers[1].activation": "linear"}
    return ExperimentSpec.from_dict(BLOWN_UP).with_changes(changes)


def state_word(driver: Driver) -> str:
    label = driver.find(QLabel, "State")
    assert label is not None
    return label.text()


def break_an_op(driver: Driver) -> None:
    """Make the first op of the next step raise."""

    def explode() -> NoReturn:
        raise RuntimeError("the disk is on fire")

    def sabotage(trainer: Trainer) -> None:
        trainer.program.run_step = explode  # type: ignore[method-assign]
        trainer.program.run_op = explode  # type: ignore[method-assign]

    driver.window.session.ask(sabotage, "sabotage")


def test_a_deep_sigmoid_network_gets_its_warning_in_the_status_bar(
    open_window: OpenWindow,
) -> None:
    driver = open_window("deep-sigmoid")
    driver.run_until(600)
    driver.pause()
    assert driver.find(QPushButton, "1 warning: vanishing gradient") is not None
    assert "hidden layer 1 receives" in driver.news


def test_a_run_that_is_no_longer_finite_halts_and_says_which_op_did_it(
    open_window: OpenWindow,
) -> None:
    driver = open_window(blown_up())
    driver.press("Play")
    driver.wait(lambda: driver.snapshot.halted is not None)
    snapshot = driver.settle()
    assert snapshot.state == "paused"
    assert snapshot.halted is not None
    assert driver.news == snapshot.halted.message
    assert "is not finite" in driver.news
    assert state_word(driver) == "Halted"
    assert driver.find(QPushButton, "Play") is not None


def test_a_halted_run_does_not_go_on_until_it_is_reset(open_window: OpenWindow) -> None:
    driver = open_window(blown_up())
    driver.press("Play")
    driver.wait(lambda: driver.snapshot.halted is not None)
    step = driver.settle().step
    driver.press("Step batch")
    driver.press("Play")
    assert driver.settle().step == step
    driver.press("Reset")
    # The halted step was taken apart; with the reset the controls are there again.
    driver.settle()
    driver.enter("Learning rate", "0.001")
    driver.settle()
    driver.run_until(step + 50)
    assert driver.pause().halted is None


@pytest.mark.parametrize("name", ["Play", "Step batch"])
def test_an_error_of_the_program_is_one_line_and_reset_revives_the_run(
    driver: Driver, name: str
) -> None:
    driver.press("Step batch")
    driver.settle()
    break_an_op(driver)
    driver.press(name)
    driver.wait(lambda: driver.snapshot.state == "failed")
    driver.settle()
    message = "RuntimeError in step 1, op batch: the disk is on fire. Reset starts the run again."
    assert driver.news == message
    assert state_word(driver) == "Failed"
    bar = driver.window.failure
    assert bar.isVisible()
    assert "the disk is on fire" in bar.text()
    driver.press("Copy")
    assert "explode" in QGuiApplication.clipboard().text()
    assert not driver.window.transport.play.isEnabled()
    assert not driver.window.transport.step.isEnabled()
    driver.press("Reset")
    assert driver.settle().state == "paused"
    assert not bar.isVisible()
    driver.run_until(10)
    assert driver.pause().halted is None


def test_an_open_failure_can_be_left_by_another_preset(driver: Driver) -> None:
    break_an_op(driver)
    driver.press("Play")
    driver.wait(lambda: driver.snapshot.state == "failed")
    driver.trigger("Presets", "XOR")
    assert driver.settle().spec == load_preset("xor")
    driver.key(driver.window.transport.play, Qt.Key.Key_F6)
    assert driver.settle().step == 1
