"""Breakpoints, gradient check and worksheets through the real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from core import ExperimentSpec
from core.diagnosis.breakpoints import Breakpoint
from tests.gui.driver import Driver, OpenWindow

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_breakpoint_set_in_the_dialog_stops_the_run_on_the_stage(driver: Driver) -> None:
    driver.trigger("Run", "Breakpoints…")
    dialog = driver.window.tools.breakpoints
    assert dialog is not None
    assert dialog.isVisible()
    dialog.breakpoints_changed.emit((Breakpoint("step", step=12),))
    driver.settle()
    assert dialog.breakpoints() == (Breakpoint("step", step=12),)
    driver.press("Play")
    driver.wait(lambda: driver.snapshot.hits != ())
    snapshot = driver.settle()
    assert (snapshot.step, snapshot.in_step) == (12, True)
    assert snapshot.trace.ops[snapshot.trace.position].phase == "update"
    assert "Breakpoint" in driver.news
    assert driver.window.steps.stage.isVisible()


def test_a_number_that_is_not_finite_opens_the_trace_at_the_op_that_wrote_it(
    open_window: OpenWindow,
) -> None:
    spec = {
        "data": {"kind": "plane", "samples": 60},
        "network": {"layers": [{"units": 4, "activation": "relu"}, {"units": 1}]},
        "training": {"loss": "mean_squared_error", "optimizer": {"learning_rate": 1e6}},
    }
    changes = {"network.layers[1].activation": "linear"}
    driver = open_window(ExperimentSpec.from_dict(spec).with_changes(changes))
    driver.press("Play")
    driver.wait(lambda: driver.snapshot.halted is not None)
    snapshot = driver.settle()
    assert snapshot.halted_at is not None
    assert driver.window.steps.stage.isVisible()
    words = driver.window.right.trace.detail.in_words()
    assert f"Op {snapshot.halted_at + 1} of" in words


def test_the_gradient_check_opens_by_key_and_changes_no_bit(driver: Driver) -> None:
    driver.key(driver.window.transport.play, Qt.Key.Key_F6)
    before = driver.settle().parameters
    driver.key(driver.window.transport.play, Qt.Key.Key_G, CTRL)
    driver.wait(lambda: driver.window.tools.check is not None)
    dialog = driver.window.tools.check
    assert dialog is not None
    driver.wait(lambda: dialog.check() is not None and dialog.isVisible())
    check = dialog.check()
    assert check is not None
    assert check.count("bad") == 0
    np.testing.assert_array_equal(driver.settle().parameters, before)


@pytest.mark.parametrize("words", ["Worksheet as PDF…", "Solution as PDF…"])
def test_a_worksheet_is_printed_and_a_place_that_is_not_there_is_one_line(
    open_window: OpenWindow, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_window("worked-example")
    path = tmp_path / "sheet"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    driver.trigger("File", words)
    driver.wait(lambda: "Saved to" in driver.news)
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    path = tmp_path / "nowhere" / "sheet"
    driver.trigger("File", words)
    driver.wait(lambda: "nowhere" in driver.news)
    assert len(driver.news.splitlines()) == 1
    assert driver.settle().step == 0


def test_windows_over_the_main_one_close_with_it(driver: Driver) -> None:
    driver.trigger("Run", "Breakpoints…")
    driver.trigger("Run", "Gradient check…")
    driver.wait(lambda: driver.window.tools.check is not None)
    driver.settle()
    driver.window.close()
    driver.wait(lambda: not any(w.isVisible() for w in QApplication.topLevelWidgets()))
