"""The map in flat areas, and whether its colours can be told apart by everybody."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from gui.maps.areas import NOWHERE, area_pixels, deepest_places, predicted_areas
from gui.palette import THEME_NAMES, ThemeName, class_shape, theme_named
from gui.panels.output_panel import OutputPanel
from gui.theme import apply_theme

Show = Callable[[Snapshot], OutputPanel]
Rgb = NDArray[np.float64]

# What people without one kind of cones see, in linear light (Machado, Oliveira and Fernandes 2009).
SIGHTS = {
    "all cones": np.eye(3),
    "no long": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no middle": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no short": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# From OKLab's definition: linear light to cone responses, their cube roots to lightness and a, b.
CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
JUST_SEEN = 0.02


def smallest_difference(colors: Rgb, sight: str) -> float:
    """Return the smallest difference in OKLab between any two of ``colors`` (N, 3) of 0..255."""
    share = colors / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(SIGHTS[sight]).T, 0, 1)
    lab = np.cbrt(seen @ np.array(CONES).T) @ np.array(LAB).T
    return float(min(np.linalg.norm(a - b) for a, b in combinations(lab, 2)))


def trainer_on(data: dict[str, Any], output: dict[str, Any], loss: str) -> Trainer:
    return Trainer(
        ExperimentSpec.from_dict(
            {
                "data": data,
                "network": {"layers": [output]},
                "training": {"loss": loss, "batch_size": 10},
            }
        )
    )


def two_classes(weights: tuple[float, float] = (1.0, 0.0)) -> Snapshot:
    """Return an output of sigmoid(x1): class 1 on the right."""
    output = {"units": 1, "activation": "sigmoid", "weights": [list(weights)], "biases": [0]}
    data = {
        "kind": "inline",
        "inputs": [[-3, -3], [3, 3]],
        "targets": [[0], [1]],
        "test_fraction": 0,
        "normalize": False,
    }
    return trainer_on(data, output, "binary_cross_entropy").snapshot()


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Show:
    apply_theme(qapp, "dark")
    kept = []

    def show(snapshot: Snapshot) -> OutputPanel:
        panel = OutputPanel()
        kept.append(panel)
        qtbot.addWidget(panel)
        panel.resize(356, 426)
        panel.show()
        panel.show_snapshot(None, snapshot)
        return panel

    return show


def place(panel: OutputPanel, x1: float, x2: float) -> QPoint:
    square = panel.map.square()
    x = square.left() + (x1 + 6) / 12 * square.width()
    return QPoint(round(x), round(square.top() + (6 - x2) / 12 * square.height()))


def color(panel: OutputPanel, x1: float, x2: float) -> QColor:
    return panel.map.grab().toImage().pixelColor(place(panel, x1, x2))


def press(panel: OutputPanel, qtbot: QtBot, name: str) -> None:
    button = next(b for b in panel.findChildren(QToolButton) if b.accessibleName() == name)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_areas_and_markers_differ_to_everybody(count: int, theme: ThemeName, sight: str) -> None:
    pixels = area_pixels(np.arange(count)[None], count, theme_named(theme))[0]
    areas = np.array([[p >> 16 & 255, p >> 8 & 255, p & 255] for p in pixels.tolist()], float)
    marks = theme_named(theme).classes[:count]
    markers = np.array([c.getRgb()[:3] for c in marks], float)
    assert smallest_difference(areas, sight) > 2 * JUST_SEEN
    assert smallest_difference(markers, sight) > 2.5 * JUST_SEEN
    assert len({class_shape(i) for i in range(count)}) == count


def test_discretized_an_area_has_one_colour_up_to_the_boundary(shown: Show, qtbot: QtBot) -> None:
    panel = shown(two_classes())
    assert color(panel, 0.7, 1) != color(panel, 5.5, 1)
    press(panel, qtbot, "Discretize")
    assert color(panel, 0.7, 1) == color(panel, 5.5, 1)
    assert color(panel, -0.7, 1) == color(panel, -5.5, 1)
    right, left = color(panel, 5.5, 1), color(panel, -5.5, 1)
    assert right.blue() > right.red()
    assert left.red() > left.blue()
    press(panel, qtbot, "Discretize")
    assert color(panel, 0.7, 1) != color(panel, 5.5, 1)


def test_discretized_the_map_reads_the_class_beside_the_output(shown: Show, qtbot: QtBot) -> None:
    panel = shown(two_classes())
    press(panel, qtbot, "Discretize")
    for x1, words in ((3.0, "class 1"), (-3.0, "class 0")):
        qtbot.mouseMove(panel.map, place(panel, x1, 1))
        assert panel.reading().endswith(words)


def test_areas_are_those_of_the_largest_output() -> None:
    output = {"units": 4, "activation": "softmax"}
    trainer = trainer_on({"kind": "gaussians", "classes": 4}, output, "cross_entropy")
    for _ in range(10):
        trainer.advance_step()
    snapshot = trainer.snapshot()
    assert snapshot.maps is not None
    outputs = snapshot.maps.output
    areas = predicted_areas(outputs, snapshot)
    chosen = np.take_along_axis(outputs, areas[None], axis=0)[0]
    assert (chosen == outputs.max(axis=0)).all()
    assert len(np.unique(areas)) > 2


def test_outputs_that_are_not_finite_belong_to_no_class() -> None:
    snapshot = two_classes()
    outputs = np.array([[[0.2, np.nan], [np.inf, 0.9]]], np.float32)
    areas = predicted_areas(outputs, snapshot)
    assert areas.tolist() == [[0, NOWHERE], [NOWHERE, 1]]
    pixels = area_pixels(areas, 2, theme_named("dark"))
    assert pixels[0, 1] == pixels[1, 0] == theme_named("dark").panel.rgb()


def test_a_name_stands_in_the_middle_of_its_area_and_in_no_sliver() -> None:
    areas = np.zeros((60, 60), np.intp)
    areas[:, 30:] = 1
    areas[0, :] = 2
    places = deepest_places(areas)
    assert set(places) == {0, 1}
    assert places[0] == pytest.approx((0.25, 0.5), abs=0.26)
    assert abs(places[0][0] - 0.25) < 0.02
    assert abs(places[1][0] - 0.75) < 0.02


def test_a_regression_has_no_areas_but_a_scatter(shown: Show, qtbot: QtBot) -> None:
    output = {"units": 1, "activation": "linear"}
    snapshot = trainer_on({"kind": "plane"}, output, "mean_squared_error").snapshot()
    panel = shown(snapshot)
    assert not panel.discretize.isVisible()
    press(panel, qtbot, "Predicted against true")
    assert panel.scatter.isVisible()
    assert not panel.map.isVisible()
    assert panel.reading() == f"{panel.scatter.facts()}" + (
        f" · {panel.scatter.outside()} beyond the axis" if panel.scatter.outside() else ""
    )
    x, y = panel.scatter.places()
    with qtbot.waitSignal(panel.sample_chosen) as signal:
        at = QPoint(round(x[5]), round(y[5]))
        qtbot.mouseClick(panel.scatter, Qt.MouseButton.LeftButton, pos=at)
    split, row = signal.args
    assert split == "test"
    assert abs(x[row] - x[5]) + abs(y[row] - y[5]) < 5
    press(panel, qtbot, "Predicted against true")
    assert panel.map.isVisible()


def test_other_data_bring_the_map_back(shown: Show, qtbot: QtBot) -> None:
    output = {"units": 1, "activation": "linear"}
    panel = shown(trainer_on({"kind": "plane"}, output, "mean_squared_error").snapshot())
    press(panel, qtbot, "Predicted against true")
    panel.show_snapshot(None, two_classes())
    assert panel.map.isVisible()
    assert not panel.compare.isVisible()
