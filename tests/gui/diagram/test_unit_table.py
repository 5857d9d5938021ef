"""The diagram as a table: every unit by keyboard, with numbers that can be typed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gui.diagram.targets import Node
from gui.diagram.unit_rows import BIAS, GRADIENT, HEADS, SOURCE, UNIT, WEIGHT, UnitRows
from tests.gui.diagram.at_the_diagram import AtTheDiagram
from tests.gui.diagram.runs import SPIRAL, UNITS_4096, snapshot

RIGHT, RETURN = Qt.Key.Key_Right, Qt.Key.Key_Return


@pytest.fixture
def at(qtbot: QtBot) -> AtTheDiagram:
    """Return someone who has put the table in the diagram's place."""
    at = AtTheDiagram(qtbot, SPIRAL)
    at.key(at.panel.canvas, Qt.Key.Key_T)
    return at


def go_to(at: AtTheDiagram, row: int, column: int) -> QModelIndex:
    """Go to a cell with the arrow keys."""
    table = at.panel.table
    at.key(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for key, times in ((Qt.Key.Key_Down, row), (RIGHT, column)):
        for _ in range(times):
            at.key(table, key)
    index = table.currentIndex()
    assert (index.row(), index.column()) == (row, column)
    return index


def type_there(qtbot: QtBot, at: AtTheDiagram, text: str) -> None:
    at.key(at.panel.table, RETURN)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    finish(qtbot, editor)


def finish(qtbot: QtBot, editor: QLineEdit) -> None:
    """Press Return and let the table take what was typed, which it does a moment later."""
    qtbot.keyClick(editor, RETURN)
    QApplication.processEvents()


def test_every_unit_has_a_row_with_its_own_numbers() -> None:
    shown = snapshot("SPIRAL")
    rows = UnitRows(shown)
    assert rows.count == 2 + 4 + 3 + 1
    for row in range(rows.count):
        assert rows.row_of(rows.node(row)) == row
    weights = shown.layout.weights(shown.parameters, 2)
    row = rows.row_of(Node(2, 1))
    source = int(np.argmax(np.abs(weights[1])))
    assert rows.text(row, UNIT) == "Hidden 2, unit 2"
    assert rows.text(row, SOURCE) == f"Hidden 1, unit {source + 1}"
    assert float(rows.text(row, WEIGHT).replace("−", "-")) == pytest.approx(
        weights[1, source], rel=1e-3
    )
    gradient = np.append(
        shown.layout.weights(shown.gradient, 2)[1], shown.layout.bias(shown.gradient, 2)[1]
    )
    rms = np.sqrt((gradient**2).mean())
    assert float(rows.text(row, GRADIENT).replace("−", "-")) == pytest.approx(rms, rel=1e-3)
    assert rows.in_words(0).startswith("Input x₁: a ")


@pytest.mark.parametrize("name", ["DIGITS", "IRIS", "LAYERS_128", "UNITS_4096", "BLOWN_UP"])
def test_every_network_can_be_read_to_its_last_row(name: str) -> None:
    rows = UnitRows(snapshot(name))
    for row in {0, rows.count // 2, rows.count - 1}:
        assert all(rows.text(row, column) for column in range(len(HEADS)))
    assert rows.row_of(rows.node(rows.count - 1)) == rows.count - 1


def test_t_puts_the_table_in_the_diagrams_place_and_back(at: AtTheDiagram) -> None:
    network = at.panel
    assert at.panel.table.isVisible()
    assert at.panel.table.hasFocus()
    at.key(at.panel.table, Qt.Key.Key_T)
    assert network.canvas.isVisible()
    assert network.canvas.hasFocus()


def test_a_bias_typed_into_the_table_counts(qtbot: QtBot, at: AtTheDiagram) -> None:
    go_to(at, 3, BIAS)
    type_there(qtbot, at, "-1.25")
    after = at.snapshot
    assert after.layout.bias(after.parameters, 1)[1] == -1.25
    assert after.undo.startswith("b1[2]")
    assert at.panel.table.currentIndex().data() == "−1.250"
    assert at.panel.table.hasFocus()


def test_the_largest_weight_typed_into_the_table_counts(qtbot: QtBot, at: AtTheDiagram) -> None:
    before = at.snapshot.layout.weights(at.snapshot.parameters, 2)[0]
    source = int(np.argmax(np.abs(before)))
    go_to(at, 6, WEIGHT)
    type_there(qtbot, at, "9")
    after = at.snapshot
    assert after.layout.weights(after.parameters, 2)[0, source] == 9.0


def test_a_cell_left_as_it_is_or_no_number_changes_nothing(qtbot: QtBot, at: AtTheDiagram) -> None:
    go_to(at, 3, BIAS)
    at.key(at.panel.table, RETURN)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    finish(qtbot, editor)
    assert at.snapshot.undo == ""
    type_there(qtbot, at, "much")
    assert at.snapshot.undo == ""
    (news,) = at.news
    assert news.startswith("Hidden 1, unit 2, bias: expected a number")


def test_inputs_and_names_cannot_be_edited(at: AtTheDiagram) -> None:
    for row, column in ((0, BIAS), (3, UNIT), (3, SOURCE)):
        flags = go_to(at, row, column).flags()
        assert not flags & Qt.ItemFlag.ItemIsEditable


def test_a_row_that_is_come_to_is_selected_in_the_diagram(qtbot: QtBot) -> None:
    at = AtTheDiagram(qtbot, UNITS_4096)
    network = at.panel
    column = network.canvas.geometry_on_show().column(1)
    assert column is not None
    folded = next(unit for unit in range(4096) if unit not in column.units)
    at.key(network.canvas, Qt.Key.Key_T)
    network.table.setCurrentIndex(network.table.model().index(2 + folded, BIAS))
    at.key(network.table, Qt.Key.Key_T)
    assert network.canvas.selected() == Node(1, folded)
    column = network.canvas.geometry_on_show().column(1)
    assert column is not None
    assert folded in column.units


def test_the_usual_key_copies_the_table(at: AtTheDiagram) -> None:
    at.key(at.panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == list(HEADS)
    assert len(lines) == 11
