"""Training techniques in the real window: folded while off, said while on, each one undoable."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from core import Trainer
from core.presets import load_preset
from gui.controls.schedule_group import USED
from gui.controls.training_section import TrainingSection
from gui.numbers import parse_number
from gui.theme import apply_theme
from gui.widgets.slider import Slider
from tests.gui.driver import LEFT, Driver, OpenWindow

COSINE = {"schedule": {"kind": "cosine", "total_steps": 1000}}


def training(driver: Driver) -> TrainingSection:
    return driver.window.controls.training


def rate_field(driver: Driver) -> QLineEdit:
    field = driver.find(QLineEdit, "Learning rate")
    assert field is not None
    return field


def opened(open_window: OpenWindow, settings: dict[str, Any], group: str = "") -> Driver:
    """Open a window on the spiral with these settings of training, and unfold a group."""
    driver = open_window(load_preset("spiral").with_changes({"training": settings}))
    if group:
        driver.press(group)
    return driver


def undo_title(driver: Driver) -> str:
    return driver.window.changes.undo.text().removeprefix("Undo ")


def press_key(driver: Driver, slider: Slider, key: Qt.Key) -> None:
    driver.key(slider, key)
    driver.settle()


# ---------------------------------------------------------------- folding


def test_groups_are_folded_at_first_and_one_at_most_is_open(driver: Driver) -> None:
    groups = training(driver).techniques.groups
    assert not any(group.isVisible() for group in groups)
    for group in groups:
        driver.press(group.title)
        assert [other for other in groups if other.isVisible()] == [group]
    driver.press(groups[-1].title)
    assert not any(group.isVisible() for group in groups)


def test_a_group_opens_by_key_and_is_scrolled_into_sight(driver: Driver) -> None:
    button = driver.find(QAbstractButton, "Schedule")
    assert button is not None
    driver.key(button, Qt.Key.Key_Space)
    area = driver.window.controls.findChild(QScrollArea)
    bottom = training(driver).schedule.mapTo(area, QPoint(0, 0)).y()
    bottom += training(driver).schedule.height()
    assert 0 < bottom <= area.viewport().height()


def test_what_is_on_is_said_while_it_is_folded(open_window: OpenWindow) -> None:
    driver = opened(open_window, {"l1": 1e-4, "l2": 0.001, "decay_biases": True, **COSINE})
    folds = training(driver).techniques
    schedule, penalties = "cosine to 0", "L1 1e−4, L2 0.001, biases decay too"
    assert folds.line() == f"{schedule} · {penalties}"
    assert folds.button("Schedule").accessibleDescription() == schedule
    driver.press("Schedule")
    assert folds.line() == penalties
    driver.press("Regularization")
    assert folds.line() == schedule


def test_nothing_is_said_where_nothing_is_on(open_window: OpenWindow) -> None:
    # Plain SGD without penalties: biases have nothing to decay by.
    driver = opened(open_window, {"decay_biases": True})
    assert training(driver).techniques.line() == ""
    driver.choose("Optimizer", "AdamW")
    driver.settle()
    assert training(driver).techniques.line() == "biases decay too"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_one_technique_of_each_group_fits_the_column_without_scrolling(
    qapp: QApplication, open_window: OpenWindow, theme: Any
) -> None:
    driver = opened(open_window, {"l2": 0.001, **COSINE})
    apply_theme(qapp, theme)
    driver.window.resize(1280, 800)
    QApplication.processEvents()
    area = driver.window.controls.findChild(QScrollArea)
    assert area.verticalScrollBar().maximum() == 0
    assert area.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_an_open_group_is_no_wider_than_the_column(
    qapp: QApplication, open_window: OpenWindow, scale: float
) -> None:
    settings = {"l2": 0.001, "schedule": {"kind": "warmup_cosine", "total_steps": 9}}
    driver = opened(open_window, settings)
    apply_theme(qapp, "dark", font_scale=scale)
    area = driver.window.controls.findChild(QScrollArea)
    for group in training(driver).techniques.groups:
        driver.press(group.title)
        QApplication.processEvents()
        assert area.widget().minimumSizeHint().width() <= area.viewport().width()


# ---------------------------------------------------------------- schedule


def test_a_cosine_works_as_soon_as_it_is_picked_and_says_where_it_ends(driver: Driver) -> None:
    driver.press("Schedule")
    driver.choose("Schedule of the learning rate", "cosine")
    schedule = driver.settle().spec.training.schedule
    assert schedule.kind == "cosine"
    assert schedule.total_steps is not None
    assert f"at step {schedule.total_steps:,}" in training(driver).schedule.caption()
    assert undo_title(driver) == "schedule cosine"
    driver.trigger("Edit", "Undo schedule cosine")
    assert driver.settle().spec == load_preset("spiral")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("step", "in steps"),
        ("exponential", "exponential"),
        ("cosine", "cosine"),
        ("warmup_cosine", "warm-up"),
    ],
)
def test_a_schedule_shows_the_numbers_that_it_uses(driver: Driver, kind: str, words: str) -> None:
    driver.press("Schedule")
    driver.choose("Schedule of the learning rate", words)
    assert driver.settle().spec.training.schedule.kind == kind
    fields = training(driver).schedule.fields
    shown = {key for key, field in fields.items() if field.isVisible()}
    assert shown == set(USED[kind])
    for key in shown:
        number = 120 if key.endswith(("size", "steps")) else 0.125
        driver.enter(fields[key].accessibleName(), "400" if key == "total_steps" else str(number))
        made = getattr(driver.settle().spec.training.schedule, key)
        assert made == (400 if key == "total_steps" else number)
        assert undo_title(driver).startswith(f"schedule {key.replace('_', ' ')} ")


def test_a_warm_up_longer_than_the_whole_is_refused_in_one_line(open_window: OpenWindow) -> None:
    settings = {"schedule": {"kind": "warmup_cosine", "total_steps": 100, "warmup_steps": 10}}
    driver = opened(open_window, settings, "Schedule")
    driver.enter("Schedule: warm-up", "100")
    assert driver.news.startswith("training.schedule.warmup_steps: expected fewer")
    assert training(driver).schedule.fields["warmup_steps"].text() == "10"
    assert driver.settle().spec.training.schedule.warmup_steps == 10


def test_the_rate_in_force_is_shown_and_follows_the_run(open_window: OpenWindow) -> None:
    settings = {"schedule": {"kind": "exponential", "gamma": 0.9999}}
    driver = opened(open_window, {**settings, "optimizer": {"learning_rate": 0.1}})
    driver.run_until(300)
    in_force = 0.1 * 0.9999 ** driver.pause().step
    assert parse_number(rate_field(driver).text()) == pytest.approx(in_force, rel=6e-3)
    assert driver.spec.training.optimizer.learning_rate == 0.1


def test_typing_another_rate_in_force_scales_the_schedule(open_window: OpenWindow) -> None:
    settings = {"schedule": {"kind": "exponential", "gamma": 0.5}}
    driver = opened(open_window, {**settings, "optimizer": {"learning_rate": 0.4}})
    driver.press("Step batch")
    driver.wait(lambda: driver.snapshot.step == 1)
    assert rate_field(driver).text() == "0.2"
    driver.enter("Learning rate", "0.3")
    snapshot = driver.settle()
    assert snapshot.learning_rate == pytest.approx(0.3)
    assert snapshot.spec.training.optimizer.learning_rate == pytest.approx(0.6)
    assert rate_field(driver).text() == "0.3"
    assert undo_title(driver) == "base rate 0.6"


def test_sliding_the_rate_in_force_is_one_change(qtbot: QtBot, open_window: OpenWindow) -> None:
    driver = opened(open_window, {**COSINE, "optimizer": {"learning_rate": 0.1}})
    track, middle = training(driver).learning_rate.track, QPoint(0, 12)
    qtbot.mousePress(track, LEFT, pos=middle + QPoint(20, 0))
    for x in (25, 30, 35):
        qtbot.mouseMove(track, middle + QPoint(x, 0))
        driver.settle()
    qtbot.mouseRelease(track, LEFT, pos=middle + QPoint(35, 0))
    shown = training(driver).learning_rate.value()
    assert driver.settle().learning_rate == pytest.approx(shown, rel=1e-12)
    driver.window.changes.undo.trigger()
    assert driver.settle().spec.training.optimizer.learning_rate == 0.1
    assert not driver.window.changes.undo.isEnabled()


def test_at_the_end_of_a_cosine_the_base_rate_is_shown_and_set(open_window: OpenWindow) -> None:
    driver = opened(
        open_window,
        {"schedule": {"kind": "cosine", "total_steps": 1}, "optimizer": {"learning_rate": 0.1}},
        "Schedule",
    )
    driver.press("Step batch")
    driver.wait(lambda: driver.snapshot.step == 1)
    assert driver.settle().learning_rate == 0
    assert rate_field(driver).text() == "0.1"
    assert training(driver).schedule.caption() == "Ended at step 1: the rate stays at 0."
    driver.enter("Learning rate", "0.3")
    assert driver.settle().spec.training.optimizer.learning_rate == 0.3


def test_a_moving_rate_leaves_alone_what_is_about_to_be_typed_over(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    settings = {"schedule": {"kind": "exponential", "gamma": 0.5}}
    driver = opened(open_window, {**settings, "optimizer": {"learning_rate": 0.4}})
    field = rate_field(driver)
    field.setFocus()
    field.selectAll()
    driver.window.session.step("batch")
    driver.wait(lambda: driver.snapshot.step == 1)
    assert field.selectedText() == "0.4"
    qtbot.keyClicks(field, "0.1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert driver.settle().learning_rate == pytest.approx(0.1)


# ---------------------------------------------------------------- regularization


@pytest.mark.parametrize("name", ["L1", "L2"])
def test_a_penalty_is_slid_typed_and_switched_off(open_window: OpenWindow, name: str) -> None:
    driver = opened(open_window, {}, "Regularization")
    key = name.lower()
    slider = getattr(training(driver).regularization, key)
    press_key(driver, slider.track, Qt.Key.Key_Right)
    least = getattr(driver.spec.training, key)
    assert 0 < least < 1e-4
    driver.enter(f"{name} penalty", "0.02")
    assert getattr(driver.settle().spec.training, key) == 0.02
    assert undo_title(driver) == f"{name} 0.02"
    press_key(driver, slider.track, Qt.Key.Key_Home)
    assert getattr(driver.spec.training, key) == 0
    assert undo_title(driver) == f"{name} off"


def test_biases_decay_if_they_are_asked_to(open_window: OpenWindow) -> None:
    driver = opened(open_window, {"l2": 0.01}, "Regularization")
    driver.key(training(driver).regularization.biases, Qt.Key.Key_Space)
    assert driver.settle().spec.training.decay_biases
    assert undo_title(driver) == "decay of biases on"
    driver.trigger("Edit", "Undo decay of biases on")
    assert not driver.settle().spec.training.decay_biases
    assert not training(driver).regularization.biases.isChecked()


def test_a_negative_penalty_is_refused_in_one_line(open_window: OpenWindow) -> None:
    driver = opened(open_window, {}, "Regularization")
    driver.enter("L2 penalty", "-1")
    assert driver.news.startswith("L2 penalty: expected a number from 0")
    assert driver.spec.training.l2 == 0


def test_the_penalty_stands_beside_the_loss(open_window: OpenWindow) -> None:
    driver = opened(open_window, {"l2": 0.05}, "Regularization")
    weights = sum(float((layer.W**2).sum()) for layer in Trainer(driver.spec).network.layers)
    penalty = driver.window.transport.readouts.by_name["penalty"]
    assert penalty.isVisible()
    assert float(penalty.text()) == pytest.approx(0.05 / 2 * weights, rel=5e-3)
    assert penalty.text() in training(driver).regularization.caption()
    driver.enter("L2 penalty", "0")
    driver.settle()
    assert not penalty.isVisible()


# ---------------------------------------------------------------- all of them


def test_every_control_has_a_name_a_tooltip_and_a_stop_of_the_tab_key(
    open_window: OpenWindow,
) -> None:
    driver = opened(open_window, {"schedule": {"kind": "warmup_cosine", "total_steps": 9}})
    for group in training(driver).techniques.groups:
        driver.press(group.title)
        controls = [
            control
            for kind in (QAbstractButton, QLineEdit, QComboBox, Slider)
            for control in group.findChildren(kind)
            if control.isVisible()
        ]
        assert controls
        for control in controls:
            assert control.accessibleName()
            assert control.toolTip()
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
