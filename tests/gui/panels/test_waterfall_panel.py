"""The card "Why this gradient": it follows step, parameter and pointer, and reads as text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.explain.reference import Reference
from core.presets import load_preset
from gui.panels.waterfall_panel import WaterfallPanel
from gui.theme import apply_theme, current_theme, ui_font
from gui.waterfall.words import batch_words, label_of, number_of

SIZE = (419, 232)


@cache
def after(op: str, preset: str = "worked-example", steps: int = 0) -> Snapshot:
    trainer = Trainer(load_preset(preset))
    trainer.advance_steps(steps)
    while trainer.advance_op().name != op:
        pass
    return trainer.snapshot()


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[WaterfallPanel]:
    apply_theme(qapp, "dark")
    panel = WaterfallPanel()
    qtbot.addWidget(panel)
    panel.resize(*SIZE)
    panel.show()
    yield panel
    QToolTip.hideText()
    apply_theme(qapp, "dark")


def middle_of(panel: WaterfallPanel, row: int) -> QPoint:
    return panel.chart.rows()[row].rect.center().toPoint()


def bar_color(panel: WaterfallPanel, row: int) -> QColor:
    """Return the colour in the middle of a bar."""
    found = panel.chart.rows()[row]
    point = QPointF((found.begin + found.end) / 2, found.rect.center().y()).toPoint()
    return panel.chart.grab().toImage().pixelColor(point)


def test_the_head_names_the_parameter_and_what_there_is_so_far(panel: WaterfallPanel) -> None:
    panel.show_snapshot(None, after("da1"))
    assert panel.result() == "so far −0.01661"
    panel.show_snapshot(after("da1"), after("dW1"))
    assert panel.result() == "gradient −0.001886"
    panel.select_parameter(Reference("W2", (0, 1)))
    assert panel.result() == "gradient −0.02766"
    assert "W₂[1, 2]" in panel.accessibleDescription()


def test_the_current_ops_factor_is_in_the_accent(panel: WaterfallPanel) -> None:
    panel.show_snapshot(None, after("da1"))
    theme = current_theme()
    assert bar_color(panel, 2) == theme.accent
    assert bar_color(panel, 1) == theme.text2


def test_another_op_is_lit_until_the_step_goes_on(panel: WaterfallPanel) -> None:
    snapshot = after("da1")
    panel.show_snapshot(None, snapshot)
    names = [op.name for op in snapshot.trace.ops]
    panel.show_op(names.index("dz2"))
    theme = current_theme()
    assert (bar_color(panel, 1), bar_color(panel, 2)) == (theme.accent, theme.text2)
    panel.show_snapshot(snapshot, after("dW1"))
    assert (bar_color(panel, 1), bar_color(panel, 4)) == (theme.text2, theme.accent)


def test_the_pointer_on_a_row_points_at_its_value(panel: WaterfallPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(None, after("da1"))
    seen: list[object] = []
    panel.value_pointed.connect(seen.append)
    qtbot.mouseMove(panel.chart, middle_of(panel, 2))
    qtbot.mouseMove(panel.chart, middle_of(panel, 1))
    qtbot.mouseMove(panel.chart, QPoint(200, panel.chart.height() - 3))
    assert seen == [Reference("W2", (0, 0)), Reference("slope2", (0,)), None]


def test_arrow_keys_walk_through_the_factors_and_read_them(
    panel: WaterfallPanel, qtbot: QtBot
) -> None:
    panel.show_snapshot(None, after("da1"))
    panel.chart.setFocus()
    seen: list[object] = []
    panel.value_pointed.connect(seen.append)
    for _ in range(3):
        qtbot.keyClick(panel.chart, Qt.Key.Key_Down)
    assert panel.chart.accessibleDescription() == "× W₂[1, 1]: 0.40, makes −0.01661"
    qtbot.keyClick(panel.chart, Qt.Key.Key_Up)
    qtbot.keyClick(panel.chart, Qt.Key.Key_Up)
    qtbot.keyClick(panel.chart, Qt.Key.Key_Up)
    da2, slope2, weight = Reference("da2", (0,)), Reference("slope2", (0,)), Reference("W2", (0, 0))
    assert seen == [da2, slope2, weight, slope2, da2, da2]


def test_a_resting_pointer_reads_what_is_folded(panel: WaterfallPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(None, after("dW1", "deep-sigmoid"))
    point = middle_of(panel, 2)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, point, panel.chart.mapToGlobal(point))
    QApplication.sendEvent(panel.chart, event)
    assert QToolTip.text().startswith("× through Hidden 6: ")
    assert "Folded: × W₇[" in QToolTip.text()
    assert "all 6 paths" in QToolTip.text()


def test_what_another_view_points_at_is_tinted(panel: WaterfallPanel) -> None:
    panel.show_snapshot(None, after("da1"))
    rect = panel.chart.rows()[2].rect
    beside = QPointF(rect.left() - 3, rect.center().y()).toPoint()
    for reference in (Reference("W2", (0, 0)), Reference("da1", (0,)), Reference("W2")):
        panel.point_at(reference)
        assert panel.chart.grab().toImage().pixelColor(beside) == current_theme().hover
    panel.point_at(Reference("W2", (0, 1)))
    assert panel.chart.grab().toImage().pixelColor(beside) == current_theme().panel
    panel.point_at(None)
    assert panel.chart.grab().toImage().pixelColor(beside) == current_theme().panel


def test_hidden_values_are_neither_shown_nor_told(panel: WaterfallPanel) -> None:
    panel.show_snapshot(None, after("da1"))
    assert "−0.01661" in panel.accessibleDescription()
    panel.set_hidden(frozenset({"da1"}))
    assert panel.result() == "so far −0.04153"
    assert "−0.01661" not in panel.accessibleDescription()
    assert panel.chart.rows()[2].shape == "hatched"
    panel.set_hidden(frozenset())
    assert panel.result() == "so far −0.01661"


def test_a_parameter_that_the_new_network_has_not_gives_way_to_the_first(
    panel: WaterfallPanel,
) -> None:
    panel.show_snapshot(None, after("dW1", "spiral"))
    panel.select_parameter(Reference("W3", (0, 7)))
    panel.show_snapshot(after("dW1", "spiral"), after("dW1"))
    assert panel.result() == "gradient −0.001886"
    panel.select_parameter(Reference("W7", (0, 0)))
    assert panel.result() == "gradient −0.001886"


def test_a_hidden_card_catches_up_when_it_is_shown(panel: WaterfallPanel) -> None:
    panel.hide()
    panel.show_snapshot(None, after("dW1"))
    assert panel.result() == ""
    panel.show()
    assert panel.result() == "gradient −0.001886"


@pytest.mark.parametrize("preset", ["worked-example", "spiral", "digits", "deep-sigmoid", "iris"])
def test_no_word_or_number_is_clipped_in_the_smallest_window(
    panel: WaterfallPanel, preset: str
) -> None:
    snapshot = after("dW1", preset)
    panel.show_snapshot(None, snapshot)
    widths = snapshot.layout.widths
    panel.select_parameter(Reference("W1", (widths[1] - 1, widths[0] - 1)))
    chart, metrics = panel.chart, QFontMetricsF(ui_font(12, 600))
    plot = chart.plot()
    assert plot.width() > 100
    for row in chart.rows():
        assert row.rect.height() >= metrics.capHeight() + 4
        assert metrics.horizontalAdvance(label_of(row.step)) <= plot.left() - row.rect.left()
        assert metrics.horizontalAdvance(number_of(row.step)) <= row.rect.right() - plot.right()
        assert plot.left() - 1 <= min(row.begin, row.end) <= plot.right() + 1
    assert chart.rows()[-1].rect.bottom() <= plot.bottom() + 0.01
    assert plot.bottom() < chart.height() - 20


def test_the_longest_line_about_a_batch_has_room(panel: WaterfallPanel) -> None:
    snapshot = after("dW1", "deep-sigmoid")
    panel.show_snapshot(None, snapshot)
    found = panel.waterfall()
    assert found is not None
    words = batch_words(found)
    assert "e−" in words
    assert QFontMetricsF(ui_font(11)).horizontalAdvance(words) <= panel.width() - 24


def test_biases_and_switched_off_units_are_explained(panel: WaterfallPanel) -> None:
    spec = {
        "data": {"kind": "inline", "inputs": [[1.0, 2.0]], "targets": [[1.0]], "normalize": False,
                 "test_fraction": 0.0, "task": "regression"},
        "network": {"layers": [
            {"units": 1, "activation": "relu", "weights": [[-1.0, -1.0]], "biases": [0.0]},
            {"units": 1, "activation": "linear", "weights": [[2.0]], "biases": [0.5]}]},
        "training": {"loss": "half_squared_error", "batch_size": 1},
    }  # fmt: skip
    trainer = Trainer(ExperimentSpec.from_dict(spec))
    while trainer.advance_op().name != "dW1":
        pass
    panel.show_snapshot(None, trainer.snapshot())
    panel.select_parameter(Reference("b1", (0,)))
    assert [row.step.kind for row in panel.chart.rows()] == ["start", "slope", "weight", "slope"]
    assert panel.chart.rows()[-1].shape == "none"
    assert "the unit is off" in panel.accessibleDescription()
    assert panel.result() == "gradient 0"
