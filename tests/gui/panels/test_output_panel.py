"""The output map: its colours, its boundary, its points, and what pointer and keys read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from gui.maps.picture import output_scale, rounded_up
from gui.panels.output_panel import OutputPanel
from gui.theme import apply_theme, current_theme
from gui.widgets.combo_box import ComboBox

SIGMOID = {"units": 1, "activation": "sigmoid"}


def _trainer(
    data: dict[str, Any],
    output: dict[str, Any] = SIGMOID,
    loss: str = "binary_cross_entropy",
) -> Trainer:
    spec = {
        "data": data,
        "network": {"layers": [{"units": 4}, output]},
        "training": {"loss": loss, "batch_size": 10},
    }
    return Trainer(ExperimentSpec.from_dict(spec))


def _known_plane() -> Trainer:
    """Return a trainer whose output is sigmoid(x1): low on the left, high on the right."""
    return Trainer(
        ExperimentSpec.from_dict(
            {
                "data": {
                    "kind": "inline",
                    "inputs": [[-3, -3], [3, 3], [-3, 3]],
                    "targets": [[0], [1], [0]],
                    "test_inputs": [[3, -3]],
                    "test_targets": [[1]],
                    "normalize": False,
                },
                "network": {"layers": [{**SIGMOID, "weights": [[1, 0]], "biases": [0]}]},
                "training": {"batch_size": 3},
            }
        )
    )


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Callable[[Snapshot], OutputPanel]:
    apply_theme(qapp, "dark")

    def show(snapshot: Snapshot) -> OutputPanel:
        panel = OutputPanel()
        qtbot.addWidget(panel)
        panel.resize(356, 426)
        panel.show()
        panel.show_snapshot(None, snapshot)
        return panel

    return show


def _at(panel: OutputPanel, x1: float, x2: float) -> QPoint:
    square = panel.map.square()
    x = square.left() + (x1 + 6) / 12 * square.width()
    y = square.top() + (6 - x2) / 12 * square.height()
    return QPoint(round(x), round(y))


def _color(panel: OutputPanel, x1: float, x2: float) -> QColor:
    return panel.map.grab().toImage().pixelColor(_at(panel, x1, x2))


def _choose(panel: OutputPanel, qtbot: QtBot, key: str) -> None:
    box = panel.findChild(ComboBox)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(["train", "test", "both"].index(key)):
        qtbot.keyClick(box, Qt.Key.Key_Down)


def _rows(panel: OutputPanel) -> list[tuple[str, int]]:
    points = panel.map.shown_points()
    assert points is not None
    return [(split, int(row)) for split, row in zip(points.split, points.row, strict=True)]


Show = Callable[[Snapshot], OutputPanel]


def test_high_outputs_are_blue_and_low_ones_orange(shown: Show) -> None:
    panel = shown(_known_plane().snapshot())
    right, left = _color(panel, 5, 0.5), _color(panel, -5, 0.5)
    assert right.blue() > right.red()
    assert left.red() > left.blue()


def test_the_boundary_is_drawn_where_the_output_crosses_one_half(shown: Show) -> None:
    panel = shown(_known_plane().snapshot())
    background = current_theme().panel
    line, beside = _color(panel, 0, 1.5), _color(panel, 0.6, 1.5)
    assert line.lightness() > background.lightness() + 100
    assert beside.lightness() < line.lightness() - 60


def test_upper_cells_of_the_map_are_high_x2(shown: Show) -> None:
    trainer = _known_plane()
    trainer.network.layers[0].W[:] = [[0, 1]]
    panel = shown(trainer.snapshot())
    top, bottom = _color(panel, 0.5, 5), _color(panel, 0.5, -5)
    assert top.blue() > top.red()
    assert bottom.red() > bottom.blue()


def test_the_choice_decides_whose_points_are_shown(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_known_plane().snapshot())
    assert _rows(panel) == [("train", 0), ("train", 1), ("train", 2)]
    _choose(panel, qtbot, "test")
    assert _rows(panel) == [("test", 0)]
    _choose(panel, qtbot, "both")
    assert len(_rows(panel)) == 4


def test_each_class_has_its_colour_where_its_points_lie(shown: Show) -> None:
    panel = shown(_known_plane().snapshot())
    classes = current_theme().classes
    assert _color(panel, -3, -3).rgb() == classes[0].rgb()
    assert _color(panel, 3, 3).rgb() == classes[1].rgb()


def test_a_click_on_a_point_tells_split_and_row(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_known_plane().snapshot())
    with qtbot.waitSignal(panel.sample_chosen) as signal:
        qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=_at(panel, 3, 3))
    assert signal.args == ["train", 1]


def test_a_click_far_from_all_points_chooses_nothing(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_known_plane().snapshot())
    with qtbot.assertNotEmitted(panel.sample_chosen):
        qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=_at(panel, 0, 0))


def test_the_pointer_reads_coordinates_and_output(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_known_plane().snapshot())
    qtbot.mouseMove(panel.map, _at(panel, 2, -1))
    words = panel.reading().replace("−", "-").split()
    assert words[::2] == ["x₁", "x₂", "output"]
    x1, x2, output = (float(word) for word in words[1::2])
    assert (x1, x2) == pytest.approx((2, -1), abs=0.05)
    assert output == pytest.approx(1 / (1 + np.exp(-x1)), abs=0.02)


def test_arrows_read_the_map_without_a_mouse(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_known_plane().snapshot())
    for _ in range(3):
        qtbot.keyClick(panel.map, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert panel.reading().startswith("x₁ 3.00   x₂ 0.00   output 0.9")


def test_return_chooses_the_point_nearest_to_the_cross(shown: Show, qtbot: QtBot) -> None:
    panel = shown(_known_plane().snapshot())
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(panel.map, key)
    with qtbot.waitSignal(panel.sample_chosen) as signal:
        qtbot.keyClick(panel.map, Qt.Key.Key_Return)
    assert signal.args == ["train", 2]


def test_of_several_classes_the_winner_is_read_by_name(shown: Show, qtbot: QtBot) -> None:
    data = {"kind": "gaussians", "classes": 3, "noise": 0.1, "samples": 90}
    trainer = _trainer(data, {"units": 3, "activation": "softmax"}, "cross_entropy")
    snapshot = trainer.snapshot()
    panel = shown(snapshot)
    qtbot.mouseMove(panel.map, _at(panel, 2, 2))
    assert snapshot.maps is not None
    size = snapshot.maps.output.shape[1]
    column, row = int(8 / 12 * size), int(4 / 12 * size)
    winner = int(snapshot.maps.output[:, row, column].argmax())
    assert f"class {winner}" in panel.reading()


def test_data_without_a_map_say_why_and_where_to_look(shown: Show) -> None:
    data = {"kind": "digits", "samples": 100}
    trainer = _trainer(data, {"units": 10, "activation": "softmax"}, "cross_entropy")
    panel = shown(trainer.snapshot())
    text = "No map: 64 inputs. The Samples tab shows predictions."
    labels = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert text in labels
    assert not panel.map.isVisible()


def test_outputs_that_are_not_finite_are_said_to_have_no_colour(shown: Show) -> None:
    trainer = _known_plane()
    trainer.network.params.data[:] = np.nan
    panel = shown(trainer.snapshot())
    assert "NaN" in panel.reading()
    theme = current_theme()
    assert abs(_color(panel, 5, 0.5).lightness() - theme.panel.lightness()) < 12


def test_a_hidden_panel_catches_up_when_it_is_shown(shown: Show) -> None:
    trainer = _known_plane()
    panel = shown(trainer.snapshot())
    before = _color(panel, 5, 0.5)
    panel.hide()
    trainer.network.layers[0].W[:] = [[-1, 0]]
    panel.show_snapshot(None, trainer.snapshot())
    panel.show()
    assert _color(panel, 5, 0.5) != before


def test_a_theme_change_recolours_the_map(shown: Show, qapp: QApplication) -> None:
    panel = shown(_known_plane().snapshot())
    apply_theme(qapp, "light")
    assert _color(panel, 0.8, 1.5).lightness() > 150


def test_the_panel_says_its_content_as_text(shown: Show) -> None:
    panel = shown(_known_plane().snapshot())
    assert "output from 0 to 1" in panel.accessibleDescription()


@pytest.mark.parametrize(
    ("activation", "loss", "ends"),
    [
        ("sigmoid", "binary_cross_entropy", (0, 1)),
        ("tanh", "mean_squared_error", (-1, 1)),
        ("linear", "mean_squared_error", (0, 1)),
    ],
)
def test_the_scale_of_classes_is_that_of_their_targets(
    activation: str, loss: str, ends: tuple[float, float]
) -> None:
    data = {
        "kind": "inline",
        "inputs": [[0, 0], [1, 1]],
        "targets": [[0], [1]],
        "task": "classification",
    }
    snapshot = _trainer(data, {"units": 1, "activation": activation}, loss).snapshot()
    scale = output_scale(snapshot)
    assert (scale.low, scale.high) == ends


def test_the_scale_of_a_regression_is_symmetric_and_covers_its_targets() -> None:
    data = {"kind": "inline", "inputs": [[0, 0], [1, 1], [2, 2]], "targets": [[-3.2], [1], [4]]}
    trainer = _trainer(data, {"units": 1, "activation": "linear"}, "mean_squared_error")
    scale = output_scale(trainer.snapshot())
    assert scale.low == -scale.high
    assert scale.high >= np.abs(trainer.snapshot().targets).max()


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.2, 0.2), (0.21, 0.5), (3, 5), (5.1, 10), (0, 1), (1e-3, 1e-3)]
)
def test_the_ends_of_a_scale_are_round_numbers(value: float, rounded: float) -> None:
    assert rounded_up(value) == pytest.approx(rounded)


def test_without_test_rows_there_is_no_choice_of_points(shown: Show) -> None:
    panel = shown(_trainer({"kind": "circle", "test_fraction": 0.0}).snapshot())
    assert not panel.findChild(ComboBox).isVisible()


def test_points_are_those_of_training_where_the_test_rows_are_gone(
    shown: Show, qtbot: QtBot
) -> None:
    panel = shown(_trainer({"kind": "circle", "samples": 60}).snapshot())
    _choose(panel, qtbot, "test")
    without = _trainer({"kind": "circle", "samples": 60, "test_fraction": 0.0}).snapshot()
    panel.show_snapshot(None, without)
    assert _rows(panel) == [("train", row) for row in range(60)]
