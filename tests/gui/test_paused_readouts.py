"""While the run stands still, all that the window shows is of the one step on show."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core import Trainer
from core.presets import load_preset
from gui.numbers import format_percent, format_value
from gui.transport.readouts import EVALUATED
from tests.gui.driver import Driver, OpenWindow

STEPS_AN_EPOCH = 11


@pytest.fixture
def driver(open_window: OpenWindow) -> Driver:
    """Return someone at a window on iris, which has scores, classes and short epochs."""
    return open_window("iris")


def shown(driver: Driver) -> dict[str, str]:
    """Return the losses and scores beside the play button, called those of no other step."""
    readouts = driver.window.transport.readouts.by_name
    names = [*EVALUATED["train"], *EVALUATED["test"]]
    found = {name: readouts[name] for name in names if readouts[name].isVisible()}
    assert {readout.toolTip() for readout in found.values()} == {""}
    return {name: readout.text() for name, readout in found.items()}


def metrics_of(trainer: Trainer) -> dict[str, str]:
    """Return what the window should say of the parameters that ``trainer`` has."""
    train, test = trainer.evaluate("train"), trainer.evaluate("test")
    assert train is not None
    assert test is not None
    assert test.accuracy is not None
    return {
        "train_loss": format_value(train.loss),
        "test_loss": format_value(test.loss),
        "test_accuracy": format_percent(test.accuracy),
    }


def after(steps: int) -> dict[str, str]:
    trainer = Trainer(load_preset("iris"))
    trainer.advance_steps(steps)
    return metrics_of(trainer)


def test_where_a_run_pauses_losses_and_scores_are_those_of_that_step(driver: Driver) -> None:
    assert shown(driver) == after(0)
    driver.run_until(2 * STEPS_AN_EPOCH)
    step = driver.pause().step
    assert shown(driver) == after(step)
    # Two steps in a row are not both the last of an epoch.
    for further in (1, 2):
        driver.press("Step batch")
        assert driver.settle().step == step + further
        assert shown(driver) == after(step + further)
    counter = driver.find(QLabel, "Step counter")
    assert counter is not None
    assert counter.text() == f"{step + 2:,}"
    # The matrix beside them counts the same answers, and the plot's words tell the same losses.
    numbers, window = after(step + 2), driver.window
    facts = driver.find(QLabel, f"{numbers['test_accuracy']} of 45 test rows")
    assert facts is not None
    assert window.confusion.isAncestorOf(facts)
    losses = f"train loss {numbers['train_loss']}, test loss {numbers['test_loss']}"
    assert window.loss.accessibleDescription().startswith(f"Step {step + 2:,}: {losses}")


def test_back_and_a_change_undone_show_the_losses_of_where_they_lead(driver: Driver) -> None:
    for _ in range(3):
        driver.press("Step batch")
    driver.settle()
    driver.press("Back batch")
    driver.settle()
    assert shown(driver) == after(2)
    driver.press("Add a unit to hidden 1")
    driver.wait(lambda: driver.spec != load_preset("iris"))
    driver.settle()
    trainer = Trainer(load_preset("iris"))
    trainer.advance_steps(2)
    trainer.adopt(driver.spec)
    assert shown(driver) == metrics_of(trainer) != after(2)
    driver.key(driver.window.transport.play, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    driver.wait(lambda: driver.spec == load_preset("iris"))
    driver.settle()
    assert shown(driver) == after(2)


def test_the_curves_get_no_point_where_a_run_was_only_looked_at(driver: Driver) -> None:
    driver.run_until(STEPS_AN_EPOCH)
    driver.pause()
    for _ in range(STEPS_AN_EPOCH):
        driver.press("Step batch")
    snapshot = driver.settle()
    epochs = np.arange(int(snapshot.epoch) + 1)
    np.testing.assert_array_equal(snapshot.curves.steps, STEPS_AN_EPOCH * epochs)
    trainer = Trainer(load_preset("iris"))
    trainer.advance_steps(snapshot.step)
    np.testing.assert_array_equal(snapshot.parameters, trainer.network.params.data)
    np.testing.assert_array_equal(snapshot.curves.test_loss, trainer.log.curves().test_loss)
