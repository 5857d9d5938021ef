"""The learning rate above the loss: there only where it changes, on an axis of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import Snapshot, Trainer
from core.presets import load_preset
from gui.loss.axes import StepAxis
from gui.loss.rate_strip import RateCurve, free_corner, rate_curve
from gui.numbers import parse_number
from gui.panels.loss_panel import LossPanel
from gui.theme import apply_theme


def trained(steps: int, schedule: dict[str, Any]) -> Snapshot:
    trainer = Trainer(load_preset("circle").with_changes({"training": {"schedule": schedule}}))
    trainer.advance_steps(steps)
    return trainer.snapshot()


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> LossPanel:
    apply_theme(qapp, "dark")
    panel = LossPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 268)
    panel.show()
    return panel


def test_a_rate_that_stays_has_no_strip(panel: LossPanel) -> None:
    panel.show_snapshot(None, trained(60, {}))
    assert not panel.rate.isVisible()
    assert "learning rate" not in panel.accessibleDescription()


def test_a_schedule_is_drawn_and_told_in_words(panel: LossPanel) -> None:
    panel.show_snapshot(None, trained(0, {"kind": "exponential", "gamma": 0.99}))
    assert not panel.rate.isVisible()
    snapshot = trained(60, {"kind": "exponential", "gamma": 0.99})
    panel.show_snapshot(None, snapshot)
    assert panel.rate.isVisible()
    assert f"{snapshot.learning_rate:.3g}" in panel.accessibleDescription()


def test_a_rate_that_the_user_has_changed_stays_on_show(panel: LossPanel) -> None:
    trainer = Trainer(load_preset("circle"))
    trainer.advance_epoch()
    trainer.change({"training": {"optimizer": {"learning_rate": 0.002}}})
    trainer.advance_epoch()
    panel.show_snapshot(None, trainer.snapshot())
    assert panel.rate.isVisible()


def test_the_read_out_has_the_rate_of_the_step(qtbot: QtBot, panel: LossPanel) -> None:
    snapshot = trained(60, {"kind": "exponential", "gamma": 0.99})
    panel.show_snapshot(None, snapshot)
    area = panel.plot.decor().area
    with qtbot.waitSignal(panel.plot.read) as read:
        qtbot.mouseMove(panel.plot, QPoint(round(area.left()) + 1, 60))
    base = snapshot.spec.training.optimizer.learning_rate
    lines = dict(line.rsplit(" ", 1) for line in read.args[0].split(", "))
    assert parse_number(lines["rate"]) == base


def curve(rates: list[float]) -> RateCurve:
    snapshot = trained(0, {})
    steps = np.arange(float(len(rates)))
    curves = replace(snapshot.curves, steps=steps, rates=np.array(rates))
    made = rate_curve(curves, StepAxis(max(1.0, len(rates) - 1)).shares)
    assert made is not None
    return made


def test_equal_factors_are_equal_distances_and_zero_lies_on_the_floor() -> None:
    made = curve([0.1, 0.01, 0.001, 0.0])
    assert (made.high, made.low) == (0.1, 0.001)
    assert made.y == pytest.approx([1, 0.5, 0, 0])
    assert made.x == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert made.last == 0


@pytest.mark.parametrize("rates", [[0.013], [3e-7, 3e-7], [1.0, 1e-40], [7.3, 6.9, 0.0]])
def test_the_axis_has_round_ends_that_hold_every_rate(rates: list[float]) -> None:
    made = curve(rates)
    assert made.low < made.high
    assert made.high >= max(rates) * (1 - 1e-9)
    assert made.high / made.low <= 10**7
    assert (made.y >= 0).all()
    assert (made.y <= 1 + 1e-9).all()
    for end in (made.low, made.high):
        assert f"{end:.0e}"[0] in "125"


@pytest.mark.parametrize(
    ("heights", "corner"),
    [
        ([1.0, 0.6, 0.0], (True, True)),
        ([0.0, 0.7, 0.9], (True, False)),
        ([1.0, 1.0, 0.3, 0.9, 0.2], (False, False)),
    ],
)
def test_the_name_stands_where_the_line_does_not_run(
    heights: list[float], corner: tuple[bool, bool]
) -> None:
    y = np.array(heights)
    made = RateCurve(np.linspace(0, 1, len(y)), y, 0.1, 1.0, 0.5)
    assert free_corner(made, 0.4, 0.5) == corner
