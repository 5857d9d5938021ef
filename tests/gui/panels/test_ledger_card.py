"""The parameter table: its rows, what stands in them op by op, choosing and pointing."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import Trainer
from core.explain.reference import Reference
from core.network.parameters import ParameterLayout
from core.presets import load_preset
from gui.ledger.model import reference_of, row_of
from gui.panels.ledger_card import LedgerCard
from gui.theme import apply_theme


@pytest.fixture
def card(qtbot: QtBot, qapp: QApplication) -> LedgerCard:
    apply_theme(qapp, "dark")
    card = LedgerCard()
    qtbot.addWidget(card)
    card.resize(385, 232)
    card.show()
    return card


def test_each_row_is_one_parameter_and_the_way_back_is_the_same_row() -> None:
    layout = ParameterLayout((3, 5, 4, 2))
    vector = np.arange(layout.size, dtype=np.float64)
    seen = set()
    for row in range(layout.size):
        reference = reference_of(layout, row)
        assert row_of(layout, reference) == row
        part = layout.weights if reference.name[0] == "W" else layout.bias
        seen.add(float(part(vector, int(reference.name[1:]))[reference.index]))
    assert len(seen) == layout.size


def test_without_biases_there_are_only_weights() -> None:
    layout = ParameterLayout((2, 3, 1), biases=False)
    assert {reference_of(layout, row).name for row in range(layout.size)} == {"W1", "W2"}
    assert row_of(layout, Reference("b1", (0,))) is None


def test_value_gradient_and_change_come_into_being(card: LedgerCard) -> None:
    trainer = Trainer(load_preset("worked-example"))
    row = 6
    words = {}
    for op in trainer.program.ops:
        trainer.advance_op()
        card.show_snapshot(None, trainer.snapshot())
        words[op.name] = card.row_in_words(row)
    assert words["loss"] == "W₂[1, 1]: value 0.40, gradient –, change –"
    assert words["dW2"] == "W₂[1, 1]: value 0.40, gradient −0.02705, change –"
    assert words["update"] == "W₂[1, 1]: value 0.40, gradient −0.02705, change +0.01352"
    assert words["parameters"] == "W₂[1, 1]: value 0.4135, gradient −0.02705, change +0.01352"


def test_a_chosen_row_is_told_and_a_row_chosen_elsewhere_is_not(
    qtbot: QtBot, card: LedgerCard
) -> None:
    heard: list[object] = []
    card.parameter_selected.connect(heard.append)
    card.show_snapshot(None, Trainer(load_preset("worked-example")).snapshot())
    card.select_parameter(Reference("b2", (0,)))
    assert card.table.currentIndex().row() == 8
    assert heard == []
    card.table.setFocus()
    qtbot.keyClick(card.table, Qt.Key.Key_Up)
    assert heard == [Reference("W2", (0, 1))]


def test_pointing_at_a_row_names_its_parameter(qtbot: QtBot, card: LedgerCard) -> None:
    heard: list[object] = []
    card.value_pointed.connect(heard.append)
    card.show_snapshot(None, Trainer(load_preset("worked-example")).snapshot())
    rect = card.table.visualRect(card.model.index(3, 1))
    qtbot.mouseMove(card.table.viewport(), rect.center())
    assert heard == [Reference("W1", (1, 1))]


def test_a_hidden_gradient_is_not_shown(card: LedgerCard) -> None:
    trainer = Trainer(load_preset("worked-example"))
    while trainer.advance_op().name != "dW2":
        pass
    card.show_snapshot(None, trainer.snapshot())
    card.set_hidden(frozenset({"dW2"}))
    assert "gradient –" in card.row_in_words(6)


def test_a_hundred_thousand_rows_cost_no_more_than_those_in_sight(card: LedgerCard) -> None:
    spec = load_preset("digits").with_changes({"network.layers[0].units": 2000})
    card.show_snapshot(None, Trainer(spec).snapshot())
    assert card.model.rowCount() > 100_000
    last = card.model.rowCount() - 1
    assert card.row_in_words(last).startswith("b₃[10]")
