"""The window of the signal corridor: its sentence, what pointing tells, and the same as text."""

from __future__ import annotations

import math
from functools import cache

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core import ExperimentSpec, Trainer
from core.diagnosis.corridor import Corridor
from core.explain.signal_corridor import signal_corridor
from core.presets import load_preset
from gui.corridor.words import UNKNOWN, format_factor, headline, in_words
from gui.panels.corridor_dialog import CorridorDialog
from gui.theme import apply_theme, current_theme, ui_font

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@cache
def corridor_of(key: str, steps: int = 0) -> Corridor:
    trainer = Trainer(load_preset(key))
    trainer.advance_steps(steps)
    return signal_corridor(trainer)


@cache
def stack(activation: str, hidden: int, initializer: str = "he_normal") -> Corridor:
    """Return the corridor of ``hidden`` layers of six units on the circle."""
    layers = [{"units": 6, "activation": activation} for _ in range(hidden)]
    layers.append({"units": 1, "activation": "sigmoid"})
    spec = {
        "data": {"kind": "circle"},
        "network": {"layers": layers, "initializer": initializer},
        "training": {"loss": "binary_cross_entropy"},
    }
    return signal_corridor(Trainer(ExperimentSpec.from_dict(spec)))


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication) -> CorridorDialog:
    apply_theme(qapp, "dark")
    made = CorridorDialog()
    qtbot.addWidget(made)
    made.resize(made.minimumSize())
    made.show()
    qtbot.waitExposed(made)
    return made


def column(dialog: CorridorDialog, layer: int) -> QPoint:
    geometry = dialog.chart.geometry_of_parts()
    assert geometry is not None
    return QPoint(round(geometry.columns[layer]), dialog.chart.height() // 2)


def readout(dialog: CorridorDialog) -> list[list[str]]:
    return [[label.text() for label in row] for row in dialog.readout.cells]


def test_the_sentence_multiplies_out(dialog: CorridorDialog) -> None:
    found = corridor_of("deep-sigmoid")
    dialog.show_corridor(found)
    words = dialog.sentence.text()
    start, _, end = words.partition(": after 9 layers ")
    share = float(start.removeprefix("Backward, each layer keeps about ").removesuffix(" %"))
    left = float(end.removesuffix(" is left.").replace("−", "-"))
    assert (share / 100) ** 9 == pytest.approx(left, rel=0.05)
    ratio = found.errors[0].rms / found.errors[9].rms
    assert left == pytest.approx(ratio, rel=0.05)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (lambda: corridor_of("fail-exploding"), "Backward, each layer makes the error about 2.8"),
        (lambda: corridor_of("fail-zero-start"), "No error signal reaches Hidden 2 or any layer"),
        (lambda: corridor_of("one-neuron"), "One layer: there is no other"),
        (lambda: corridor_of("digits"), "Backward, Hidden 1 gets 67.2 % of the error of Hidden 2."),
        (lambda: corridor_of("xor"), "Backward, Hidden 1 gets "),
        (lambda: stack("linear", 12, "orthogonal"), "Backward, the error keeps its size: after 11"),
    ],
)
def test_every_network_has_its_one_sentence(
    dialog: CorridorDialog, found: object, words: str
) -> None:
    assert callable(found)
    dialog.show_corridor(found())
    assert dialog.sentence.text().startswith(words)
    assert "\n" not in dialog.sentence.text()
    assert not dialog.grab().isNull()


def test_numbers_that_are_not_finite_are_named(dialog: CorridorDialog) -> None:
    trainer = Trainer(load_preset("spiral"))
    trainer.network.layers[1].W[0, 0] = math.nan
    dialog.show_corridor(signal_corridor(trainer))
    assert dialog.sentence.text() == "Forward, 250 numbers of Hidden 2 are not finite."
    assert not dialog.grab().isNull()


def test_pointing_at_a_layer_reads_its_numbers(dialog: CorridorDialog, qtbot: QtBot) -> None:
    found = corridor_of("deep-sigmoid")
    dialog.show_corridor(found)
    assert readout(dialog) == [[UNKNOWN] * 10] * 2
    qtbot.mouseMove(dialog.chart, column(dialog, 3))
    assert dialog.readout.name.text() == "Hidden 3"
    forward, backward = readout(dialog)
    assert forward[2] == f"{found.activations[3].median:.3f}"
    assert forward[7] == format_factor(found.activations[3].rms / found.activations[2].rms)
    assert backward[7] == format_factor(found.errors[2].rms / found.errors[3].rms)
    assert "Hidden 3" in dialog.chart.accessibleDescription()
    qtbot.mouseMove(dialog.chart, QPoint(2, 2))
    assert readout(dialog) == [[UNKNOWN] * 10] * 2


def test_arrow_keys_walk_through_the_layers(dialog: CorridorDialog, qtbot: QtBot) -> None:
    dialog.show_corridor(corridor_of("spiral"))
    dialog.chart.setFocus()
    names = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(dialog.chart, key)
        names.append(dialog.readout.name.text())
    assert names == ["Inputs", "Hidden 1", "Inputs", "Inputs"]
    assert readout(dialog)[1] == [UNKNOWN] * 10


def test_the_table_says_the_same_and_can_be_copied(dialog: CorridorDialog, qtbot: QtBot) -> None:
    found = corridor_of("deep-relu")
    dialog.show_corridor(found)
    assert not dialog.table.isVisible()
    qtbot.mouseClick(dialog.views.segment("table"), LEFT)
    assert dialog.table.isVisible()
    model = dialog.table.model()
    assert model.rowCount() == 12 + 11
    row = [str(model.data(model.index(3, place))) for place in range(model.columnCount())]
    assert row[:2] == ["Hidden 3", "forward"]
    assert row[-1] == f"{100 * found.activations[3].zeros:.0f} %"
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[4].split("\t") == row
    assert len(lines) == 24
    qtbot.mouseClick(dialog.views.segment("chart"), LEFT)
    assert dialog.chart.isVisible()


def test_all_factors_can_be_read_as_text(dialog: CorridorDialog) -> None:
    found = corridor_of("deep-sigmoid")
    dialog.show_corridor(found)
    words = dialog.chart.accessibleDescription()
    assert words == in_words(found)
    assert headline(found) in words
    for factor in (*found.forward_factors(), *found.backward_factors()):
        assert format_factor(factor) in words


@pytest.mark.parametrize(
    ("key", "name"), [("deep-sigmoid", "theory: Xavier"), ("deep-relu", "theory: He")]
)
def test_the_theory_carries_its_name(dialog: CorridorDialog, key: str, name: str) -> None:
    dialog.show_corridor(corridor_of(key))
    geometry = dialog.chart.geometry_of_parts()
    assert geometry is not None
    room = dialog.chart.width() - geometry.right
    assert QFontMetricsF(ui_font(11)).horizontalAdvance(name) <= room


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_nothing_is_clipped_with_twelve_layers_in_the_smallest_window(
    dialog: CorridorDialog, activation: str
) -> None:
    found = stack(activation, 12)
    dialog.show_corridor(found)
    QApplication.processEvents()
    chart = dialog.chart
    geometry = chart.geometry_of_parts()
    assert geometry is not None
    assert chart.height() >= chart.minimumSizeHint().height()
    assert geometry.key.bottom() <= chart.height()
    assert geometry.stride == 1
    small, name = QFontMetricsF(ui_font(11)), QFontMetricsF(ui_font(12, 600))
    for factor in (*found.forward_factors(), *found.backward_factors()):
        assert small.horizontalAdvance(format_factor(factor)) <= geometry.column_width
    assert all(name.horizontalAdvance(text) <= geometry.column_width for text in geometry.texts)
    chart._point(7)
    QApplication.processEvents()
    for label in dialog.readout.findChildren(QLabel):
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), label.text()
    for label in dialog.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            assert label.heightForWidth(label.width()) <= label.height()


@pytest.mark.parametrize("theme", ["dark", "light", "high_contrast"])
def test_the_chart_is_painted_in_the_colours_of_the_theme(
    dialog: CorridorDialog, qapp: QApplication, theme: str
) -> None:
    apply_theme(qapp, theme)  # type: ignore[arg-type]
    dialog.show_corridor(corridor_of("deep-sigmoid"))
    geometry = dialog.chart.geometry_of_parts()
    assert geometry is not None
    image = dialog.chart.grab().toImage()
    y = geometry.backward.y(corridor_of("deep-sigmoid").errors[4].rms)
    assert y is not None
    dot = image.pixelColor(round(geometry.columns[5]), round(y))
    assert dot.name() == current_theme().text.name()
    apply_theme(qapp, "dark")


def test_a_choice_of_rows_is_a_wish(dialog: CorridorDialog, qtbot: QtBot) -> None:
    assert dialog.chosen_rows() == "training"
    with qtbot.waitSignal(dialog.rows_changed):
        qtbot.mouseClick(dialog.rows.segment("batch"), LEFT)
    assert dialog.chosen_rows() == "batch"
