"""What stands in the place of the rows: dL/dx of a sample, the first layer, a scatter plot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.presets import load_preset
from gui.numbers import format_value, parse_number
from gui.panels.samples_panel import SamplesPanel
from gui.samples.input_gradient import InputGradientView
from gui.samples.pixel_view import Pixel
from gui.samples.scatter import Scatter
from gui.samples.weight_pictures import WeightPictures
from gui.theme import apply_theme
from tests.gui.driver import OpenWindow

Show = Callable[[Snapshot, str], SamplesPanel]


def _snapshot(data: dict[str, Any], output: dict[str, Any], loss: str) -> Snapshot:
    spec = {
        "data": data,
        "network": {"layers": [{"units": 30}, output]},
        "training": {"loss": loss, "batch_size": 20},
    }
    trainer = Trainer(ExperimentSpec.from_dict(spec))
    for _ in range(5):
        trainer.advance_step()
    trainer.in_view.saliency = True
    return trainer.snapshot()


@pytest.fixture(scope="module")
def digits() -> Snapshot:
    output = {"units": 10, "activation": "softmax"}
    return _snapshot({"kind": "digits", "samples": 200}, output, "cross_entropy")


@pytest.fixture(scope="module")
def cancer() -> Snapshot:
    output = {"units": 1, "activation": "sigmoid"}
    return _snapshot({"kind": "breast_cancer"}, output, "binary_cross_entropy")


@pytest.fixture(scope="module")
def regression() -> Snapshot:
    output = {"units": 1, "activation": "linear"}
    return _snapshot({"kind": "plane", "samples": 60}, output, "mean_squared_error")


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Show:
    apply_theme(qapp, "dark")
    kept = []

    def show(snapshot: Snapshot, choice: str) -> SamplesPanel:
        panel = SamplesPanel()
        kept.append(panel)
        qtbot.addWidget(panel)
        panel.resize(332, 402)
        panel.show()
        panel.show_snapshot(None, snapshot)
        _choose(panel, qtbot, choice)
        return panel

    return show


def _choose(panel: SamplesPanel, qtbot: QtBot, key: str) -> None:
    panel.choice.setFocus()
    qtbot.keyClick(panel.choice, Qt.Key.Key_Home)
    for _ in range(panel.choice.findData(key)):
        qtbot.keyClick(panel.choice, Qt.Key.Key_Down)
    assert panel.choice.selected_key() == key


def _texts(panel: SamplesPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def _gradient_view(panel: SamplesPanel) -> InputGradientView:
    view = panel.views["gradient"]
    assert isinstance(view, InputGradientView)
    return view


def _grid(panel: SamplesPanel) -> Any:
    view = panel.views["weights"]
    assert isinstance(view, WeightPictures)
    return view.grid


def _gradient(snapshot: Snapshot) -> Any:
    assert snapshot.probe.saliency is not None
    return snapshot.probe.saliency.gradient


def _color(widget: Any, place: QPointF) -> QColor:
    return widget.grab().toImage().pixelColor(place.toPoint())


def test_the_pixel_with_the_largest_gradient_is_blue_where_positive_and_orange_where_negative(
    shown: Show, digits: Snapshot
) -> None:
    picture = _gradient_view(shown(digits, "gradient")).picture
    gradient = _gradient(digits)
    for place, is_blue in ((int(gradient.argmax()), True), (int(gradient.argmin()), False)):
        rect = picture.pixel_rect(Pixel(0, *divmod(place, 8)))
        color = _color(picture, rect.topLeft() + QPointF(4, 4))
        assert (color.blue() > color.red()) is is_blue


def test_without_the_tint_the_picture_is_grey(shown: Show, digits: Snapshot, qtbot: QtBot) -> None:
    view = _gradient_view(shown(digits, "gradient"))
    place = int(np.abs(_gradient(digits)).argmax())
    corner = view.picture.pixel_rect(Pixel(0, *divmod(place, 8))).topLeft() + QPointF(4, 4)
    tinted = _color(view.picture, corner)
    view.tint.setFocus()
    qtbot.keyClick(view.tint, Qt.Key.Key_Space)
    grey = _color(view.picture, corner)
    assert abs(grey.blue() - grey.red()) < 25 < abs(tinted.blue() - tinted.red())


def test_the_pointer_reads_value_and_gradient_of_a_pixel(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits, "gradient")
    picture = _gradient_view(panel).picture
    place = picture.pixel_rect(Pixel(0, 2, 4)).center().toPoint()
    qtbot.mouseMove(picture, place - QPoint(1, 1))
    qtbot.mouseMove(picture, place)
    words = next(text for text in _texts(panel) if text.startswith("row 3, column 5"))
    value = parse_number(words.rpartition("∂L/∂x ")[2])
    assert value == pytest.approx(float(_gradient(digits)[2 * 8 + 4]), rel=1e-3)
    assert f"pixel {digits.probe.raw[20]:g}," in words


def test_arrow_keys_read_the_picture_too(shown: Show, digits: Snapshot, qtbot: QtBot) -> None:
    panel = shown(digits, "gradient")
    picture = _gradient_view(panel).picture
    picture.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(picture, key)
    assert any(text.startswith("row 3, column 2") for text in _texts(panel))


def test_the_scale_ends_at_or_above_the_largest_gradient(shown: Show, digits: Snapshot) -> None:
    peak = _gradient_view(shown(digits, "gradient")).picture.peak
    largest = float(np.abs(_gradient(digits)).max())
    assert largest <= peak < 2.5 * largest


def test_the_foot_tells_row_and_loss_of_the_sample(shown: Show, digits: Snapshot) -> None:
    probability = float(digits.predictions.outputs[0] @ digits.predictions.targets[0])
    assert f"test row 1, loss {format_value(-np.log(probability))}" in _texts(
        shown(digits, "gradient")
    )


def test_the_arrows_of_the_foot_go_from_sample_to_sample(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits, "gradient")
    buttons = {b.accessibleName(): b for b in panel.findChildren(QToolButton) if b.isVisible()}
    assert not buttons["Previous sample"].isEnabled()
    with qtbot.waitSignal(panel.sample_chosen) as signal:
        qtbot.mouseClick(buttons["Next sample"], Qt.MouseButton.LeftButton)
    assert signal.args == ["test", 1]


def test_every_input_of_a_table_has_a_bar_on_the_side_of_its_sign(
    shown: Show, cancer: Snapshot
) -> None:
    bars = _gradient_view(shown(cancer, "gradient")).bars
    image = bars.grab().toImage()
    gradient = _gradient(cancer)
    for row in np.abs(gradient).argsort()[-6:].tolist():
        y = 34 + row * 22 + 11
        colors = [image.pixelColor(x, y) for x in range(150, image.width() - 90)]
        blue = sum(c.blue() > c.red() + 60 for c in colors)
        orange = sum(c.red() > c.blue() + 60 for c in colors)
        assert (blue > orange) == (gradient[row] > 0)
        assert max(blue, orange) > 2


def test_the_largest_gradients_of_a_table_can_be_read_aloud(shown: Show, cancer: Snapshot) -> None:
    gradient = _gradient(cancer)
    place = int(np.abs(gradient).argmax())
    words = shown(cancer, "gradient").views["gradient"].in_words()
    name = cancer.dataset.feature_names[place]
    assert f"{name} {format_value(float(gradient[place]))}" in words


def test_the_gradient_is_wanted_only_while_it_can_be_seen(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits, "all")
    wanted: list[bool] = []
    panel.saliency_wanted.connect(wanted.append)
    _choose(panel, qtbot, "gradient")
    panel.hide()
    panel.show()
    qtbot.keyClick(panel.choice, Qt.Key.Key_End)
    assert wanted == [True, False, True, False]


def test_a_window_gets_the_gradient_for_the_sample_that_is_chosen(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    driver = open_window("digits")
    assert driver.snapshot.probe.saliency is None
    panel = driver.window.right.samples
    _choose(panel, qtbot, "gradient")
    driver.settle()
    assert driver.snapshot.probe.saliency is not None
    driver.press("Next sample")
    driver.settle()
    probe = driver.snapshot.probe
    assert (probe.row, probe.saliency is not None) == (1, True)
    assert any(text.startswith("test row 2, loss ") for text in _texts(panel))
    driver.window.session.load(load_preset("iris"))
    driver.settle()
    assert driver.snapshot.probe.saliency is not None
    assert _gradient_view(panel).bars.isVisible()
    assert _gradient_view(panel).hint() in _texts(panel)
    _choose(panel, qtbot, "all")
    driver.settle()
    assert driver.snapshot.probe.saliency is None


# ---------------------------------------------------------------------- the first layer


def test_a_weight_read_off_a_picture_is_that_of_the_unit_and_pixel(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits, "weights")
    grid = _grid(panel)
    place = grid.pixel_rect(Pixel(5, 3, 6)).center().toPoint()
    qtbot.mouseMove(grid, place - QPoint(1, 1))
    qtbot.mouseMove(grid, place)
    words = next(text for text in _texts(panel) if text.startswith("unit 6, row 4, column 7"))
    weight = float(digits.layout.weights(digits.parameters, 1)[5, 3 * 8 + 6])
    assert parse_number(words.rpartition("= ")[2]) == pytest.approx(weight, rel=1e-3)


def test_all_units_share_one_scale_and_signed_colours(shown: Show, digits: Snapshot) -> None:
    grid = _grid(shown(digits, "weights"))
    weights = digits.layout.weights(digits.parameters, 1)
    assert np.abs(weights).max() <= grid.peak < 2.5 * np.abs(weights).max()
    image = grid.grab().toImage()
    for flat, is_blue in ((int(weights.argmax()), True), (int(weights.argmin()), False)):
        unit, place = divmod(flat, 64)
        rect = grid.pixel_rect(Pixel(unit, *divmod(place, 8)))
        color = image.pixelColor(rect.center().toPoint())
        assert (color.blue() > color.red()) is is_blue


def test_every_unit_has_a_picture_and_many_units_scroll(shown: Show, digits: Snapshot) -> None:
    grid = _grid(shown(digits, "weights"))
    assert grid.picture_count() == 30
    assert grid.picture_rect(29).bottom() <= grid.height()
    assert grid.height() > grid.parentWidget().height()


def test_the_cursor_goes_over_an_edge_into_the_next_unit_and_into_view(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits, "weights")
    grid = _grid(panel)
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(8):
        qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert any(text.startswith("unit 2, row 1, column 1:") for text in _texts(panel))
    for _ in range(40):
        qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.visibleRegion().boundingRect().top() > 0


def test_weights_are_offered_for_pictures_only(
    shown: Show, digits: Snapshot, cancer: Snapshot
) -> None:
    assert shown(digits, "all").choice.findData("weights") >= 0
    assert shown(cancer, "all").choice.findData("weights") < 0


# ---------------------------------------------------------------------- predicted against true


def _scatter(panel: SamplesPanel) -> Scatter:
    view = panel.views["scatter"]
    assert isinstance(view, Scatter)
    return view


def test_a_right_prediction_lies_on_the_diagonal_and_a_high_one_above(
    shown: Show, regression: Snapshot
) -> None:
    outputs = regression.predictions.targets.copy()
    outputs[3] += 0.3
    perfect = replace(regression.predictions, outputs=outputs)
    scatter = _scatter(shown(replace(regression, predictions=perfect), "scatter"))
    x, y = scatter.places()
    square = scatter.square()
    above = square.bottom() - y - (x - square.left())
    assert np.abs(np.delete(above, 3)).max() < 1e-6
    assert above[3] > 1


def test_the_scatter_says_r2_as_core_has_computed_it(shown: Show, regression: Snapshot) -> None:
    y, a = regression.predictions.targets, regression.predictions.outputs
    r2 = 1 - float(((a - y) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    count = len(y)
    assert f"R² {format_value(r2, 3)} · {count} test rows" in _texts(shown(regression, "scatter"))


def test_a_click_on_a_point_chooses_its_row(
    shown: Show, regression: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(regression, "scatter")
    scatter = _scatter(panel)
    x, y = scatter.places()
    apart = np.hypot(x[:, None] - x, y[:, None] - y) + 1e9 * np.eye(len(x))
    row = int(apart.min(axis=1).argmax())
    with qtbot.waitSignal(panel.sample_chosen) as signal:
        qtbot.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=QPointF(x[row], y[row]).toPoint())
    assert signal.args == ["test", row]


def test_keys_go_along_the_true_values_and_read_them(
    shown: Show, regression: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(regression, "scatter")
    scatter = _scatter(panel)
    scatter.setFocus()
    for _ in range(2):
        qtbot.keyClick(scatter, Qt.Key.Key_Right)
    row = int(regression.predictions.targets[:, 0].argsort()[1])
    assert any(text.startswith(f"row {row + 1}: true ") for text in _texts(panel))


def test_the_axes_stand_still_and_predictions_beyond_them_are_counted(
    shown: Show, regression: Snapshot
) -> None:
    scatter = _scatter(shown(regression, "scatter"))
    before = scatter.range()
    outputs = regression.predictions.outputs.copy()
    outputs[:2, 0] = (50.0, np.nan)
    wild = replace(regression.predictions, outputs=outputs)
    scatter.show_snapshot(replace(regression, predictions=wild))
    assert scatter.range() == before
    low, high = before
    beyond = int((~((outputs >= low) & (outputs <= high))).sum())
    assert scatter.outside() == beyond
    x, y = scatter.places()
    assert scatter.square().adjusted(-1, -1, 1, 1).contains(QPointF(x[0], y[0]))
    assert f"{beyond} predictions beyond the axis" in scatter.hint()


def test_the_range_of_the_axes_holds_every_true_value(shown: Show, regression: Snapshot) -> None:
    low, high = _scatter(shown(regression, "scatter")).range()
    for values in (regression.targets, regression.predictions.targets):
        assert low <= values.min()
        assert values.max() <= high


def test_a_picture_without_gradient_yet_is_shown_plain(shown: Show, digits: Snapshot) -> None:
    waiting = replace(digits, probe=replace(digits.probe, saliency=None))
    panel = shown(waiting, "gradient")
    assert "test row 1" in _texts(panel)
    picture = _gradient_view(panel).picture
    assert "∂L/∂x" not in picture.reading(Pixel(0, 0, 0))
    picture.grab()


def test_gradients_that_are_not_finite_are_left_untinted(shown: Show, digits: Snapshot) -> None:
    assert digits.probe.saliency is not None
    gradient = np.full(64, np.nan)
    gradient[1] = np.inf
    broken = replace(digits.probe.saliency, loss=float("nan"), gradient=gradient)
    panel = shown(replace(digits, probe=replace(digits.probe, saliency=broken)), "gradient")
    picture = _gradient_view(panel).picture
    color = _color(picture, picture.pixel_rect(Pixel(0, 0, 0)).center())
    assert abs(color.blue() - color.red()) < 25
    assert picture.reading(Pixel(0, 0, 0)).endswith("NaN")
    assert picture.reading(Pixel(0, 0, 1)).endswith("∞")


def test_classes_have_no_scatter(shown: Show, digits: Snapshot) -> None:
    assert shown(digits, "all").choice.findData("scatter") < 0
