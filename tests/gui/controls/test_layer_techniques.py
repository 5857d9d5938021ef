"""Normalization, dropout and residual: by layer, or for all hidden layers together."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox
from pytestqt.qtbot import QtBot

from core.presets import load_preset
from core.spec import LayerSpec
from gui.controls.network_section import NetworkSection
from gui.widgets.slider import Slider
from tests.gui.controls.column import Column, check_controls, column_on

pytestmark = pytest.mark.usefixtures("dark")

UNFOLD = {
    "hidden 1": "Hidden 1: normalization, dropout, residual",
    "hidden 2": "Hidden 2: normalization, dropout, residual",
    "all hidden layers": "All hidden layers: normalization, dropout",
    "the output": "Output: normalization",
}


def opened(qtbot: QtBot, *whose: str) -> Column:
    return column_on(qtbot, "spiral", {}, *(UNFOLD[one] for one in whose))


def section(column: Column) -> NetworkSection:
    return column.panel.network


def layers(column: Column) -> tuple[LayerSpec, ...]:
    return column.spec.network.layers


def slide_to_end(column: Column, whose: str) -> None:
    column.key(column.find(Slider, f"Dropout of {whose}"), Qt.Key.Key_End)


def press_residual(column: Column, whose: str) -> QAbstractButton:
    box = column.find(QAbstractButton, f"Residual of {whose}")
    column.key(box, Qt.Key.Key_Space)
    return box


@pytest.mark.parametrize(
    ("whose", "kinds", "title"),
    [
        ("hidden 2", ["none", "batch", "none"], "hidden 2 normalization batch"),
        ("all hidden layers", ["batch", "batch", "none"], "normalization batch"),
        ("the output", ["none", "none", "batch"], "output normalization batch"),
    ],
)
def test_normalization_is_chosen_by_layer_or_for_all(
    qtbot: QtBot, whose: str, kinds: list[str], title: str
) -> None:
    column = opened(qtbot, whose)
    column.choose(f"Normalization of {whose}", "batch")
    assert [layer.normalization for layer in layers(column)] == kinds
    assert column.undo_title == title
    assert column.undo() == load_preset("spiral")


@pytest.mark.parametrize(
    ("whose", "shares", "title"),
    [
        ("hidden 1", [0.9, 0.0, 0.0], "hidden 1 dropout 0.9"),
        ("all hidden layers", [0.9, 0.9, 0.0], "dropout 0.9"),
    ],
)
def test_dropout_is_slid_by_layer_or_for_all_and_keeps_the_weights(
    qtbot: QtBot, whose: str, shares: list[float], title: str
) -> None:
    column = opened(qtbot, whose)
    before = column.step(20)
    slide_to_end(column, whose)
    assert [layer.dropout for layer in layers(column)] == shares
    assert column.undo_title == title
    after = column.settle()
    assert after.step == before.step
    assert (after.parameters == before.parameters).all()


def test_a_layer_adds_its_input_where_the_widths_agree(qtbot: QtBot) -> None:
    column = opened(qtbot, "hidden 2")
    press_residual(column, "hidden 2")
    assert [layer.residual for layer in layers(column)] == [False, True, False]
    assert column.undo_title == "hidden 2 residual on"
    press_residual(column, "hidden 2")
    assert column.undo_title == "hidden 2 residual off"


def test_where_the_widths_differ_it_is_refused_in_one_line(qtbot: QtBot) -> None:
    column = opened(qtbot, "hidden 1")
    box = press_residual(column, "hidden 1")
    assert column.news.startswith("network.layers[0].residual: needs as many units as inputs")
    assert not box.isChecked()
    assert not any(layer.residual for layer in layers(column))


def test_what_a_layer_has_is_said_below_its_row_while_that_is_folded(qtbot: QtBot) -> None:
    changes = {
        "network.layers[0].normalization": "batch",
        "network.layers[1].dropout": 0.25,
        "network.layers[1].residual": True,
    }
    column = column_on(qtbot, "spiral", changes)
    for_all, first, second, _, output = section(column).techniques
    assert (first.line(), second.line()) == ("batch norm", "dropout 0.25, residual")
    assert (for_all.line(), output.line()) == ("", "")
    column.press(UNFOLD["hidden 2"])
    assert second.line() == ""
    column.press(UNFOLD["all hidden layers"])
    box = column.find(QComboBox, "Normalization of all hidden layers")
    assert (box.currentIndex(), box.placeholderText()) == (-1, "mixed")


def test_of_many_layers_what_some_have_is_said_below_the_first_row(qtbot: QtBot) -> None:
    changes = {"network.layers[1].dropout": 0.3, "network.layers[2].normalization": "layer"}
    column = column_on(qtbot, "deep-relu", changes)
    for_all, *for_each, _ = section(column).techniques
    assert for_all.line() == "layer norm, dropout up to 0.3"
    assert not any(part.isVisible() for part in for_each)


def test_without_hidden_layers_nothing_is_offered_for_them(qtbot: QtBot) -> None:
    column = column_on(qtbot, "one-neuron", {}, UNFOLD["all hidden layers"])
    assert not section(column).techniques[0].isVisible()


def test_open_rows_are_no_wider_than_the_column_and_within_reach(qtbot: QtBot) -> None:
    column = opened(qtbot, *UNFOLD)
    needed = column.scroll.widget().minimumSizeHint().width()
    assert needed <= column.scroll.viewport().width()
    for part, count in zip(section(column).techniques[:3], (2, 3, 3), strict=True):
        check_controls(part, least=count)
