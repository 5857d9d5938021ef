"""The window "Gradient checkpointing": opened, read and walked through, changing no bit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core import ExperimentSpec
from core.explain.checkpointing import CheckpointAccount
from core.presets import load_preset
from gui.checkpointing.words import interval
from gui.panels.checkpointing_dialog import CheckpointingDialog
from tests.gui.driver import Driver, OpenWindow

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def deep(layers: int) -> ExperimentSpec:
    hidden = {"units": 4, "activation": "tanh"}
    output = {"units": 1, "activation": "sigmoid"}
    return load_preset("spiral").with_changes(
        {"network": {"layers": [hidden] * (layers - 1) + [output]}}
    )


def opened(driver: Driver) -> CheckpointingDialog:
    """Open the window from the menu and wait for its numbers."""
    driver.trigger("Run", "Gradient checkpointing…")
    dialog = driver.window.tools.checkpointing
    assert dialog is not None
    driver.wait(lambda: dialog.account() is not None and dialog.isVisible())
    driver.settle()
    return dialog


def shown(dialog: CheckpointingDialog) -> CheckpointAccount:
    account = dialog.account()
    assert account is not None
    return account


def test_it_says_what_the_best_k_saves_and_changes_no_bit(open_window: OpenWindow) -> None:
    driver = open_window(deep(9))
    driver.key(driver.window.transport.play, Qt.Key.Key_F6)
    before = driver.settle()
    dialog = opened(driver)
    # Ten rows of float64; of every hidden layer z and a of four units, of the output one unit.
    whole = 2 * (8 * 4 + 1) * 10 * 8
    account = shown(dialog)
    assert account.byte_count == whole
    best = account.choice(account.best)
    share = f"{100 * best.byte_count / whole:.0f} %"
    assert f"{share} of the memory" in dialog.sentence.text()
    assert dialog.sentence.text().endswith("the same gradient bit for bit.")
    name, kept, again, _, of_all, _, gradient = dialog.table.row_text(account.best - 1)
    assert name == f"{interval(account.best)} layer · least memory"
    assert (kept, again) == (f"{len(best.kept)} of 9", f"{len(best.recomputed)} of 9")
    assert (of_all, gradient) == (share, "same bits")
    assert dialog.table.row_text(8)[:3] == ("all values", "all", "none")
    after = driver.settle()
    np.testing.assert_array_equal(after.parameters, before.parameters)
    assert (after.step, after.undo) == (before.step, before.undo)
    driver.window.close()
    assert not dialog.isVisible()


def test_a_click_and_keys_choose_the_k_that_is_drawn(open_window: OpenWindow, qtbot: QtBot) -> None:
    driver = open_window(deep(6))
    dialog = opened(driver)
    table, chart = dialog.table, dialog.chart
    place = table.visualRect(table.model().index(3, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chart.accessibleDescription().startswith(
        "Kept: outputs of layers 4. Computed again: layers 1, 2, 3, 4. At most "
    )
    read = table.currentIndex().data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert read == chart.accessibleDescription()
    drawn = chart.grab().toImage()
    driver.key(table, Qt.Key.Key_Up)
    assert chart.accessibleDescription().startswith("Kept: outputs of layers 3. ")
    assert chart.grab().toImage() != drawn
    driver.key(table, Qt.Key.Key_End, CTRL)
    assert chart.accessibleDescription().startswith("All values are kept: ")
    driver.key(table, Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 7
    assert lines[1].startswith("every layer\t5 of 6\t5 of 6\t")


def test_it_opens_by_key_and_another_network_is_reckoned_anew(open_window: OpenWindow) -> None:
    driver = open_window(deep(4))
    driver.key(driver.window.transport.play, Qt.Key.Key_K, CTRL | SHIFT)
    driver.wait(lambda: driver.window.tools.checkpointing is not None)
    dialog = driver.window.tools.checkpointing
    assert dialog is not None
    driver.wait(lambda: dialog.account() is not None)
    driver.settle()
    driver.window.network.layer_insert_requested.emit(1)
    driver.wait(lambda: shown(dialog).layer_count == 5)
    driver.window.session.change({"training": {"batch_size": 20}})
    driver.wait(lambda: shown(dialog).rows == 20)
    driver.settle()
    driver.trigger("Run", "Step batch")
    driver.wait(lambda: driver.snapshot.step == 1)
    driver.click(dialog.again)
    driver.wait(lambda: shown(dialog).step == 1)
    driver.settle()


def test_a_run_whose_source_keeps_nothing_is_told_so(open_window: OpenWindow) -> None:
    source = {"training": {"gradient_source": "central_differences"}}
    dialog = opened(open_window(load_preset("xor").with_changes(source)))
    assert "The run itself goes by central differences" in dialog.reasons.text()


@pytest.mark.parametrize(
    ("every", "words"),
    [(1, "every"), (2, "every 2nd"), (3, "every 3rd"), (11, "every 11th"), (21, "every 21st")],
)
def test_intervals_are_written_as_people_say_them(every: int, words: str) -> None:
    assert interval(every) == words
