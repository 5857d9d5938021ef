"""Looking closer at the loss: wheel, frame, keys, other axes, smooth lines, and all as a table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QTableView
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.training.smoothing import Smoothing, smooth
from gui.loss.legend import LossLegend
from gui.loss.zoom import View
from gui.numbers import format_value
from gui.panels.loss_panel import LossPanel
from gui.theme import apply_theme, current_theme, ui_font
from gui.widgets.segmented_control import SegmentedControl
from tests.gui.panels.test_loss_panel import drawn_pixels

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@cache
def trained(steps: int) -> Snapshot:
    layers = [{"units": 4}, {"units": 1, "activation": "sigmoid"}]
    data = {"kind": "circle", "samples": 100}
    run = Trainer(ExperimentSpec.from_dict({"data": data, "network": {"layers": layers}}))
    run.advance_steps(steps)
    return run.snapshot()


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[LossPanel]:
    apply_theme(qapp, "dark")
    panel = LossPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 268)
    panel.show()
    panel.show_snapshot(None, trained(100))
    yield panel
    apply_theme(qapp, "dark")


def place(panel: LossPanel, across: float, up: float) -> QPoint:
    decor = panel.plot.decor()
    return QPoint(round(decor.x(across)), round(decor.y(up)))


def turn(
    panel: LossPanel, at: QPoint, notches: int = 1, modifier: Qt.KeyboardModifier = NONE
) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(panel.plot.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(panel.plot, event)


def drag(
    qtbot: QtBot, panel: LossPanel, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT
) -> None:
    qtbot.mousePress(panel.plot, button, NONE, start)
    for at in ((start + end) / 2, end):
        kind, local = QEvent.Type.MouseMove, QPointF(at)
        around = QPointF(panel.plot.mapToGlobal(at))
        move = QMouseEvent(kind, local, around, Qt.MouseButton.NoButton, button, NONE)
        QApplication.sendEvent(panel.plot, move)
    qtbot.mouseRelease(panel.plot, button, NONE, end)


def press(qtbot: QtBot, panel: LossPanel, *keys: Qt.Key) -> None:
    panel.plot.setFocus()
    for key in keys:
        qtbot.keyClick(panel.plot, key)


def part(panel: LossPanel) -> View:
    assert panel.plot.part is not None
    return panel.plot.part


def choose(panel: LossPanel, *path: str) -> None:
    """Choose from the menu of the plot by the words on the way."""
    menu: QMenu = panel.options.menu
    for words in path[:-1]:
        menu = next(a for a in menu.actions() if a.text() == words).menu()
    next(a for a in menu.actions() if a.text().split("\t")[0] == path[-1]).trigger()


# ---------------------------------------------------------------------- pointer


def test_the_wheel_looks_closer_at_the_place_under_the_pointer(panel: LossPanel) -> None:
    whole, at = panel.plot.whole, place(panel, 0.25, 0.5)
    turn(panel, at, 2)
    found = part(panel)
    assert found.right - found.left == pytest.approx(0.64 * (whole.right - whole.left))
    assert found.top - found.bottom == pytest.approx(0.64 * (whole.top - whole.bottom))
    share = (at.x() - panel.plot.area().left()) / panel.plot.area().width()
    assert found.at(share, 0.5)[0] == pytest.approx(whole.at(share, 0.5)[0])


def test_the_wheel_back_shows_the_whole_run_again(panel: LossPanel) -> None:
    turn(panel, place(panel, 0.5, 0.5), 1)
    turn(panel, place(panel, 0.5, 0.5), -3)
    assert panel.plot.part is None


def test_over_an_axis_or_with_shift_the_wheel_counts_one_way_only(panel: LossPanel) -> None:
    whole, area = panel.plot.whole, panel.plot.area().toRect()
    turn(panel, QPoint(area.left() - 20, area.center().y()))
    assert (part(panel).left, part(panel).right) == (whole.left, whole.right)
    assert part(panel).top - part(panel).bottom < whole.top - whole.bottom
    for at, modifier in (
        (QPoint(area.center().x(), area.bottom() + 12), NONE),
        (area.center(), SHIFT),
    ):
        panel.plot.look_at(None)
        turn(panel, at, 1, modifier)
        assert (part(panel).bottom, part(panel).top) == (whole.bottom, whole.top)
        assert part(panel).right - part(panel).left < whole.right - whole.left


def test_a_framed_rectangle_becomes_the_view(qtbot: QtBot, panel: LossPanel) -> None:
    whole = panel.plot.whole
    drag(qtbot, panel, place(panel, 0.25, 0.75), place(panel, 0.5, 0.25))
    found = part(panel)
    expected = [*whole.at(0.25, 0.25), *whole.at(0.5, 0.75)]
    sizes = np.array([whole.right - whole.left, whole.top - whole.bottom] * 2)
    got = np.array([found.left, found.bottom, found.right, found.top])
    assert (np.abs(got - expected) < 0.01 * sizes).all()
    assert panel.plot.decor().frame is None


def test_a_flat_frame_reaches_over_the_whole_height(qtbot: QtBot, panel: LossPanel) -> None:
    whole = panel.plot.whole
    drag(qtbot, panel, place(panel, 0.25, 0.5), place(panel, 0.5, 0.5) + QPoint(0, 2))
    assert (part(panel).bottom, part(panel).top) == (whole.bottom, whole.top)
    assert part(panel).right < whole.right


def test_a_click_changes_nothing(qtbot: QtBot, panel: LossPanel) -> None:
    qtbot.mouseClick(panel.plot, LEFT, NONE, place(panel, 0.5, 0.5))
    assert panel.plot.part is None


def test_the_middle_button_moves_the_view(qtbot: QtBot, panel: LossPanel) -> None:
    panel.plot.look_at(View(40.0, 60.0, *heights(panel)))
    drag(qtbot, panel, place(panel, 0.5, 0.5), place(panel, 0.25, 0.5), MIDDLE)
    assert (part(panel).left, part(panel).right) == pytest.approx((45.0, 65.0), abs=0.2)


def heights(panel: LossPanel) -> tuple[float, float]:
    whole = panel.plot.whole
    middle, reach = (whole.top + whole.bottom) / 2, (whole.top - whole.bottom) / 4
    return middle - reach, middle + reach


def test_a_double_click_shows_the_whole_run(qtbot: QtBot, panel: LossPanel) -> None:
    turn(panel, place(panel, 0.5, 0.5), 4)
    qtbot.mouseDClick(panel.plot, LEFT, NONE, place(panel, 0.5, 0.5))
    assert panel.plot.part is None


def test_the_axes_and_the_curves_are_those_of_the_view(panel: LossPanel) -> None:
    before = drawn_pixels(panel, current_theme().text)
    panel.plot.look_at(View(40.0, 60.0, panel.plot.whole.bottom, panel.plot.whole.top))
    steps = [int(text) for _, text in panel.plot.decor().step_ticks]
    assert min(steps) > 40
    assert max(steps) <= 60
    assert panel.plot.decor().is_part
    assert drawn_pixels(panel, current_theme().text) > before / 4


def test_a_view_stands_still_while_the_run_goes_on(panel: LossPanel) -> None:
    turn(panel, place(panel, 0.2, 0.5), 4)
    before = part(panel)
    panel.show_snapshot(trained(100), trained(300))
    assert part(panel) == before


def test_a_new_run_is_shown_whole(panel: LossPanel) -> None:
    turn(panel, place(panel, 0.2, 0.5), 4)
    panel.show_snapshot(trained(100), trained(20))
    assert panel.plot.part is None


# ---------------------------------------------------------------------- keyboard


def test_keys_look_closer_and_back_and_show_all(qtbot: QtBot, panel: LossPanel) -> None:
    press(qtbot, panel, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    whole, found = panel.plot.whole, part(panel)
    assert found.right - found.left == pytest.approx((whole.right - whole.left) / 4)
    press(qtbot, panel, Qt.Key.Key_Minus)
    assert part(panel).right - part(panel).left > found.right - found.left
    press(qtbot, panel, Qt.Key.Key_0)
    assert panel.plot.part is None


def test_the_menu_names_the_same_with_their_keys(panel: LossPanel) -> None:
    choose(panel, "Look closer")
    closer = part(panel)
    choose(panel, "Look closer")
    assert part(panel).right - part(panel).left < closer.right - closer.left
    choose(panel, "Look from farther")
    assert part(panel).right - part(panel).left == pytest.approx(closer.right - closer.left)
    choose(panel, "Show all")
    assert panel.plot.part is None


def test_the_scale_is_in_the_menu_too(panel: LossPanel) -> None:
    choose(panel, "Loss axis", "Linear")
    assert panel.plot.whole.bottom == 0.0
    assert panel.findChild(SegmentedControl).selected_key() == "linear"


def test_arrows_read_on_and_the_view_follows(qtbot: QtBot, panel: LossPanel) -> None:
    press(qtbot, panel, Qt.Key.Key_Home, *[Qt.Key.Key_Plus] * 3)
    assert part(panel).left == 0.0
    press(qtbot, panel, *[Qt.Key.Key_Right] * 10)
    step = panel.plot.pointed_step
    assert step is not None
    assert step == trained(100).curves.steps[10]
    assert part(panel).left <= step <= part(panel).right
    assert panel.plot.accessibleDescription().startswith(f"step {step:.0f}, train ")


def test_shift_and_arrows_move_the_view(qtbot: QtBot, panel: LossPanel) -> None:
    press(qtbot, panel, Qt.Key.Key_Plus)
    before = part(panel)
    qtbot.keyClick(panel.plot, Qt.Key.Key_Right, SHIFT)
    assert part(panel).left > before.left
    qtbot.keyClick(panel.plot, Qt.Key.Key_Up)
    assert part(panel).top > before.top


def test_far_in_the_losses_of_batches_are_read(qtbot: QtBot, panel: LossPanel) -> None:
    panel.plot.look_at(View(41.1, 43.9, panel.plot.whole.bottom, panel.plot.whole.top))
    press(qtbot, panel)
    qtbot.mouseMove(panel.plot, place(panel, 0.4, 0.5))
    loss = trained(100).curves.batch_loss[41]
    assert panel.plot.accessibleDescription() == f"step 42, batch {loss:.4f}"


def test_no_look_is_so_close_that_labels_are_cut_or_steps_are_split(
    qtbot: QtBot, panel: LossPanel
) -> None:
    metrics = QFontMetricsF(ui_font(11))
    for _ in range(20):
        press(qtbot, panel, Qt.Key.Key_Plus)
        decor = panel.plot.decor()
        widest = max(metrics.horizontalAdvance(text) for _, text in decor.loss_ticks)
        assert widest < decor.area.left()
    assert part(panel).right - part(panel).left >= 2


# ---------------------------------------------------------------------- choices


def test_the_axis_can_count_epochs_and_seconds(qtbot: QtBot, panel: LossPanel) -> None:
    choose(panel, "Across", "Epochs")
    decor = panel.plot.decor()
    assert decor.unit == "epoch"
    assert decor.step_ticks[-1][1] == "20"
    press(qtbot, panel, Qt.Key.Key_End)
    assert panel.plot.accessibleDescription().startswith("epoch 20.00, step 100, train 0.")
    choose(panel, "Across", "Seconds")
    assert panel.plot.decor().unit == "seconds"
    seconds = trained(100).curves.seconds[-1]
    assert panel.plot.step_axis().limit >= max(seconds, 0.1)


def test_only_axes_that_are_recorded_are_offered(panel: LossPanel) -> None:
    across = next(a.menu() for a in panel.options.menu.actions() if a.text() == "Across")
    words = [action.text() for action in across.actions()]
    assert words[:3] == ["Steps", "Epochs", "Seconds"]
    assert ("Passes" in words) == hasattr(trained(100).curves, "passes")


@pytest.mark.parametrize(
    ("words", "smoothing"),
    [
        ("Mean of about 10 values", Smoothing("exponential", 10)),
        ("Median of 25 values", Smoothing("median", 25)),
    ],
)
def test_a_smooth_line_is_drawn_over_what_was_recorded(
    qtbot: QtBot, panel: LossPanel, words: str, smoothing: Smoothing
) -> None:
    choose(panel, "Smoothing", words)
    curves = trained(100).curves
    press(qtbot, panel, Qt.Key.Key_End)
    smooth_loss = smooth(curves.train_loss, smoothing)[-1]
    text = panel.plot.accessibleDescription()
    assert f"train {curves.train_loss[-1]:.4f}, train, smoothed {smooth_loss:.4f}" in text
    assert "batch, smoothed" in text
    assert drawn_pixels(panel, current_theme().text3) > 30
    assert panel.findChildren(LossLegend)[0].names() == ("train", "test", "batch")
    choose(panel, "Smoothing", "Off")
    assert "smoothed" not in panel.plot.decor().reading.sentence()


def test_a_long_run_reads_the_extremes_of_its_neighbours(qtbot: QtBot, panel: LossPanel) -> None:
    panel.show_snapshot(trained(100), trained(5000))
    press(qtbot, panel, Qt.Key.Key_End)
    curves = trained(5000).curves
    assert curves.batch_lowest[-1] < curves.batch_loss[-1] < curves.batch_highest[-1]
    text = panel.plot.accessibleDescription()
    for name, losses in (("lowest", curves.batch_lowest), ("highest", curves.batch_highest)):
        assert f"batch, {name} {format_value(losses[-1])}" in text


# ---------------------------------------------------------------------- table


def test_the_table_holds_what_is_on_show_the_latest_first(qtbot: QtBot, panel: LossPanel) -> None:
    table = panel.findChild(QTableView)
    press(qtbot, panel, Qt.Key.Key_T)
    assert table.isVisible()
    assert QApplication.focusWidget() is table
    model, curves = table.model(), trained(100).curves
    heads = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert heads == ["step", "train", "test", "batch"]
    assert model.rowCount() == len(curves.steps)
    row = [model.index(0, column).data() for column in range(4)]
    assert row[:3] == ["100", f"{curves.train_loss[-1]:.4f}", f"{curves.test_loss[-1]:.4f}"]
    spoken = model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"train {curves.train_loss[-1]:.4f}"
    qtbot.keyClick(table, Qt.Key.Key_T)
    assert panel.plot.isVisible()


def test_the_table_follows_view_axis_and_smoothing(qtbot: QtBot, panel: LossPanel) -> None:
    choose(panel, "Show as table")
    model = panel.findChild(QTableView).model()
    panel.plot.look_at(View(40.0, 60.0, panel.plot.whole.bottom, panel.plot.whole.top))
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        "60", "55", "50", "45", "40"
    ]  # fmt: skip
    choose(panel, "Across", "Epochs")
    choose(panel, "Smoothing", "Median of 5 values")
    heads = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert heads[:4] == ["step", "epoch", "train", "smooth"]
    assert model.index(0, 1).data() == "20.00"


def test_the_table_can_be_copied(qtbot: QtBot, panel: LossPanel) -> None:
    choose(panel, "Show as table")
    table = panel.findChild(QTableView)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "step\ttrain\ttest\tbatch"
    assert len(lines) == 1 + len(trained(100).curves.steps)


def test_the_menu_opens_where_the_plot_is_clicked_with_the_right_button(
    qapp: QApplication, panel: LossPanel
) -> None:
    at = place(panel, 0.5, 0.5)
    reason = QContextMenuEvent.Reason.Mouse
    qapp.sendEvent(panel.plot, QContextMenuEvent(reason, at, panel.plot.mapToGlobal(at)))
    assert panel.options.menu.isVisible()
    panel.options.menu.close()
