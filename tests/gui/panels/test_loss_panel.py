"""The loss panel: real steps only, honest axes, and every value readable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.training.log import Mark
from gui.loss.legend import LossLegend
from gui.loss.plot import EMPTY_MESSAGE
from gui.panels.loss_panel import LossPanel
from gui.theme import apply_theme, current_theme
from gui.widgets.segmented_control import SegmentedControl


def trainer(test_fraction: float = 0.5) -> Trainer:
    layers = [{"units": 4}, {"units": 1, "activation": "sigmoid"}]
    data = {"kind": "circle", "samples": 100, "test_fraction": test_fraction}
    return Trainer(ExperimentSpec.from_dict({"data": data, "network": {"layers": layers}}))


@cache
def trained(steps: int, test_fraction: float = 0.5) -> Snapshot:
    run = trainer(test_fraction)
    for _ in range(steps):
        run.advance_step()
    return run.snapshot()


def with_losses(losses: list[float], **changes: object) -> Snapshot:
    """Return a snapshot whose train and test loss at steps 0, 10, 20 ... are ``losses``."""
    snapshot = trained(30)
    values, steps = np.array(losses), 10.0 * np.arange(len(losses))
    curves = replace(
        snapshot.curves,
        steps=steps,
        train_loss=values,
        test_loss=values,
        batch_steps=steps,
        batch_loss=values,
        batch_lowest=values,
        batch_highest=values,
        **changes,
    )
    return replace(snapshot, curves=curves)


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[LossPanel]:
    apply_theme(qapp, "dark")
    panel = LossPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 268)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


def choose(qtbot: QtBot, panel: LossPanel, key: str) -> None:
    control = panel.findChild(SegmentedControl)
    qtbot.mouseClick(control.segment(key), Qt.MouseButton.LeftButton)


def drawn_pixels(panel: LossPanel, color: QColor) -> int:
    """Count the plot's pixels of exactly ``color``."""
    image = panel.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
    return int(np.count_nonzero(pixels == color.rgb() & 0xFFFFFF))


def step_at(panel: LossPanel, share: float) -> QPoint:
    decor = panel.plot.decor()
    return QPoint(round(decor.x(share)), round(decor.area.center().y()))


def test_before_the_first_step_the_axes_say_what_will_appear(panel: LossPanel) -> None:
    panel.show_snapshot(None, trained(0))
    decor = panel.plot.decor()
    assert decor.message == EMPTY_MESSAGE
    assert decor.step_ticks
    assert decor.loss_ticks
    assert drawn_pixels(panel, current_theme().accent) == 0


def test_both_curves_are_drawn_after_some_steps(panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([1.0, 0.5, 0.9, 0.2]))
    assert panel.plot.decor().message == ""
    assert drawn_pixels(panel, current_theme().text) > 50


def test_the_test_curve_is_drawn_dashed_in_the_accent(panel: LossPanel) -> None:
    snapshot = with_losses([0.5, 0.5])
    curves = replace(
        snapshot.curves,
        train_loss=np.array([0.3, 0.3]),
        batch_steps=np.empty(0),
        batch_loss=np.empty(0),
    )
    panel.show_snapshot(None, replace(snapshot, curves=curves))
    # Two pixels high and half the axis long (10 of 20 steps), of which 8 of 13 are dashes.
    dashes = panel.plot.decor().area.width() / 2 * 2 * 8 / 13
    assert 0.5 < drawn_pixels(panel, current_theme().accent) / dashes < 1.2


def test_without_test_rows_only_the_training_curve_is_named(panel: LossPanel) -> None:
    panel.show_snapshot(None, trained(20, 0.0))
    assert {legend.names() for legend in panel.findChildren(LossLegend)} == {("train",)}
    assert drawn_pixels(panel, current_theme().accent) == 0


def test_one_value_alone_is_drawn_as_a_point(panel: LossPanel) -> None:
    panel.show_snapshot(None, trained(1))
    assert {point[2] for point in panel.plot.decor().points} == {"text3", "text", "accent"}


@pytest.mark.parametrize(
    "losses",
    [
        [0.0, 0.0, 0.0],
        [1.0, float("nan"), 0.5],
        [float("nan")] * 3,
        [1.0, float("inf"), 1e250],
        [1e-300, 1e-310, 0.0],
    ],
)
@pytest.mark.parametrize("scale", ["log", "linear"])
def test_losses_of_any_size_are_shown(
    qtbot: QtBot, panel: LossPanel, losses: list[float], scale: str
) -> None:
    choose(qtbot, panel, scale)
    panel.show_snapshot(None, with_losses(losses))
    assert not panel.grab().isNull()
    assert panel.plot.decor().loss_ticks


def test_the_axes_stand_still_while_the_run_goes_on_within_them(panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([1.0, 0.1] + [0.5] * 20))
    before = panel.plot.decor()
    panel.show_snapshot(None, with_losses([1.0, 0.1] + [0.5] * 21))
    after = panel.plot.decor()
    assert (after.step_ticks, after.loss_ticks) == (before.step_ticks, before.loss_ticks)


def test_a_new_run_begins_with_a_new_range(panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([1.0, 1e-6]))
    fresh = replace(with_losses([1.0, 0.5]), step=2)
    panel.show_snapshot(None, fresh)
    texts = [text for _, text in panel.plot.decor().loss_ticks]
    assert "10⁻⁶" not in texts


def test_linear_shows_the_axis_from_zero(qtbot: QtBot, panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([0.69, 0.3]))
    choose(qtbot, panel, "linear")
    assert panel.plot.decor().loss_ticks[0] == (0.0, "0")


def test_changes_of_settings_are_marked_where_they_were_made(panel: LossPanel) -> None:
    marks = (Mark(10, "learning rate 0.006"),)
    panel.show_snapshot(None, with_losses([1.0, 0.5, 0.2], marks=marks))
    decor = panel.plot.decor()
    ((share, text),) = decor.marks
    assert text == "learning rate 0.006"
    ten = next(share for share, label in decor.step_ticks if label == "10")
    assert share == pytest.approx(ten)


def test_guessing_is_marked_while_the_loss_is_near_it(panel: LossPanel) -> None:
    guessing = trained(30).guessing
    panel.show_snapshot(None, with_losses([1.0, guessing * 1.02]))
    shown = panel.plot.decor().guessing
    assert shown is not None
    assert shown[1] == guessing


def test_guessing_is_no_more_marked_when_the_loss_is_far_below(panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([1.0, 0.69]))
    panel.show_snapshot(None, with_losses([1.0, 0.69, 0.1]))
    assert panel.plot.decor().guessing is None


def test_the_pointer_reads_the_nearest_evaluation(qtbot: QtBot, panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([1.0, 0.5, 0.25]))
    ten = next(share for share, label in panel.plot.decor().step_ticks if label == "10")
    with qtbot.waitSignal(panel.plot.read) as reading:
        qtbot.mouseMove(panel.plot, step_at(panel, ten) + QPoint(4, 0))
    assert reading.args == ["step 10, train 0.5000, test 0.5000, batch 0.5000"]


def test_the_reading_names_a_change_of_settings_close_by(qtbot: QtBot, panel: LossPanel) -> None:
    marks = (Mark(10, "batch size 20"), Mark(1, "momentum 0.5"))
    panel.show_snapshot(None, with_losses([1.0, 0.5, 0.25], marks=marks))
    panel.plot.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right):
        qtbot.keyClick(panel.plot, key)
    assert panel.plot.accessibleDescription().endswith("batch 0.5000, batch size 20")


def test_arrows_read_from_value_to_value(qtbot: QtBot, panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([1.0, 0.5, 0.25]))
    panel.plot.setFocus()
    seen = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(panel.plot, key)
        seen.append(panel.plot.accessibleDescription().split(",")[0])
    assert seen == ["step 20", "step 10", "step 0", "step 20"]


def test_escape_ends_the_reading(qtbot: QtBot, panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([1.0, 0.5, 0.25]))
    panel.plot.setFocus()
    qtbot.keyClick(panel.plot, Qt.Key.Key_End)
    qtbot.keyClick(panel.plot, Qt.Key.Key_Escape)
    assert panel.plot.decor().reading is None


def test_a_hidden_panel_catches_up_when_it_is_seen(panel: LossPanel) -> None:
    panel.hide()
    panel.show_snapshot(None, trained(30))
    assert panel.plot.decor().message == EMPTY_MESSAGE
    panel.show()
    assert panel.plot.decor().message == ""


def test_the_losses_are_readable_as_text(panel: LossPanel) -> None:
    snapshot = trained(30)
    panel.show_snapshot(None, snapshot)
    assert snapshot.evaluation is not None
    words = panel.accessibleDescription()
    assert words.startswith("Step 30: train loss 0.")
    assert f"{snapshot.evaluation.train.loss:.4f}" in words


def test_a_narrow_panel_keeps_legend_and_control(panel: LossPanel) -> None:
    panel.show_snapshot(None, trained(30))
    panel.resize(212, 312)
    assert panel.width() == 212
    control = panel.findChild(SegmentedControl)
    assert control.visibleRegion().boundingRect().width() == control.width()


def test_a_change_of_theme_redraws_the_curves(qapp: QApplication, panel: LossPanel) -> None:
    panel.show_snapshot(None, with_losses([1.0, 0.5, 0.9, 0.2]))
    apply_theme(qapp, "light")
    assert drawn_pixels(panel, current_theme().text) > 50


def test_losses_of_batches_stand_out_while_they_are_the_only_curve(panel: LossPanel) -> None:
    high = with_losses([0.9, 0.9, 0.9, 0.9])
    whole = replace(high.curves, batch_loss=np.full(4, 0.3))
    single = replace(
        whole, steps=np.zeros(1), train_loss=np.array([0.9]), test_loss=np.array([0.9])
    )

    def strongest_in_the_lower_half() -> int:
        x, middle = step_at(panel, 0.5).toTuple()
        image = panel.plot.grab().toImage()
        bottom = round(panel.plot.decor().area.bottom()) - 4
        return max(image.pixelColor(x, y).lightness() for y in range(middle, bottom))

    panel.show_snapshot(None, replace(high, curves=single))
    alone = strongest_in_the_lower_half()
    panel.show_snapshot(None, replace(high, curves=whole))
    assert alone > strongest_in_the_lower_half() + 20
