"""Training techniques: folded while they are off, said while they are on, each one undoable."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from core.presets import load_preset
from gui.controls.schedule_group import USED
from gui.controls.training_section import TrainingSection
from gui.numbers import parse_number
from tests.gui.controls.column import LEFT, Column, check_controls, column_on
from tests.gui.driver import Driver, OpenWindow

pytestmark = pytest.mark.usefixtures("dark")

COSINE = {"schedule": {"kind": "cosine", "total_steps": 1000}}
HALVING = {"schedule": {"kind": "exponential", "gamma": 0.5}}
NAME_OF_KIND = "Schedule of the learning rate"


def opened(qtbot: QtBot, settings: dict[str, Any], *unfold: str) -> Column:
    return column_on(qtbot, "spiral", {"training": settings}, *unfold)


def section(column: Column) -> TrainingSection:
    return column.panel.training


def rate_field(column: Column) -> QLineEdit:
    return column.find(QLineEdit, "Learning rate")


def with_rate(settings: dict[str, Any], rate: float) -> dict[str, Any]:
    return {**settings, "optimizer": {"learning_rate": rate}}


# ---------------------------------------------------------------- folding


def test_groups_are_folded_at_first_and_one_at_most_is_open(qtbot: QtBot) -> None:
    column = opened(qtbot, {})
    groups = section(column).techniques.groups
    assert not any(group.isVisible() for group in groups)
    for group in groups:
        column.press(group.title)
        assert [other for other in groups if other.isVisible()] == [group]
    column.press(groups[-1].title)
    assert not any(group.isVisible() for group in groups)


def test_a_group_opens_by_key_and_is_scrolled_into_sight(qtbot: QtBot) -> None:
    column = opened(qtbot, {})
    column.key(column.find(QAbstractButton, "Schedule"), Qt.Key.Key_Space)
    group, view = section(column).schedule, column.scroll.viewport()
    bottom = group.mapTo(view, QPoint(0, group.height())).y()
    assert 0 < bottom <= view.height()


def test_what_is_on_is_said_while_it_is_folded(qtbot: QtBot) -> None:
    column = opened(qtbot, {"l1": 1e-4, "l2": 0.001, "decay_biases": True, **COSINE})
    folds = section(column).techniques
    schedule, penalties = "cosine to 0", "L1 1e−4, L2 0.001, biases decay too"
    assert folds.line() == f"{schedule} · {penalties}"
    assert folds.button("Schedule").accessibleDescription() == schedule
    column.press("Schedule")
    assert folds.line() == penalties
    column.press("Regularization")
    assert folds.line() == schedule


def test_biases_are_said_to_decay_only_where_something_decays_them(qtbot: QtBot) -> None:
    column = opened(qtbot, {"decay_biases": True, "optimizer": {"kind": "sgd"}})
    assert section(column).techniques.line() == ""
    column.choose("Optimizer", "AdamW")
    column.settle()
    assert section(column).techniques.line() == "biases decay too"


def test_two_techniques_fit_the_column_without_scrolling(qtbot: QtBot) -> None:
    column = opened(qtbot, {"l2": 0.001, **COSINE})
    assert column.scroll.verticalScrollBar().maximum() == 0


def test_an_open_group_is_no_wider_than_the_column(qtbot: QtBot) -> None:
    settings = {"l2": 0.001, "schedule": {"kind": "warmup_cosine", "total_steps": 9}}
    column = opened(qtbot, settings)
    for group in section(column).techniques.groups:
        column.press(group.title)
        needed = column.scroll.widget().minimumSizeHint().width()
        assert needed <= column.scroll.viewport().width()
        check_controls(group, least=1)


# ---------------------------------------------------------------- schedule


def test_a_cosine_works_as_soon_as_it_is_picked_and_says_where_it_ends(qtbot: QtBot) -> None:
    column = opened(qtbot, {}, "Schedule")
    column.choose(NAME_OF_KIND, "cosine")
    schedule = column.spec.training.schedule
    assert (column.news, schedule.kind) == ("", "cosine")
    assert schedule.total_steps is not None
    assert f"at step {schedule.total_steps:,}" in section(column).schedule.caption()
    assert column.undo_title == "schedule cosine"
    assert column.undo() == load_preset("spiral")


@pytest.mark.parametrize(
    ("kind", "words", "numbers"),
    [
        ("step", "in steps", {"step_size": 120, "gamma": 0.125}),
        ("exponential", "exponential", {"gamma": 0.99}),
        ("warmup_cosine", "warm-up", {"warmup_steps": 50, "total_steps": 400, "minimum": 0.001}),
    ],
)
def test_a_schedule_shows_the_numbers_that_it_uses(
    qtbot: QtBot, kind: str, words: str, numbers: dict[str, float]
) -> None:
    column = opened(qtbot, {}, "Schedule")
    column.choose(NAME_OF_KIND, words)
    assert column.spec.training.schedule.kind == kind
    fields = section(column).schedule.fields
    assert {key for key, field in fields.items() if field.isVisible()} == set(numbers)
    assert set(USED[kind]) == set(numbers)
    for key, number in numbers.items():
        column.enter(fields[key].accessibleName(), str(number))
        assert getattr(column.spec.training.schedule, key) == number
        assert column.undo_title == f"schedule {key.replace('_', ' ')} {number}"


def test_a_warm_up_longer_than_the_whole_is_refused_in_one_line(qtbot: QtBot) -> None:
    settings = {"schedule": {"kind": "warmup_cosine", "total_steps": 100, "warmup_steps": 10}}
    column = opened(qtbot, settings, "Schedule")
    column.enter("Schedule: warm-up", "100")
    assert column.news.startswith("training.schedule.warmup_steps: expected fewer")
    assert section(column).schedule.fields["warmup_steps"].text() == "10"
    assert column.spec.training.schedule.warmup_steps == 10


def test_typing_another_rate_in_force_scales_the_schedule(qtbot: QtBot) -> None:
    column = opened(qtbot, with_rate(HALVING, 0.4))
    assert rate_field(column).text() == "0.4"
    column.step()
    assert rate_field(column).text() == "0.2"
    column.enter("Learning rate", "0.3")
    snapshot = column.settle()
    assert snapshot.learning_rate == pytest.approx(0.3)
    assert snapshot.spec.training.optimizer.learning_rate == pytest.approx(0.6)
    assert rate_field(column).text() == "0.3"
    assert column.undo_title == "base rate 0.6"


def test_sliding_the_rate_in_force_is_one_change(qtbot: QtBot) -> None:
    column = opened(qtbot, with_rate(COSINE, 0.1))
    column.step(300)
    before, track = column.spec, section(column).learning_rate.track
    qtbot.mousePress(track, LEFT, pos=QPoint(20, 12))
    for x in (25, 30, 35):
        qtbot.mouseMove(track, QPoint(x, 12))
        column.settle()
    qtbot.mouseRelease(track, LEFT, pos=QPoint(35, 12))
    assert column.settle().learning_rate == pytest.approx(section(column).learning_rate.value())
    assert column.spec != before
    assert column.undo() == before
    assert column.undo_title == ""


def test_at_the_end_of_a_cosine_the_base_rate_is_shown_and_set(qtbot: QtBot) -> None:
    settings = {"schedule": {"kind": "cosine", "total_steps": 1}}
    column = opened(qtbot, with_rate(settings, 0.1), "Schedule")
    assert column.step().learning_rate == 0
    assert rate_field(column).text() == "0.1"
    assert section(column).schedule.caption() == "Ended at step 1: the rate stays at 0."
    column.enter("Learning rate", "0.3")
    assert column.spec.training.optimizer.learning_rate == 0.3


def test_a_moving_rate_leaves_alone_what_is_about_to_be_typed_over(qtbot: QtBot) -> None:
    column = opened(qtbot, with_rate(HALVING, 0.4))
    field = rate_field(column)
    field.setFocus()
    field.selectAll()
    column.step()
    assert field.selectedText() == "0.4"
    qtbot.keyClicks(field, "0.1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert column.settle().learning_rate == pytest.approx(0.1)


# ---------------------------------------------------------------- regularization


@pytest.mark.parametrize("name", ["L1", "L2"])
def test_a_penalty_is_slid_typed_refused_and_switched_off(qtbot: QtBot, name: str) -> None:
    column = opened(qtbot, {}, "Regularization")
    key = name.lower()
    slider = getattr(section(column).regularization, key)
    column.key(slider.track, Qt.Key.Key_Right)
    assert 0 < getattr(column.spec.training, key) < 1e-4
    column.enter(f"{name} penalty", "0.02")
    assert getattr(column.spec.training, key) == 0.02
    assert column.undo_title == f"{name} 0.02"
    column.enter(f"{name} penalty", "-1")
    assert column.news.startswith(f"{name} penalty: expected a number from 0")
    column.key(slider.track, Qt.Key.Key_Home)
    assert getattr(column.spec.training, key) == 0
    assert column.undo_title == f"{name} off"


def test_biases_decay_if_they_are_asked_to(qtbot: QtBot) -> None:
    column = opened(qtbot, {"l2": 0.01}, "Regularization")
    box = section(column).regularization.biases
    column.key(box, Qt.Key.Key_Space)
    assert column.spec.training.decay_biases
    assert column.undo_title == "decay of biases on"
    assert not column.undo().training.decay_biases
    assert not box.isChecked()


# ---------------------------------------------------------------- in the whole window


def window_with(open_window: OpenWindow, settings: dict[str, Any]) -> Driver:
    return open_window(load_preset("spiral").with_changes({"training": settings}))


def test_the_rate_in_force_follows_a_run_in_the_window(open_window: OpenWindow) -> None:
    settings = {"schedule": {"kind": "exponential", "gamma": 0.9999}}
    driver = window_with(open_window, with_rate(settings, 0.1))
    driver.run_until(300)
    in_force = 0.1 * 0.9999 ** driver.pause().step
    field = driver.find(QLineEdit, "Learning rate")
    assert field is not None
    assert parse_number(field.text()) == pytest.approx(in_force, rel=6e-3)
    assert driver.spec.training.optimizer.learning_rate == 0.1


def test_the_penalty_stands_beside_the_loss_and_its_change_in_the_menu(
    open_window: OpenWindow,
) -> None:
    driver = window_with(open_window, {"l2": 0.05})
    penalty = driver.window.transport.readouts.by_name["penalty"]
    regularization = driver.window.controls.training.regularization
    driver.press("Regularization")
    assert penalty.isVisible()
    layout, parameters = driver.snapshot.layout, driver.snapshot.parameters
    weights = [layout.weights(parameters, layer) for layer in range(1, layout.layer_count + 1)]
    expected = 0.05 / 2 * sum(float((w**2).sum()) for w in weights)
    assert parse_number(penalty.text()) == pytest.approx(expected, rel=6e-3)
    assert penalty.text() in regularization.caption()
    driver.enter("L2 penalty", "0")
    driver.settle()
    assert not penalty.isVisible()
    driver.trigger("Edit", "Undo L2 off")
    assert driver.settle().spec.training.l2 == 0.05
