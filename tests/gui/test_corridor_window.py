"""The signal corridor through the real window: opened by key, kept up to date, changing nothing."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from core import Trainer
from core.diagnosis.corridor import Corridor
from core.presets import load_preset
from gui.panels.corridor_dialog import CorridorDialog
from tests.gui.driver import Driver, OpenWindow

CTRL = Qt.KeyboardModifier.ControlModifier


def open_corridor(driver: Driver) -> CorridorDialog:
    driver.key(driver.window.transport.play, Qt.Key.Key_I, CTRL)
    dialog = driver.window.tools.corridor
    assert dialog is not None
    driver.wait(lambda: dialog.corridor() is not None)
    assert dialog.isVisible()
    return dialog


def shown(dialog: CorridorDialog) -> Corridor:
    corridor = dialog.corridor()
    assert corridor is not None
    return corridor


def test_the_corridor_follows_steps_and_changes_no_bit(driver: Driver) -> None:
    dialog = open_corridor(driver)
    assert shown(dialog).step == 0
    for _ in range(3):
        driver.trigger("Run", "Step batch")
    driver.wait(lambda: driver.snapshot.step == 3 and shown(dialog).step == 3)
    trainer = Trainer(load_preset("spiral"))
    trainer.advance_steps(3)
    np.testing.assert_array_equal(driver.settle().parameters, trainer.network.params.data)


def test_after_a_run_the_last_step_stands_there(driver: Driver) -> None:
    dialog = open_corridor(driver)
    driver.run_until(50)
    step = driver.pause().step
    driver.wait(lambda: shown(dialog).step == step)
    driver.settle()


def test_the_batch_at_hand_is_shown_on_a_click(driver: Driver) -> None:
    dialog = open_corridor(driver)
    assert shown(dialog).rows == 250
    driver.click(dialog.rows.segment("batch"))
    driver.wait(lambda: shown(dialog).rows == 10)
    driver.settle()


def test_other_layers_are_followed_and_a_closed_window_asks_for_nothing(
    open_window: OpenWindow,
) -> None:
    driver = open_window("xor")
    dialog = open_corridor(driver)
    layers = shown(dialog).layer_count
    driver.window.session.change({"seed": 4})
    driver.settle()
    driver.window.network.layer_insert_requested.emit(1)
    driver.wait(lambda: shown(dialog).layer_count == layers + 1)
    dialog.close()
    before = shown(dialog)
    driver.trigger("Run", "Step batch")
    driver.settle()
    assert driver.snapshot.step == 1
    assert dialog.corridor() is before
