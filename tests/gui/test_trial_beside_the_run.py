"""A trial is drawn beside the run: its loss in the loss plot, its gradients in the ridges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core import Snapshot, Trainer
from core.presets import load_preset
from gui.panels.gradients_panel import GradientsPanel
from gui.panels.loss_panel import LossPanel
from gui.theme import apply_theme, current_theme
from tests.gui.findings import trial


@cache
def trained(steps: int) -> Snapshot:
    run = Trainer(load_preset("deep-sigmoid"))
    for _ in range(steps):
        run.advance_step()
    return run.snapshot()


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, "dark")
    yield
    apply_theme(qapp, "dark")


@pytest.fixture
def loss(qtbot: QtBot) -> LossPanel:
    panel = LossPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 268)
    panel.show()
    return panel


@pytest.fixture
def gradients(qtbot: QtBot) -> GradientsPanel:
    panel = GradientsPanel()
    qtbot.addWidget(panel)
    panel.resize(600, 320)
    panel.show()
    return panel


def pixels(widget: QWidget, color: QColor) -> int:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
    return int(np.count_nonzero(found == color.rgb() & 0xFFFFFF))


def test_the_loss_of_a_trial_is_drawn_and_named_at_its_end(loss: LossPanel) -> None:
    snapshot = trained(50)
    loss.show_snapshot(None, snapshot)
    assert loss.plot.decor().trial is None
    assert pixels(loss.plot, current_theme().ok) == 0
    loss.show_snapshot(None, replace(snapshot, trial=trial(done=200)))
    assert pixels(loss.plot, current_theme().ok) > 60
    assert loss.plot.decor().trial is not None
    assert "Trial after 200 steps: train loss 0.2019" in loss.accessibleDescription()


def test_the_axes_have_room_for_a_trial_that_is_longer_and_better(loss: LossPanel) -> None:
    loss.show_snapshot(None, replace(trained(50), trial=trial(done=400)))
    end = loss.plot.decor().trial
    assert end is not None
    assert 0.5 < end[0] <= 1
    assert 0 <= end[1] < 0.5


def test_a_trial_from_here_is_drawn_at_the_steps_of_the_run(loss: LossPanel) -> None:
    snapshot = trained(50)
    loss.show_snapshot(None, replace(snapshot, trial=trial(done=50)))
    start = loss.plot.decor().trial
    here = trial(done=50, from_start=False, origin=50)
    loss.show_snapshot(None, replace(snapshot, trial=here))
    later = loss.plot.decor().trial
    assert start is not None
    assert later is not None
    limit = loss.plot.decor().step_ticks[-1]
    assert float(limit[1]) / limit[0] * later[0] == pytest.approx(100)


def test_an_ended_trial_leaves_the_plot(loss: LossPanel) -> None:
    snapshot = trained(50)
    loss.show_snapshot(None, replace(snapshot, trial=trial(done=200)))
    loss.show_snapshot(None, snapshot)
    assert loss.plot.decor().trial is None
    assert pixels(loss.plot, current_theme().ok) == 0


def test_a_trial_before_the_first_step_is_drawn_too(loss: LossPanel) -> None:
    loss.show_snapshot(None, replace(trained(0), trial=trial(done=200)))
    assert loss.plot.decor().message == ""
    assert pixels(loss.plot, current_theme().ok) > 60


def test_a_trial_whose_loss_is_not_finite_is_drawn_as_far_as_it_is(loss: LossPanel) -> None:
    broken = trial(done=100)
    losses = np.array(broken.loss)
    losses[5:] = np.nan
    loss.show_snapshot(None, replace(trained(50), trial=replace(broken, loss=losses)))
    end = loss.plot.decor().trial
    limit = loss.plot.decor().step_ticks[-1]
    assert end is not None
    assert float(limit[1]) / limit[0] * end[0] == pytest.approx(40)


def test_the_gradients_of_a_trial_stand_beside_those_of_the_run(gradients: GradientsPanel) -> None:
    snapshot = trained(50)
    gradients.show_snapshot(None, snapshot)
    without = pixels(gradients.ridges, current_theme().ok)
    gradients.show_snapshot(None, replace(snapshot, trial=trial()))
    assert pixels(gradients.ridges, current_theme().ok) > without + 40
    gradients.show_snapshot(None, snapshot)
    assert pixels(gradients.ridges, current_theme().ok) == without


def test_the_axis_is_widened_for_the_gradients_of_a_trial(gradients: GradientsPanel) -> None:
    large = replace(trial(), gradient_rms=np.full(11, 300.0))
    gradients.show_snapshot(None, replace(trained(50), trial=large))
    assert gradients.ridges.axis.high >= 3


def test_a_trial_of_another_depth_has_no_row_to_stand_in(gradients: GradientsPanel) -> None:
    snapshot = trained(50)
    gradients.show_snapshot(None, snapshot)
    without = pixels(gradients.ridges, current_theme().ok)
    gradients.show_snapshot(None, replace(snapshot, trial=trial(layers=4)))
    assert pixels(gradients.ridges, current_theme().ok) == without
