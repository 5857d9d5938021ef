"""The window "Ways to a gradient", and steps with other sources taken apart op by op."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from core.presets import load_preset
from gui.gradient_ways.words import NAMES, duration, size
from gui.panels.gradient_ways_dialog import GradientWaysDialog
from tests.gui.driver import Driver, OpenWindow

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def opened(driver: Driver) -> GradientWaysDialog:
    """Open the window from the menu and wait for its numbers."""
    driver.trigger("Run", "Ways to a gradient…")
    dialog = driver.window.tools.ways
    assert dialog is not None
    driver.wait(lambda: dialog.ways() is not None and dialog.isVisible())
    driver.settle()
    return dialog


def test_the_table_compares_all_ways_for_this_network_and_changes_no_bit(driver: Driver) -> None:
    driver.key(driver.window.transport.play, Qt.Key.Key_F6)
    before = driver.settle()
    dialog = opened(driver)
    count = before.layout.size
    assert dialog.table.text_of("backpropagation")[:2] == ("1 + 1 back", "1×")
    passes, work, *_, error, cosine = dialog.table.text_of("central_differences")
    assert passes == f"2 × {count} + 1"
    assert work == f"{count}.5×"
    assert "e−" in error
    assert cosine == "1.000"
    assert dialog.sentence.text() == (
        f"Central differences take 2 × {count} + 1 passes against 2: "
        f"{count}.5 times the work of backpropagation."
    )
    assert not dialog.table.buttons["backpropagation"].isEnabled()
    after = driver.settle()
    np.testing.assert_array_equal(after.parameters, before.parameters)
    assert (after.step, after.undo) == (before.step, before.undo)
    driver.window.close()
    assert not dialog.isVisible()


def test_it_opens_by_key_and_is_read_row_by_row(driver: Driver) -> None:
    driver.key(driver.window.transport.play, Qt.Key.Key_G, CTRL | SHIFT)
    driver.wait(lambda: driver.window.tools.ways is not None)
    dialog = driver.window.tools.ways
    assert dialog is not None
    driver.wait(lambda: dialog.ways() is not None)
    for source, name in NAMES.items():
        label = driver.find(QLabel, name)
        assert label is not None
        assert label.accessibleDescription().startswith(f"{name}: passes a step ")
        button = dialog.table.buttons[source]
        assert button.accessibleName() == f"Train with {name.lower()}"
        assert button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("source", ["central_differences", "feedback_alignment"])
def test_a_button_trains_with_its_way_and_undo_takes_it_back(driver: Driver, source: str) -> None:
    dialog = opened(driver)
    driver.click(dialog.table.buttons[source])
    driver.wait(lambda: driver.spec.training.gradient_source == source)
    driver.settle()
    driver.wait(lambda: dialog.table.buttons[source].text() == "In use")
    assert dialog.table.buttons["backpropagation"].isEnabled()
    driver.trigger("Run", "Step batch")
    snapshot = driver.settle()
    assert snapshot.step == 1
    expected = {"central_differences": 2 * snapshot.layout.size + 1, "feedback_alignment": 2}
    assert snapshot.passes == expected[source]
    driver.window.changes.undo.trigger()
    driver.wait(lambda: driver.spec.training.gradient_source == "backpropagation")
    driver.wait(lambda: dialog.table.buttons["backpropagation"].text() == "In use")


def test_candidates_and_distance_are_typed_and_measured_anew(driver: Driver) -> None:
    dialog = opened(driver)
    driver.enter("Candidates n", "8")
    driver.wait(lambda: driver.spec.training.population == 8)
    driver.wait(lambda: dialog.table.text_of("random_search")[0] == "8 + 1")
    driver.enter("Distance σ", "0.5")
    driver.wait(lambda: driver.spec.training.sigma == 0.5)
    driver.enter("Distance σ", "-1")
    driver.wait(lambda: "Distance σ" in driver.news)
    field = driver.find(QLineEdit, "Distance σ")
    assert field is not None
    assert field.text() == "0.5"


def test_an_odd_number_of_candidates_is_not_taken_where_they_come_in_pairs(driver: Driver) -> None:
    dialog = opened(driver)
    driver.click(dialog.table.buttons["evolution_strategies"])
    driver.wait(lambda: driver.spec.training.gradient_source == "evolution_strategies")
    driver.enter("Candidates n", "7")
    offer = driver.window.status.offer
    driver.wait(offer.isVisible)
    driver.wait(lambda: dialog.population.value() == 32)
    assert driver.spec.training.population == 32
    driver.press("Take a population of 8")
    driver.wait(lambda: dialog.population.value() == 8)
    assert driver.spec.training.gradient_source == "evolution_strategies"


def test_a_large_network_is_told_why_it_cannot_take_a_way(open_window: OpenWindow) -> None:
    wide = {"network": {"layers": [{"units": 120}, {"units": 10, "activation": "softmax"}]}}
    dialog = opened(open_window(load_preset("digits").with_changes(wide)))
    button = dialog.table.buttons["central_differences"]
    assert not button.isEnabled()
    assert "at most 5,000 parameters" in button.toolTip()
    assert dialog.table.buttons["feedback_alignment"].isEnabled()


@pytest.mark.parametrize("source", ["random_search", "feedback_alignment"])
def test_a_step_of_another_source_is_taken_apart_op_by_op(
    open_window: OpenWindow, source: str
) -> None:
    spec = load_preset("worked-example").with_changes({"training": {"gradient_source": source}})
    driver = open_window(spec)
    play = driver.window.transport.play
    predict = driver.window.right.trace.predict
    driver.key(play, Qt.Key.Key_F7)
    driver.settle()
    driver.click(predict)
    for op in driver.snapshot.trace.ops[1:]:
        driver.key(play, Qt.Key.Key_F7)
        driver.settle()
        assert op.writes[0] in driver.snapshot.trace.values
        waterfall = driver.window.steps.waterfall
        driver.wait(waterfall.note.isVisible)
        assert waterfall.note.text().startswith("A waterfall needs backpropagation: ")
        assert not waterfall.chart.isVisible()
        assert driver.window.steps.sentence()
        if op.name == "gradient":
            verdict = driver.window.right.trace.guess.verdict()
            assert verdict.startswith("A question about this needs backpropagation")
            words = driver.window.right.trace.detail.in_words()
            assert f"the gradient by {source.replace('_', ' ')}" in words
    assert driver.snapshot.step == 1
    driver.key(play, Qt.Key.Key_F7, CTRL)
    assert driver.settle().in_step


def test_the_waterfall_is_back_with_backpropagation(open_window: OpenWindow) -> None:
    random = {"training": {"gradient_source": "random_search"}}
    driver = open_window(load_preset("worked-example").with_changes(random))
    driver.key(driver.window.transport.play, Qt.Key.Key_F7)
    driver.settle()
    waterfall = driver.window.steps.waterfall
    driver.wait(waterfall.note.isVisible)
    driver.window.session.change({"training": {"gradient_source": "backpropagation"}})
    driver.settle()
    driver.key(driver.window.transport.play, Qt.Key.Key_F7)
    driver.settle()
    driver.wait(waterfall.chart.isVisible)
    assert not waterfall.note.isVisible()
    assert waterfall.waterfall() is not None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1.2e-5, "12 µs"), (0.0034, "3.4 ms"), (1.0, "1.0 s"), (600, "10 min"), (1.8e6, "21 days")],
)
def test_times_have_two_digits_and_a_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(312, "312 B"), (4120, "4.1 kB"), (88_272, "88 kB"), (2.1e8, "210 MB")]
)
def test_sizes_have_two_digits_and_a_unit(count: float, words: str) -> None:
    assert size(count) == words
