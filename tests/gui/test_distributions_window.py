"""Weights over time through the real window: opened by key, and kept up to date."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from core import Trainer
from core.presets import load_preset
from tests.gui.driver import Driver

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_the_window_follows_the_run_and_changes_no_bit(driver: Driver) -> None:
    driver.key(driver.window.transport.play, Qt.Key.Key_H, KEYS)
    dialog = driver.window.tools.distributions
    assert dialog is not None
    driver.wait(lambda: dialog.found() is not None)
    driver.run_until(100)
    last = driver.pause().step

    def is_current() -> bool:
        found = dialog.found()
        return found is not None and found.step == last

    driver.wait(is_current)
    found = dialog.found()
    assert found is not None
    assert found.steps.tolist()[:4] == [0, 16, 32, 48]
    trainer = Trainer(load_preset("spiral"))
    trainer.advance_steps(last)
    np.testing.assert_array_equal(driver.snapshot.parameters, trainer.network.params.data)
