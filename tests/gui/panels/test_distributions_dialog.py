"""The window of weights over time: its sentence, what pointing tells, and the same as text."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import Trainer
from core.presets import load_preset
from core.training.distributions import Distributions, recorded_distributions
from gui.distributions.axes import StripAxis, strip_axes
from gui.exporting import Exportable, save_svg
from gui.panels.distributions_dialog import HINT, DistributionsDialog
from gui.theme import apply_theme, current_theme

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@cache
def found_in(key: str, steps: int) -> Distributions:
    trainer = Trainer(load_preset(key))
    trainer.advance_steps(steps)
    return recorded_distributions(trainer)


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication) -> DistributionsDialog:
    apply_theme(qapp, "dark")
    made = DistributionsDialog()
    qtbot.addWidget(made)
    made.resize(made.minimumSize())
    made.show()
    qtbot.waitExposed(made)
    return made


def spot(dialog: DistributionsDialog, row: int, across: float, up: float) -> QPoint:
    """Return a place in strip ``row`` by its shares of the strip."""
    geometry = dialog.chart.geometry_of_parts()
    assert geometry is not None
    strip = geometry.strips[row]
    return QPoint(
        round(strip.left() + across * strip.width()), round(strip.bottom() - up * strip.height())
    )


def test_the_sentence_names_the_layer_whose_weights_have_spread_most(
    dialog: DistributionsDialog,
) -> None:
    dialog.show_found(found_in("spiral", 300))
    start, end = Trainer(load_preset("spiral")), Trainer(load_preset("spiral"))
    end.advance_steps(256)
    growth = []
    for part in start.network.layout.segments:
        spans = []
        for trainer in (start, end):
            weights = trainer.network.params.data[part]
            low, high = np.quantile(weights, [0.25, 0.75], method="inverted_cdf")
            spans.append(high - low)
        growth.append(abs(np.log(spans[1] / spans[0])))
    names = ["Hidden 1", "Hidden 2", "Output"]
    assert dialog.sentence.text().startswith(f"{names[int(np.argmax(growth))]} has moved most")


def test_before_the_first_steps_each_quantity_says_what_is_missing(
    dialog: DistributionsDialog, qtbot: QtBot
) -> None:
    dialog.show_found(found_in("xor", 0))
    assert dialog.sentence.text() == "So far one moment is known, step 0."
    assert not dialog.grab().isNull()
    qtbot.mouseClick(dialog.quantities.segment("gradients"), LEFT)
    assert "Press Play" in dialog.sentence.text()
    assert dialog.chart.geometry_of_parts() is None
    assert not dialog.grab().isNull()


def test_pointing_tells_the_moment_and_the_share_below_the_pointer(
    dialog: DistributionsDialog, qtbot: QtBot
) -> None:
    dialog.show_found(found_in("xor", 400))
    assert dialog.readout() == HINT
    # The axis of steps ends at 400, and moments hold until the next.
    qtbot.mouseMove(dialog.chart, spot(dialog, 0, 130 / 400, 0.5))
    trainer = Trainer(load_preset("xor"))
    trainer.advance_steps(128)
    weights = trainer.network.params.data[trainer.network.layout.segment(1)]
    words = dialog.readout()
    assert words.startswith("Hidden 1 at step 128: median ")
    share, value = words.rsplit(" · ", 1)[1].split(" % lie below ")
    limit = float(value.replace("−", "-"))
    assert int(share) == round(100 * float((weights < limit).mean()))
    qtbot.mouseMove(dialog.chart, QPoint(1, 1))
    assert dialog.readout() == HINT


def test_arrow_keys_walk_over_moments_and_layers(dialog: DistributionsDialog, qtbot: QtBot) -> None:
    dialog.show_found(found_in("spiral", 300))
    dialog.chart.setFocus()
    places = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right):
        qtbot.keyClick(dialog.chart, key)
        places.append(dialog.readout().split(":")[0])
    assert places == [
        "Hidden 1 at step 256",
        "Hidden 1 at step 240",
        "Hidden 2 at step 240",
        "Hidden 1 at step 240",
        "Hidden 1 at step 256",
    ]
    assert "Hidden 1 at step 256" in dialog.chart.accessibleDescription()


def test_the_table_holds_every_moment_and_can_be_copied(
    dialog: DistributionsDialog, qtbot: QtBot
) -> None:
    dialog.show_found(found_in("xor", 100))
    qtbot.mouseClick(dialog.views.segment("table"), LEFT)
    assert dialog.table.isVisible()
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, CTRL)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    steps = [str(step) for step in range(96, -1, -16)]
    assert [line[:2] for line in lines[1:8]] == [["Hidden 1", step] for step in steps]
    trainer = Trainer(load_preset("xor"))
    weights = trainer.network.params.data[trainer.network.layout.segment(1)]
    numbers = [float(text.replace("−", "-")) for text in lines[7][2:]]
    assert numbers[0] == pytest.approx(weights.min(), rel=1e-2)
    assert numbers[-1] == pytest.approx(weights.max(), rel=1e-2)
    qtbot.mouseClick(dialog.quantities.segment("gradients"), LEFT)
    assert dialog.table.model().rowCount() == 2 * 6


def test_each_quantity_keeps_the_axis_that_was_chosen_for_it(
    dialog: DistributionsDialog, qtbot: QtBot
) -> None:
    dialog.show_found(found_in("xor", 100))
    assert dialog.scales.selected_key() == "value"
    qtbot.mouseClick(dialog.quantities.segment("gradients"), LEFT)
    assert dialog.scales.selected_key() == "size"
    qtbot.mouseClick(dialog.scales.segment("value"), LEFT)
    qtbot.mouseClick(dialog.quantities.segment("weights"), LEFT)
    qtbot.mouseClick(dialog.quantities.segment("gradients"), LEFT)
    assert dialog.scales.selected_key() == "value"


def test_the_shade_is_strong_where_the_entries_are(dialog: DistributionsDialog) -> None:
    found = found_in("digits", 64)
    dialog.show_found(found)
    image = dialog.chart.grab().toImage()
    ground = current_theme().panel.rgb()
    geometry = dialog.chart.geometry_of_parts()
    assert geometry is not None
    axis = strip_axes([found.of_layer("weights", 1)], "value")[0]
    strip = geometry.strips[0]
    x = round(geometry.starts[1] + 0.3 * (geometry.ends[1] - geometry.starts[1]))
    column = found.of_layer("weights", 1).values[1]
    inside, outside = float(column[20]), 0.5 * (float(column[-1]) + axis.high)
    for value, is_ground in ((inside, False), (outside, True)):
        y = round(strip.bottom() - axis.share(value) * strip.height())
        assert (image.pixel(x, y) == ground) == is_ground


def test_a_deep_network_says_how_many_layers_have_no_strip(
    dialog: DistributionsDialog, tmp_path: object
) -> None:
    dialog.show_found(found_in("deep-relu", 40))
    geometry = dialog.chart.geometry_of_parts()
    assert geometry is not None
    count = len(found_in("deep-relu", 40).sizes)
    assert geometry.layers[0] == 1
    assert geometry.layers[-1] == count
    path = tmp_path / "strips.svg"  # type: ignore[operator]
    save_svg(Exportable(dialog.chart, "Weights over time"), path)
    hidden = count - len(geometry.layers)
    assert f"{hidden} layer{'s' * (hidden > 1)} between not shown" in path.read_text()


def test_axes_hold_all_moments_and_are_round() -> None:
    found = found_in("spiral", 300)
    layers = [found.of_layer("weights", layer) for layer in (1, 2, 3)]
    for axis, layer in zip(strip_axes(layers, "value"), layers, strict=True):
        largest = float(np.abs(layer.values).max())
        assert largest <= axis.high <= 1.34 * largest
        assert axis.low == -axis.high
    sizes = strip_axes([layer.sizes() for layer in layers], "size")
    assert len(set(sizes)) == 1
    assert all(float(end).is_integer() for end in (sizes[0].low, sizes[0].high))
    assert StripAxis(-3, 1, log=True).value(0.5) == pytest.approx(0.1)
    assert not StripAxis(-3, 1, log=True).holds(0.0)
