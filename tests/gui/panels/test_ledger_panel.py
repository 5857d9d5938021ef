"""The card "Parameters": rows are chosen, pointed at and lit, and nothing is clipped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Snapshot, Trainer
from core.explain.reference import Reference
from core.presets import load_preset
from gui.panels.ledger_panel import LedgerPanel
from gui.theme import apply_theme, current_theme, ui_font

SIZE = (381, 232)


@cache
def after(op: str, preset: str = "worked-example") -> Snapshot:
    trainer = Trainer(load_preset(preset))
    while trainer.advance_op().name != op:
        pass
    return trainer.snapshot()


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[LedgerPanel]:
    apply_theme(qapp, "dark")
    panel = LedgerPanel()
    qtbot.addWidget(panel)
    panel.resize(*SIZE)
    panel.show()
    yield panel
    apply_theme(qapp, "dark")


def place_of(panel: LedgerPanel, row: int, column: int = 0) -> QPoint:
    """Return a place in a cell, beside its text."""
    rect = panel.table.visualRect(panel.table.model().index(row, column))
    return rect.topLeft() + QPoint(rect.width() - 3 if column == 0 else 3, 5)


def color_at(panel: LedgerPanel, point: QPoint) -> QColor:
    return panel.table.viewport().grab().toImage().pixelColor(point)


def colors_in(panel: LedgerPanel, row: int, column: int) -> set[str]:
    rect = panel.table.visualRect(panel.table.model().index(row, column))
    image = panel.table.viewport().grab(rect.adjusted(2, 2, -2, -2)).toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_nine_parameters_need_no_scroll_bar_in_the_smallest_window(panel: LedgerPanel) -> None:
    for theme in ("dark", "light", "high_contrast"):
        apply_theme(QApplication.instance(), theme)
        panel.show_snapshot(None, after("dW1"))
        QApplication.processEvents()
        table = panel.table
        assert not table.verticalScrollBar().isVisible()
        last = table.visualRect(table.model().index(8, 0))
        assert table.viewport().rect().contains(last)


def test_a_click_on_a_row_selects_its_parameter(panel: LedgerPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(None, after("dW1"))
    with qtbot.waitSignal(panel.parameter_selected) as signal:
        qtbot.mouseClick(
            panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel, 7, 1)
        )
    assert signal.args == [Reference("W2", (0, 1))]
    assert panel.accessibleDescription().startswith("Chosen is W₂[1, 2]: value 0.50")


def test_arrow_keys_select_row_after_row(panel: LedgerPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(None, after("dW1"))
    panel.select_parameter(Reference("W1", (1, 1)))
    seen: list[object] = []
    panel.parameter_selected.connect(seen.append)
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    qtbot.keyClick(panel.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.table, Qt.Key.Key_Up)
    assert seen == [Reference("b1", (0,)), Reference("b2", (0,)), Reference("W2", (0, 1))]


def test_selecting_from_outside_is_not_told_back(panel: LedgerPanel) -> None:
    seen: list[object] = []
    panel.parameter_selected.connect(seen.append)
    panel.select_parameter(Reference("W2", (0, 0)))
    panel.show_snapshot(None, after("loss"))
    assert panel.table.chosen_row() == 6
    panel.select_parameter(Reference("b1", (1,)))
    assert panel.table.chosen_row() == 5
    panel.show_snapshot(after("loss"), after("dW1", "spiral"))
    panel.show_snapshot(after("dW1", "spiral"), after("dW1"))
    assert panel.table.chosen_row() == 5
    panel.select_parameter(Reference("W9", (0, 0)))
    assert panel.table.chosen_row() == 5
    assert seen == []


def test_a_selected_row_far_down_is_scrolled_to(panel: LedgerPanel) -> None:
    panel.show_snapshot(None, after("dW1", "digits"))
    panel.select_parameter(Reference("b3", (9,)))
    row = panel.table.chosen_row()
    assert row == after("dW1", "digits").layout.size - 1
    visible = panel.table.visualRect(panel.table.model().index(row, 0))
    assert panel.table.viewport().rect().contains(visible)


def test_the_selected_row_has_a_fill_and_a_frame(panel: LedgerPanel) -> None:
    panel.show_snapshot(None, after("loss"))
    panel.select_parameter(Reference("W1", (1, 0)))
    panel.table.clearFocus()
    assert color_at(panel, place_of(panel, 2)) == current_theme().accent_soft
    rect = panel.table.visualRect(panel.table.model().index(2, 1))
    edge = color_at(panel, QPoint(rect.center().x(), rect.top()))
    assert edge == current_theme().accent


def test_the_pointer_on_a_row_points_at_its_parameter(panel: LedgerPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(None, after("dW1"))
    seen: list[object] = []
    panel.value_pointed.connect(seen.append)
    qtbot.mouseMove(panel.table.viewport(), place_of(panel, 3))
    qtbot.mouseMove(panel.table.viewport(), place_of(panel, 5))
    QApplication.sendEvent(panel.table.viewport(), QEvent(QEvent.Type.Leave))
    assert seen == [Reference("W1", (1, 1)), Reference("b1", (1,)), None]


@pytest.mark.parametrize(
    ("reference", "rows"),
    [
        (Reference("W1", (0, 1)), {1}),
        (Reference("dW1", (0, 1)), {1}),
        (Reference("db1", (1,)), {5}),
        (Reference("W2"), {6, 7}),
        (Reference("dz1", (0,)), set()),
        (None, set()),
    ],
)
def test_what_another_view_points_at_is_tinted(
    panel: LedgerPanel, reference: Reference | None, rows: set[int]
) -> None:
    panel.show_snapshot(None, after("dW1"))
    panel.point_at(Reference("b2", (0,)))
    panel.point_at(reference)
    tinted = {r for r in range(9) if color_at(panel, place_of(panel, r)) == current_theme().hover}
    assert tinted == rows


def test_what_the_current_op_wrote_is_in_the_accent(panel: LedgerPanel) -> None:
    panel.show_snapshot(None, after("dW2"))
    accent = current_theme().accent.name()
    assert [accent in colors_in(panel, row, 2) for row in (0, 6, 7, 8)] == [False, True, True, True]
    assert accent not in colors_in(panel, 6, 1)
    panel.show_op(0)
    assert accent not in colors_in(panel, 6, 2)
    panel.show_snapshot(after("dW2"), after("dW1"))
    assert [accent in colors_in(panel, row, 2) for row in (0, 6)] == [True, False]


def test_hidden_values_are_neither_shown_nor_told(panel: LedgerPanel) -> None:
    panel.show_snapshot(None, after("dW1"))
    assert "−0.001886" in panel.accessibleDescription()
    panel.set_hidden(frozenset({"dW1"}))
    assert panel.table.model().index(0, 2).data() == "?"
    assert "−0.001886" not in panel.accessibleDescription()


def test_columns_of_the_optimizers_state_come_with_room_and_else_in_a_tip(
    panel: LedgerPanel,
) -> None:
    snapshot = after("v", "spiral")
    panel.show_snapshot(None, snapshot)
    table = panel.table
    assert [table.isColumnHidden(c) for c in range(6)] == [False] * 4 + [True] * 2
    tip = table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("m ")
    assert ", v " in tip
    panel.resize(700, 232)
    QApplication.processEvents()
    assert not any(table.isColumnHidden(c) for c in range(6))
    assert sum(table.columnWidth(c) for c in range(6)) == table.viewport().width()


@pytest.mark.parametrize("preset", ["worked-example", "spiral", "digits", "deep-sigmoid"])
def test_no_cell_is_clipped_in_the_smallest_window(panel: LedgerPanel, preset: str) -> None:
    snapshot = after("parameters", preset)
    panel.show_snapshot(None, snapshot)
    QApplication.processEvents()
    table, metrics = panel.table, QFontMetrics(ui_font(12, 500))
    assert sum(table.columnWidth(c) for c in range(4)) == table.viewport().width()
    for row in range(0, snapshot.layout.size, max(1, snapshot.layout.size // 200)):
        for column in range(4):
            text = table.model().index(row, column).data()
            assert metrics.horizontalAdvance(text) <= table.columnWidth(column) - 12


def test_a_million_parameters_are_rows_that_nobody_writes_down(panel: LedgerPanel) -> None:
    layers = [{"units": 1000, "activation": "relu"}] * 2 + [{"units": 1, "activation": "sigmoid"}]
    spec = {
        "data": {"kind": "circle"},
        "network": {"layers": layers},
        "training": {"loss": "binary_cross_entropy"},
    }
    snapshot = Trainer(ExperimentSpec.from_dict(spec)).snapshot()
    panel.show_snapshot(None, snapshot)
    table = panel.table
    assert table.model().rowCount() == 1_005_001
    panel.select_parameter(Reference("W2", (999, 999)))
    assert table.chosen_row() == 3_000 + 999_999
    assert "and 1,004,989 more" in panel.accessibleDescription()
    assert table.model().index(1_005_000, 0).data() == "b₃[1]"
