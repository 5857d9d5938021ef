"""The confusion panel: every count where it belongs, mistakes in red, readable as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from gui.confusion.geometry import matrix_geometry
from gui.panels.confusion_panel import ConfusionPanel
from gui.theme import apply_theme, current_theme

COUNTS = np.array([[20, 0, 0], [1, 17, 4], [0, 2, 16]])


@cache
def iris() -> Snapshot:
    layers = [{"units": 4}, {"units": 3, "activation": "softmax"}]
    training = {"loss": "cross_entropy"}
    spec = {"data": {"kind": "iris"}, "network": {"layers": layers}, "training": training}
    return Trainer(ExperimentSpec.from_dict(spec)).snapshot()


@cache
def regression() -> Snapshot:
    layers = [{"units": 1, "activation": "linear"}]
    training = {"loss": "mean_squared_error"}
    spec = {"data": {"kind": "plane"}, "network": {"layers": layers}, "training": training}
    return Trainer(ExperimentSpec.from_dict(spec)).snapshot()


def with_counts(counts: np.ndarray) -> Snapshot:
    snapshot = iris()
    return replace(snapshot, predictions=replace(snapshot.predictions, confusion=counts))


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[ConfusionPanel]:
    apply_theme(qapp, "dark")
    panel = ConfusionPanel()
    qtbot.addWidget(panel)
    panel.resize(332, 292)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


def place_of(panel: ConfusionPanel, row: int, column: int) -> QPoint:
    """Return a place near the upper left corner of a cell, beside its number."""
    return panel.matrix.places.cell(row, column).topLeft().toPoint() + QPoint(6, 6)


def facts(panel: ConfusionPanel) -> str:
    return next(
        label.text() for label in panel.header.findChildren(QLabel) if label.text() != panel.title()
    )


def color_of(panel: ConfusionPanel, row: int, column: int) -> QColor:
    return panel.matrix.grab().toImage().pixelColor(place_of(panel, row, column))


def test_the_share_of_right_answers_stands_in_the_header(panel: ConfusionPanel) -> None:
    panel.show_snapshot(None, with_counts(COUNTS))
    assert facts(panel) == "88.3 % of 60 test rows"


def test_mistakes_are_red_and_the_commonest_is_the_reddest(panel: ConfusionPanel) -> None:
    panel.show_snapshot(None, with_counts(COUNTS))
    assert color_of(panel, 1, 2) == current_theme().err
    weaker = color_of(panel, 2, 1)
    assert weaker.red() > weaker.green() + 40
    assert weaker.red() < color_of(panel, 1, 2).red()


def test_right_answers_are_grey(panel: ConfusionPanel) -> None:
    panel.show_snapshot(None, with_counts(COUNTS))
    color = color_of(panel, 1, 1)
    assert (
        max(color.red(), color.green(), color.blue())
        - min(color.red(), color.green(), color.blue())
        < 12
    )


def test_a_resting_pointer_reads_truth_and_prediction(
    qapp: QApplication, panel: ConfusionPanel
) -> None:
    panel.show_snapshot(None, with_counts(COUNTS))
    place = place_of(panel, 1, 2)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, panel.matrix.mapToGlobal(place))
    qapp.sendEvent(panel.matrix, event)
    assert QToolTip.text() == (
        "truth versicolor, wrongly predicted virginica: 4 of 22 rows (18.2 %)"
    )
    QToolTip.hideText()


def test_arrows_read_cell_by_cell_and_stop_at_the_edge(qtbot: QtBot, panel: ConfusionPanel) -> None:
    panel.show_snapshot(None, with_counts(COUNTS))
    panel.matrix.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(panel.matrix, key)
    words = panel.matrix.accessibleDescription()
    assert words == "truth versicolor, rightly predicted versicolor: 17 of 22 rows (77.3 %)"


def test_the_commonest_mistakes_are_told_first(panel: ConfusionPanel) -> None:
    panel.show_snapshot(None, with_counts(COUNTS))
    sentences = panel.accessibleDescription().split(". ")
    assert sentences[0] == "53 of 60 rows right"
    assert sentences[1].startswith("truth versicolor, wrongly predicted virginica: 4")
    assert len(sentences) == 4


def test_new_counts_change_the_picture(panel: ConfusionPanel) -> None:
    panel.show_snapshot(None, with_counts(COUNTS))
    before = panel.matrix.grab().toImage()
    panel.show_snapshot(None, with_counts(np.diag([20, 22, 18])))
    assert panel.matrix.grab().toImage() != before
    assert facts(panel) == "100.0 % of 60 test rows"


@pytest.mark.parametrize("classes", [2, 3, 10, 12, 20, 100])
def test_the_cells_of_any_number_of_classes_share_the_panel(
    panel: ConfusionPanel, classes: int
) -> None:
    panel.show_snapshot(None, with_counts(np.diag(np.arange(1, classes + 1))))
    places, last = panel.matrix.places, classes - 1
    area = QRectF(panel.matrix.rect())
    for row, column in ((0, 0), (last, 0), (0, last), (last, last)):
        cell = places.cell(row, column)
        assert area.contains(cell)
        assert places.cell_at(cell.center().x(), cell.center().y()) == (row, column)
    assert not places.cell(0, 0).intersects(places.cell(1, 1))
    assert not panel.matrix.grab().isNull()


def test_names_stand_above_their_columns_where_they_fit(qapp: QApplication) -> None:
    names = ("setosa", "versicolor", "virginica")
    assert matrix_geometry(332, 254, names).columns == names


def test_names_that_do_not_fit_give_way_to_numbers_that_the_rows_explain(
    qapp: QApplication,
) -> None:
    names = tuple(f"animal {letter}" for letter in "abcdefghij")
    places = matrix_geometry(332, 254, names)
    assert places.columns[3] == "3"
    assert places.rows[3] == "animal d 3"


def test_a_class_without_rows_has_no_share(panel: ConfusionPanel) -> None:
    panel.show_snapshot(None, with_counts(np.diag([5, 0, 3])))
    assert panel.matrix.sentence(1, 1).endswith("0 of 0 rows")


def test_a_regression_leaves_the_panel_empty(panel: ConfusionPanel) -> None:
    panel.show_snapshot(None, with_counts(COUNTS))
    panel.show_snapshot(None, regression())
    assert facts(panel) == ""
    assert panel.matrix.mistakes() == []
    assert panel.accessibleDescription() == "A regression has no classes to confuse."


def test_a_hidden_panel_catches_up_when_it_is_seen(panel: ConfusionPanel) -> None:
    panel.hide()
    panel.show_snapshot(None, with_counts(COUNTS))
    assert facts(panel) == ""
    panel.show()
    assert facts(panel) != ""


def test_a_single_mistake_is_paler_than_many(panel: ConfusionPanel) -> None:
    counts = np.diag([5, 5, 5])
    counts[0, 1] = 1
    panel.show_snapshot(None, with_counts(counts))
    single = color_of(panel, 0, 1)
    counts = counts.copy()
    counts[0, 1] = 9
    panel.show_snapshot(None, with_counts(counts))
    assert color_of(panel, 0, 1).saturation() > single.saturation()
