"""The transport bar asks for what is pressed and follows the run in what it says."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core import Dataset, Snapshot, Trainer
from core.presets import load_preset
from core.training.snapshot import ALL_PARTS, Part
from gui.panels.transport_bar import SPEEDS, TransportBar
from gui.theme import apply_theme
from gui.transport import readouts

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")


@pytest.fixture
def bar(qtbot: QtBot) -> TransportBar:
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.resize(1280, bar.height())
    bar.show()
    return bar


@pytest.fixture(scope="module")
def trained() -> Snapshot:
    trainer = Trainer(load_preset("circle"))
    trainer.advance_steps(1234)
    return trainer.snapshot()


def heard(bar: TransportBar) -> list[tuple[Any, ...]]:
    """Return the list that every wish of ``bar`` is appended to."""
    wishes: list[tuple[Any, ...]] = []
    bar.play_requested.connect(lambda: wishes.append(("play",)))
    bar.pause_requested.connect(lambda: wishes.append(("pause",)))
    bar.reset_requested.connect(lambda: wishes.append(("reset",)))
    bar.step_requested.connect(lambda size: wishes.append(("step", size)))
    bar.back_requested.connect(lambda size: wishes.append(("back", size)))
    bar.slow_motion_requested.connect(lambda on: wishes.append(("slow", on)))
    bar.speed_requested.connect(lambda rate: wishes.append(("speed", rate)))
    return wishes


def button(bar: TransportBar, name: str) -> QAbstractButton:
    (found,) = [w for w in bar.findChildren(QAbstractButton) if w.accessibleName() == name]
    return found


def shown(bar: TransportBar) -> dict[str, str]:
    readouts = bar.readouts.by_name.items()
    return {name: readout.text() for name, readout in readouts if readout.isVisible()}


def test_play_becomes_pause_only_when_the_run_says_so(
    qtbot: QtBot, bar: TransportBar, trained: Snapshot
) -> None:
    wishes = heard(bar)
    qtbot.mouseClick(button(bar, "Play"), LEFT)
    assert bar.play.text() == "Play"
    bar.show_snapshot(None, replace(trained, state="running"))
    assert bar.play.text() == "Pause"
    qtbot.mouseClick(button(bar, "Pause"), LEFT)
    bar.show_snapshot(None, trained)
    assert bar.play.text() == "Play"
    assert wishes == [("play",), ("pause",)]


def test_play_has_the_focus_at_the_start_so_space_plays(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    bar = TransportBar()
    column.addWidget(bar)
    column.addWidget(QLineEdit())
    window.show()
    wishes = heard(bar)
    assert window.focusWidget() is bar.play
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert wishes == [("play",)]


def test_a_focus_that_is_elsewhere_is_not_taken(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    field = QLineEdit()
    column.addWidget(TransportBar())
    column.addWidget(field)
    field.setFocus()
    window.show()
    assert window.focusWidget() is field


def test_reset_is_asked_for(qtbot: QtBot, bar: TransportBar) -> None:
    wishes = heard(bar)
    qtbot.mouseClick(button(bar, "Reset"), LEFT)
    assert wishes == [("reset",)]


def test_a_step_is_a_batch_at_first(qtbot: QtBot, bar: TransportBar) -> None:
    wishes = heard(bar)
    step = button(bar, "Step batch")
    assert step.isVisible()
    assert step.text() == "Step batch"
    qtbot.mouseClick(step, LEFT)
    assert wishes == [("step", "batch")]


@pytest.mark.parametrize("size", ["op", "layer", "pass", "epoch"])
def test_the_step_button_does_and_says_the_chosen_size(
    qtbot: QtBot, bar: TransportBar, size: str
) -> None:
    wishes = heard(bar)
    qtbot.mouseClick(bar.granularity.segment(size), LEFT)
    assert wishes == []
    qtbot.mouseClick(button(bar, f"Step {size}"), LEFT)
    assert wishes == [("step", size)]
    assert bar.step.toolTip().startswith(f"Step {size}")


def test_the_speed_goes_from_one_a_second_to_flat_out(qtbot: QtBot, bar: TransportBar) -> None:
    wishes = heard(bar)
    bar.speed.setFocus()
    assert bar.steps_per_second() is None
    qtbot.keyClick(bar.speed, Qt.Key.Key_Home)
    qtbot.keyClick(bar.speed, Qt.Key.Key_Right)
    qtbot.keyClick(bar.speed, Qt.Key.Key_End)
    assert wishes == [("speed", 1.0), ("speed", 2.0), ("speed", None)]


def test_every_speed_is_readable(qtbot: QtBot, bar: TransportBar) -> None:
    words = []
    for position in range(len(SPEEDS) + 1):
        bar.speed.setValue(position)
        words += [w.text() for w in bar.findChildren(QLabel) if w.text().endswith(("/ s", "max"))]
    assert (words[0], words[9], words[-1]) == ("1 / s", "1,000 / s", "max")


def test_the_numbers_are_those_of_the_run(bar: TransportBar, trained: Snapshot) -> None:
    bar.show_snapshot(None, trained)
    assert trained.evaluation is not None
    assert trained.evaluation.test is not None
    numbers = shown(bar)
    assert numbers["step"] == "1,234"
    assert float(numbers["epoch"]) == math.floor(10 * trained.epoch) / 10
    assert float(numbers["train_loss"]) == pytest.approx(trained.evaluation.train.loss, rel=1e-3)
    assert float(numbers["test_loss"]) == pytest.approx(trained.evaluation.test.loss, rel=1e-3)
    accuracy = float(numbers["test_accuracy"].removesuffix(" %")) / 100
    assert accuracy == pytest.approx(trained.evaluation.test.accuracy, abs=1e-3)


def test_losses_and_scores_of_an_earlier_step_say_so(bar: TransportBar) -> None:
    trainer = Trainer(load_preset("iris"))
    trainer.advance_epoch()
    evaluated = trainer.step
    numbers = bar.readouts.by_name

    def running() -> Snapshot:
        return replace(trainer.snapshot(ALL_PARTS & ~Part.EVALUATION), state="running")

    bar.show_snapshot(None, running())
    assert numbers["test_accuracy"].toolTip() == ""
    trainer.advance_step()
    earlier = shown(bar)["train_loss"]
    bar.show_snapshot(None, replace(running(), state="failed"))
    assert shown(bar)["train_loss"] == earlier
    for name in ("train_loss", "test_loss", "test_accuracy"):
        assert numbers[name].toolTip().startswith(f"Of step {evaluated}:")
    assert numbers["step"].toolTip() == ""
    bar.show_snapshot(None, trainer.snapshot())
    assert shown(bar)["train_loss"] != earlier
    assert {numbers[name].toolTip() for name in numbers} == {""}


def test_losses_and_scores_over_a_part_of_the_rows_say_so(bar: TransportBar) -> None:
    spec = load_preset("linear-on-circle")
    draw = np.random.default_rng(0)
    inputs, targets = draw.normal(size=(2500, 2)), np.arange(2500)[:, None] % 2
    test = {"test_inputs": inputs[:300], "test_targets": targets[:300] * 1.0}
    data = Dataset(inputs, targets * 1.0, task="classification", **test)
    bar.show_snapshot(None, Trainer(spec, data).snapshot())
    numbers = bar.readouts.by_name
    told = "Over 2,000 of the 2,500 training rows, spread evenly."
    assert numbers["train_loss"].toolTip() == told
    assert numbers["test_loss"].toolTip() == numbers["test_accuracy"].toolTip() == ""


def test_the_step_counter_is_found_by_its_name(bar: TransportBar, trained: Snapshot) -> None:
    (counter,) = [w for w in bar.findChildren(QLabel) if w.accessibleName() == "Step counter"]
    bar.show_snapshot(None, replace(trained, step=12_345_678))
    assert int(counter.text().replace(",", "")) == 12_345_678


def test_a_regression_shows_r_squared_and_a_run_without_test_rows_no_test_loss(
    bar: TransportBar,
) -> None:
    bar.show_snapshot(None, Trainer(load_preset("regression-sine")).snapshot())
    assert {"test_loss", "test_r2"} <= shown(bar).keys()
    bar.show_snapshot(None, Trainer(load_preset("worked-example")).snapshot())
    assert shown(bar).keys() == {"epoch", "step", "train_loss", "train_r2"}
    assert shown(bar)["train_r2"] == "–"


def test_in_mid_step_the_op_is_counted(bar: TransportBar) -> None:
    trainer = Trainer(load_preset("worked-example"))
    for _ in range(3):
        trainer.advance_op()
    bar.show_snapshot(None, trainer.snapshot())
    assert shown(bar)["op"] == f"3 / {len(trainer.program.ops)}"
    trainer.advance_step()
    bar.show_snapshot(None, trainer.snapshot())
    assert "op" not in shown(bar)


def test_in_mid_step_the_numbers_of_the_sample_in_view_come_into_being(bar: TransportBar) -> None:
    trainer = Trainer(load_preset("worked-example"))
    trainer.advance_op()
    bar.show_snapshot(None, trainer.snapshot())
    now = shown(bar)
    assert (now["batch_loss"], now["prediction"], now["target"]) == ("?", "?", "1.000")
    while trainer.program.peek().phase != "backward":
        trainer.advance_op()
    bar.show_snapshot(None, trainer.snapshot())
    now = shown(bar)
    assert (now["batch_loss"], now["prediction"]) == ("0.02706", "0.7674")
    assert "train_loss" not in now


@pytest.mark.parametrize("size", ["op", "layer", "pass", "batch", "epoch"])
def test_the_back_button_does_and_says_the_chosen_size(
    qtbot: QtBot, bar: TransportBar, size: str
) -> None:
    wishes = heard(bar)
    qtbot.mouseClick(bar.granularity.segment(size), LEFT)
    qtbot.mouseClick(button(bar, f"Back {size}"), LEFT)
    assert wishes == [("back", size)]


def test_slow_motion_is_switched_on_and_off(qtbot: QtBot, bar: TransportBar) -> None:
    wishes = heard(bar)
    for _ in range(2):
        qtbot.mouseClick(button(bar, "Slow motion"), LEFT)
    assert wishes == [("slow", True), ("slow", False)]


def test_extreme_numbers_are_said_as_they_are(bar: TransportBar, trained: Snapshot) -> None:
    evaluation = trained.evaluation
    assert evaluation is not None
    assert evaluation.test is not None
    extreme = replace(
        evaluation,
        train=replace(evaluation.train, loss=1e-9),
        test=replace(evaluation.test, loss=math.nan),
    )
    bar.show_snapshot(None, replace(trained, evaluation=extreme))
    assert (shown(bar)["train_loss"], shown(bar)["test_loss"]) == ("1.000e−9", "NaN")


def test_while_running_numbers_change_ten_times_a_second_and_a_pause_shows_them_at_once(
    bar: TransportBar, trained: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(readouts, "monotonic", lambda: now)
    running = replace(trained, state="running")
    changes = []
    for frame in range(60):
        now = 100.0 + frame / 60
        before = shown(bar)["step"]
        bar.show_snapshot(None, replace(running, step=2000 + frame))
        changes.append(shown(bar)["step"] != before)
    assert 8 <= sum(changes) <= 11
    bar.show_snapshot(running, replace(trained, step=2345))
    assert shown(bar)["step"] == "2,345"


@pytest.mark.parametrize("width", [1120, 1280, 1920])
def test_no_number_is_cut_however_narrow_the_window(
    bar: TransportBar, trained: Snapshot, width: int
) -> None:
    bar.resize(width, bar.height())
    bar.show_snapshot(None, replace(trained, step=12_345_678, in_step=True))
    QApplication.processEvents()
    assert "step" in shown(bar)
    assert width < 1280 or len(shown(bar)) == 6
    for readout in bar.readouts.by_name.values():
        if readout.isVisible():
            right = readout.mapTo(bar, readout.rect().topRight()).x()
            assert right < width
            assert readout.width() >= readout.sizeHint().width()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_speed_does_not_come_and_go_while_the_width_rests(
    qtbot: QtBot, qapp: QApplication, scale: float
) -> None:
    apply_theme(qapp, "dark", font_scale=scale)
    window = QWidget()
    bar = TransportBar(window)
    qtbot.addWidget(window)
    window.resize(1920, 80)
    window.show()
    QApplication.processEvents()
    enough = bar.minimumSizeHint().width()
    seen = set()
    for width in range(enough - 60, enough + 60, 3):
        bar.resize(width, bar.height())
        QApplication.sendEvent(bar, QEvent(QEvent.Type.LayoutRequest))
        shown = bar.speed.isVisible()
        QApplication.sendEvent(bar, QEvent(QEvent.Type.LayoutRequest))
        assert bar.speed.isVisible() == shown, width
        seen.add(shown)
    assert seen == {True, False}
    apply_theme(qapp, "dark")


def test_a_failed_run_offers_nothing_but_the_reset(bar: TransportBar, trained: Snapshot) -> None:
    bar.show_snapshot(None, replace(trained, state="failed"))
    assert not button(bar, "Play").isEnabled()
    assert not button(bar, "Step batch").isEnabled()
    assert button(bar, "Reset").isEnabled()
    bar.show_snapshot(None, trained)
    assert button(bar, "Play").isEnabled()


def test_a_halted_run_shows_the_loss_that_halted_it(bar: TransportBar) -> None:
    spec = load_preset("regression-sine").with_changes(
        {"training": {"optimizer": {"kind": "sgd", "learning_rate": 1e6}}}
    )
    trainer = Trainer(spec)
    while trainer.halted is None:
        trainer.advance_step()
    bar.show_snapshot(None, trainer.snapshot())
    numbers = shown(bar)
    assert numbers["train_loss"] in ("∞", "NaN")
    assert numbers["test_loss"] == "–"


def test_the_focus_of_play_is_ringed_once_keys_are_used(qtbot: QtBot, bar: TransportBar) -> None:
    bar.reset.setFocus()
    without = bar.play.grab().toImage()
    bar.play.setFocus(Qt.FocusReason.OtherFocusReason)
    assert bar.play.grab().toImage() == without
    bar.back.setFocus()
    qtbot.keyClick(bar.back, Qt.Key.Key_Tab)
    assert bar.play.hasFocus()
    assert bar.play.grab().toImage() != without
