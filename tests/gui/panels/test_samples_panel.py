"""The samples: what is said of each row, which rows are shown, and how they are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from gui.panels.samples_panel import SamplesPanel
from gui.samples.feature_table import FeatureTable
from gui.samples.page import SamplePage
from gui.samples.picture_grid import PictureGrid
from gui.theme import apply_theme, current_theme

Show = Callable[[Snapshot], SamplesPanel]


def _snapshot(data: dict[str, object], units: int, steps: int = 0) -> Snapshot:
    spec = {
        "data": data,
        "network": {"layers": [{"units": 8}, {"units": units, "activation": "softmax"}]},
        "training": {"loss": "cross_entropy", "batch_size": 20},
    }
    trainer = Trainer(ExperimentSpec.from_dict(spec))
    for _ in range(steps):
        trainer.advance_step()
    return trainer.snapshot()


@pytest.fixture(scope="module")
def digits() -> Snapshot:
    return _snapshot({"kind": "digits", "samples": 200}, 10)


@pytest.fixture(scope="module")
def iris() -> Snapshot:
    return _snapshot({"kind": "iris"}, 3)


@pytest.fixture(scope="module")
def regression() -> Snapshot:
    spec = {
        "data": {"kind": "plane", "samples": 60},
        "network": {"layers": [{"units": 1, "activation": "linear"}]},
        "training": {"loss": "mean_squared_error"},
    }
    return Trainer(ExperimentSpec.from_dict(spec)).snapshot()


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Show:
    apply_theme(qapp, "dark")

    def show(snapshot: Snapshot) -> SamplesPanel:
        panel = SamplesPanel()
        qtbot.addWidget(panel)
        panel.resize(332, 402)
        panel.show()
        panel.show_snapshot(None, snapshot)
        return panel

    return show


def _view(panel: SamplesPanel) -> SamplePage:
    return next(view for view in panel.findChildren(SamplePage) if view.isVisible())


def _wrong(snapshot: Snapshot) -> list[int]:
    predictions = snapshot.predictions
    return [
        row
        for row in range(len(predictions.outputs))
        if predictions.predicted[row] != predictions.truth[row]
    ]


def _with_predicted(snapshot: Snapshot, row: int, predicted: int, state: str) -> Snapshot:
    changed = snapshot.predictions.predicted.copy()
    changed[row] = predicted
    predictions = replace(snapshot.predictions, predicted=changed)
    return replace(snapshot, predictions=predictions, state=state)


def _only_errors(panel: SamplesPanel, qtbot: QtBot) -> None:
    panel.choice.setFocus()
    qtbot.keyClicks(panel.choice, "E")


def _texts(panel: SamplesPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def _centre(panel: SamplesPanel, index: int) -> QPoint:
    return _view(panel).cell_rect(index).center().toPoint()


def test_pictures_stand_in_five_columns_and_four_rows_at_first_size(
    shown: Show, digits: Snapshot
) -> None:
    panel = shown(digits)
    assert isinstance(_view(panel), PictureGrid)
    assert panel.page_rows() == list(range(20))
    assert _view(panel).cell_rect(5).top() > _view(panel).cell_rect(4).top()


def test_rows_of_numbers_stand_in_a_table(shown: Show, iris: Snapshot) -> None:
    assert isinstance(_view(shown(iris)), FeatureTable)


def test_columns_with_long_classes_stand_apart(shown: Show, iris: Snapshot) -> None:
    names = tuple(f"{word} and would come back at any time with friends" for word in "abc")
    long = replace(iris.dataset, class_names=names)
    panel = shown(replace(iris, dataset=long))
    picture = _view(panel).grab().toImage()
    below = round(_view(panel).cell_rect(2).top()), round(_view(panel).cell_rect(9).bottom())
    empty = [len({picture.pixel(x, y) for y in range(*below)}) == 1 for x in range(picture.width())]
    first, last = empty.index(False), len(empty) - empty[::-1].index(False)
    gaps = [len(gap) for gap in "".join(" x"[not e] for e in empty[first:last]).split("x") if gap]
    assert first > 4
    assert last < len(empty) - 4
    assert sum(gap >= 8 for gap in gaps) == 2


def test_the_card_counts_the_wrong_rows(shown: Show, digits: Snapshot) -> None:
    line = f"{len(_wrong(digits))} wrong · test rows 1 to 20 of {len(digits.predictions.outputs)}"
    assert line in _texts(shown(digits))


def test_errors_shows_the_wrong_rows_only(shown: Show, digits: Snapshot, qtbot: QtBot) -> None:
    panel = shown(digits)
    _only_errors(panel, qtbot)
    assert panel.page_rows() == _wrong(digits)[:20]


def test_without_errors_the_filter_says_so(shown: Show, iris: Snapshot, qtbot: QtBot) -> None:
    perfect = replace(iris.predictions, predicted=iris.predictions.truth)
    panel = shown(replace(iris, predictions=perfect))
    _only_errors(panel, qtbot)
    assert "No errors among the test rows." in _texts(panel)


def test_the_errors_stand_still_while_training_runs(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits)
    _only_errors(panel, qtbot)
    before = panel.page_rows()
    now_right = int(digits.predictions.truth[before[0]])
    panel.show_snapshot(None, _with_predicted(digits, before[0], now_right, "running"))
    assert panel.page_rows() == before
    panel.show_snapshot(None, _with_predicted(digits, before[0], now_right, "paused"))
    assert before[0] not in panel.page_rows()


def test_a_click_on_a_sample_tells_split_and_row(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits)
    with qtbot.waitSignal(panel.sample_chosen) as signal:
        qtbot.mouseClick(_view(panel), Qt.MouseButton.LeftButton, pos=_centre(panel, 7))
    assert signal.args == ["test", 7]
    assert panel.selected_row() == 7


def test_arrows_move_the_choice_along_rows_and_columns(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left):
        qtbot.keyClick(_view(panel), key)
    assert panel.selected_row() == 10


def test_the_choice_stops_at_the_first_row(shown: Show, digits: Snapshot, qtbot: QtBot) -> None:
    panel = shown(digits)
    qtbot.keyClick(_view(panel), Qt.Key.Key_Up)
    assert panel.selected_row() == 0


def test_page_keys_turn_pages_and_stop_at_the_ends(
    shown: Show, digits: Snapshot, qtbot: QtBot
) -> None:
    panel = shown(digits)
    qtbot.keyClick(_view(panel), Qt.Key.Key_PageDown)
    assert panel.page_rows() == list(range(20, 40))
    qtbot.keyClick(_view(panel), Qt.Key.Key_PageUp)
    qtbot.keyClick(_view(panel), Qt.Key.Key_PageUp)
    assert panel.page_rows() == list(range(20))


def test_the_buttons_turn_pages_too(shown: Show, digits: Snapshot, qtbot: QtBot) -> None:
    panel = shown(digits)
    back, on = (button for button in panel.findChildren(QToolButton) if button.isVisible())
    assert not back.isEnabled()
    qtbot.mouseClick(on, Qt.MouseButton.LeftButton)
    assert panel.page_rows()[0] == 20


def test_moving_past_the_page_turns_it(shown: Show, digits: Snapshot, qtbot: QtBot) -> None:
    panel = shown(digits)
    for _ in range(4):
        qtbot.keyClick(_view(panel), Qt.Key.Key_Down)
    assert panel.selected_row() == 20
    assert panel.page_rows()[0] == 20


def test_the_sample_in_view_of_the_run_is_the_chosen_one(shown: Show, digits: Snapshot) -> None:
    panel = shown(digits)
    panel.show_snapshot(None, replace(digits, probe=replace(digits.probe, row=13)))
    assert panel.selected_row() == 13


def test_a_wrong_sample_is_framed_in_red(shown: Show, digits: Snapshot) -> None:
    row = 6
    truth = int(digits.predictions.truth[row])
    frames = []
    for predicted in (truth, (truth + 1) % 10):
        panel = shown(_with_predicted(digits, row, predicted, "paused"))
        cell = _view(panel).cell_rect(row)
        edge = QPoint(round(cell.center().x()), round(cell.top()) - 1)
        frames.append(_view(panel).grab().toImage().pixelColor(edge))
    red = current_theme().err
    assert _distance(frames[1], red) < 30 < _distance(frames[0], red)


def test_a_wrong_sample_is_read_as_predicted_not_equal_to_truth(
    shown: Show, digits: Snapshot
) -> None:
    truth = int(digits.predictions.truth[3])
    predicted = (truth + 1) % 10
    panel = shown(_with_predicted(digits, 3, predicted, "paused"))
    assert f"row 4: {predicted} ≠ {truth}" in panel.accessibleDescription()


def test_dark_ink_of_a_digit_is_drawn_as_light_text_colour(shown: Show, digits: Snapshot) -> None:
    panel = shown(digits)
    raw = digits.dataset.raw_test_inputs[8].reshape(8, 8)
    row, column = np.unravel_index(raw.argmax(), raw.shape)
    cell = _view(panel).cell_rect(8)
    pixel = cell.width() / 8
    place = QPoint(int(cell.left() + (column + 0.5) * pixel), int(cell.top() + (row + 0.5) * pixel))
    expected = current_theme().text if raw.max() == digits.dataset.raw_test_inputs.max() else None
    assert expected is not None
    assert _distance(_view(panel).grab().toImage().pixelColor(place), expected) < 6


def test_the_table_says_truth_prediction_and_confidence(shown: Show, iris: Snapshot) -> None:
    view = _view(shown(iris))
    names = iris.dataset.class_names
    truth = names[int(iris.predictions.truth[0])]
    share = round(100 * float(iris.predictions.outputs[0].max()))
    words = view.describe(0)
    assert f"truth {truth}" in words
    assert f"confidence {share} %" in words


def test_the_table_of_a_regression_says_target_prediction_and_error(
    shown: Show, regression: Snapshot
) -> None:
    words = _view(shown(regression)).describe(4).replace("−", "-")
    numbers = dict(part.split(" ") for part in words.partition(": ")[2].split(", "))
    target = float(regression.predictions.targets[4, 0])
    output = float(regression.predictions.outputs[4, 0])
    assert float(numbers["target"]) == pytest.approx(target, rel=1e-2)
    assert float(numbers["prediction"]) == pytest.approx(output, rel=1e-2)
    assert float(numbers["error"]) == pytest.approx(output - target, rel=5e-2)


def test_a_regression_has_no_filter_for_errors(shown: Show, regression: Snapshot) -> None:
    assert shown(regression).choice.findData("errors") < 0


def test_features_without_room_are_counted(shown: Show) -> None:
    panel = shown(_snapshot({"kind": "wine"}, 3))
    view = _view(panel)
    assert isinstance(view, FeatureTable)
    assert 0 < view.hidden_features() < 13
    assert any(f"{view.hidden_features()} more inputs" in text for text in _texts(panel))


def test_a_hidden_panel_catches_up_when_it_is_shown(shown: Show, digits: Snapshot) -> None:
    panel = shown(digits)
    panel.hide()
    panel.show_snapshot(None, replace(digits, probe=replace(digits.probe, row=4)))
    assert panel.selected_row() == 0
    panel.show()
    assert panel.selected_row() == 4


def _distance(one: QColor, other: QColor) -> int:
    pairs = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
    return max(abs(a - b) for a, b in pairs)
