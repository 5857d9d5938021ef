"""The dialog of the gradient check: verdict, table and curve, by pointer and by keys."""

from __future__ import annotations

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Trainer
from core.explain.numeric_check import GradientCheck, check_gradient
from core.presets import load_preset
from gui.numeric_check.table import ERROR, VERDICT
from gui.panels.numeric_check_dialog import NumericCheckDialog
from gui.theme import apply_theme, current_theme
from gui.typography import in_print

LEFT = Qt.MouseButton.LeftButton


def check_of(key: str, wrong: tuple[int, ...] = (), curve_of: int | None = None) -> GradientCheck:
    """Return the check of a preset's first step with twice the right value in some entries."""
    trainer = Trainer(load_preset(key))
    right = check_gradient(trainer)
    gradient = np.array([e.analytic for e in sorted(right.entries, key=lambda e: e.index)])
    gradient[list(wrong)] *= 2
    return check_gradient(trainer, gradient if wrong else None, curve_of)


def kinked_check() -> GradientCheck:
    """Return a check of a unit that stands on its kink."""
    layers = [{"units": 1, "activation": "relu", "weights": [[0.5]], "biases": [-0.5]}]
    layers.append({"units": 1, "activation": "linear", "weights": [[2.0]], "biases": [0.0]})
    given = {"kind": "inline", "inputs": [[1.0]], "targets": [[1.0]], "normalize": False}
    spec = {
        "data": {**given, "test_fraction": 0},
        "network": {"layers": layers},
        "training": {"loss": "half_squared_error", "batch_size": 1},
    }
    return check_gradient(Trainer(ExperimentSpec.from_dict(spec)))


@pytest.fixture
def dialog(qtbot: QtBot) -> NumericCheckDialog:
    made = NumericCheckDialog()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def cell(dialog: NumericCheckDialog, row: int, column: int) -> str:
    model = dialog.table.model()
    return str(model.data(model.index(row, column)))


def click_row(qtbot: QtBot, dialog: NumericCheckDialog, row: int) -> None:
    table = dialog.table
    spot = table.visualRect(table.model().index(row, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=spot)


def click_head(qtbot: QtBot, dialog: NumericCheckDialog, column: int) -> None:
    header = dialog.table.horizontalHeader()
    x = header.sectionViewportPosition(column) + 20
    qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(x, header.height() // 2))


def test_agreement_is_said_in_words_with_the_worst_entry(dialog: NumericCheckDialog) -> None:
    dialog.show_check(check_of("worked-example"))
    assert dialog.band.headline.text() == "9 of 9 derivatives agree"
    assert dialog.band.sentence.text().startswith("The largest difference is at ")
    assert dialog.band.accessibleName() == "9 of 9 derivatives agree"
    assert cell(dialog, 0, 1) == cell(dialog, 0, 2) == "−0.001886099"


def test_disagreement_names_the_worst_and_marks_its_rows(dialog: NumericCheckDialog) -> None:
    dialog.show_check(check_of("worked-example", wrong=(3, 6, 8)))
    assert dialog.band.headline.text() == "3 of 9 derivatives disagree"
    assert dialog.band.sentence.text().startswith("Worst is ")
    assert "0.50" in dialog.band.sentence.text()
    words = [cell(dialog, row, VERDICT) for row in range(9)]
    assert [row for row, word in enumerate(words) if word == "disagrees"] == [3, 6, 8]
    assert words.count("agrees") == 6


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_band_has_the_colour_of_the_outcome(
    qapp: QApplication, dialog: NumericCheckDialog, theme: str
) -> None:
    apply_theme(qapp, "dark" if theme == "dark" else "light")
    for wrong, token in (((), "ok_soft"), ((1,), "err_soft")):
        dialog.show_check(check_of("one-neuron", wrong))
        image = dialog.band.grab().toImage()
        color = image.pixelColor(image.width() - 30, image.height() // 2)
        assert color.name() == current_theme().color(token).name()
    apply_theme(qapp, "dark")


def test_the_row_of_the_curve_is_chosen_and_asks_for_nothing(
    qtbot: QtBot, dialog: NumericCheckDialog
) -> None:
    asked: list[int] = []
    dialog.curve_requested.connect(asked.append)
    dialog.show_check(check_of("worked-example", curve_of=5))
    assert dialog.table.chosen_index() == 5
    assert "b₁[2]" in _words(dialog)
    dialog.show_check(check_of("xor", curve_of=2))
    assert (dialog.table.chosen_index(), asked) == (2, [])


def test_a_click_on_a_row_asks_for_its_curve(qtbot: QtBot, dialog: NumericCheckDialog) -> None:
    dialog.show_check(check_of("worked-example", curve_of=0))
    with qtbot.waitSignal(dialog.curve_requested) as asked:
        click_row(qtbot, dialog, 7)
    assert asked.args == [7]
    dialog.show_check(check_of("worked-example", curve_of=7))
    assert dialog.table.chosen_index() == 7
    assert "W₂[1, 2]" in _words(dialog)


def test_wishes_that_come_before_the_answer_are_one_wish(
    qtbot: QtBot, dialog: NumericCheckDialog
) -> None:
    dialog.show_check(check_of("worked-example", curve_of=0))
    asked: list[int] = []
    dialog.curve_requested.connect(asked.append)
    dialog.table.setFocus()
    for _ in range(4):
        qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    # The row below W1[1, 1] is that of W1[1, 2], two places on in the vector.
    assert asked == [2]
    dialog.show_check(check_of("worked-example", curve_of=2))
    assert (dialog.table.chosen_index(), asked) == (4, [2, 4])
    dialog.show_check(check_of("worked-example", curve_of=4))
    assert (dialog.table.chosen_index(), asked) == (4, [2, 4])


def test_a_click_on_a_head_sorts_by_number(qtbot: QtBot, dialog: NumericCheckDialog) -> None:
    check = check_of("xor")
    dialog.show_check(check)
    click_head(qtbot, dialog, ERROR)
    names = [cell(dialog, row, 0) for row in range(len(check.entries))]
    rising = sorted(check.entries, key=lambda entry: entry.relative_error)
    assert names == [in_print(e.name) for e in rising][::-1]
    chosen = dialog.table.currentIndex().row()
    assert names[chosen] == in_print(check.curve.name)


def test_the_worst_row_is_in_view_when_the_dialog_opens(qtbot: QtBot) -> None:
    made = NumericCheckDialog()
    qtbot.addWidget(made)
    made.show_check(check_of("spiral"))
    made.show()
    qtbot.waitExposed(made)
    check, table = made.check(), made.table
    assert check is not None
    assert table.chosen_index() == check.worst.index
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()))


def test_the_button_asks_for_another_check(qtbot: QtBot, dialog: NumericCheckDialog) -> None:
    with qtbot.waitSignal(dialog.check_requested):
        qtbot.mouseClick(dialog.again, LEFT)


def test_the_plot_draws_both_curves_as_they_are_and_tells_them(
    dialog: NumericCheckDialog,
) -> None:
    check = check_of("worked-example", curve_of=0)
    dialog.show_check(check)
    lines = dialog.plot.lines()
    np.testing.assert_allclose(lines["central"][0], np.log10(check.curve.steps))
    np.testing.assert_allclose(10 ** lines["one_sided"][1], check.curve.one_sided)
    np.testing.assert_allclose(10 ** lines["central"][1], check.curve.central)
    assert "the check uses h = 1e−5" in dialog.plot.accessibleDescription()


def test_a_wrong_derivative_is_not_blamed_on_rounding(dialog: NumericCheckDialog) -> None:
    dialog.show_check(check_of("worked-example"))
    assert "rounding" in _words(dialog)
    dialog.show_check(check_of("worked-example", wrong=(3,)))
    assert "rounding" not in _words(dialog)
    assert "No step h brings the two together" in _words(dialog)


def test_a_sample_says_of_how_many(dialog: NumericCheckDialog) -> None:
    dialog.show_check(check_of("digits"))
    assert "299 of 2,778 parameters, some of every layer · batch of 32 rows" in _words(dialog)


def test_it_says_where_every_layer_is_held_against_a_loss_of_its_own(
    dialog: NumericCheckDialog,
) -> None:
    dialog.show_check(check_of("digits"))
    assert "its own loss" not in _words(dialog)
    dialog.show_check(check_of("digits-forward-forward"))
    assert "each hidden layer against its own loss" in _words(dialog)
    assert "by the local rule" in _words(dialog)
    assert "by backpropagation" not in _words(dialog)


def test_a_run_in_single_precision_is_told_that_the_check_is_in_double(
    dialog: NumericCheckDialog,
) -> None:
    dialog.show_check(check_of("worked-example"))
    assert "float" not in _words(dialog)
    spec = load_preset("worked-example").with_changes({"network.dtype": "float32"})
    dialog.show_check(check_gradient(Trainer(spec)))
    assert "Checked in float64; the run trains in float32, whose gradients are off" in _words(
        dialog
    )


def test_a_kink_is_explained_and_no_name_of_a_curve_is_cut_off(dialog: NumericCheckDialog) -> None:
    dialog.show_check(kinked_check())
    words = _words(dialog)
    assert "derivative of neither" in words
    assert "rounding" not in words
    assert "without entries near a kink" in words
    plot = dialog.plot
    inside = plot.viewport().rect()
    for name, label in plot.labels().items():
        area = plot.mapFromScene(label.mapToScene(label.boundingRect())).boundingRect()
        assert inside.contains(area), name


def test_it_goes_with_its_window(qtbot: QtBot) -> None:
    window = QWidget()
    made = NumericCheckDialog(window)
    made.show()
    made.show_check(check_of("one-neuron"))
    assert not made.isModal()
    shiboken6.delete(window)
    assert not shiboken6.isValid(made)


def _words(dialog: NumericCheckDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))
