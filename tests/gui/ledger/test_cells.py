"""Claims about the cells of the parameter table: every number is the step's, where it belongs."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from core import Snapshot, Trainer
from core.explain.reference import Reference
from core.presets import load_preset
from gui.ledger.cells import CHANGE, GRADIENT, NAME, NOT_YET, VALUE, Cells
from gui.ledger.parameter_model import ParameterModel

NAMES = [
    "W₁[1, 1]",
    "W₁[1, 2]",
    "W₁[2, 1]",
    "W₁[2, 2]",
    "b₁[1]",
    "b₁[2]",
    "W₂[1, 1]",
    "W₂[1, 2]",
    "b₂[1]",
]


@cache
def after(op: str, preset: str = "worked-example", steps: int = 0) -> Snapshot:
    trainer = Trainer(load_preset(preset))
    trainer.advance_steps(steps)
    while trainer.advance_op().name != op:
        pass
    return trainer.snapshot()


def cells_after(op: str, *hidden: str) -> Cells:
    snapshot = after(op)
    return Cells(snapshot, snapshot.trace.position - 1, frozenset(hidden))


def column(cells: Cells, number: int) -> list[str]:
    return [cells.text(row, number) for row in range(cells.snapshot.layout.size)]


def written(cells: Cells) -> set[tuple[int, int]]:
    rows, columns = range(cells.snapshot.layout.size), range(len(cells.heads))
    return {(row, col) for row in rows for col in columns if cells.is_written(row, col)}


def test_rows_are_weights_then_biases_layer_by_layer() -> None:
    assert column(cells_after("batch"), NAME) == NAMES


def test_before_the_backward_pass_there_are_values_and_dashes() -> None:
    cells = cells_after("loss")
    start = ["0.15", "0.25", "0.20", "0.30", "0.35", "0.35", "0.40", "0.50", "0.60"]
    assert column(cells, VALUE) == start
    assert column(cells, GRADIENT) == column(cells, CHANGE) == [NOT_YET] * 9


def test_gradients_come_layer_by_layer() -> None:
    cells = cells_after("dW2")
    assert column(cells, GRADIENT) == [NOT_YET] * 6 + ["−0.02705", "−0.02766", "−0.04153"]
    assert written(cells) == {(6, GRADIENT), (7, GRADIENT), (8, GRADIENT)}


def test_a_change_is_minus_the_update_with_exponents_on_the_whole_column() -> None:
    cells = cells_after("update")
    # The learning rate of 0.5 times the gradients of the worked example.
    changes = [
        9.430e-4,
        1.509e-3,
        1.155e-3,
        1.848e-3,
        1.886e-3,
        2.309e-3,
        1.352e-2,
        1.383e-2,
        2.076e-2,
    ]
    texts = column(cells, CHANGE)
    assert all(text.startswith("+") and "e−" in text for text in texts)
    read = [float(text.replace("−", "-")) for text in texts]
    np.testing.assert_allclose(read, changes, rtol=6e-4)
    assert written(cells) == {(row, CHANGE) for row in range(9)}
    assert column(cells, VALUE)[0] == "0.15"


def test_after_the_parameters_op_values_are_the_new_ones() -> None:
    cells = cells_after("parameters")
    new = ["0.1509", "0.2515", "0.2012", "0.3018", "0.3519", "0.3523", "0.4135", "0.5138", "0.6208"]
    assert column(cells, VALUE) == new
    assert written(cells) == {(row, VALUE) for row in range(9)}


def test_hidden_values_are_question_marks() -> None:
    cells = cells_after("parameters", "parameters", "dW1", "update")
    assert column(cells, VALUE) == column(cells, CHANGE) == ["?"] * 9
    assert column(cells, GRADIENT)[:5] == ["?"] * 4 + ["−0.003772"]
    # What has not happened yet cannot be given away.
    assert column(cells_after("loss", "parameters"), VALUE)[0] == "0.15"
    assert column(cells_after("dW1", "gradient"), GRADIENT) == ["?"] * 9


@pytest.mark.parametrize(("row", "index"), [(0, (0, 0)), (3, (1, 1)), (15, (7, 1))])
def test_the_optimizers_state_stands_in_columns_of_its_own(
    row: int, index: tuple[int, int]
) -> None:
    snapshot = after("v", "spiral", 3)
    cells = Cells(snapshot, snapshot.trace.position - 1)
    assert cells.heads[4:] == ("m", "v")
    assert cells.parameter(row) == Reference("W1", index)
    for column_number, name in ((4, "m"), (5, "v")):
        stored = snapshot.layout.weights(snapshot.trace.values[name], 1)[index]
        text = cells.text(row, column_number).replace("−", "-")
        assert float(text) == pytest.approx(float(stored), rel=6e-4)
    assert cells.state_in_words(row) == f"m {cells.text(row, 4)}, v {cells.text(row, 5)}"
    assert written(cells) == {(row, 5) for row in range(snapshot.layout.size)}


def test_a_row_reads_as_text() -> None:
    words = "W₂[1, 1]: value 0.40, gradient −0.02705, change not yet known"
    assert cells_after("dW2").in_words(6) == words


def test_the_model_keeps_its_rows_while_the_network_is_the_same() -> None:
    model, resets = ParameterModel(), []
    model.modelReset.connect(lambda: resets.append(1))
    assert model.rowCount() == model.columnCount() == 0
    model.show_cells(cells_after("loss"))
    model.show_cells(cells_after("dW2"))
    assert (model.rowCount(), model.columnCount(), len(resets)) == (9, 4, 1)
    assert model.index(6, GRADIENT).data() == "−0.02705"
    snapshot = after("dW1", "spiral")
    model.show_cells(Cells(snapshot, 0))
    assert (model.rowCount(), model.columnCount(), len(resets)) == (105, 6, 2)
